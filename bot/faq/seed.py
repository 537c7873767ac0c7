"""FAQ entries of files as memory's records and back; a new database begins with those of the project's own files."""

from __future__ import annotations

from pathlib import Path

from bot.faq.entry import FaqEntry
from bot.faq.files import find_faq_files, read_faq_files
from memory.model import FaqRecord

GENERAL = "general"
"""The department of an entry that names none."""


def faq_records(folder: Path) -> list[FaqRecord]:
    """All entries of the FAQ files below a folder. Raises FaqFileError, naming file, entry and field."""
    return [record_of(entry) for entry in read_faq_files(find_faq_files([folder]))]


def record_of(entry: FaqEntry, version: int = 1) -> FaqRecord:
    """The entry as memory keeps it."""
    return FaqRecord(
        id=entry.id,
        question=entry.question,
        phrasings=entry.phrasings,
        answer=entry.answer,
        tags=entry.tags,
        department=entry.department or GENERAL,
        version=version,
        language=entry.language,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        tests=entry.tests,
    )


def entry_from(record: FaqRecord) -> FaqEntry:
    """The entry that memory keeps, as files and the search have it."""
    return FaqEntry(
        id=record.id,
        question=record.question,
        answer=record.answer,
        phrasings=tuple(text for text in record.phrasings if text != record.question),
        tags=tuple(record.tags),
        department=record.department,
        tests=tuple(record.tests),
        language=record.language,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
    )
