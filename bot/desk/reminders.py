"""E-mails about promises, to whom the desk can't tell it because theirs is not open. Used by the timekeeper."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.hours import SupportHours
from bot.mail import Mailer, MailFailed
from memory.model import TEAM, Agent, Colleague, Presence, Promise, PromiseState, Role
from memory.ports import Team

log = structlog.get_logger()

_LEADING = frozenset({Role.LEAD, Role.ADMIN})


class Reminders:
    """Sends them beside everything else. They hold no word of a customer: mail lies around, the desk does not."""

    def __init__(
        self, *, mailer: Mailer, team: Team, hours: SupportHours, url: str, clock: Callable[[], datetime]
    ) -> None:
        self._mailer = mailer
        self._team = team
        self._hours = hours
        self._url = url.rstrip("/")
        self._clock = clock
        self._sending: set[asyncio.Task[None]] = set()

    async def tell(self, promise: Promise) -> None:
        """Write to those concerned who are not at the desk; returns before the mails are on their way."""
        subject, text = self._words(promise)
        for agent in concerned(promise, await self._team.all()):
            task = asyncio.create_task(self._send(agent, subject, text))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def settle(self) -> None:
        """Wait until all are on their way."""
        await asyncio.gather(*self._sending)

    def _words(self, promise: Promise) -> tuple[str, str]:
        due = self._hours.in_words(promise.due_at, self._clock())
        whose = "The team owes it." if promise.owner == TEAM else f"{promise.owner_name or 'A colleague'} owes it."
        if promise.state is PromiseState.BROKEN:
            said = "A promise to a customer was not kept", f"It was due {due}. {whose}"
        else:
            said = "A promise to a customer is due soon", f"It is due {due}. {whose}"
        return said[0], f"{said[1]}\n\nSee what it is, and close it there once it is kept: {self._url}/desk/\n"

    async def _send(self, agent: Agent, subject: str, text: str) -> None:
        try:
            await self._mailer.send(agent.email, subject, text)
        except MailFailed:
            log.exception("reminder_failed", agent=agent.id)
        else:
            log.info("reminder_sent", agent=agent.id)


def concerned(promise: Promise, team: Sequence[Colleague]) -> Sequence[Agent]:
    """Who hears of it by mail: who owes it, and once it is broken all who lead; not those who are at the desk.

    What the team owes concerns those who lead while nobody is there.
    """
    nobody_is_there = all(each.presence is Presence.GONE for each in team)
    leads = promise.state is PromiseState.BROKEN or (promise.owner == TEAM and nobody_is_there)
    return [
        each.agent
        for each in team
        if each.presence is Presence.GONE
        and (each.agent.id == promise.owner or (leads and each.agent.role in _LEADING))
    ]
