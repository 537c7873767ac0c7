"""Who waits for a person chooses to wait, to leave it, or to be written to elsewhere, and so it comes."""

from __future__ import annotations

from datetime import timedelta

from memory.model import (
    BOT,
    Address,
    Agreed,
    Awaiting,
    AwaitPerson,
    CaseState,
    Cursor,
    DeliveryState,
    Grounds,
    Handoff,
    HandoffReason,
    HandoffState,
    MakePromise,
    NoticeState,
    OpenCase,
    Promise,
    PromiseState,
    Proof,
    Record,
    RequestHandoff,
    WithdrawRequest,
)
from memory.moves import WITHDRAWN
from tests.contract.memory.talk import ANA, BEN, Talk

WEB, PHONE = ("web", "v1"), ("telegram", "42")
MAIL = Address("email", "ana@example.com")
ASKED = RequestHandoff(HandoffReason.ASKED_FOR_PERSON)


async def waits(talk: Talk, *more: Record, **who: object) -> Handoff:
    """Somebody on the website was promised that the team will write tomorrow."""
    promise = MakePromise("Someone will write.", talk.clock.now + timedelta(hours=20), kept_by_reply=True)
    who.setdefault("identity", ANA)
    accepted = await talk.hear("a person please", WEB, **who)
    await talk.answer("Nobody is here", records=[*more, ASKED, promise])
    queue = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    return next(line.handoff for line in queue if line.handoff.customer_id == accepted.customer_id)


async def says(talk: Talk, words: str, record: Record, at: tuple[str, str] = WEB) -> Cursor:
    """A customer chooses; the number of their message."""
    who = {"identity": ANA} if at == WEB else {}
    accepted = await talk.hear(words, at, **who)
    await talk.answer("good", records=[record])
    return Cursor((await talk.said(accepted.customer_id))[-1].number - 1)


async def now(talk: Talk, handoff: Handoff) -> Handoff:
    return (await talk.memory.handoffs.view(handoff.id)).handoff


async def promised(talk: Talk) -> Promise:
    (owed,) = await talk.memory.promises.listed(list(PromiseState))
    return owed.promise


async def linked_phone(talk: Talk, handoff: Handoff) -> Address:
    """They also have Telegram."""
    accepted = await talk.hear("hello", PHONE)
    await talk.answer("hello")
    on = Grounds(Proof.OPERATOR, "same person")
    await talk.memory.links.merge(accepted.customer_id, into=handoff.customer_id, on=on)
    talk.clock.advance(minutes=1)
    await talk.hear("still here", WEB, identity=ANA)
    await talk.answer("yes")
    return Address(*PHONE)


async def answered(talk: Talk, handoff: Handoff, text: str = "Mara here") -> str:
    """Mara takes it and writes; the channel of her reply."""
    mara = await talk.agent()
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    return (await talk.memory.handoffs.reply(handoff.id, mara, text)).channel


async def test_they_are_reached_where_they_wrote_and_at_the_mail_their_site_has_proved(talk: Talk) -> None:
    handoff = await waits(talk)
    phone = await linked_phone(talk, handoff)
    reached = await talk.memory.notices.reached_at(handoff.customer_id)
    assert reached == (Address(*WEB), phone, MAIL)


async def test_a_guest_is_reached_at_no_mail_and_a_caller_over_rest_nowhere(talk: Talk) -> None:
    guest = await talk.say("hello", WEB)
    caller = await talk.say("hello", ("rest", "r1"))
    assert await talk.memory.notices.reached_at(guest) == (Address(*WEB),)
    assert await talk.memory.notices.reached_at(caller) == ()


async def test_a_mail_address_that_leads_to_somebody_else_is_not_theirs_to_choose(talk: Talk) -> None:
    other = await talk.say("hello", (MAIL.channel, MAIL.id))
    handoff = await waits(talk)
    assert other != handoff.customer_id
    assert MAIL not in await talk.memory.notices.reached_at(handoff.customer_id)


async def test_who_waits_is_known_to_wait_by_the_message_in_which_they_said_so(talk: Talk) -> None:
    handoff = await waits(talk)
    number = await says(talk, "I'll wait", AwaitPerson())
    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.awaiting == view.brief.awaiting == Awaiting(number)
    assert view.handoff.state is HandoffState.QUEUED
    assert (await promised(talk)).channel == "web"
    assert await answered(talk, handoff) == "web"


async def test_the_reply_goes_out_where_they_chose_to_be_written_to(talk: Talk) -> None:
    handoff = await waits(talk)
    phone = await linked_phone(talk, handoff)
    number = await says(talk, "write me on Telegram", AwaitPerson(phone))
    assert (await now(talk, handoff)).awaiting == Awaiting(number, phone)
    assert (await promised(talk)).channel == "telegram"

    assert await answered(talk, handoff) == "telegram"
    (delivery,) = await talk.memory.outbox.claim(["telegram"], 5)
    assert (delivery.address, delivery.message.text) == (phone, "Mara here")
    kept = await promised(talk)
    assert (kept.state, kept.kept_in) == (PromiseState.KEPT, delivery.message.number)


async def test_a_choice_of_mail_makes_the_address_theirs_and_its_answers_come_back_to_the_conversation(
    talk: Talk,
) -> None:
    handoff = await waits(talk)
    await says(talk, "by e-mail please", AwaitPerson(MAIL))
    assert await answered(talk, handoff) == "email"
    (delivery,) = await talk.memory.outbox.claim(["email"], 5)
    assert delivery.address == MAIL

    accepted = await talk.hear("thanks Mara", (MAIL.channel, MAIL.id))
    assert accepted.customer_id == handoff.customer_id
    assert MAIL in (await talk.memory.handoffs.view(handoff.id)).brief.addresses


async def test_nobody_is_written_to_at_an_address_that_is_not_theirs(talk: Talk) -> None:
    await talk.say("hello", PHONE)
    handoff = await waits(talk)
    for foreign in (Address(*PHONE), Address("email", "ben@example.com")):
        await says(talk, "write me there", AwaitPerson(foreign))
        assert (await now(talk, handoff)).awaiting is None
    assert (await promised(talk)).channel is None
    assert await answered(talk, handoff) == "web"


async def test_a_guest_does_not_make_a_mail_address_theirs(talk: Talk) -> None:
    handoff = await waits(talk, identity=None)
    await talk.hear("by e-mail", WEB)
    await talk.answer("no", records=[AwaitPerson(MAIL)])
    assert (await now(talk, handoff)).awaiting is None


async def test_once_they_write_to_the_person_it_goes_on_where_they_write(talk: Talk) -> None:
    handoff = await waits(talk)
    phone = await linked_phone(talk, handoff)
    await says(talk, "write me on Telegram", AwaitPerson(phone))
    talk.clock.advance(hours=1)
    await talk.hear("any news?", WEB, identity=ANA)
    await talk.answer("not yet")
    talk.clock.advance(hours=1)
    assert await answered(talk, handoff) == "telegram", "asking the bot meanwhile changes nothing"

    talk.clock.advance(minutes=1)
    await talk.hear("I am back on the website", WEB, identity=ANA)
    await talk.answer()
    mara = (await now(talk, handoff)).agent_id
    assert mara is not None
    assert (await talk.memory.handoffs.reply(handoff.id, mara, "Good")).channel == "web"


async def test_an_address_that_was_parted_from_them_gets_nothing(talk: Talk) -> None:
    handoff = await waits(talk)
    phone = await linked_phone(talk, handoff)
    await says(talk, "write me on Telegram", AwaitPerson(phone))
    (link,) = await talk.memory.links.of(handoff.customer_id)
    await talk.memory.links.undo(link.id, why="not theirs", by="operator")
    assert await answered(talk, handoff) == "web"
    going = await talk.memory.outbox.claim(["telegram"], 5)
    assert [row.message.text for row in going] == ["hello"], "only what was said there"


async def test_who_leaves_it_is_owed_nothing_and_the_evidence_is_their_message(talk: Talk) -> None:
    handoff = await waits(talk)
    number = await says(talk, "never mind", WithdrawRequest())
    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.state is HandoffState.ABANDONED
    assert view.handoff.closed_at == talk.clock.now
    assert (view.moves[-1].by, view.moves[-1].why) == (BOT, WITHDRAWN)
    promise = await promised(talk)
    assert (promise.state, promise.kept_in, promise.why) == (PromiseState.CANCELLED, number, WITHDRAWN)
    assert (await talk.thread_at(WEB, identity=ANA)).handoff is None


async def test_the_cases_of_who_leaves_it_are_the_bots_again(talk: Talk) -> None:
    handoff = await waits(talk, OpenCase("return", "Return, order 1031", "case-1"))
    (case,) = (await talk.memory.handoffs.view(handoff.id)).brief.cases
    assert case.state is CaseState.HANDED_OVER
    await says(talk, "never mind", WithdrawRequest())
    (case,) = (await talk.memory.handoffs.view(handoff.id)).brief.cases
    assert case.state is CaseState.OPEN


async def test_who_leaves_it_while_they_are_thought_to_be_patient_stays_gone(talk: Talk) -> None:
    wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, patience=timedelta(hours=3))
    handoff = await talk.ask_for_person(WEB, identity=ANA, wanted=wanted)
    await says(talk, "never mind", WithdrawRequest())
    assert (await now(talk, handoff)).state is HandoffState.ABANDONED


async def test_an_offer_to_an_agent_ends_when_they_leave_it(talk: Talk) -> None:
    handoff = await waits(talk)
    await talk.offered(handoff, await talk.agent())
    await says(talk, "never mind", WithdrawRequest())
    after = await now(talk, handoff)
    assert (after.state, after.offer) == (HandoffState.ABANDONED, None)


async def test_with_nobody_awaited_or_a_person_there_a_choice_changes_nothing(talk: Talk) -> None:
    customer_id = await talk.say("hello", WEB, identity=ANA)
    await says(talk, "I'll wait", AwaitPerson())
    await says(talk, "never mind", WithdrawRequest())
    assert await talk.memory.handoffs.queue(list(HandoffState)) == []

    handoff, mara = await talk.taken(WEB, identity=ANA)
    assert handoff.customer_id == customer_id
    await talk.hear("never mind", WEB, identity=ANA)
    await talk.answer(records=[WithdrawRequest(), AwaitPerson()])
    after = await now(talk, handoff)
    assert (after.state, after.agent_id, after.awaiting) == (HandoffState.ACCEPTED, mara, None)


async def test_what_was_promised_and_broken_is_told_where_they_chose_to_hear_of_it(talk: Talk) -> None:
    handoff = await waits(talk)
    phone = await linked_phone(talk, handoff)
    await says(talk, "write me on Telegram", AwaitPerson(phone))
    talk.clock.advance(hours=21)
    (broken,) = await talk.memory.promise_times.lapse(timedelta())
    notice = await talk.memory.promise_times.tell(broken.id, "We did not keep it")
    assert notice is not None
    assert (notice.state, notice.channel) == (NoticeState.POSTED, "telegram")


async def test_a_turn_knows_the_choices_under_the_last_words_and_what_is_owed(talk: Talk) -> None:
    await waits(talk)
    due = (await promised(talk)).due_at
    thread = await talk.thread_at(WEB, identity=ANA)
    assert thread.owed_until == due
    assert thread.standing_buttons == ()


async def test_a_choice_keeps_its_message_when_numbers_change_and_goes_with_its_handoff(talk: Talk) -> None:
    """Ben's older words come before Ana's when they are linked, and leave again when they are parted."""
    accepted = await talk.hear("an old question", PHONE)
    await talk.answer("an old answer")
    talk.clock.advance(hours=1)
    handoff = await waits(talk)
    number = await says(talk, "I'll wait", AwaitPerson())
    link = await talk.memory.links.merge(
        accepted.customer_id, into=handoff.customer_id, on=Grounds(Proof.OPERATOR, "same person")
    )
    assert (await now(talk, handoff)).awaiting == Awaiting(Cursor(number + 2))
    await talk.memory.links.undo(link.id, why="not the same", by="operator")
    assert (await now(talk, handoff)).awaiting == Awaiting(number)


async def test_two_who_wait_choose_each_for_themselves(talk: Talk) -> None:
    mine = await waits(talk)
    theirs = await talk.ask_for_person(("web", "v2"), identity=BEN)
    await says(talk, "I'll wait", AwaitPerson())
    assert (await now(talk, mine)).awaiting is not None
    assert (await now(talk, theirs)).awaiting is None
    await talk.memory.endings.give_back(
        (await _taken(talk, theirs)).id, (await now(talk, theirs)).agent_id or BOT, Agreed()
    )
    assert (await now(talk, mine)).state is HandoffState.QUEUED


async def _taken(talk: Talk, handoff: Handoff) -> Handoff:
    return await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, await talk.agent())


async def test_a_reply_that_waits_for_its_channel_is_sent_there(talk: Talk) -> None:
    handoff = await waits(talk)
    phone = await linked_phone(talk, handoff)
    await says(talk, "write me on Telegram", AwaitPerson(phone))
    await answered(talk, handoff)
    (message,) = [said for said in await talk.said(handoff.customer_id) if said.agent_name]
    assert (message.channel, message.delivery) == ("telegram", DeliveryState.PENDING)
