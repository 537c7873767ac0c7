"""An agent's reply can be changed until somebody has begun to send it, and sent again when it failed."""

from __future__ import annotations

import asyncio

import pytest

from memory.errors import NotYours, TooLate, UnknownHandoff, UnknownMessage
from memory.model import AgentId, Cursor, Delivery, DeliveryState, HandoffId, HandoffState, Message, Wish
from tests.contract.memory.talk import Talk


async def replied(
    talk: Talk, text: str = "Helo", at: tuple[str, str] = ("telegram", "42")
) -> tuple[HandoffId, AgentId, Message]:
    """Mara has written to a customer."""
    handoff, mara = await talk.taken(at)
    await drained(talk)
    return handoff.id, mara, await talk.memory.handoffs.reply(handoff.id, mara, text)


async def claimed(talk: Talk) -> Delivery | None:
    rows = await talk.memory.outbox.claim(("telegram",), 1)
    return rows[0] if rows else None


async def drained(talk: Talk, state: DeliveryState = DeliveryState.SENT, reason: str | None = None) -> None:
    while (row := await claimed(talk)) is not None:
        await talk.memory.outbox.settle(row.id, state, reason)


async def test_a_reply_that_waits_is_sent_in_its_new_words(talk: Talk) -> None:
    handoff, mara, said = await replied(talk)
    edited = await talk.memory.replies.edit(handoff, mara, said.number, "Hello")
    assert (edited.text, edited.number, edited.delivery) == ("Hello", said.number, DeliveryState.PENDING)
    row = await claimed(talk)
    assert row is not None
    assert row.message.text == "Hello"


async def test_a_reply_that_is_taken_back_is_never_sent_and_its_words_are_gone(talk: Talk) -> None:
    handoff, mara, said = await replied(talk, "That is for somebody else")
    gone = await talk.memory.replies.withdraw(handoff, mara, said.number)
    assert (gone.text, gone.delivery) == ("", DeliveryState.WITHDRAWN)
    assert await claimed(talk) is None
    with pytest.raises(TooLate, match="taken back already"):
        await talk.memory.replies.withdraw(handoff, mara, said.number)
    after = await talk.memory.handoffs.reply(handoff, mara, "This is for you")
    assert after.number == said.number + 1
    row = await claimed(talk)
    assert row is not None
    assert row.message.text == "This is for you"


async def test_what_was_taken_back_answers_nobody(talk: Talk) -> None:
    handoff, mara, said = await replied(talk)
    await talk.memory.replies.withdraw(handoff, mara, said.number)
    (line,) = await talk.memory.handoffs.queue([HandoffState.ACTIVE])
    assert line.unanswered == 1
    await talk.memory.handoffs.move(handoff, HandoffState.RETURNED, mara)
    assert (await talk.thread_at()).said_by_person == ()


@pytest.mark.parametrize("change", ["edit", "withdraw"])
@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_what_was_sent_or_given_up_is_not_changed_any_more(talk: Talk, change: str, state: DeliveryState) -> None:
    handoff, mara, said = await replied(talk)
    row = await claimed(talk)
    assert row is not None
    for _ in ("while it is being sent", "and then"):
        with pytest.raises(TooLate):
            await changed(talk, change, handoff, mara, said.number)
        await talk.memory.outbox.settle(row.id, state, "why")
    assert (await talk.texts(said.customer_id))[-1] == "Helo"


async def changed(talk: Talk, change: str, handoff: HandoffId, by: AgentId, number: Cursor) -> None:
    if change == "edit":
        await talk.memory.replies.edit(handoff, by, number, "Hello")
    else:
        await talk.memory.replies.withdraw(handoff, by, number)


async def test_a_reply_that_waits_for_the_end_of_quiet_hours_can_still_be_changed(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    await talk.wish(Wish.QUIET_HOURS, "22:00-07:00", ("telegram", "42"))
    await drained(talk)
    talk.clock.now = talk.clock.now.replace(hour=23)
    said = await talk.memory.handoffs.reply(handoff.id, mara, "Helo")
    assert await claimed(talk) is None
    assert (await talk.said(said.customer_id))[-1].delivery is DeliveryState.HELD
    edited = await talk.memory.replies.edit(handoff.id, mara, said.number, "Hello")
    assert (edited.text, edited.delivery) == ("Hello", DeliveryState.HELD)


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_what_failed_or_may_not_have_arrived_is_sent_again_when_asked(talk: Talk, state: DeliveryState) -> None:
    handoff, mara, said = await replied(talk)
    await drained(talk, state, "Forbidden: bot was blocked by the user")
    failed = (await talk.said(said.customer_id))[-1]
    assert (failed.delivery, failed.reason) == (state, "Forbidden: bot was blocked by the user")
    again = await talk.memory.replies.retry(handoff, mara, said.number)
    assert (again.delivery, again.reason, again.text) == (DeliveryState.PENDING, None, "Helo")
    row = await claimed(talk)
    assert row is not None
    assert (row.message.text, row.attempt) == ("Helo", 1)


async def test_what_waits_or_was_sent_is_not_sent_again(talk: Talk) -> None:
    handoff, mara, said = await replied(talk)
    with pytest.raises(TooLate):
        await talk.memory.replies.retry(handoff, mara, said.number)
    await drained(talk)
    with pytest.raises(TooLate, match="has been delivered"):
        await talk.memory.replies.retry(handoff, mara, said.number)


async def test_on_the_website_a_reply_is_there_as_soon_as_it_is_written(talk: Talk) -> None:
    handoff, mara, said = await replied(talk, at=("web", "v1"))
    for change in ("edit", "withdraw"):
        with pytest.raises(TooLate, match="as soon as it was written"):
            await changed(talk, change, handoff, mara, said.number)


async def test_only_the_owners_replies_are_theirs_to_change(talk: Talk) -> None:
    handoff, mara, said = await replied(talk)
    sam = await talk.agent("Sam")
    with pytest.raises(NotYours, match="Mara"):
        await talk.memory.replies.edit(handoff, sam, said.number, "Hello")
    for number in (1, 2, 99):
        with pytest.raises(UnknownMessage):
            await talk.memory.replies.edit(handoff, mara, Cursor(number), "Hello")
    with pytest.raises(UnknownHandoff):
        await talk.memory.replies.edit(HandoffId("none"), mara, said.number, "Hello")
    await talk.memory.handoffs.move(handoff, HandoffState.QUEUED, mara)
    with pytest.raises(NotYours):
        await talk.memory.replies.withdraw(handoff, mara, said.number)


async def test_of_an_edit_and_a_dispatcher_at_once_exactly_one_has_it(talk: Talk) -> None:
    handoff, mara, said = await replied(talk, "old words")
    for turn in range(20):
        edit = talk.memory.replies.edit(handoff, mara, said.number, f"new words {turn}")
        change, row = await asyncio.gather(edit, claimed(talk), return_exceptions=True)
        assert not isinstance(row, BaseException)
        shown = (await talk.said(said.customer_id))[-1].text
        if isinstance(change, TooLate):
            assert row is not None
            assert row.message.text == shown
        else:
            assert shown == f"new words {turn}"
            row = row or await claimed(talk)
            assert row is not None
            assert row.message.text == f"new words {turn}"
        await talk.memory.outbox.settle(row.id, DeliveryState.FAILED, "once more")
        await talk.memory.replies.retry(handoff, mara, said.number)
