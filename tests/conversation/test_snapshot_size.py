"""However much a customer writes and wants, what is remembered of the talk stays within 32 KiB."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from actions.shop import current
from actions.shop.open import open_shop
from bot.dialogue.port import Dialogue, Said
from bot.dialogue.snapshot import MAX_BYTES
from memory.model import CustomerId

BEN = {"shop_customer_id": "c-102", "customer_name": "Ben Carter"}
FLOOD = (
    "where is my order? " * 5_500,
    "a" * 100_000,
    f"{'b' * 100_000}@example.com",
    "how can I pay? do you ship to France? " * 200,
    *(f"how long do I have to return something? I bought it {day} days ago" for day in range(20)),
    "I want to return the hat",
    "wait, change the address of order 1051",
    "send it to " + "14 Fossgate, " * 8_000 + "York YO1 9TA",
    "first cancel order 1050",
    "🎉" * 30_000,
    "I want to return the jacket as well, " + "it is too large and " * 5_000,
)


@pytest.fixture(autouse=True)
async def shop(tmp_path: Path) -> AsyncIterator[None]:
    """The sample shop, in use by all actions."""
    opened = await open_shop(tmp_path / "shop.sqlite")
    current.use(opened)
    yield
    current.use(None)
    await opened.close()


async def test_a_flood_of_words_questions_and_tasks_stays_within_the_bound(dialogue: Dialogue) -> None:
    state, sizes = None, []
    with capture_logs() as logs:
        for number, text in enumerate(FLOOD):
            outcome = await dialogue.respond(Said(CustomerId("ben"), f"turn-{number}", text, context=BEN), state)
            assert outcome.dialogue is not None
            state = outcome.dialogue
            sizes.append(len(state.snapshot.encode()))

    assert max(sizes) <= MAX_BYTES
    assert not [line for line in logs if line["event"] == "snapshot_too_large"], "something had to be let go"
