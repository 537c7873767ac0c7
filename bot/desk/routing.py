"""Who is asked to take whom: pure, so that every choice can be looked at. Used by `bot.desk.usher`.

Decided in docs/decisions/0014: first come, first served, save for head starts in minutes; then the agent who fits best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.line import GENERAL, in_order
from memory.model import AgentId, Colleague, Handoff, Presence, Waiting

ANYBODY_AFTER: Final = timedelta(minutes=2)
"""How long a handoff waits for somebody who knows its department and language, before anybody present is asked."""

ASK_AGAIN_AFTER: Final = timedelta(minutes=5)
"""How long after being asked, or passing it on, an agent is not asked again; meanwhile anybody may take it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A handoff, the agent to offer it to, and why them, in a line."""

    handoff: Handoff
    agent_id: AgentId
    why: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An agent as seen from one handoff."""

    colleague: Colleague
    waiting: Waiting
    room: int

    @property
    def id(self) -> AgentId:
        return self.colleague.agent.id

    @property
    def brings_back(self) -> bool:
        """Whether the customer comes back to them within 72 hours."""
        return self.knows and self.waiting.handoff.follows is not None

    @property
    def knows(self) -> bool:
        return self.waiting.knew == self.id

    @property
    def is_specialist(self) -> bool:
        return self.waiting.handoff.department in self.colleague.agent.departments

    @property
    def fits(self) -> bool:
        """Whether they know the department and the language."""
        handoff, agent = self.waiting.handoff, self.colleague.agent
        department = handoff.department in {None, GENERAL} or not agent.departments or self.is_specialist
        return department and self.speaks

    @property
    def speaks(self) -> bool:
        handoff, agent = self.waiting.handoff, self.colleague.agent
        return handoff.language is None or not agent.languages or handoff.language in agent.languages

    @property
    def fullness(self) -> float:
        return 1 - self.room / self.colleague.agent.capacity

    def rank(self) -> tuple[object, ...]:
        """The lowest is asked."""
        passed = self.waiting.passed.get(self.id)
        return (
            passed is not None,  # never the same again while there is another
            passed.timestamp() if passed else 0.0,
            not self.brings_back,
            not self.fits,
            not self.knows,
            not self.is_specialist,
            self.fullness,
            self.id,
        )

    def why(self) -> str:
        """What speaks for them, in a line."""
        handoff, agent = self.waiting.handoff, self.colleague.agent
        reasons = []
        if self.brings_back:
            reasons.append("had them within 72 hours")
        elif self.knows:
            reasons.append("knows them from before")
        if self.is_specialist:
            reasons.append(f"knows {handoff.department}")
        if handoff.language in agent.languages:
            reasons.append(f"speaks {handoff.language}")
        if not self.fits:
            reasons.append("nobody who knows more about it was free")
        return ", ".join([*reasons, f"has {agent.capacity - self.room} of {agent.capacity}"])


@dataclass
class _Rooms:
    """How much each agent can still be offered, as this round goes on."""

    left: dict[AgentId, int] = field(default_factory=dict)

    @classmethod
    def of(cls, team: Sequence[Colleague]) -> _Rooms:
        return cls({each.agent.id: each.room for each in team if each.presence is Presence.PRESENT})

    def candidates(self, waiting: Waiting, team: Sequence[Colleague]) -> list[_Candidate]:
        return [_Candidate(each, waiting, left) for each in team if (left := self.left.get(each.agent.id, 0)) > 0]

    def take(self, agent_id: AgentId) -> None:
        self.left[agent_id] -= 1


def choose(waiting: Sequence[Waiting], team: Sequence[Colleague], now: datetime) -> Sequence[Choice]:
    """What to offer whom now; who is not in it waits on. Nobody is offered more than they have room for."""
    rooms, choices = _Rooms.of(team), []
    for each in in_order(waiting):
        asked = [one for one in rooms.candidates(each, team) if _may_be_asked(one, now)]
        if asked:
            best = min(asked, key=_Candidate.rank)
            rooms.take(best.id)
            choices.append(Choice(each.handoff, best.id, best.why()))
    return choices


def next_look(waiting: Sequence[Waiting], now: datetime) -> datetime | None:
    """When time alone will change who may be asked: anybody may be from then on, or one who let it pass once more."""
    times = [each.since + ANYBODY_AFTER for each in waiting]
    times += [at + ASK_AGAIN_AFTER for each in waiting for at in each.passed.values()]
    return min((time for time in times if time > now), default=None)


def _may_be_asked(one: _Candidate, now: datetime) -> bool:
    passed = one.waiting.passed.get(one.id)
    if passed is not None and now - passed < ASK_AGAIN_AFTER:
        return False
    return one.fits or one.brings_back or now - one.waiting.since >= ANYBODY_AFTER
