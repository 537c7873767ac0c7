from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot.calls import Calls
from bot.dialogue.port import DialogueError, Said
from bot.hours import SupportHours
from bot.line import Line
from bot.meanwhile import Meanwhile
from bot.metrics import Metrics
from bot.turn import GIVE_UP_AT, KEPT_FOR_TEAM, LINK_REFUSED, SORRY, TurnHandler
from bot.turn_runner import AT_ONCE, LOOK_AGAIN, TurnRunner
from memory.fakes import FakeMemory
from memory.model import (
    Address,
    Agent,
    AgentId,
    Author,
    Brief,
    Button,
    DialogueState,
    Handoff,
    HandoffReason,
    HandoffState,
    Identity,
    Inbound,
    Message,
    OfferExport,
    OpenCase,
    Outcome,
    Proof,
    Reply,
    RequestHandoff,
    Role,
)
from memory.ports import ClaimedTurn
from tests.conftest import HandClock
from tests.remembering import fake_memory

PATIENCE = 10.0
MONTH = timedelta(days=30)
MARA = Agent(AgentId("mara"), "mara@fernhill.example", "Mara", Role.AGENT)
ANA = Address("telegram", "ana")
BEN = Address("telegram", "ben")
HANDED_OVER = Outcome((Reply("I'll get someone."),), records=(RequestHandoff(HandoffReason.ASKED_FOR_PERSON),))
YES_OR_NO = (Button("Yes, please", "/affirm"), Button("No, thanks", "/deny"))

Answer = Callable[[Said], Outcome]


def echo(said: Said) -> Outcome:
    return Outcome((Reply(f"You said: {said.text}"),), DialogueState(snapshot=said.text))


class ToyDialogue:
    """Answers as a test tells it, and keeps what it was asked."""

    def __init__(self) -> None:
        self.heard: list[Said] = []
        self.states: list[DialogueState | None] = []
        self.answer: Answer = echo

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        self.heard.append(said)
        self.states.append(state)
        return self.answer(said)


@dataclass
class Stage:
    """A handler over memory that forgets, with Ana and Ben writing to it."""

    memory: FakeMemory
    dialogue: ToyDialogue
    handler: TurnHandler
    metrics: Metrics

    async def arrives(self, text: str, writer: Address = ANA, **more: Any) -> int:
        """A message is accepted and waits for its turn."""
        provider_id = more.pop("provider_id", f"m-{text}-{len(self.dialogue.heard)}")
        inbound = Inbound(writer, provider_id, text, **{"proof": Proof.PLATFORM, **more})
        return (await self.memory.inbox.accept(inbound)).inbox_id

    async def turn(self) -> None:
        """The oldest waiting message has its turn."""
        async with self.memory.turns.claim() as turn:
            assert turn is not None, "no message is waiting"
            await self.handler.handle(turn)

    async def says(self, text: str, writer: Address = ANA, **more: Any) -> list[str]:
        """What the bot answers to a message, text by text."""
        inbox_id = await self.arrives(text, writer, **more)
        await self.turn()
        return await self.answered(inbox_id)

    async def answered(self, inbox_id: Any) -> list[str]:
        replies = await self.memory.inbox.replies(inbox_id)
        assert replies is not None, "the message has not been answered"
        return [reply.text for reply in replies]

    async def transcript(self, writer: Address = ANA) -> Sequence[Message]:
        customer = await self.memory.identities.customer_for(writer, Proof.PLATFORM)
        assert customer is not None
        return await self.memory.transcript.before(customer.id, None, 100)

    async def open_handoff(self) -> Handoff:
        return (await self.memory.handoffs.queue([s for s in HandoffState if s.is_open]))[0].handoff

    async def brief(self) -> Brief:
        return (await self.memory.handoffs.view((await self.open_handoff()).id)).brief

    async def mara_takes_over(self) -> Handoff:
        return await self.memory.handoffs.move((await self.open_handoff()).id, HandoffState.ACCEPTED, MARA.id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """A runner at work beside the test."""
        runner = TurnRunner(
            turns=self.memory.turns, handler=self.handler, doorbell=self.memory.doorbell, metrics=self.metrics
        )
        task = asyncio.create_task(runner.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until_answered(self, inbox_id: Any, writer: Address = ANA) -> list[str]:
        """What the runner answers, when it has."""
        customer = await self.memory.identities.customer_for(writer, Proof.PLATFORM)
        assert customer is not None
        with self.memory.doorbell.listen(f"customer:{customer.id}") as ring:
            while await self.memory.inbox.replies(inbox_id) is None:
                assert await ring.wait(PATIENCE), "the message was never answered"
        return await self.answered(inbox_id)


@pytest.fixture
async def stage(clock: HandClock) -> Stage:
    memory = fake_memory(clock=clock)
    await memory.agents.add(MARA, "no password")
    dialogue = ToyDialogue()
    hours = SupportHours.parse("Mon-Fri 09:00-17:30", "Europe/London")
    handler = TurnHandler(
        dialogue=dialogue,
        hours=hours,
        silence=timedelta(minutes=30),
        abandon_after=MONTH,
        clock=clock,
        calls=Calls(
            line=Line(offers=memory.offers, hours=hours),
            hours=hours,
            departments={"return_item": "returns"},
            patience=timedelta(hours=4),
        ),
        meanwhile=Meanwhile(notices=memory.notices, hours=hours, serves={"web", "telegram", "email"}),
        mail={"email"},
    )
    return Stage(memory, dialogue, handler, Metrics())


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    structlog.reset_defaults()  # other tests may have made it deaf to what is only information
    with capture_logs() as captured:
        yield captured


async def test_a_message_is_answered_and_its_state_kept_for_the_next_turn(stage: Stage) -> None:
    assert await stage.says("hello") == ["You said: hello"]
    assert await stage.says("and again") == ["You said: and again"]

    assert [state.snapshot if state else None for state in stage.dialogue.states] == [None, "hello"]
    said = [(m.author, m.text) for m in await stage.transcript()]
    assert said[:2] == [(Author.CUSTOMER, "hello"), (Author.BOT, "You said: hello")]


async def test_nothing_is_said_while_a_person_owns_the_conversation_and_it_is_all_kept(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")
    await stage.mara_takes_over()

    assert await stage.says("are you there?") == []

    assert len(stage.dialogue.heard) == 1, "the dialogue was asked although a person owns the conversation"
    assert (await stage.transcript())[-1].text == "are you there?"


async def test_an_order_about_ones_own_data_is_carried_out_while_a_person_has_it_and_touches_nothing_else(
    stage: Stage,
) -> None:
    stage.dialogue.answer = lambda _: replace(HANDED_OVER, dialogue=DialogueState("the tent", task="return_form"))
    await stage.says("a person please")
    handoff = await stage.mara_takes_over()
    records = (OfferExport("an-id"), OpenCase("order_status", "Where is my order"))
    stage.dialogue.answer = lambda _: Outcome((Reply("Here it is."),), DialogueState("emptied"), records)

    assert await stage.says("Send me my data, please") == ["Here it is."]

    assert stage.dialogue.heard[-1].payload == "/send_my_data"
    assert stage.dialogue.states[-1] is None, "an open task would ask its question again"
    assert not (await stage.brief()).cases, "only what is about their data is recorded"
    await stage.memory.handoffs.move(handoff.id, HandoffState.RETURNED, MARA.id)
    await stage.says("so, the tent")
    kept = stage.dialogue.states[-1]
    assert kept is not None
    assert kept.snapshot == "the tent"


async def test_the_bot_goes_on_answering_while_the_customer_waits_for_a_person(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")
    stage.dialogue.answer = echo

    assert await stage.says("and my parcel?") == ["You said: and my parcel?"]
    assert stage.dialogue.heard[-1].context["handoff_state"] == "queued"


async def test_afterwards_the_dialogue_is_told_what_the_person_said_and_finished(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: replace(HANDED_OVER, dialogue=DialogueState("{}", task="return_form"))
    await stage.says("a person please")
    handoff = await stage.mara_takes_over()
    await stage.memory.handoffs.reply(handoff.id, MARA.id, "I've sent you a new tent.")
    await stage.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, MARA.id)
    stage.dialogue.answer = echo

    await stage.says("thanks")

    heard = stage.dialogue.heard[-1]
    assert heard.person_said == ("I've sent you a new tent.",)
    assert heard.task_done
    assert heard.context["last_person"] == "Mara"


async def test_a_message_that_keeps_breaking_the_dialogue_goes_to_a_person_with_an_apology(stage: Stage) -> None:
    stage.dialogue.answer = broken
    inbox_id = await stage.arrives("poison")
    for _ in range(GIVE_UP_AT - 1):
        with pytest.raises(DialogueError):
            await stage.turn()
    await stage.turn()

    sorry, choice = await stage.answered(inbox_id)
    assert (sorry, choice.partition(";")[0]) == (SORRY.text, "Nobody is here right now")
    assert len(stage.dialogue.heard) == GIVE_UP_AT - 1
    assert (await stage.brief()).reason is HandoffReason.POISON_MESSAGE
    assert len((await stage.brief()).promises) == 1


async def test_a_link_that_no_longer_works_is_explained(stage: Stage) -> None:
    assert await stage.says("", link_code="used long ago") == [LINK_REFUSED.text]
    assert stage.dialogue.heard == []


async def test_going_on_by_a_link_says_where_things_stand(stage: Stage, clock: HandClock) -> None:
    await stage.says("hello from the website", Address("web", "ana"))
    ana = await stage.memory.identities.customer_for(Address("web", "ana"), Proof.PLATFORM)
    assert ana is not None
    code = await stage.memory.identities.issue_code(ana.id, clock() + timedelta(minutes=10))

    await stage.says("", link_code=code, command="start")

    assert stage.dialogue.heard[-1].resuming
    assert stage.dialogue.heard[-1].customer_id == ana.id


async def test_a_picture_without_words_is_kept_and_the_bot_says_that_it_reads_text_only(stage: Stage) -> None:
    picture = {"kind": "photo", "id": "file-1"}

    assert await stage.says("", attachments=(picture,)) == [KEPT_FOR_TEAM.text]
    assert await stage.says("it broke here", attachments=(picture,)) == ["You said: it broke here"]


async def test_who_sends_a_file_named_by_a_card_number_is_told_that_the_name_was_changed(stage: Stage) -> None:
    receipt = {"kind": "document", "file_id": "file-1", "file_name": "[card number removed].pdf"}

    told, kept = await stage.says("", attachments=(receipt,))

    assert told.startswith("I took the card number out")
    assert kept == KEPT_FOR_TEAM.text


async def test_a_button_counts_only_when_it_was_offered(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: Outcome((Reply("Shall I?", YES_OR_NO),))
    await stage.says("return it")
    await stage.says("Yes, please", payload="/affirm")
    await stage.says("/inform", payload='/inform{"order_number": "1042"}')
    await stage.says("/affirm now")

    assert [said.payload for said in stage.dialogue.heard] == [None, "/affirm", None, None]


async def test_a_button_that_was_offered_to_somebody_else_does_not_count(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: Outcome((Reply("Shall I?", YES_OR_NO),))
    await stage.says("return it", ANA)

    await stage.says("Yes, please", BEN, payload="/affirm")

    assert stage.dialogue.heard[-1].payload is None


@pytest.mark.parametrize("typed", ["Yes, please", "yes, PLEASE", "  yes, please\n"])
async def test_typing_what_is_on_a_button_presses_it(stage: Stage, typed: str) -> None:
    stage.dialogue.answer = lambda _: Outcome((Reply("Shall I?", YES_OR_NO),))
    await stage.says("return it")

    await stage.says(typed)

    assert stage.dialogue.heard[-1].payload == "/affirm"


async def test_a_channels_own_command_is_what_it_stands_for(stage: Stage) -> None:
    await stage.says("/person", command="ask_person")

    assert stage.dialogue.heard[-1].payload == "/ask_person"


async def test_a_request_for_a_person_while_nobody_is_there_becomes_a_promise_with_a_due_time(
    stage: Stage, clock: HandClock
) -> None:
    clock.advance(hours=10)  # Thursday evening
    stage.dialogue.answer = lambda _: HANDED_OVER

    await stage.says("a person please")

    assert stage.dialogue.heard[-1].context["people_here"] is False
    assert stage.dialogue.heard[-1].context["reply_by"] == "tomorrow by 10:00"
    (promise,) = (await stage.brief()).promises
    assert promise.due_at.isoformat() == "2030-03-15T10:00:00+00:00"


async def test_asking_again_while_waiting_promises_nothing_new(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER

    await stage.says("a person please")
    await stage.says("a person, now")

    assert len((await stage.brief()).promises) == 1


async def test_nothing_is_promised_while_somebody_is_at_the_desk(stage: Stage, clock: HandClock) -> None:
    await stage.memory.agents.open_session(MARA.id, "hash", clock() + timedelta(hours=1))
    await stage.memory.agents.by_session("hash")
    stage.dialogue.answer = lambda _: HANDED_OVER

    await stage.says("a person please")

    assert stage.dialogue.heard[-1].context["people_here"] is True
    assert (await stage.brief()).promises == []


async def test_a_broken_promise_is_told_to_the_dialogue_until_a_new_time_is_named(
    stage: Stage, clock: HandClock
) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")
    clock.advance(days=1)
    owned_up = Outcome((Reply("Sorry."),), records=(RequestHandoff(HandoffReason.BROKEN_PROMISE),))
    stage.dialogue.answer = lambda _: owned_up

    await stage.says("hello?")
    assert str(stage.dialogue.heard[-1].known["broken_promise"]).startswith("yesterday by ")
    assert len((await stage.brief()).promises) == 2, "the time named is a promise, though a person is awaited already"

    stage.dialogue.answer = echo
    await stage.says("and now?")
    assert stage.dialogue.heard[-1].known["broken_promise"] is None


async def test_handoffs_are_counted_by_reason_and_once_while_a_person_is_awaited(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER
    async with stage.running():
        for words in ("a person please", "a person, now"):
            await stage.until_answered(await stage.arrives(words))

    assert 'threadkeeper_handoffs_requested_total{reason="asked_for_person"} 1.0' in stage.metrics.page().decode()


@pytest.mark.parametrize("reason", sorted(set(HandoffReason) - {HandoffReason.AGENT_TOOK_OVER}))
async def test_every_reason_is_counted_by_its_name(stage: Stage, reason: HandoffReason) -> None:
    stage.dialogue.answer = lambda _: Outcome((Reply("I’ll get someone."),), records=(RequestHandoff(reason),))
    async with stage.running():
        await stage.until_answered(await stage.arrives("hello"))

    assert f'threadkeeper_handoffs_requested_total{{reason="{reason.value}"}} 1.0' in stage.metrics.page().decode()


async def test_a_promise_that_is_broken_to_who_waits_is_counted_each_time(stage: Stage) -> None:
    broken = Outcome((Reply("I’m sorry."),), records=(RequestHandoff(HandoffReason.BROKEN_PROMISE),))
    stage.dialogue.answer = lambda inbound: HANDED_OVER if inbound.text == "a person" else broken
    async with stage.running():
        for words in ("a person", "nobody wrote", "nobody wrote again"):
            await stage.until_answered(await stage.arrives(words))

    page = stage.metrics.page().decode()
    assert 'threadkeeper_handoffs_requested_total{reason="asked_for_person"} 1.0' in page
    assert 'threadkeeper_handoffs_requested_total{reason="broken_promise"} 2.0' in page


@pytest.mark.parametrize(("minutes", "resuming"), [(29, False), (31, True)])
async def test_a_return_after_a_long_silence_asks_for_where_things_stand(
    stage: Stage, clock: HandClock, minutes: int, resuming: bool
) -> None:
    await stage.says("I want to return something")
    assert not stage.dialogue.heard[-1].resuming, "a first message was taken for a return"
    clock.advance(minutes=minutes)

    await stage.says("where were we?")

    assert stage.dialogue.heard[-1].resuming is resuming


async def test_who_answers_by_mail_days_later_has_the_question_before_them_and_is_not_reminded(
    stage: Stage, clock: HandClock
) -> None:
    ana = Address("email", "ana@example.com")
    await stage.says("I want to return something", ana)
    clock.advance(days=2)
    await stage.says("the tent", ana, under_ours=True)
    assert not stage.dialogue.heard[-1].resuming
    clock.advance(days=2)
    await stage.says("hello again", ana)
    assert stage.dialogue.heard[-1].resuming, "a new mail says nothing of the old one"


async def test_what_one_turn_says_is_one_letter_and_each_choice_ends_one(stage: Stage) -> None:
    ana = Address("email", "ana@example.com")
    said = (
        Reply("Welcome back."),
        Reply("Shall I?", YES_OR_NO),
        Reply(""),
        Reply("By the way.", custom={"export": "x"}),
    )
    stage.dialogue.answer = lambda _: Outcome(said)
    assert await stage.says("hello", ana) == ["Welcome back.\n\nShall I?", "By the way."]
    _, first, second = await stage.transcript(ana)
    assert (first.buttons, second.buttons) == (YES_OR_NO, ())
    assert second.custom == {"export": "x"}
    assert await stage.says("hello", BEN) == [reply.text for reply in said], "a chat has bubbles"


async def test_the_dialogue_knows_who_is_logged_in_and_only_then_their_email(stage: Stage) -> None:
    logged_in = Identity("c-101", "Ana", "ana@example.com")
    await stage.says("hi", Address("web", "guest"), proof=Proof.NONE)
    await stage.says("hi", Address("web", "ana"), proof=Proof.SIGNED_TOKEN, identity=logged_in)

    guest, ana = (said.context for said in stage.dialogue.heard)
    assert (guest["shop_customer_id"], guest["customer_email"]) == (None, None)
    assert (ana["shop_customer_id"], ana["customer_name"], ana["customer_email"]) == ("c-101", "Ana", "ana@example.com")


async def test_where_a_mail_came_from_is_known_to_the_dialogue(stage: Stage) -> None:
    await stage.says("hi", Address("email", "ana@example.com"), proof=Proof.NONE)
    await stage.says("hi", BEN)
    assert [said.context["customer_email"] for said in stage.dialogue.heard] == ["ana@example.com", None]


async def test_the_dialogue_is_told_a_language_only_by_messages_that_tell_it(stage: Stage) -> None:
    await stage.says("hallo", language="de")
    await stage.says("hi")

    german, silent = (said.context for said in stage.dialogue.heard)
    assert german["language"] == "de"
    assert "language" not in silent, "the language known before would be forgotten"


async def test_the_dialogue_knows_the_cases_and_what_nobody_touched_for_long_is_given_up(
    stage: Stage, clock: HandClock
) -> None:
    tent = OpenCase("return_item", "Return of the tent", "k-tent", {"order_number": "1031"})
    stage.dialogue.answer = lambda said: Outcome((Reply("ok"),), records=(tent,) if said.text == "tent" else ())
    await stage.says("tent")
    clock.advance(days=29)
    await stage.says("hi")
    clock.advance(days=2)
    await stage.says("hello")
    await stage.says("hello again")

    kept, lapsed, after = (said.known["cases"] for said in stage.dialogue.heard[1:])
    case = {"key": "k-tent", "topic": "return_item", "title": tent.title, "about": tent.about, "state": "open"}
    assert kept == [{**case, "lapsed": False}]
    assert lapsed == [{**case, "state": "abandoned", "lapsed": True}]
    assert after == [{**case, "state": "abandoned", "lapsed": False}], "it is said once only"
    assert [list(said.lapsed) for said in stage.dialogue.heard] == [[], [], ["k-tent"], []]


async def test_an_answer_that_a_person_overtook_is_never_sent_and_the_message_is_kept(
    stage: Stage, logs: list[Any]
) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")
    mara_may_come, mara_came = asyncio.Event(), asyncio.Event()
    stage.handler = _Slow(stage.handler, mara_may_come, mara_came)  # type: ignore[assignment]
    stage.dialogue.answer = echo

    async with stage.running():
        inbox_id = await stage.arrives("and the bill?")
        await asyncio.wait_for(mara_may_come.wait(), PATIENCE)
        await stage.mara_takes_over()
        mara_came.set()
        assert await stage.until_answered(inbox_id) == []

    said = [m.text for m in await stage.transcript()]
    assert not [text for text in said if text.startswith("You said")]
    assert said.count("and the bill?") == 1
    assert "turn_overtaken_by_person" in [entry["event"] for entry in logs]


async def test_a_failing_dialogue_is_tried_again_and_never_ends_the_runner(stage: Stage, logs: list[Any]) -> None:
    left = [broken, broken]
    stage.dialogue.answer = lambda said: left.pop()(said) if left else echo(said)

    async with stage.running() as runner:
        first = await stage.until_answered(await stage.arrives("hello"))
        second = await stage.until_answered(await stage.arrives("still there?"))
        assert not runner.done()

    assert (first, second) == (["You said: hello"], ["You said: still there?"])
    assert [entry["event"] for entry in logs] == ["turn_failed", "turn_failed"]
    assert "hello" not in str([entry for entry in logs if entry["log_level"] == "info"])
    assert b"threadkeeper_turns_failed_total 2.0" in stage.metrics.page()


async def test_a_customer_whose_message_breaks_the_dialogue_holds_up_nobody_else(stage: Stage) -> None:
    stage.dialogue.answer = lambda said: broken(said) if said.text == "poison" else echo(said)

    async with stage.running():
        poison = await stage.arrives("poison", ANA)
        good = await stage.arrives("hello", BEN)
        assert await stage.until_answered(good, BEN) == ["You said: hello"]
        sorry, choice = await stage.until_answered(poison)
        assert sorry == SORRY.text
        assert choice.startswith("Nobody is here right now; someone will write to you here today by ")


async def test_messages_of_one_customer_are_answered_in_the_order_in_which_they_came(stage: Stage) -> None:
    inbox_ids = [await stage.arrives(f"message {n}") for n in range(2 * AT_ONCE)]

    async with stage.running():
        for inbox_id in inbox_ids:
            await stage.until_answered(inbox_id)

    said = [m.text for m in await stage.transcript() if m.author is Author.CUSTOMER]
    assert said == [f"message {n}" for n in range(2 * AT_ONCE)]


async def test_what_a_customer_sends_during_a_turn_does_not_wait_for_the_next_look(stage: Stage) -> None:
    count = 2 * int(PATIENCE / LOOK_AGAIN)
    turn_begun, go_on = asyncio.Event(), asyncio.Event()
    stage.handler = _Slow(stage.handler, turn_begun, go_on)  # type: ignore[assignment]

    async with stage.running():
        inbox_ids = [await stage.arrives(f"message {n}") for n in range(count)]
        await asyncio.wait_for(turn_begun.wait(), PATIENCE)
        go_on.set()
        await asyncio.wait_for(stage.until_answered(inbox_ids[-1]), PATIENCE)


async def test_a_runner_that_is_cancelled_lets_its_turns_finish(stage: Stage) -> None:
    claimed, go_on = asyncio.Event(), asyncio.Event()
    stage.handler = _Slow(stage.handler, claimed, go_on)  # type: ignore[assignment]

    async with stage.running() as runner:
        inbox_id = await stage.arrives("hello")
        await asyncio.wait_for(claimed.wait(), PATIENCE)
        runner.cancel()
        go_on.set()
        await asyncio.gather(runner, return_exceptions=True)

    assert await stage.answered(inbox_id) == ["You said: hello"]


def broken(said: Said) -> Outcome:
    raise DialogueError(f"no answer to {said.turn_id}")


class _Slow:
    """A handler that has claimed its turn and then waits to be told to go on."""

    def __init__(self, handler: TurnHandler, claimed: asyncio.Event, go_on: asyncio.Event) -> None:
        self._handler = handler
        self._claimed = claimed
        self._go_on = go_on

    async def handle(self, turn: ClaimedTurn) -> None:
        self._claimed.set()
        await self._go_on.wait()
        for _ in range(20):
            await asyncio.sleep(0)  # as real turns do, let the runner look around meanwhile
        await self._handler.handle(turn)


async def test_a_request_says_whose_matter_it_is_in_which_language_and_how_long_they_wait(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: Outcome([Reply("ok")], None, [OpenCase("return_item", "Return of the tent")])
    await stage.says("my tent")
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please", language="de")

    handoff = await stage.open_handoff()
    assert (handoff.department, handoff.language, handoff.patience) == ("returns", "de", timedelta(hours=4))


async def test_what_they_were_at_hours_ago_does_not_say_whose_matter_it_is(stage: Stage, clock: HandClock) -> None:
    stage.dialogue.answer = lambda _: Outcome([Reply("ok")], None, [OpenCase("return_item", "Return of the tent")])
    await stage.says("my tent")
    clock.advance(hours=2)
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")

    assert (await stage.open_handoff()).department is None


async def test_the_dialogue_knows_where_those_stand_who_wait(stage: Stage) -> None:
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")
    stage.dialogue.answer = echo
    await stage.says("how long?")
    assert stage.dialogue.heard[-1].known["line"] == {"number": 1, "wait_seconds": None, "opens": None}

    await stage.says("hello", BEN)
    assert "line" not in stage.dialogue.heard[-1].known


async def test_out_of_hours_the_dialogue_knows_when_the_desk_opens(stage: Stage, clock: HandClock) -> None:
    clock.advance(days=1, hours=10)
    stage.dialogue.answer = lambda _: HANDED_OVER
    await stage.says("a person please")
    stage.dialogue.answer = echo
    await stage.says("how long?")
    line = stage.dialogue.heard[-1].known["line"]
    assert line == {"number": 1, "wait_seconds": None, "opens": "on Monday at 09:00"}
