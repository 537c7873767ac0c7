"""The fake FAQ entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from memory.errors import FaqConflict
from memory.fakes.world import World
from memory.model import FaqRecord, FaqVersion


@dataclass
class _Entry:
    record: FaqRecord
    edited: bool
    deleted: bool = False
    versions: list[FaqVersion] = field(default_factory=list)


class FakeFaqEntries:
    """Entries by id; deleted ones are kept, so that seeding does not bring them back."""

    def __init__(self, world: World) -> None:
        self._bell = world.bell
        self._clock = world.clock
        self._entries: dict[str, _Entry] = {}
        world.department_of = self._department

    def _department(self, faq_id: str) -> str | None:
        return self._entries[faq_id].record.department if faq_id in self._entries else None

    async def all(self) -> Sequence[FaqRecord]:
        """Those not deleted, by id."""
        return [entry.record for _, entry in sorted(self._entries.items()) if not entry.deleted]

    async def save(self, records: Sequence[FaqRecord], by: str) -> Sequence[FaqRecord]:
        """Insert or replace, all or none. Raises FaqConflict on another stored version."""
        if any(record.version != self._expected(record.id) for record in records):
            raise FaqConflict
        return [self._put(record, by) for record in records]

    async def delete(self, faq_id: str, by: str) -> bool:
        """Whether there was one."""
        stored = self._entries.get(faq_id)
        if stored is None or stored.deleted:
            return False
        stored.deleted = stored.edited = True
        stored.record = replace(stored.record, version=stored.record.version + 1)
        self._keep_version(stored, by)
        return True

    async def versions(self, faq_id: str) -> Sequence[FaqVersion]:
        """All that an entry ever was, the newest first."""
        stored = self._entries.get(faq_id)
        return [] if stored is None else stored.versions[::-1]

    async def seed(self, records: Sequence[FaqRecord]) -> int:
        """Insert those not seen before; replace those never edited. Returns how many."""
        wanted = [record for record in records if self._wants(record)]
        for record in wanted:
            self._put(record, by=None)
        return len(wanted)

    def _expected(self, faq_id: str) -> int:
        stored = self._entries.get(faq_id)
        return stored.record.version if stored is not None and not stored.deleted else 1

    def _wants(self, record: FaqRecord) -> bool:
        stored = self._entries.get(record.id)
        if stored is None:
            return True
        return not (stored.edited or _plain(record, stored.record.version) == stored.record)

    def _put(self, record: FaqRecord, by: str | None) -> FaqRecord:
        stored = self._entries.setdefault(record.id, _Entry(replace(record, version=0), edited=False))
        stored.record = _plain(record, stored.record.version + 1)
        stored.edited, stored.deleted = by is not None, False
        self._keep_version(stored, by)
        return stored.record

    def _keep_version(self, stored: _Entry, by: str | None) -> None:
        stored.versions.append(FaqVersion(stored.record, self._clock(), by, stored.deleted))
        self._bell.ring(["faq"])


def _plain(record: FaqRecord, version: int) -> FaqRecord:
    phrasings, tags, tests = tuple(record.phrasings), tuple(record.tags), tuple(record.tests)
    return replace(record, version=version, phrasings=phrasings, tags=tags, tests=tests)
