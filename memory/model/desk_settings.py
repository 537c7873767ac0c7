"""What the people at the desk set for all, or for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WrittenHours:
    """When people answer, as somebody wrote it: "Mon-Fri 09:00-17:30", "Europe/London", "2026-12-24, 12-25"."""

    hours: str
    time_zone: str
    holidays: str = ""


@dataclass(frozen=True, slots=True)
class KeptHours:
    """Hours that an admin set, with their name and when."""

    written: WrittenHours
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A part of the queue that an agent looks at often; empty for any."""

    name: str
    department: str = ""
    channel: str = ""
    language: str = ""
    reason: str = ""
