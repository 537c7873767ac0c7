"""News to a thousand chats keeps to Telegram's limits: not one refusal, and whoever writes meanwhile does not wait."""

from __future__ import annotations

from memory.model import Address, CustomerId, Inbound, Outcome, Proof, Topic
from tests.doubles.telegram import BotApi
from tests.doubles.telegram_people import TelegramUser
from tests.doubles.telegram_stage import Stage, staged

CHATS = 1_000
NEWS = "Your order is on its way."
WITHIN = 120.0
"""Seconds; at thirty messages a second it takes thirty-four."""


async def test_a_thousand_chats_are_told_without_one_refusal_and_an_answer_comes_in_between() -> None:
    with BotApi(limits=True) as api:
        people = [api.user(f"Customer {number}") for number in range(CHATS)]
        async with staged(api) as stage:
            for person in people:
                customer_id = await has_written(stage, person)
                await stage.memory.notices.post(customer_id, Topic.ORDERS, NEWS, "on its way")

            async with stage.sending():
                await people[0].reads(1, WITHIN)
                await writes(stage, people[-1], "2")
                await stage.answers("How can I help?")
                await people[-1].reads(2, WITHIN)
                told = len(api.called("sendMessage"))
                await api.until_called("sendMessage", CHATS + 1, WITHIN)

    assert told < CHATS / 2, f"{told} others were told first"
    assert api.refused == []
    assert [seen.text for seen in people[-1].chat.seen] == [NEWS, "How can I help?"]
    assert all([seen.text for seen in person.chat.seen] == [NEWS] for person in people[:-1])


async def has_written(stage: Stage, person: TelegramUser) -> CustomerId:
    """Somebody who has written once, so that there is a chat."""
    person.says("hello")
    customer_id = await writes(stage, person, "1")
    async with stage.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome())
    return customer_id


async def writes(stage: Stage, person: TelegramUser, key: str) -> CustomerId:
    """A message of theirs waits for its turn."""
    at = Address("telegram", str(person.id))
    return (await stage.memory.inbox.accept(Inbound(at, key, "hello", Proof.PLATFORM))).customer_id
