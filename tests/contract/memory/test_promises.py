"""Promises are owed until they are kept, broken once when their time is over, and told of once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from memory.errors import IllegalPromiseMove, UnknownHandoff, UnknownMessage, UnknownPromise
from memory.model import (
    PROMISE_MOVES,
    TEAM,
    TIMER,
    AgentId,
    Closing,
    Cursor,
    CustomerId,
    DeliveryState,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    MakePromise,
    NewPromise,
    NoticeState,
    Promise,
    PromiseId,
    PromiseState,
    RequestHandoff,
    Topic,
    Wish,
)
from memory.promises import THEY_LEFT
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import open_memory

P = PromiseState
HALF_AN_HOUR = timedelta(minutes=30)
OWED = [P.OPEN, P.BROKEN]
EVERY = list(P)
WEB = ("web", "v1")


async def owed_to_write(talk: Talk, hours: float = 2, at: tuple[str, str] = ("telegram", "42")) -> Handoff:
    """The bot has promised that somebody will write."""
    await talk.hear("a person please", at)
    promise = MakePromise("Someone will write.", talk.clock.now + timedelta(hours=hours), kept_by_reply=True)
    await talk.answer("of course", records=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON), promise])
    (line,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    return line.handoff


async def promised(talk: Talk, hours: float = 2) -> tuple[Promise, Handoff]:
    """Mara has promised to call."""
    handoff, mara = await talk.taken()
    said = await talk.memory.handoffs.reply(handoff.id, mara, "I'll call you at 11.")
    new = NewPromise("I'll call you", talk.clock.now + timedelta(hours=hours), said.number)
    return await talk.memory.promises.record(handoff.id, mara, new), handoff


async def only(talk: Talk, *states: PromiseState) -> Promise:
    (owed,) = await talk.memory.promises.listed(states or EVERY)
    return owed.promise


async def told(talk: Talk, promise: Promise) -> NoticeState | None:
    notice = await talk.memory.promise_times.tell(promise.id, f"We did not keep: {promise.text}")
    return notice.state if notice else None


def test_every_state_is_in_the_table_of_moves() -> None:
    assert PROMISE_MOVES.keys() == set(P)
    assert [state for state in P if state.is_owed] == [state for state in P if PROMISE_MOVES[state]]


async def test_what_an_agent_promised_is_written_down_with_owner_time_and_message(talk: Talk) -> None:
    promise, handoff = await promised(talk)
    (owed,) = await talk.memory.promises.listed(OWED)
    assert owed.promise == promise == await talk.memory.promises.find(promise.id)
    assert (promise.owner, promise.owner_name, promise.state) == ("mara", "Mara", P.OPEN)
    assert (promise.text, promise.due_at - talk.clock.now) == ("I'll call you", timedelta(hours=2))
    assert promise.number == len(await talk.said(handoff.customer_id))
    assert (owed.customer.id, owed.handoff_id) == (handoff.customer_id, handoff.id)
    (shown,) = (await talk.memory.handoffs.view(handoff.id)).brief.promises
    assert shown == promise


async def test_the_same_promise_recorded_twice_is_one(talk: Talk) -> None:
    promise, handoff = await promised(talk)
    again = NewPromise(promise.text, promise.due_at, promise.number or Cursor(0))
    assert (await talk.memory.promises.record(handoff.id, promise.owner, again)).id == promise.id
    assert await only(talk) == promise


async def test_only_what_an_agent_wrote_can_hold_an_agents_promise(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    for number in (1, 2, 99):
        new = NewPromise("I'll call you", talk.clock.now, Cursor(number))
        with pytest.raises(UnknownMessage):
            await talk.memory.promises.record(handoff.id, mara, new)
    with pytest.raises(UnknownHandoff):
        await talk.memory.promises.record(HandoffId("nobody"), mara, NewPromise("x", talk.clock.now, Cursor(1)))
    assert await talk.memory.promises.listed(EVERY) == []


async def test_promises_are_listed_by_owner_and_state_the_earliest_due_first(talk: Talk) -> None:
    mine, handoff = await promised(talk, hours=3)
    sooner = NewPromise("I'll write", talk.clock.now + timedelta(hours=1), mine.number or Cursor(0))
    await talk.memory.promises.record(handoff.id, mine.owner, sooner)
    await talk.hear("and?", ("telegram", "77"))
    await talk.answer("later", records=[MakePromise("We check", talk.clock.now + timedelta(hours=2))])
    texts = [owed.promise.text for owed in await talk.memory.promises.listed(OWED)]
    assert texts == ["I'll write", "We check", "I'll call you"]
    assert [owed.promise.text for owed in await talk.memory.promises.listed(OWED, TEAM)] == ["We check"]
    assert len(await talk.memory.promises.listed(OWED, AgentId("mara"))) == 2
    assert await talk.memory.promises.listed([P.KEPT]) == []


async def test_a_promise_is_kept_with_its_evidence(talk: Talk) -> None:
    promise, handoff = await promised(talk)
    talk.clock.advance(minutes=5)
    said = await talk.memory.handoffs.reply(handoff.id, promise.owner, "Called you just now.")
    kept = await talk.memory.promises.close(promise.id, Closing(number=said.number))
    assert (kept.state, kept.kept_in, kept.kept_at) == (P.KEPT, said.number, talk.clock.now)
    assert await talk.memory.promises.listed(OWED) == []
    (shown,) = (await talk.memory.handoffs.view(handoff.id)).brief.promises
    assert shown.kept_in == said.number, "the brief still shows what was kept just now"
    talk.clock.advance(hours=80)
    assert list((await talk.memory.handoffs.view(handoff.id)).brief.promises) == []


async def test_a_promise_is_kept_by_a_note_or_cancelled_for_a_reason(talk: Talk) -> None:
    promise, _ = await promised(talk)
    gone = await talk.memory.promises.close(promise.id, Closing(cancelled=True, why="they called us"))
    assert (gone.state, gone.why, gone.closed_at, gone.kept_at) == (P.CANCELLED, "they called us", talk.clock.now, None)
    for closing in (Closing(why="done"), Closing(cancelled=True, why="again")):
        with pytest.raises(IllegalPromiseMove, match="cancelled"):
            await talk.memory.promises.close(promise.id, closing)


async def test_evidence_must_be_there_and_so_must_the_promise(talk: Talk) -> None:
    promise, _ = await promised(talk)
    with pytest.raises(UnknownMessage):
        await talk.memory.promises.close(promise.id, Closing(number=Cursor(999)))
    for attempt in (talk.memory.promises.find, lambda wanted: talk.memory.promises.close(wanted, Closing(why="x"))):
        with pytest.raises(UnknownPromise):
            await attempt(PromiseId(987654))
    assert await talk.memory.promise_times.tell(PromiseId(987654), "sorry") is None


async def test_the_bots_promise_is_kept_by_the_first_reply_of_an_agent(talk: Talk) -> None:
    handoff, mara = await owed_to_write(talk), await talk.agent()
    assert (await only(talk)).owner == TEAM
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    assert (await only(talk)).state is P.OPEN, "to accept is not to write"
    said = await talk.memory.handoffs.reply(handoff.id, mara, "Hello, Mara here.")
    kept = await only(talk)
    assert (kept.state, kept.kept_in, kept.number) == (P.KEPT, said.number, 2)
    await talk.memory.handoffs.reply(handoff.id, mara, "And more.")
    assert (await only(talk)).kept_in == said.number


async def test_a_reply_does_not_keep_what_else_was_promised(talk: Talk) -> None:
    promise, handoff = await promised(talk)
    await talk.memory.handoffs.reply(handoff.id, promise.owner, "One more thing.")
    assert (await only(talk)).state is P.OPEN


async def test_a_late_reply_keeps_the_bots_promise_late(talk: Talk) -> None:
    handoff, mara = await owed_to_write(talk), await talk.agent()
    talk.clock.advance(hours=3)
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.reply(handoff.id, mara, "Sorry for the wait.")
    assert (await only(talk)).state is P.KEPT_LATE, "even where no clock has looked since it was due"


async def test_who_left_is_owed_no_reply(talk: Talk) -> None:
    handoff = await owed_to_write(talk)
    await talk.memory.handoffs.move(handoff.id, HandoffState.ABANDONED, TIMER)
    gone = await only(talk)
    assert (gone.state, gone.why) == (P.CANCELLED, THEY_LEFT)


async def test_it_is_reminded_of_once_before_its_time(talk: Talk) -> None:
    promise, _ = await promised(talk)
    times = talk.memory.promise_times
    talk.clock.advance(minutes=89)
    assert await times.lapse(HALF_AN_HOUR) == []
    talk.clock.advance(minutes=1)
    looks = await asyncio.gather(*(times.lapse(HALF_AN_HOUR) for _ in range(3)))
    (reminded,) = [one for found in looks for one in found]
    assert (reminded.id, reminded.state, reminded.reminded_at) == (promise.id, P.OPEN, talk.clock.now)
    assert await times.lapse(HALF_AN_HOUR) == []


async def test_what_is_due_almost_at_once_needs_no_reminder(talk: Talk) -> None:
    await promised(talk, hours=0.25)
    assert await talk.memory.promise_times.lapse(HALF_AN_HOUR) == []


async def test_it_is_broken_once_when_its_time_is_over_and_then_kept_late(talk: Talk) -> None:
    promise, handoff = await promised(talk)
    times = talk.memory.promise_times
    talk.clock.advance(hours=2)
    looks = await asyncio.gather(*(times.lapse(HALF_AN_HOUR) for _ in range(3)))
    (broken,) = [one for found in looks for one in found]
    assert (broken.state, broken.reminded_at) == (P.BROKEN, None)
    assert await only(talk, P.BROKEN) == broken
    said = await talk.memory.handoffs.reply(handoff.id, promise.owner, "I called.")
    late = await talk.memory.promises.close(promise.id, Closing(number=said.number))
    assert late.state is P.KEPT_LATE
    assert await times.lapse(HALF_AN_HOUR) == []


async def test_of_several_processes_one_breaks_it_and_one_tells(postgres_url: str, clock: HandClock) -> None:
    async with AsyncExitStack() as stack:
        memories = [await stack.enter_async_context(open_memory(postgres_url, clock=clock)) for _ in range(3)]
        talk = Talk(memories[0], clock)
        handoff = await owed_to_write(talk, at=WEB)
        clock.advance(hours=2)
        looks = await asyncio.gather(*(memory.promise_times.lapse(HALF_AN_HOUR) for memory in memories))
        (broken,) = [one for found in looks for one in found]
        told_by = await asyncio.gather(*(memory.promise_times.tell(broken.id, "sorry") for memory in memories))
        assert [notice.state for notice in told_by if notice] == [NoticeState.POSTED]
        assert (await talk.texts(handoff.customer_id)).count("sorry") == 1


async def test_what_was_kept_or_cancelled_in_time_is_never_broken(talk: Talk) -> None:
    promise, _ = await promised(talk)
    await talk.memory.promises.close(promise.id, Closing(why="called"))
    talk.clock.advance(hours=9)
    assert await talk.memory.promise_times.lapse(HALF_AN_HOUR) == []
    assert await talk.memory.promise_times.untold() == []


async def test_the_customer_is_told_once_that_it_was_broken(talk: Talk) -> None:
    handoff = await owed_to_write(talk, at=WEB)
    talk.clock.advance(hours=2)
    assert await talk.memory.promise_times.untold() == []
    await talk.memory.promise_times.lapse(HALF_AN_HOUR)
    (broken,) = await talk.memory.promise_times.untold()
    tries = await asyncio.gather(*(told(talk, broken) for _ in range(3)))
    assert (tries.count(NoticeState.POSTED), tries.count(None)) == (1, 2)
    assert (await talk.texts(handoff.customer_id)).count("We did not keep: Someone will write.") == 1
    assert (await only(talk)).told_in == 3
    assert await talk.memory.promise_times.untold() == []


async def test_what_the_bot_has_owned_up_to_in_an_answer_is_not_told_again(talk: Talk) -> None:
    await talk.hear("help", WEB)
    await talk.answer("We check.", records=[MakePromise("We check.", talk.clock.now + timedelta(hours=1))])
    talk.clock.advance(hours=1)
    await talk.hear("and?", WEB)
    await talk.answer("We haven't. I'm sorry.", records=[RequestHandoff(HandoffReason.BROKEN_PROMISE)])
    owned_up_to = await only(talk)
    assert (owned_up_to.state, owned_up_to.told_in, owned_up_to.tell_at) == (P.BROKEN, 4, None)
    assert await talk.memory.promise_times.lapse(HALF_AN_HOUR) == []
    assert await talk.memory.promise_times.untold() == []


async def test_who_talks_with_a_person_hears_of_it_from_them(talk: Talk) -> None:
    promise, handoff = await promised(talk)
    talk.clock.advance(hours=2)
    (broken,) = await talk.memory.promise_times.lapse(HALF_AN_HOUR)
    assert await told(talk, broken) is None
    assert await talk.memory.promise_times.untold() == []
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, promise.owner)
    talk.clock.advance(minutes=15)
    (still,) = await talk.memory.promise_times.untold()
    assert await told(talk, still) is NoticeState.POSTED


async def test_who_does_not_want_to_hear_of_it_is_not_told(talk: Talk) -> None:
    await talk.wish(Wish.NOT_ABOUT, "promises", WEB)
    await owed_to_write(talk, at=WEB)
    talk.clock.advance(hours=2)
    (broken,) = await talk.memory.promise_times.lapse(HALF_AN_HOUR)
    assert await told(talk, broken) is NoticeState.UNWANTED
    assert await talk.memory.promise_times.untold() == []
    assert (await only(talk)).told_in is None


async def test_who_wants_to_be_written_to_less_often_is_told_later(talk: Talk) -> None:
    ana = await talk.wish(Wish.EVERY, "7 days", WEB)
    await owed_to_write(talk, at=WEB)
    await talk.memory.notices.post(ana, Topic.ORDERS, "An order is on its way.", "n1")
    talk.clock.advance(hours=2)
    (broken,) = await talk.memory.promise_times.lapse(HALF_AN_HOUR)
    assert await told(talk, broken) is NoticeState.TOO_OFTEN
    assert await talk.memory.promise_times.untold() == []
    talk.clock.advance(hours=24 * 7)
    (later,) = await talk.memory.promise_times.untold()
    assert await told(talk, later) is NoticeState.POSTED


async def test_news_that_waits_for_quiet_hours_to_end_is_withheld_once_the_promise_is_kept(talk: Talk) -> None:
    telegram = ("telegram", "42")
    await talk.wish(Wish.QUIET_HOURS, "00:00-23:59", telegram)
    handoff, mara = await owed_to_write(talk, at=telegram), await talk.agent()
    talk.clock.advance(hours=2)
    (broken,) = await talk.memory.promise_times.lapse(HALF_AN_HOUR)
    assert await told(talk, broken) is NoticeState.HELD
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.reply(handoff.id, mara, "Here I am.")
    kept = await only(talk)
    news = (await talk.said(handoff.customer_id))[(kept.told_in or 0) - 1]
    assert (kept.state, news.delivery) == (P.KEPT_LATE, DeliveryState.WITHHELD)


async def test_promises_go_where_their_customer_goes_when_two_turn_out_to_be_one(talk: Talk) -> None:
    handoff, mara = await owed_to_write(talk, at=WEB), await talk.agent()
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.reply(handoff.id, mara, "Hello.")
    before = await only(talk)
    phone = await talk.say("hello", ("telegram", "42"))
    code = await talk.memory.identities.issue_code(phone, talk.clock.now + HALF_AN_HOUR)
    await talk.hear("link", WEB, link_code=code)
    await talk.answer("linked")
    after = await only(talk)
    texts = await talk.texts(CustomerId(after.customer_id))
    assert (texts[(after.number or 0) - 1], texts[(after.kept_in or 0) - 1]) == ("of course", "Hello.")
    assert (before.id, before.state) == (after.id, after.state)
