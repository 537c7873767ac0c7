"""The dialogue as the turns of this process ask it: it thinks in a process of its own, `bot.bootstrap.thinker`.

Understanding a message and working out what follows takes more of the processor than all the rest. Beside it, requests,
streams and turns go on, on another core where there is one (docs/decisions/0024).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from bot.apart import Apart
from bot.beside import ended
from bot.dialogue.port import Said
from bot.metrics import Metrics
from bot.settings import Settings
from memory.model import DialogueState, FaqRecord, Outcome

THINKER: Final = "bot.bootstrap.thinker"


class Thinking:
    """A dialogue elsewhere; see `bot.dialogue.port.Dialogue`."""

    def __init__(self, *, settings: Settings, ready: asyncio.Event, metrics: Metrics) -> None:
        """`ready` is cleared while it is being started again; whoever gives it its FAQ sets it the first time."""
        self._ready = ready
        self._metrics = metrics
        self._entries: Sequence[FaqRecord] | None = None
        self._apart = Apart(THINKER, lambda: (settings, self._entries))

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        """Keep it going within this block, which begins when the model is loaded. Raises what loading it raised."""
        living = asyncio.create_task(self._apart.run(opened=self._opened, ended=self._ended))
        opened = asyncio.create_task(self._apart.opened())
        try:
            await asyncio.wait({living, opened}, return_when=asyncio.FIRST_COMPLETED)
            if living.done():
                living.result()
            yield
        finally:
            await ended(living, opened)

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        """Answer one message. Raises DialogueError when it can't, and PartEnded when the other process ends of it."""
        outcome: Outcome = await self._apart.call("respond", said, state)
        return outcome

    async def use_faq(self, entries: Sequence[FaqRecord]) -> None:
        """Answer from these FAQ entries from now on, also after another start."""
        self._entries = entries
        await self._apart.call("use_faq", entries)

    def _opened(self) -> None:
        if self._entries is not None:
            self._ready.set()

    def _ended(self) -> None:
        self._ready.clear()
        self._metrics.dialogue_ended.inc()
