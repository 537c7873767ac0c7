"""The FAQ files as memory's records, with which a new database begins. Called by `bot.bootstrap`."""

from __future__ import annotations

from pathlib import Path

from bot.faq.files import FaqEntry, find_faq_files, read_faq_files
from memory.model import FaqRecord


def faq_records(folder: Path) -> list[FaqRecord]:
    """All entries of the FAQ files below a folder. Raises FaqFileError, naming file, entry and field."""
    return [_record(entry) for entry in read_faq_files(find_faq_files([folder]))]


def _record(entry: FaqEntry) -> FaqRecord:
    return FaqRecord(
        id=entry.id,
        question=entry.question,
        phrasings=entry.phrasings,
        answer=entry.answer,
        tags=entry.tags,
        department=entry.department or "general",
    )
