"""Offers those who wait to agents, one after the other, and lets times come. Run by `bot.bootstrap` in every gateway.

Several gateways may do so at once: each move is made in memory by one of them, and refused to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.desk.routing import Choice, choose, next_look
from memory.errors import IllegalMove, NotYours, UnknownAgent, UnknownHandoff
from memory.model import BOT, Aim, HandoffState, Presence, Waiting
from memory.ports import Doorbell, Handoffs, Offers, Team

log = structlog.get_logger()

LOOK_AGAIN: Final = 5.0
"""Seconds after which to look though nothing rang: for a lost ring, and for an agent added past the server."""


class Usher:
    """Brings together who waits and who is there; `offer_for` is how long an offer stands, zero for none at all."""

    def __init__(  # noqa: PLR0913 - the parts of memory it works with, by name
        self,
        *,
        handoffs: Handoffs,
        offers: Offers,
        team: Team,
        doorbell: Doorbell,
        offer_for: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._handoffs = handoffs
        self._offers = offers
        self._team = team
        self._doorbell = doorbell
        self._offer_for = offer_for
        self._clock = clock

    async def run(self) -> None:
        """Go on until cancelled."""
        with self._doorbell.listen("desk") as bell:
            while True:
                await bell.wait(timeout=await self._look())

    async def _look(self) -> float:
        """Like `look`; a database that is away for a moment is asked again later."""
        try:
            return await self.look()
        except Exception:
            log.exception("usher_failed")
            return LOOK_AGAIN

    async def look(self) -> float:
        """Do what is due and offer what can be offered. Returns the seconds after which to look again at the latest."""
        for handoff in await self._offers.lapse():
            log.info("handoff_time_came", handoff=handoff.id, state=handoff.state.value)
        waiting = await self._offer() if self._offer_for else ()
        times = (await self._offers.next_due(), next_look(waiting, self._clock()))
        seconds = [(time - self._clock()).total_seconds() for time in times if time is not None]
        return max(min([LOOK_AGAIN, *seconds]), 0.0)

    async def _offer(self) -> Sequence[Waiting]:
        """Offer what can be offered; returns who waited, unless nobody has room: then the line need not be read."""
        team = await self._team.all()
        if not any(each.room for each in team if each.presence is Presence.PRESENT):
            return ()
        waiting = await self._offers.waiting()
        for choice in choose(waiting, team, self._clock()):
            await self._make(choice)
        return waiting

    async def _make(self, choice: Choice) -> None:
        """Make an offer, unless somebody was quicker: an agent who took it, another gateway, a customer who left."""
        aim = Aim(choice.agent_id, self._clock() + self._offer_for)
        try:
            await self._handoffs.move(choice.handoff.id, HandoffState.OFFERED, BOT, choice.why, aim=aim)
        except (IllegalMove, NotYours, UnknownAgent, UnknownHandoff) as exc:
            log.info("offer_overtaken", handoff=choice.handoff.id, why=type(exc).__name__)
        else:
            log.info("handoff_offered", handoff=choice.handoff.id, agent=choice.agent_id, why=choice.why)
