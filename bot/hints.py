"""What may help an agent with a message: the FAQ's answers near it, the values in it, and what is like it.

Read by the desk, also in a gateway: nothing here needs the trained model. Nothing of a message is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

import structlog

from bot.faq.entry import FaqEntry
from bot.faq.index import Match
from bot.faq.languages import FaqLanguages
from bot.faq.publish import Beside
from bot.faq.rows import Encodes
from bot.faq.seed import entry_from
from bot.nlu.found import Found
from memory.ports import FaqEntries

log = structlog.get_logger()

NEAR: Final = 0.55
"""Likeness from which an entry may answer a message; from 0.65 on it probably does (see `bot.nlu.decide`)."""
MOST_ANSWERS: Final = 3
LONGEST: Final = 1_000
"""Characters of a message that are looked at; what is longer says what it wants at its beginning."""


class Finds(Protocol):
    """Finds the values in a message; `bot.nlu.finder.EntityFinder` does."""

    def find(self, text: str, now: datetime) -> Sequence[Found]:
        """All values in order of appearance."""


class Hints:
    """Looks messages up. The encoder and the finder are opened when they are needed or prepared, in a thread."""

    def __init__(
        self,
        *,
        entries: FaqEntries,
        encoder: Callable[[], Encodes],
        finder: Callable[[], Finds],
        clock: Callable[[], datetime],
        beside: Beside = asyncio.to_thread,
    ) -> None:
        """`clock` tells the time of day as the shop has it."""
        self._entries = entries
        self._open_encoder = encoder
        self._open_finder = finder
        self._clock = clock
        self._beside = beside
        self._encoder: Encodes | None = None
        self._finder: Finds | None = None
        self._indexed: Sequence[FaqEntry] = ()
        self._index = FaqLanguages({})
        self._turn = asyncio.Lock()
        self._preparing: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Have all opened meanwhile, so that no message waits for it; when that fails, the first one is told of it."""
        if self._preparing is None:
            self._preparing = asyncio.create_task(self._prepare())

    async def _prepare(self) -> None:
        try:
            await self.answers("", None)
            await self.values("")
        except Exception:
            log.exception("hints_not_prepared")

    async def answers(self, text: str, language: str | None) -> Sequence[Match]:
        """The entries that may answer it, the likeliest first."""
        now = self._clock()
        entries = [entry_from(record) for record in await self._entries.all() if record.is_valid_at(now)]
        async with self._turn:
            return await self._beside(lambda: self._search(entries, text[:LONGEST], language))

    async def values(self, text: str) -> Sequence[Found]:
        """The values the customer gives in it; not those they rule out."""
        async with self._turn:
            found = await self._beside(lambda: self._with_finder().find(text[:LONGEST], self._clock()))
        return [value for value in found if not value.denied]

    async def likeness(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """How like each of the others it is in meaning, from -1 to 1."""
        if not others:
            return ()
        async with self._turn:
            return await self._beside(lambda: self._compare(text[:LONGEST], others))

    def _search(self, entries: Sequence[FaqEntry], text: str, language: str | None) -> Sequence[Match]:
        encoder = self._with_encoder()
        if entries != self._indexed:
            self._index, self._indexed = self._index.updated(entries, encoder), entries
        (vector,) = encoder.encode([text])
        found = self._index.index(language).search(vector, text, MOST_ANSWERS)
        return [match for match in found if match.score >= NEAR]

    def _compare(self, text: str, others: Sequence[str]) -> Sequence[float]:
        first, *rest = self._with_encoder().encode([text, *others])
        return [float(first @ other) for other in rest]

    def _with_encoder(self) -> Encodes:
        self._encoder = self._encoder or self._open_encoder()
        return self._encoder

    def _with_finder(self) -> Finds:
        self._finder = self._finder or self._open_finder()
        return self._finder
