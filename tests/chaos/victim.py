"""`bot serve` as it is, with an injector that may kill it between any two steps: `python -m tests.chaos.victim serve`.

With CHAOS_DIALOGUE=counting the model is left out, which makes a life begin in two seconds instead of twenty.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import bot.bootstrap.worker
from bot.__main__ import main
from bot.channels.telegram.channel import TelegramChannel
from bot.dialogue.port import Said
from memory.model import DialogueState, FaqRecord, Outcome, Reply
from tests.chaos.injector import Injector

TWICE = 5
"""Every message whose number this divides has two replies."""


class CountingDialogue:
    """Its state is the last number it heard, and each reply tells it: a state that is lost or late shows at once."""

    def __init__(self, **_: object) -> None:
        """Take what the process of the real one is started with."""

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        """There is no other process."""
        yield

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        """Say what was heard, and what was heard before."""
        return Outcome(
            replies_to(said.text, state.snapshot if state else "nothing"), DialogueState(number_in(said.text))
        )

    async def use_faq(self, entries: Sequence[FaqRecord]) -> None:
        """There is nothing to look up."""


def replies_to(text: str, before: str) -> Sequence[Reply]:
    """What the counting dialogue says to a message."""
    number = number_in(text)
    first = Reply(f"I heard {number} after {before}.")
    return (first, Reply(f"That was {number}.")) if int(number) % TWICE == 0 else (first,)


def number_in(text: str) -> str:
    """The number that a customer gave their message."""
    found = re.search(r"\d+", text)
    assert found is not None, f"a message without a number: {text!r}"
    return found[0]


if __name__ == "__main__":
    injector = Injector(
        chance=random.Random(os.environ["CHAOS_SEED"]),
        note=Path(os.environ["CHAOS_NOTE"]),
        sends=os.environ.get("THREADKEEPER_ROLE") != "worker",
    )
    injector.install()
    injector.watch_sending(TelegramChannel)
    if os.environ["CHAOS_DIALOGUE"] == "counting":
        bot.bootstrap.worker.Thinking = CountingDialogue  # type: ignore[attr-defined,assignment]
    main()
