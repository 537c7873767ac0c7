"""Nobody is there: the customer is given the choice, and what they choose is said and recorded."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.bootstrap.ways import WAYS
from bot.hours import SupportHours
from bot.meanwhile import NOTHING_WAITS, Meanwhile, where_awaited
from memory.fakes import FakeMemory
from memory.model import (
    Address,
    Awaiting,
    AwaitPerson,
    Button,
    Cursor,
    Customer,
    CustomerId,
    DialogueState,
    Erase,
    Extent,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    Identity,
    Inbound,
    Outcome,
    Proof,
    Record,
    Reply,
    Thread,
    Way,
    Ways,
    WithdrawRequest,
)

NOW = datetime(2030, 3, 14, 20, 0, tzinfo=timezone.utc)
TOMORROW = datetime(2030, 3, 15, 10, 0, tzinfo=timezone.utc)
BY = "tomorrow by 10:00"
TOLD = Outcome((Reply(f"Nobody from our team is here; someone will write to you here {BY}."),))
HOURS = SupportHours.parse("Mon-Fri 09:00-17:30", "Europe/London")
WEB, MAIL = Address("web", "v1"), Address("email", "ana@example.com")
ANA = Identity("ana-7", "Ana", "Ana@Example.com")
ALL = frozenset({"web", "telegram", "email"})


class Evening:
    """Ana on the website in the evening, and what is known of her."""

    def __init__(self, serves: frozenset[str] = ALL, ways: Ways = WAYS) -> None:
        self.memory = FakeMemory(clock=lambda: NOW, ways=ways)
        self.meanwhile = Meanwhile(notices=self.memory.notices, hours=HOURS, serves=serves)
        self.ana = Customer(CustomerId("nobody"), None, None, None, NOW, Cursor(0))

    async def knows(self, at: Address = WEB, identity: Identity | None = ANA) -> None:
        proof = Proof.PLATFORM if at.channel == "telegram" else Proof.NONE
        accepted = await self.memory.inbox.accept(Inbound(at, f"m-{at.id}", "hello", proof=proof, identity=identity))
        self.ana = await self.memory.identities.customer(accepted.customer_id)

    def thread(self, *, stands: bool = True, state: HandoffState | None = HandoffState.QUEUED) -> Thread:
        handoff = state and Handoff(HandoffId("h1"), self.ana.id, state, HandoffReason.ASKED_FOR_PERSON, NOW, Cursor(1))
        standing = (Button("I’ll wait", "/person_wait"), Button("Leave it", "/person_leave")) if stands else ()
        return Thread(self.ana, handoff=handoff or None, standing_buttons=standing, owed_until=TOMORROW)

    async def offered(self, outcome: Outcome = TOLD, at: Address = WEB) -> Reply:
        """The last reply after the choice was added."""
        return (await self.meanwhile.offering(outcome, self.thread(), Inbound(at, "m1", "a person"), BY)).replies[-1]

    async def said(
        self, text: str, thread: Thread | None = None, *, payload: str | None = None, at: Address = WEB
    ) -> tuple[str, list[Record]] | None:
        inbound = Inbound(at, "m2", text, payload=payload)
        outcome = await self.meanwhile.answer(thread or self.thread(), inbound, NOW)
        return None if outcome is None else (outcome.replies[0].text, list(outcome.records))


def titles(reply: Reply) -> list[str]:
    return [button.title for button in reply.buttons]


async def test_with_one_channel_known_they_can_wait_or_leave_it() -> None:
    evening = Evening()
    await evening.knows(identity=None)
    offered = await evening.offered()
    assert offered.text == "You can wait for that, or leave it."
    assert titles(offered) == ["I’ll wait", "Leave it"]


async def test_channels_of_theirs_are_offered_by_buttons_if_they_are_turned_on() -> None:
    evening = Evening()
    await evening.knows()
    assert titles(await evening.offered()) == ["I’ll wait", "Write to me by e-mail", "Leave it"]
    without_mail = Evening(serves=frozenset({"web", "telegram"}))
    await without_mail.knows()
    assert titles(await without_mail.offered()) == ["I’ll wait", "Leave it"]


async def test_a_channel_that_has_no_words_yet_is_not_offered() -> None:
    ways = Ways((*WAYS.all, Way(name="pigeon", is_sent_to=True, may_begin=True)))
    evening = Evening(serves=frozenset({"web", "pigeon"}), ways=ways)
    await evening.knows(Address("pigeon", "loft"), identity=None)
    offered = await evening.offered(at=WEB)
    assert (offered.text, titles(offered)) == ("You can wait for that, or leave it.", ["I’ll wait", "Leave it"])


async def test_the_channel_they_write_on_is_none_to_choose() -> None:
    evening = Evening()
    await evening.knows(Address("telegram", "42"), identity=None)
    assert titles(await evening.offered(at=Address("telegram", "42"))) == ["I’ll wait", "Leave it"]


async def test_when_somebody_will_write_is_said_with_the_choice_if_it_was_not() -> None:
    offered = await Evening().offered(Outcome((Reply("Something went wrong."),)))
    assert offered.text.startswith(f"Nobody is here right now; someone will write to you here {BY}. You can wait")


async def test_nothing_is_asked_beside_another_question_or_of_who_is_forgotten() -> None:
    question = Reply("What is still missing?")
    assert await Evening().offered(Outcome((question,))) == question
    gone = Outcome(TOLD.replies, records=(Erase(Extent.EVERYTHING, "r1"),))
    assert await Evening().offered(gone) == TOLD.replies[0]


async def test_who_waits_is_told_so_with_the_time_that_was_promised() -> None:
    said = await Evening().said("ok I'll wait")
    assert said is not None
    assert f"someone will write to you here {BY}" in said[0]
    assert said[1] == [AwaitPerson()]


async def test_who_leaves_it_is_told_that_nobody_will_write() -> None:
    said = await Evening().said("never mind, leave it")
    assert said is not None
    assert "nobody will write to you about it" in said[0]
    assert "carry on with what" not in said[0]
    assert said[1] == [WithdrawRequest()]


async def test_an_open_task_stays_open_for_who_leaves_it() -> None:
    evening = Evening()
    busy = Thread(evening.ana, DialogueState("{}", task="return_form"), evening.thread().handoff)
    said = await evening.said("Leave it", busy, payload="/person_leave")
    assert said is not None
    assert "We can carry on with what we were doing." in said[0]


async def test_who_wants_an_e_mail_is_told_where_it_goes() -> None:
    evening = Evening()
    await evening.knows()
    said = await evening.said("by e-mail please")
    assert said is not None
    assert said[0] == f"All right. Someone will write to you by e-mail, to ana@example.com, {BY}."
    assert said[1] == [AwaitPerson(MAIL)]
    assert await evening.said("Write to me by e-mail", payload="/person_by_email") == said


async def test_the_channel_they_are_on_already_means_to_wait() -> None:
    evening, phone = Evening(), Address("telegram", "42")
    await evening.knows(phone, identity=None)
    said = await evening.said("write me on telegram", at=phone)
    assert said is not None
    assert said[1] == [AwaitPerson()]


async def test_an_unknown_channel_is_not_promised() -> None:
    evening = Evening()
    await evening.knows(identity=None)
    for text, told in (
        ("write me on telegram", "I don’t know you in Telegram yet. “Continue in Telegram” in the menu"),
        (
            "write me by e-mail",
            "I have no e-mail address that I can be sure is yours, so someone will write to you here",
        ),
    ):
        said = await evening.said(text)
        assert said is not None
        assert said[0].startswith(told)
        assert said[0].endswith(f"{BY}.")
        assert said[1] == []
    off = Evening(serves=frozenset({"web"}))
    said = await off.said("write me on telegram")
    assert said is not None
    assert said[0].startswith("I can’t reach you in Telegram, so someone")


async def test_a_time_that_has_passed_is_not_named_again() -> None:
    evening = Evening()
    late = Thread(evening.ana, handoff=evening.thread().handoff, owed_until=NOW - timedelta(hours=1))
    said = await evening.said("I’ll wait", late)
    assert said is not None
    assert "as soon as they can" in said[0]


async def test_a_button_pressed_when_nobody_is_awaited_any_more_says_so() -> None:
    evening = Evening()
    gone = evening.thread(state=None)
    assert await evening.said("Leave it", gone, payload="/person_leave") == (NOTHING_WAITS.text, [])
    assert await evening.said("never mind", gone) is None, "words are for the dialogue"


async def test_what_does_not_choose_is_for_the_dialogue() -> None:
    evening = Evening()
    for text in ("where is my order", "Leave it"):
        assert await evening.said(text, evening.thread(stands=False)) is None
    assert await evening.said("anything", payload="/order_status") is None


def test_where_a_person_will_write_is_said_in_words() -> None:
    handoff = Evening().thread().handoff
    assert handoff is not None
    assert (where_awaited(None), where_awaited(handoff)) == ("here", "here")
    chosen = Handoff(
        handoff.id, handoff.customer_id, handoff.state, handoff.reason, NOW, Cursor(1),
        awaiting=Awaiting(Cursor(3), MAIL),
    )  # fmt: skip
    assert where_awaited(chosen) == "by e-mail"
