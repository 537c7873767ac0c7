"""Who waits is noted to have come nearer, and told so at most once, where a message is what tells."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from memory.model import (
    AwaitPerson,
    Cursor,
    DeliveryState,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    RequestHandoff,
    Wish,
)
from tests.contract.memory.talk import ANA, Talk

PHONE, WEB, MAIL, REST = ("telegram", "42"), ("web", "v1"), ("email", "ana@example.com"), ("rest", "r1")
NEXT = "You’re next."


async def place_of(talk: Talk, handoff: Handoff) -> int | None:
    return (await talk.memory.handoffs.view(handoff.id)).handoff.told_place


async def last_said(talk: Talk, handoff: Handoff) -> str:
    return (await talk.texts(handoff.customer_id))[-1]


async def test_a_place_is_noted_when_it_is_better_and_each_is_told_once(talk: Talk) -> None:
    handoff = await talk.ask_for_person(PHONE)
    assert await place_of(talk, handoff) is None
    assert await talk.memory.places.note(handoff.id, 3)
    assert not await talk.memory.places.note(handoff.id, 3)
    assert not await talk.memory.places.note(handoff.id, 4), "a worse place is no news"
    assert await last_said(talk, handoff) == "of course", "noting says nothing"

    told = await asyncio.gather(*(talk.memory.places.note(handoff.id, 1, NEXT) for _ in range(4)))
    assert sorted(told) == [False, False, False, True]
    assert await place_of(talk, handoff) == 1
    assert (await talk.texts(handoff.customer_id)).count(NEXT) == 1


async def test_what_is_told_is_sent_where_they_last_wrote(talk: Talk) -> None:
    handoff = await talk.ask_for_person(PHONE)
    (first,) = await talk.memory.outbox.claim(["telegram"], 5)
    await talk.memory.outbox.settle(first.id, DeliveryState.SENT)
    await talk.memory.places.note(handoff.id, 1, NEXT)
    (delivery,) = await talk.memory.outbox.claim(["telegram"], 5)
    assert (delivery.address.id, delivery.message.text, delivery.message.number) == ("42", NEXT, Cursor(3))


async def test_it_is_withheld_when_a_person_comes_first(talk: Talk) -> None:
    handoff = await talk.ask_for_person(PHONE)
    (first,) = await talk.memory.outbox.claim(["telegram"], 5)
    await talk.memory.outbox.settle(first.id, DeliveryState.SENT)
    await talk.memory.places.note(handoff.id, 1, NEXT)
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, await talk.agent())
    assert await talk.memory.outbox.claim(["telegram"], 5) == []
    assert (await talk.said(handoff.customer_id))[-1].delivery is DeliveryState.WITHHELD


async def test_nobody_is_told_by_mail_on_the_website_or_where_one_cannot_begin(talk: Talk) -> None:
    for at in (WEB, MAIL, REST):
        handoff = await talk.ask_for_person(at)
        assert not await talk.memory.places.note(handoff.id, 1, NEXT)
        assert await last_said(talk, handoff) == "of course"
        assert await place_of(talk, handoff) is None
        assert await talk.memory.places.note(handoff.id, 1)


async def test_who_wants_quiet_now_is_not_told(talk: Talk) -> None:
    await talk.wish(Wish.QUIET_HOURS, "00:00-00:00 UTC", PHONE)
    handoff = await talk.ask_for_person(PHONE)
    assert not await talk.memory.places.note(handoff.id, 1, NEXT)
    assert await last_said(talk, handoff) == "of course"


async def test_who_waits_no_more_has_no_place(talk: Talk) -> None:
    handoff, _ = await talk.taken(PHONE)
    assert not await talk.memory.places.note(handoff.id, 1)
    assert not await talk.memory.places.note(HandoffId("gone"), 1)
    assert await place_of(talk, handoff) is None


async def test_the_next_request_begins_anew(talk: Talk) -> None:
    handoff, mara = await talk.taken(PHONE)
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    again = await talk.ask_for_person(PHONE)
    assert await place_of(talk, again) is None


async def test_a_place_survives_what_else_befalls_the_request(talk: Talk) -> None:
    wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, patience=timedelta(hours=4))
    handoff = await talk.ask_for_person(WEB, identity=ANA, wanted=wanted)
    await talk.memory.places.note(handoff.id, 2)
    await talk.hear("I'll wait", WEB, identity=ANA)
    await talk.answer("good", records=[AwaitPerson()])
    offered = await talk.offered(handoff, await talk.agent())
    assert [each.id for each in await talk.memory.places.offered()] == [offered.id]
    talk.clock.advance(minutes=2)
    await talk.memory.offers.lapse()
    assert await talk.memory.places.offered() == []
    assert await place_of(talk, handoff) == 2
