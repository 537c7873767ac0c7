"""Changes the FAQ, unless that would spoil answers that were right. Called by the desk and by `bot faq import`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.faq.entry import FaqEntry
from bot.faq.held_out import HeldOutTests, LostQuestion
from bot.faq.rows import Encodes
from bot.faq.seed import entry_from
from memory.model import FaqRecord
from memory.ports import FaqEntries

T = TypeVar("T")


class FaqRegression(Exception):
    """Some held-out questions would get another answer. Word the entries apart, or publish anyway."""

    def __init__(self, questions: Sequence[LostQuestion]) -> None:
        super().__init__(f"{self.__doc__} They are: {'; '.join(lost.question for lost in questions)}")
        self.questions = questions


class Beside(Protocol):
    """Runs long work in a thread."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """Its result."""


class Publisher:
    """The one way by which people change the FAQ."""

    def __init__(
        self,
        *,
        entries: FaqEntries,
        encoder: Callable[[], Encodes],
        clock: Callable[[], datetime],
        beside: Beside = asyncio.to_thread,
    ) -> None:
        """`encoder` opens the encoder when the first change is tested, in a thread."""
        self._entries = entries
        self._encoder = encoder
        self._clock = clock
        self._beside = beside
        self._tests: HeldOutTests | None = None
        self._turn = asyncio.Lock()

    async def publish(self, records: Sequence[FaqRecord], *, by: str, anyway: bool = False) -> Sequence[FaqRecord]:
        """Insert or replace entries, all or none; `by` names the person. Returns them as they are kept.

        Raises FaqRegression, unless `anyway`, and FaqConflict when somebody else changed one of them meanwhile.
        """
        if not records:
            return []
        async with self._turn:
            if not anyway:
                await self._test({record.id: record for record in records})
            return await self._entries.save(records, by=by)

    async def delete(self, faq_id: str, *, by: str, anyway: bool = False) -> bool:
        """Delete an entry; whether there was one. Raises FaqRegression, unless `anyway`."""
        async with self._turn:
            if not anyway:
                await self._test({faq_id: None})
            return await self._entries.delete(faq_id, by=by)

    async def warm(self) -> None:
        """Get ready: somebody is about to edit."""
        if not self._turn.locked():
            async with self._turn:
                now = self._in_force(await self._entries.all())
                await self._beside(lambda: self._tester().warm(now))

    async def _test(self, changes: Mapping[str, FaqRecord | None]) -> None:
        """Ask the held-out questions with these entries replaced, or taken away where there is None for them."""
        stored = {record.id: record for record in await self._entries.all()}
        before = self._in_force(list(stored.values()))
        changed = sorted({**stored, **changes}.items())
        after = self._in_force([record for _, record in changed if record is not None])
        if before == after:
            return
        lost = await self._beside(lambda: self._tester().lost(before, after))
        if lost:
            raise FaqRegression(lost)

    def _in_force(self, records: Sequence[FaqRecord]) -> list[FaqEntry]:
        """What answers now or some day: a season's entries are tested before the season begins."""
        return [entry_from(record) for record in records if not record.has_expired_at(self._clock())]

    def _tester(self) -> HeldOutTests:
        self._tests = self._tests or HeldOutTests(encoder=self._encoder())
        return self._tests
