"""Accepted is kept, handled once and in order."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest

from memory.errors import OwnerChanged
from memory.model import (
    Author,
    Button,
    CustomerId,
    HandoffReason,
    HandoffState,
    InboxId,
    Outcome,
    Reply,
    RequestHandoff,
)
from tests.contract.memory.talk import Talk, task


async def test_a_message_that_was_accepted_can_be_claimed_as_it_arrived(talk: Talk) -> None:
    told = {"payload": '/inform{"a": "b"}', "command": "ask_person", "display_name": "Ana", "language": "de"}
    sent = talk.inbound("The “tent” 🏕 leaks", **told)
    accepted = await talk.memory.inbox.accept(sent)
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbox_id == accepted.inbox_id
        assert turn.inbound == sent
        assert turn.attempt == 1
        assert turn.thread.customer.id == accepted.customer_id


async def test_when_nothing_waits_there_is_nothing_to_claim(talk: Talk) -> None:
    async with talk.memory.turns.claim() as turn:
        assert turn is None


async def test_a_redelivery_gets_the_first_receipt_and_no_second_turn(talk: Talk) -> None:
    first = await talk.hear("once", provider_id="77")
    again = await talk.hear("once", provider_id="77")
    assert (again.inbox_id, again.customer_id, again.duplicate) == (first.inbox_id, first.customer_id, True)
    assert not first.duplicate
    await talk.answer("ok")
    late = await talk.hear("once", provider_id="77")
    assert (late.inbox_id, late.duplicate) == (first.inbox_id, True)
    async with talk.memory.turns.claim() as turn:
        assert turn is None
    assert await talk.texts(first.customer_id) == ["once", "ok"]


async def test_the_same_message_id_of_another_sender_is_another_message(talk: Talk) -> None:
    first = await talk.hear("a", ("rest", "ana"), provider_id="1")
    other = await talk.hear("b", ("rest", "ben"), provider_id="1")
    assert not other.duplicate
    assert other.customer_id != first.customer_id


async def test_redeliveries_at_the_same_moment_are_one_message(talk: Talk) -> None:
    sent = talk.inbound("once", provider_id="77")
    receipts = await asyncio.gather(*(talk.memory.inbox.accept(sent) for _ in range(8)))
    assert len({receipt.inbox_id for receipt in receipts}) == 1
    assert sum(not receipt.duplicate for receipt in receipts) == 1


async def test_a_new_sender_who_writes_twice_at_once_is_one_customer(talk: Talk) -> None:
    receipts = await asyncio.gather(*(talk.hear(f"hi {n}") for n in range(8)))
    assert len({receipt.customer_id for receipt in receipts}) == 1
    assert len({receipt.inbox_id for receipt in receipts}) == 8


async def test_replies_are_unknown_until_the_turn_has_committed(talk: Talk) -> None:
    accepted = await talk.hear("hello")
    assert await talk.memory.inbox.replies(accepted.inbox_id) is None
    await talk.answer("Hello", "How can I help?")
    replies = await talk.memory.inbox.replies(accepted.inbox_id)
    assert replies is not None
    assert [reply.text for reply in replies] == ["Hello", "How can I help?"]


async def test_a_turn_may_answer_nothing(talk: Talk) -> None:
    accepted = await talk.hear("hello")
    await talk.answer()
    assert await talk.memory.inbox.replies(accepted.inbox_id) == []


async def test_replies_to_an_unknown_message_are_none(talk: Talk) -> None:
    assert await talk.memory.inbox.replies(InboxId(4711)) is None


async def test_a_commit_writes_the_message_and_its_replies_with_all_they_carry(talk: Talk) -> None:
    accepted = await talk.hear("hello", payload="/greet", provider_id="p1")
    talk.clock.advance(seconds=2)
    reply = Reply("Which one?", buttons=(Button("Tent", "/tent"), Button("Stove", "/stove")), custom={"kind": "x"})
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome(replies=[reply]))
    asked, answered = await talk.said(accepted.customer_id)
    assert (asked.number, asked.author, asked.text) == (1, Author.CUSTOMER, "hello")
    assert (asked.payload, asked.client_id, asked.channel) == ("/greet", "p1", "telegram")
    assert (answered.number, answered.author, answered.text) == (2, Author.BOT, "Which one?")
    assert tuple(answered.buttons) == reply.buttons
    assert answered.custom == {"kind": "x"}
    assert (answered.at - asked.at).total_seconds() == 2
    assert answered.at == talk.clock.now


async def test_a_turn_left_without_a_commit_is_given_back_an_attempt_older(talk: Talk) -> None:
    talk.clock.advance(seconds=4)  # a process that has just begun holds back what was tried twice
    accepted = await talk.hear("hello")

    async def fail(attempt: int) -> None:
        async with talk.memory.turns.claim() as turn:
            assert turn is not None
            assert turn.attempt == attempt
            raise ZeroDivisionError

    for attempt in (1, 2):
        with pytest.raises(ZeroDivisionError):
            await fail(attempt)
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert (turn.inbox_id, turn.attempt) == (accepted.inbox_id, 3)
    assert await talk.texts(accepted.customer_id) == []


async def test_a_turn_is_committed_once(talk: Talk) -> None:
    await talk.hear("hello")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome())
        with pytest.raises(RuntimeError):
            await turn.commit(Outcome())


async def test_while_a_customer_is_claimed_only_others_are_handed_out(talk: Talk) -> None:
    await talk.hear("first", ("telegram", "1"))
    await talk.hear("second", ("telegram", "1"))
    await talk.hear("third", ("telegram", "2"))
    async with talk.memory.turns.claim() as one, talk.memory.turns.claim() as two, talk.memory.turns.claim() as three:
        assert one is not None
        assert two is not None
        assert (one.inbound.text, two.inbound.text, three) == ("first", "third", None)
        await one.commit(Outcome())
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.text == "second"


async def test_a_message_may_arrive_while_its_customer_is_claimed(talk: Talk) -> None:
    await talk.hear("first")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        second = await asyncio.wait_for(talk.hear("second"), timeout=5)
        await turn.commit(Outcome())
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbox_id == second.inbox_id


async def test_a_message_may_arrive_between_the_end_of_a_turn_and_the_release_of_its_customer(talk: Talk) -> None:
    await talk.hear("first")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome())
        second = await talk.hear("second")
        async with talk.memory.turns.claim() as _:
            pass  # whoever looks now may not see it
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbox_id == second.inbox_id


async def test_many_customers_and_workers_lose_nothing_and_keep_each_order(talk: Talk) -> None:
    customers, each = 20, 5

    async def write(sender: int) -> CustomerId:
        for number in range(each):
            accepted = await talk.hear(f"{number}", ("telegram", f"{sender}"))
        return accepted.customer_id

    handled: dict[CustomerId, list[str]] = defaultdict(list)
    running: set[CustomerId] = set()

    async def work(writers: asyncio.Future[list[CustomerId]]) -> None:
        with talk.memory.doorbell.listen("inbox") as ring:
            while not (writers.done() and sum(map(len, handled.values())) == customers * each):
                async with talk.memory.turns.claim() as turn:
                    if turn is not None:
                        customer_id = turn.thread.customer.id
                        assert customer_id not in running, "two turns of one customer at once"
                        running.add(customer_id)
                        await asyncio.sleep(0)
                        await turn.commit(Outcome(replies=[Reply(f"re {turn.inbound.text}")]))
                        handled[customer_id].append(turn.inbound.text)
                        running.discard(customer_id)
                        continue
                await ring.wait(0.05)

    writers = asyncio.gather(*(write(sender) for sender in range(customers)))
    await asyncio.wait_for(asyncio.gather(writers, *(work(writers) for _ in range(6))), timeout=60)
    in_order = [f"{number}" for number in range(each)]
    assert len(handled) == customers
    for customer_id in writers.result():
        assert handled[customer_id] == in_order
        messages = await talk.said(customer_id)
        assert [message.number for message in messages] == list(range(1, 2 * each + 1))
        assert [message.text for message in messages] == [t for n in in_order for t in (n, f"re {n}")]


async def test_the_bot_falls_silent_when_a_person_takes_over_while_it_composes(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.hear("still there?")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
        with pytest.raises(OwnerChanged):
            await turn.commit(Outcome(replies=[Reply("talking over Mara")], dialogue=task("x")))
    assert await talk.texts(handoff.customer_id) == ["a person please", "of course"]
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.thread.handoff is not None
        assert turn.thread.handoff.agent_name == "Mara"
        assert turn.thread.dialogue is None
        await turn.commit(Outcome())
    assert (await talk.texts(handoff.customer_id))[-1] == "still there?"


async def test_a_turn_without_replies_commits_although_a_person_took_over(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.hear("still there?")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
        await turn.commit(Outcome())
    assert (await talk.texts(handoff.customer_id))[-1] == "still there?"


async def test_text_that_no_database_can_hold_is_kept_without_what_it_cannot(talk: Talk) -> None:
    accepted = await talk.hear("nul \x00 and half \ud83d a pair", provider_id="x\x00\udfff")
    again = await talk.hear("nul \x00 and half \ud83d a pair", provider_id="x\x00\udfff")
    assert again.duplicate
    await talk.answer("fine \x00\ud83d")
    assert await talk.texts(accepted.customer_id) == ["nul  and half ? a pair", "fine ?"]


async def test_a_very_long_message_with_a_very_long_id_is_kept_and_recognised(talk: Talk) -> None:
    accepted = await talk.hear("a" * 10_000, provider_id="z" * 10_000)
    assert (await talk.hear("a" * 10_000, provider_id="z" * 10_000)).duplicate
    assert not (await talk.hear("a" * 10_000, provider_id="z" * 10_000 + "y")).duplicate
    await talk.answer()
    assert (await talk.said(accepted.customer_id))[0].client_id == "z" * 10_000


async def test_an_agents_words_on_rest_come_with_the_next_answer(talk: Talk) -> None:
    handoff, mara = await talk.taken(("rest", "ana"))
    await talk.memory.handoffs.reply(handoff.id, mara, "Hello, Mara here")
    await talk.memory.handoffs.reply(handoff.id, mara, "I have found it")
    first = await talk.hear("anything?", ("rest", "ana"))
    await talk.answer()
    second = await talk.hear("thanks", ("rest", "ana"))
    await talk.answer()
    replies = await talk.memory.inbox.replies(first.inbox_id)
    assert replies is not None
    assert [reply.text for reply in replies] == ["Hello, Mara here", "I have found it"]
    assert await talk.memory.inbox.replies(second.inbox_id) == []


async def test_a_second_request_for_a_person_changes_nothing_while_one_is_open(talk: Talk) -> None:
    handoff = await talk.ask_for_person()
    await talk.hear("now please")
    await talk.answer("yes", records=[RequestHandoff(HandoffReason.DISTRESS)])
    (line,) = await talk.memory.handoffs.queue(list(HandoffState))
    assert line.handoff == handoff


async def test_those_whose_turn_was_begun_before_have_it_one_at_a_time(talk: Talk) -> None:
    """What ends its process takes along what was in hand with it: tried again together, all would look guilty."""
    first, second = await talk.hear("a", ("telegram", "1")), await talk.hear("b", ("telegram", "2"))
    async with talk.memory.turns.claim() as one, talk.memory.turns.claim() as two:
        assert one is not None
        assert two is not None
    fresh = await talk.hear("c", ("telegram", "3"))
    await talk.hear("b again", ("telegram", "2"))

    async with talk.memory.turns.claim() as one:
        assert one is not None
        assert (one.inbox_id, one.attempt) == (first.inbox_id, 2)
        async with talk.memory.turns.claim() as other:
            assert other is not None
            assert (other.inbox_id, other.attempt) == (fresh.inbox_id, 1)
            async with talk.memory.turns.claim() as none:
                assert none is None
            await other.commit(Outcome())
        await one.commit(Outcome())
    async with talk.memory.turns.claim() as two:
        assert two is not None
        assert (two.inbox_id, two.attempt) == (second.inbox_id, 2)
