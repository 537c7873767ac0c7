"""One customer on two channels at once, fifty messages in the air: one turn after the other, in order of arrival."""

from __future__ import annotations

import asyncio

from memory.model import Accepted, Outcome, Reply
from tests.contract.memory.talk import ANA, Talk

TASKS = 50
WORKERS = 6
CHANNELS = (("web", "visitor-1"), ("rest", "app-1"))


async def test_fifty_messages_on_two_channels_are_answered_one_by_one_in_order_of_arrival(talk: Talk) -> None:
    turns: list[int] = []
    under_way = 0

    async def write(number: int) -> Accepted:
        return await talk.hear(f"message {number}", CHANNELS[number % 2], identity=ANA)

    async def work(written: asyncio.Future[list[Accepted]]) -> None:
        nonlocal under_way
        with talk.memory.doorbell.listen("inbox") as ring:
            while not (written.done() and len(turns) == TASKS):
                async with talk.memory.turns.claim() as turn:
                    if turn is not None:
                        under_way += 1
                        assert under_way == 1, "two turns of one customer at once"
                        await asyncio.sleep(0)
                        await turn.commit(Outcome(replies=[Reply(f"re {turn.inbound.text}")]))
                        turns.append(turn.inbox_id)
                        under_way -= 1
                        continue
                await ring.wait(0.05)

    written = asyncio.gather(*map(write, range(TASKS)))
    await asyncio.wait_for(asyncio.gather(written, *(work(written) for _ in range(WORKERS))), timeout=60)

    arrived = sorted(accepted.inbox_id for accepted in written.result())
    assert len({accepted.customer_id for accepted in written.result()}) == 1
    assert turns == arrived
    messages = await talk.said(written.result()[0].customer_id)
    assert [message.number for message in messages] == list(range(1, 2 * TASKS + 1))
    assert sorted(message.text for message in messages[::2]) == sorted(f"message {number}" for number in range(TASKS))
    assert [answer.text for answer in messages[1::2]] == [f"re {message.text}" for message in messages[::2]]
    assert [answer.channel for answer in messages[1::2]] == [message.channel for message in messages[::2]]
