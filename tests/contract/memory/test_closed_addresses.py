"""Who blocked the bot is remembered: nothing is tried there again until they write, or an agent asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from memory.model import Delivery, DeliveryState, NoticeState, Topic
from tests.contract.memory.talk import Talk

WHY = "Forbidden: bot was blocked by the user"


async def due(talk: Talk) -> Sequence[Delivery]:
    return await talk.memory.outbox.claim(["telegram"], 10)


async def blocks(talk: Talk, row: Delivery) -> None:
    await talk.memory.outbox.settle(row.id, DeliveryState.FAILED, WHY, closes=True)


async def test_what_else_is_due_to_who_blocked_us_fails_unasked_with_the_same_reason(talk: Talk) -> None:
    customer_id = await talk.say("one")
    await talk.say("two")
    (row,) = await due(talk)
    await blocks(talk, row)

    assert await due(talk) == []

    said = [message for message in await talk.said(customer_id) if message.delivery]
    assert [(message.delivery, message.reason) for message in said] == [(DeliveryState.FAILED, WHY)] * 2


async def test_others_are_written_to_as_before(talk: Talk) -> None:
    await talk.say(at=("telegram", "1"))
    (row,) = await due(talk)
    await blocks(talk, row)
    await talk.say(at=("telegram", "2"))
    assert [row.address.id for row in await due(talk)] == ["2"]


async def test_they_are_no_longer_told_news_there_but_elsewhere(talk: Talk) -> None:
    customer_id = await talk.say()
    (row,) = await due(talk)
    await blocks(talk, row)
    told = await talk.memory.notices.post(customer_id, Topic.ORDERS, "It is on its way.", "n1")
    assert told.state is NoticeState.UNREACHABLE


async def test_when_they_write_again_they_are_answered_again(talk: Talk) -> None:
    await talk.say("one")
    (row,) = await due(talk)
    await blocks(talk, row)

    await talk.say("I am back")

    (row,) = await due(talk)
    assert row.message.text == "ok"
    await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    assert (await talk.memory.notices.post(row.customer_id, Topic.ORDERS, "News", "n1")).state is NoticeState.POSTED


async def test_an_agent_who_sends_it_again_has_it_tried(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    for row in await due(talk):
        await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    said = await talk.memory.handoffs.reply(handoff.id, mara, "Mara here")
    (row,) = await due(talk)
    await blocks(talk, row)

    await talk.memory.replies.retry(handoff.id, mara, said.number)

    (again,) = await due(talk)
    assert again.id == row.id
