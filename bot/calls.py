"""Requests for a person: whose matter one is, and where a customer stands who has made one. Used by `bot.turn`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.hours import SupportHours
from bot.line import Line
from memory.model import Inbound, OpenCase, Outcome, RequestHandoff, Thread, Wish

AT_IT_WITHIN = timedelta(hours=1)
"""How lately a case must have been touched for a request for a person to be about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Knows the department of each topic, and how long who waits may be silent (None: as long as it takes)."""

    line: Line
    hours: SupportHours
    departments: Mapping[str, str] = field(default_factory=dict)
    patience: timedelta | None = None

    async def place(self, thread: Thread, now: datetime) -> Mapping[str, object] | None:
        """Where they stand among those who wait for a person, as JSON; None for who does not wait.

        `number` from 1, `wait_seconds` what others lately waited (None: too few have), `opens` when the desk opens
        next, in words (None: it is open).
        """
        place = await self.line.place(thread.handoff, now) if thread.handoff else None
        if place is None:
            return None
        opens = self.hours.in_words(place.opens_at, now, "at") if place.opens_at else None
        wait = None if place.wait is None else place.wait.total_seconds()
        return {"number": place.number, "wait_seconds": wait, "opens": opens}

    def addressed(self, outcome: Outcome, thread: Thread, inbound: Inbound, now: datetime) -> Outcome:
        """The outcome, in which a request for a person says whose matter it is, and in which language."""
        language, department = language_of(thread, inbound), self._department(outcome, thread, now)
        wanted = [
            replace(
                record,
                department=record.department or department,
                language=record.language or language,
                patience=self.patience,
            )
            if isinstance(record, RequestHandoff)
            else record
            for record in outcome.records
        ]
        return replace(outcome, records=tuple(wanted))

    def _department(self, outcome: Outcome, thread: Thread, now: datetime) -> str | None:
        """That of the case they are at; None where there is none of this hour."""
        begun = [record.topic for record in outcome.records if isinstance(record, OpenCase)]
        cases = [case for case in thread.cases if case.state.is_open and case.touched_at > now - AT_IT_WITHIN]
        topics = [*begun, *(case.topic for case in cases)]
        return next((self.departments[topic] for topic in topics if topic in self.departments), None)


def language_of(thread: Thread, inbound: Inbound) -> str | None:
    """The language they chose, else that of their page or app."""
    return next((fact.value for fact in thread.facts if fact.key == Wish.LANGUAGE.value), inbound.language)
