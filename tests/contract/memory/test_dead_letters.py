"""What did not arrive or could not be handled lies in one list: to be tried once more by hand, or put away."""

from __future__ import annotations

import asyncio

import pytest

from memory.errors import AlreadySeenTo, PersonHasIt, UnknownLetter
from memory.model import (
    AgentId,
    Box,
    CustomerId,
    DeadLetter,
    Delivery,
    DeliveryState,
    HandoffReason,
    HandoffState,
    LetterDeed,
    Pile,
    RequestHandoff,
)
from tests.contract.memory.talk import ANA, Talk

AT = ("telegram", "42")
ELSEWHERE = ("telegram", "43")


async def claimed(talk: Talk) -> Delivery | None:
    rows = await talk.memory.outbox.claim(("telegram",), 1)
    return rows[0] if rows else None


async def settled(talk: Talk, state: DeliveryState, reason: str | None = None, *, closes: bool = False) -> Delivery:
    """What is due ends so."""
    row = await claimed(talk)
    assert row is not None
    await talk.memory.outbox.settle(row.id, state, reason, closes=closes)
    return row


async def lost(talk: Talk, state: DeliveryState = DeliveryState.FAILED, at: tuple[str, str] = AT) -> DeadLetter:
    """An answer that did not arrive."""
    await talk.say("where is my tent?", at)
    await settled(talk, state, "chat not found")
    return (await talk.memory.dead_letters.all(10))[0]


async def breaks(talk: Talk) -> None:
    """A turn of the bot's that ends with a fault."""
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        raise ZeroDivisionError("division by zero")


async def poisoned(talk: Talk, text: str = "\u0301\u0301", at: tuple[str, str] = AT) -> CustomerId:
    """A message that breaks the bot twice and is then given to a person."""
    accepted = await talk.hear(text, at)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await breaks(talk)
    talk.clock.advance(minutes=1)
    await talk.answer("sorry", records=[RequestHandoff(HandoffReason.POISON_MESSAGE)])
    return accepted.customer_id


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_what_failed_or_may_not_have_arrived_is_listed_with_all_that_is_known(
    talk: Talk, state: DeliveryState
) -> None:
    assert await talk.memory.dead_letters.pile() == Pile(0)
    with talk.memory.doorbell.listen("desk") as ring:
        customer_id = await talk.say("where is my tent?", identity=ANA)
        talk.clock.advance(minutes=2)
        row = await settled(talk, state, "chat not found")
        assert await ring.wait(1)
    (letter,) = await talk.memory.dead_letters.all(10)
    assert (letter.box, letter.id, letter.channel, letter.attempts) == (Box.OUT, row.id, "telegram", 1)
    assert (letter.at, letter.reason, letter.customer_name) == (talk.clock.now, "chat not found", "Ana")
    assert (letter.message.customer_id, letter.message.number, letter.message.text) == (customer_id, 2, "ok")
    assert (letter.message.delivery, letter.handoff_id) == (state, None)
    assert await talk.memory.dead_letters.pile() == Pile(1, talk.clock.now)


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.WITHHELD])
async def test_what_arrived_or_was_held_back_on_purpose_is_not(talk: Talk, state: DeliveryState) -> None:
    await talk.say()
    await settled(talk, state)
    assert list(await talk.memory.dead_letters.all(10)) == []


async def test_the_latest_come_first_and_no_more_than_asked_for(talk: Talk) -> None:
    for number in range(3):
        talk.clock.advance(minutes=1)
        await talk.say(f"question {number}", ("telegram", str(number)))
        await settled(talk, DeliveryState.FAILED, f"reason {number}")
    letters = await talk.memory.dead_letters.all(2)
    assert [letter.reason for letter in letters] == ["reason 2", "reason 1"]
    assert (await talk.memory.dead_letters.pile()).count == 3


async def test_what_fails_unasked_because_its_address_is_closed_is_listed_too(talk: Talk) -> None:
    await talk.hear("one")
    await talk.answer("first", "second")
    await settled(talk, DeliveryState.FAILED, "blocked", closes=True)
    with talk.memory.doorbell.listen("desk") as ring:
        assert await claimed(talk) is None
        assert await ring.wait(1)
    assert {letter.message.text for letter in await talk.memory.dead_letters.all(10)} == {"first", "second"}


async def test_sent_again_it_is_tried_exactly_once_more_and_its_address_is_open(talk: Talk) -> None:
    mara = await talk.agent()
    await talk.say()
    await settled(talk, DeliveryState.FAILED, "blocked", closes=True)
    (letter,) = await talk.memory.dead_letters.all(10)
    await talk.memory.dead_letters.send_again(letter.id, mara)
    assert list(await talk.memory.dead_letters.all(10)) == []
    row = await claimed(talk)
    assert row is not None
    assert (row.id, row.attempt, row.last_try, row.message.text) == (letter.id, 2, True, "ok")
    await talk.memory.outbox.settle(row.id, DeliveryState.FAILED, "still blocked")
    (again,) = await talk.memory.dead_letters.all(10)
    assert (again.id, again.attempts, again.reason) == (letter.id, 2, "still blocked")
    assert await claimed(talk) is None


async def test_twice_at_once_it_is_sent_again_once(talk: Talk) -> None:
    mara, letter = await talk.agent(), await lost(talk, DeliveryState.UNKNOWN)
    tries = [talk.memory.dead_letters.send_again(letter.id, mara) for _ in range(4)]
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [AlreadySeenTo] * 3
    assert len(await talk.memory.dead_letters.done(10)) == 1


async def test_who_did_what_and_when_is_kept(talk: Talk) -> None:
    mara, noor = await talk.agent(), AgentId("noor")
    first, second = await lost(talk), await lost(talk, at=ELSEWHERE)
    await talk.memory.dead_letters.send_again(first.id, mara)
    sent_at = talk.clock.now
    talk.clock.advance(hours=1)
    await talk.memory.dead_letters.dismiss(Box.OUT, second.id, noor, "She called us.")
    dismissed, sent = await talk.memory.dead_letters.done(10)
    assert (sent.at, sent.deed, sent.agent_name, sent.why) == (sent_at, LetterDeed.SENT_AGAIN, "Mara", None)
    assert (dismissed.deed, dismissed.agent_name, dismissed.why) == (LetterDeed.DISMISSED, "noor", "She called us.")
    assert [each.channel for each in (dismissed, sent)] == ["telegram", "telegram"]
    assert list(await talk.memory.dead_letters.done(1)) == [dismissed]


async def test_what_is_dismissed_is_gone_from_the_list_and_stays_in_the_conversation(talk: Talk) -> None:
    mara, letter = await talk.agent(), await lost(talk)
    await talk.memory.dead_letters.dismiss(Box.OUT, letter.id, mara, "Not needed any more")
    assert await talk.memory.dead_letters.pile() == Pile(0)
    shown = (await talk.said(letter.message.customer_id))[-1]
    assert (shown.text, shown.delivery) == ("ok", DeliveryState.FAILED)
    for again in (
        talk.memory.dead_letters.dismiss(Box.OUT, letter.id, mara, "again"),
        talk.memory.dead_letters.send_again(letter.id, mara),
    ):
        with pytest.raises(AlreadySeenTo):
            await again


async def test_a_reply_that_its_agent_sends_again_and_that_fails_again_is_listed_again(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    said = await talk.memory.handoffs.reply(handoff.id, mara, "Hello")
    await settled(talk, DeliveryState.FAILED, "why")
    (letter,) = await talk.memory.dead_letters.all(10)
    assert letter.handoff_id == handoff.id
    await talk.memory.dead_letters.dismiss(Box.OUT, letter.id, mara, "no")
    await talk.memory.replies.retry(handoff.id, mara, said.number)
    row = await settled(talk, DeliveryState.FAILED, "why")
    assert (row.attempt, row.last_try) == (1, False)
    assert len(await talk.memory.dead_letters.all(10)) == 1


async def test_the_bots_words_are_not_sent_while_a_person_has_the_conversation(talk: Talk) -> None:
    letter = await lost(talk)
    handoff, mara = await talk.taken()
    with pytest.raises(PersonHasIt, match="Mara"):
        await talk.memory.dead_letters.send_again(letter.id, mara)
    await talk.memory.handoffs.move(handoff.id, HandoffState.RETURNED, mara)
    await talk.memory.dead_letters.send_again(letter.id, mara)
    assert (await settled(talk, DeliveryState.SENT)).id == letter.id


async def test_a_message_that_broke_the_bot_is_listed_with_its_words_and_the_fault(talk: Talk) -> None:
    customer_id = await poisoned(talk, "\u0301 oh")
    (letter,) = await talk.memory.dead_letters.all(10)
    assert (letter.box, letter.channel, letter.attempts) == (Box.IN, "telegram", 3)
    assert (letter.reason, letter.message.text) == ("ZeroDivisionError: division by zero", "\u0301 oh")
    assert (letter.message.customer_id, letter.message.number) == (customer_id, 1)
    assert letter.handoff_id is not None
    assert (await talk.memory.dead_letters.pile()).count == 1
    mara = await talk.agent()
    with pytest.raises(UnknownLetter):
        await talk.memory.dead_letters.send_again(10**9, mara)
    await talk.memory.dead_letters.dismiss(Box.IN, letter.id, mara, "Answered by hand")
    assert await talk.memory.dead_letters.pile() == Pile(0)
    with pytest.raises(AlreadySeenTo):
        await talk.memory.dead_letters.dismiss(Box.IN, letter.id, mara, "again")


async def test_what_broke_and_then_worked_is_no_dead_letter(talk: Talk) -> None:
    await talk.hear()
    with pytest.raises(ZeroDivisionError):
        await breaks(talk)
    await talk.answer("ok")
    assert await talk.memory.dead_letters.pile() == Pile(0)


async def test_an_unknown_letter_is_refused(talk: Talk) -> None:
    mara, accepted = await talk.agent(), await talk.hear()
    await talk.answer("ok")
    for wrong in (
        talk.memory.dead_letters.dismiss(Box.OUT, 10**9, mara, "why"),
        talk.memory.dead_letters.dismiss(Box.IN, 10**9, mara, "why"),
        talk.memory.dead_letters.dismiss(Box.IN, accepted.inbox_id, mara, "why"),
    ):
        with pytest.raises(UnknownLetter):
            await wrong


async def test_linked_and_parted_again_each_keeps_their_own(talk: Talk) -> None:
    web = ("web", "v1")
    ana = await talk.say("hello", web, identity=ANA)
    stranger = await poisoned(talk)
    code = await talk.memory.identities.issue_code(ana, talk.clock.now.replace(hour=23))
    await talk.hear("it is me", AT, link_code=code)
    await talk.answer("linked")
    (letter,) = await talk.memory.dead_letters.all(10)
    assert (letter.message.customer_id, letter.message.text) == (ana, "\u0301\u0301")
    mara = await talk.agent()
    await talk.memory.dead_letters.dismiss(Box.IN, letter.id, mara, "seen")
    (link,) = await talk.memory.links.of(ana)
    await talk.memory.links.undo(link.id, why="not the same", by="operator")
    assert [each.customer_name for each in await talk.memory.dead_letters.done(10)] == [None]
    assert stranger != ana


async def test_of_an_erased_customer_nothing_is_left_of_it(talk: Talk) -> None:
    mara, letter = await talk.agent(), await lost(talk)
    await lost(talk, at=ELSEWHERE)
    await talk.memory.dead_letters.dismiss(Box.OUT, letter.id, mara, "She moved to Mill Lane")
    await talk.memory.custody.erase(letter.message.customer_id, "r")
    assert list(await talk.memory.dead_letters.done(10)) == []
    assert len(await talk.memory.dead_letters.all(10)) == 1
