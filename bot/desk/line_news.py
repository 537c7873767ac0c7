"""Tells those who wait, unasked and once, that they are next in line. Run by `bot.bootstrap` in every gateway.

Only in a chat where a message is what tells: the website shows the place as it changes, a mail would cost more
attention than it is worth, and over REST nobody can write first. docs/decisions/0022 says why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.rounds import make_rounds
from bot.standing import Standing, Standings
from memory.model import Presence
from memory.ports import Places, Team

log = structlog.get_logger()

LOOK_EVERY: Final = 15.0
"""Seconds between two looks."""

WAITED: Final = timedelta(minutes=1)
"""How long somebody must have waited to be told: the answer to their call has just said where they stand."""

NEXT: Final = "You’re next in line now. Someone from our team will write to you here as soon as they are free."


class LineNews:
    """Notes the best place that each has had, and tells who has come to be next."""

    def __init__(
        self,
        *,
        standings: Standings,
        places: Places,
        team: Team,
        now: Callable[[], datetime],
    ) -> None:
        self._standings = standings
        self._places = places
        self._team = team
        self._now = now

    async def run(self) -> None:
        """Go on until cancelled."""
        await make_rounds(self.look, every=LOOK_EVERY, failed="line_news_failed")

    async def look(self) -> None:
        """Tell what is to be told now."""
        nearer = [each for each in (await self._standings.all()).values() if _is_nearer(each)]
        if not nearer:
            return
        people_here = any(each.presence is Presence.PRESENT for each in await self._team.all())
        for each in nearer:
            await self._note(each, people_here=people_here)

    async def _note(self, each: Standing, *, people_here: bool) -> None:
        handoff, number = each.handoff, each.place.number
        if handoff.told_place is None or number > 1:
            await self._places.note(handoff.id, number)
            return
        is_told = people_here and each.place.opens_at is None and self._now() - handoff.requested_at >= WAITED
        if is_told and not _waits_elsewhere(each) and await self._places.note(handoff.id, number, NEXT):
            log.info("told_to_be_next", handoff=handoff.id)


def _is_nearer(each: Standing) -> bool:
    told = each.handoff.told_place
    return told is None or each.place.number < told


def _waits_elsewhere(each: Standing) -> bool:
    """Whether they have chosen to be written to on another channel, and so do not watch this one."""
    awaiting = each.handoff.awaiting
    return awaiting is not None and awaiting.at is not None
