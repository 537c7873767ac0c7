"""Nothing is sent before its turn has committed, in order, and not over a person's head."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from memory.model import Address, Author, CustomerId, Delivery, DeliveryState, HandoffState, Topic
from tests.contract.memory.talk import Talk

CHANNELS = ("telegram",)


async def due(talk: Talk, limit: int = 10) -> Sequence[Delivery]:
    return await talk.memory.outbox.claim(CHANNELS, limit)


async def state_of(talk: Talk, customer_id: CustomerId, number: int) -> DeliveryState | None:
    return (await talk.said(customer_id))[number - 1].delivery


async def test_a_committed_reply_is_due_and_then_in_hand(talk: Talk) -> None:
    customer_id = await talk.say("hi", ("telegram", "42"))
    (row,) = await due(talk)
    assert (row.customer_id, row.address, row.attempt) == (customer_id, Address("telegram", "42"), 1)
    assert (row.message.text, row.message.number) == ("ok", 2)
    assert await due(talk) == []
    assert await state_of(talk, customer_id, 2) is DeliveryState.SENDING


async def test_before_the_commit_nothing_is_due(talk: Talk) -> None:
    await talk.hear("hi")
    assert await due(talk) == []


async def test_channels_that_are_asked_have_nothing_to_send(talk: Talk) -> None:
    await talk.say("hi", ("web", "v1"))
    await talk.say("hi", ("rest", "r1"))
    assert await talk.memory.outbox.claim(("telegram", "web", "rest"), 10) == []


async def test_only_the_channels_asked_for_are_handed_out(talk: Talk) -> None:
    await talk.say("hi")
    assert await talk.memory.outbox.claim(("carrier_pigeon",), 10) == []
    assert len(await due(talk)) == 1


async def test_a_customers_replies_go_one_after_another_and_in_order(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("first", "second", "third")
    for text in ("first", "second", "third"):
        (row,) = await due(talk)
        assert row.message.text == text
        assert await due(talk) == []
        await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    assert await due(talk) == []


async def test_customers_do_not_wait_for_each_other(talk: Talk) -> None:
    for chat in range(5):
        await talk.say(at=("telegram", f"{chat}"))
    assert len(await due(talk, limit=3)) == 3
    assert len(await due(talk, limit=3)) == 2


async def test_a_reply_that_is_to_be_tried_again_waits_and_keeps_its_place(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("first", "second")
    (row,) = await due(talk)
    retry_at = talk.clock.now + timedelta(seconds=30)
    await talk.memory.outbox.settle(row.id, DeliveryState.PENDING, "429", retry_at=retry_at)
    assert await due(talk) == []
    talk.clock.advance(seconds=30)
    (again,) = await due(talk)
    assert (again.id, again.message.text, again.attempt) == (row.id, "first", 2)


@pytest.mark.parametrize("final", [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_a_settled_reply_is_over_and_the_next_one_due(talk: Talk, final: DeliveryState) -> None:
    customer_id = (await talk.hear()).customer_id
    await talk.answer("first", "second")
    (row,) = await due(talk)
    await talk.memory.outbox.settle(row.id, final, "why")
    (following,) = await due(talk)
    assert following.message.text == "second"
    assert await state_of(talk, customer_id, 2) is final


async def test_settling_needs_a_state_that_makes_sense(talk: Talk) -> None:
    await talk.say()
    (row,) = await due(talk)
    for state, retry_at in (
        (DeliveryState.PENDING, None),
        (DeliveryState.SENDING, None),
        (DeliveryState.SENT, talk.clock.now),
    ):
        with pytest.raises(ValueError, match="can't be settled"):
            await talk.memory.outbox.settle(row.id, state, retry_at=retry_at)


async def test_settling_twice_changes_nothing(talk: Talk) -> None:
    customer_id = await talk.say()
    (row,) = await due(talk)
    await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    await talk.memory.outbox.settle(row.id, DeliveryState.FAILED, "late")
    assert await state_of(talk, customer_id, 2) is DeliveryState.SENT


async def test_the_bots_replies_are_withheld_for_good_once_a_person_has_the_conversation(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.reply(handoff.id, mara, "Hello, Mara here")
    (row,) = await due(talk)
    assert row.message.text == "Hello, Mara here"
    assert row.message.agent_name == "Mara"
    assert await state_of(talk, handoff.customer_id, 2) is DeliveryState.WITHHELD
    await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    assert await due(talk) == []


async def test_what_is_answered_to_a_customer_who_has_a_person_anyway_is_sent_in_the_bots_name(talk: Talk) -> None:
    handoff, _ = await talk.taken()
    assert await due(talk) == [], "what was composed before is withheld"
    await talk.hear("forget me")
    await talk.answer("Shall I?")
    (row,) = await due(talk)
    assert (row.customer_id, row.message.text, row.message.author) == (handoff.customer_id, "Shall I?", Author.BOT)


async def test_while_a_customer_only_waits_for_a_person_the_bot_is_heard(talk: Talk) -> None:
    await talk.ask_for_person()
    (row,) = await due(talk)
    assert row.message.text == "of course"


async def test_rows_that_a_dead_process_had_in_hand_are_sent_again(talk: Talk) -> None:
    await talk.say()
    (row,) = await due(talk)
    recovered = await talk.memory.outbox.recover()
    if recovered:  # on PostgreSQL this process still lives and says so
        (again,) = await due(talk)
        assert (again.id, again.attempt) == (row.id, 2)
        return
    assert await due(talk) == []


async def test_two_dispatchers_never_have_the_same_row(talk: Talk) -> None:
    for chat in range(12):
        await talk.say(at=("telegram", f"{chat}"))
    batches = await asyncio.gather(*(due(talk, limit=4) for _ in range(6)))
    rows = [row.id for batch in batches for row in batch]
    assert len(rows) == len(set(rows)) == 12


async def test_a_claimed_reply_of_the_bots_may_go_until_a_person_has_the_conversation(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    (row,) = await due(talk)
    assert await talk.memory.outbox.may_go(row.id)
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    assert not await talk.memory.outbox.may_go(row.id)
    await talk.memory.outbox.settle(row.id, DeliveryState.WITHHELD, "a person had taken over")
    await talk.memory.handoffs.reply(handoff.id, mara, "Hello, Mara here")
    (hers,) = await due(talk)
    assert await talk.memory.outbox.may_go(hers.id)
    await talk.memory.outbox.settle(hers.id, DeliveryState.SENT)
    assert not await talk.memory.outbox.may_go(hers.id)
    assert not await talk.memory.outbox.may_go(4711)


@pytest.mark.parametrize("taken", [DeliveryState.SENT, DeliveryState.UNKNOWN])
async def test_what_the_channel_took_may_come_back_later(talk: Talk, taken: DeliveryState) -> None:
    customer_id = await talk.say()
    (row,) = await due(talk)
    await talk.memory.outbox.settle(row.id, taken)
    assert await talk.memory.outbox.returned(row.id, "no such mailbox")
    message = (await talk.said(customer_id))[1]
    assert (message.delivery, message.reason) == (DeliveryState.FAILED, "no such mailbox")
    assert not await talk.memory.outbox.returned(row.id, "told twice")


async def test_what_was_not_sent_can_not_come_back(talk: Talk) -> None:
    customer_id = await talk.say()
    assert not await talk.memory.outbox.returned(987_654, "never ours")
    (row,) = await due(talk)
    assert not await talk.memory.outbox.returned(row.id, "not sent yet")
    assert await state_of(talk, customer_id, 2) is DeliveryState.SENDING


async def test_what_a_channel_needs_to_answer_is_kept_with_the_message(talk: Talk) -> None:
    custom = {"subject": "My order\x00", "references": "<a@b> <c@d>"}
    await talk.hear(at=("email", "ana@example.com"), custom=custom, under_ours=True)
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.under_ours
        await turn.commit(talk.outcome("ok"))
        customer_id = turn.thread.customer.id
    asked, answer = await talk.said(customer_id)
    assert (asked.custom, answer.custom) == ({"subject": "My order", "references": "<a@b> <c@d>"}, None)
    (row,) = await talk.memory.outbox.claim(("email",), 10)
    assert row.address == Address("email", "ana@example.com")


async def test_an_answer_and_what_stands_before_it_come_before_news_to_others(talk: Talk) -> None:
    told = [await talk.say(at=("telegram", f"{chat}")) for chat in range(4)]
    for row in await due(talk):
        await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    for customer_id in told:
        await talk.memory.notices.post(customer_id, Topic.ORDERS, "It is on its way.", f"n-{customer_id}")
        talk.clock.advance(seconds=1)
    await talk.say("hello?", ("telegram", "3"))
    await talk.say("and me?", ("telegram", "9"))

    first, second = await due(talk, limit=2)

    assert (first.customer_id, first.message.text) == (told[3], "It is on its way.")
    assert (second.address, second.message.text) == (Address("telegram", "9"), "ok")
    assert [row.customer_id for row in await due(talk)] == told[:3]
