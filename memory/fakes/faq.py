"""The fake FAQ entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from memory.errors import FaqConflict
from memory.fakes.world import World
from memory.model import FaqRecord


@dataclass
class _Entry:
    record: FaqRecord
    edited: bool
    deleted: bool = False


class FakeFaqEntries:
    """Entries by id; deleted ones are kept, so that seeding does not bring them back."""

    def __init__(self, world: World) -> None:
        self._bell = world.bell
        self._entries: dict[str, _Entry] = {}

    async def all(self) -> Sequence[FaqRecord]:
        """Those not deleted, by id."""
        return [entry.record for _, entry in sorted(self._entries.items()) if not entry.deleted]

    async def save(self, record: FaqRecord) -> FaqRecord:
        """Insert or replace. Raises FaqConflict on another stored version."""
        stored = self._entries.get(record.id)
        expected = stored.record.version if stored is not None and not stored.deleted else 1
        if record.version != expected:
            raise FaqConflict
        return self._put(record, edited=True)

    async def delete(self, faq_id: str) -> bool:
        """Whether there was one."""
        stored = self._entries.get(faq_id)
        if stored is None or stored.deleted:
            return False
        stored.deleted = stored.edited = True
        stored.record = replace(stored.record, version=stored.record.version + 1)
        self._bell.ring(["faq"])
        return True

    async def seed(self, records: Sequence[FaqRecord]) -> int:
        """Insert those not seen before; replace those never edited. Returns how many."""
        wanted = [record for record in records if self._wants(record)]
        for record in wanted:
            self._put(record, edited=False)
        return len(wanted)

    def _wants(self, record: FaqRecord) -> bool:
        stored = self._entries.get(record.id)
        if stored is None:
            return True
        return not (stored.edited or _plain(record, stored.record.version) == stored.record)

    def _put(self, record: FaqRecord, *, edited: bool) -> FaqRecord:
        stored = self._entries.get(record.id)
        kept = _plain(record, 1 if stored is None else stored.record.version + 1)
        self._entries[record.id] = _Entry(kept, edited)
        self._bell.ring(["faq"])
        return kept


def _plain(record: FaqRecord, version: int) -> FaqRecord:
    return replace(record, version=version, phrasings=tuple(record.phrasings), tags=tuple(record.tags))
