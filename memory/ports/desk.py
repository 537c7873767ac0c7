"""Ports for those who work at the desk, and what they look things up in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from memory.model import (
    Agent,
    AgentId,
    CannedId,
    CannedReply,
    Colleague,
    FaqRecord,
    FaqVersion,
    HandoffId,
    HandoffOutcome,
    HandoffState,
    KeptHours,
    Look,
    Message,
    NewCanned,
    Reading,
    SavedFilter,
    WrittenHours,
)
from memory.ports.handoffs import HandoffSummary


class Team(Protocol):
    """The agents as those who share work out between them see them."""

    async def all(self) -> Sequence[Colleague]:
        """Everybody, by name."""

    async def change(self, agent: Agent) -> None:
        """Set an agent's name, role, departments, languages and capacity. Raises UnknownAgent."""

    async def stand(self, agent_id: AgentId, *, away: bool) -> None:
        """Whether an agent wants no offers for now; signing in ends that. Raises UnknownAgent."""


class Agents(Protocol):
    """Who may sit at the desk."""

    async def add(self, agent: Agent, password_hash: str) -> None:
        """Raises DuplicateAgent."""

    async def credentials(self, email: str) -> tuple[Agent, str] | None:
        """The agent and the hash of their password, by e-mail (case does not matter)."""

    async def open_session(self, agent_id: AgentId, token_hash: str, expires_at: datetime) -> None: ...

    async def by_session(self, token_hash: str) -> Agent | None:
        """The agent of a session that has not expired; marks them as present for the next minute."""

    async def close_session(self, token_hash: str) -> None:
        """With their last session an agent leaves the desk, and what they are offered goes back into the queue."""


class Keys(Protocol):
    """Agents' passwords, which are changed by themselves or, with a link that works once, when they are forgotten."""

    async def change(self, agent_id: AgentId, password_hash: str, *, keep: str | None = None) -> None:
        """Set a password. It ends all sessions but `keep`, and resets that are under way. Raises UnknownAgent."""

    async def issue_reset(self, agent_id: AgentId, expires_at: datetime) -> str:
        """A new secret that sets the password once; an older one of this agent ends. Raises UnknownAgent."""

    async def reset_for(self, secret: str) -> Agent | None:
        """Whose a secret is that still works."""

    async def redeem(self, secret: str, password_hash: str) -> Agent | None:
        """Use the secret up, as `change` does; whose it was, or None for one that does not work any more."""


class Readings(Protocol):
    """Who was shown what customers said and who they are, for whoever has to answer for it."""

    async def note(self, looks: Collection[Look]) -> None:
        """Keep these, each once an hour at most."""

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below the id `before` (None: of all), the newest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that a search has found, and the latest message that has most of its words (None: the name)."""

    summary: HandoffSummary
    message: Message | None


@dataclass(frozen=True, slots=True)
class Course:
    """How one request for a person went, for figures: times, and what it came to. Of nobody by name."""

    requested_at: datetime
    first_accepted_at: datetime | None
    closed_at: datetime | None
    state: HandoffState
    outcome: HandoffOutcome | None = None
    asked: bool = False
    solved: bool | None = None


class Search(Protocol):
    """Finds conversations that were ever handed over."""

    async def conversations(self, query: str, limit: int, *, before: HandoffId | None = None) -> Sequence[Found]:
        """Those in which every word of the query was said, or begins the customer's name or e-mail, the newest first.

        At most `limit`, asked for before the handoff `before` (None: the newest of all). Words are found by their
        beginnings, in any case.
        """

    async def courses(self, since: datetime, limit: int) -> Sequence[Course]:
        """How the last `limit` requests went that were made since then, the newest first."""


class Canned(Protocol):
    """Replies that agents keep to say again: everybody's, and each agent's own. No two of one owner have one name."""

    async def known_to(self, agent_id: AgentId) -> Sequence[CannedReply]:
        """Everybody's and this agent's own, by name."""

    async def find(self, canned_id: CannedId) -> CannedReply:
        """Raises UnknownCanned."""

    async def add(self, new: NewCanned, by: str) -> CannedReply:
        """Keep one; `by` names who wrote it. Raises DuplicateCanned."""

    async def change(self, canned_id: CannedId, new: NewCanned, by: str) -> CannedReply:
        """Say it otherwise, or make it another's. Raises UnknownCanned, DuplicateCanned."""

    async def delete(self, canned_id: CannedId) -> None:
        """Raises UnknownCanned."""


class HoursBook(Protocol):
    """When people answer, as admins set it at the desk. A change rings "hours"; nothing is forgotten."""

    async def latest(self, limit: int) -> Sequence[KeptHours]:
        """What was set last, the latest first; the first one counts. Empty: what the operator wrote counts."""

    async def keep(self, written: WrittenHours, by: str) -> KeptHours:
        """From now on it is so; `by` names who says it."""


class Filters(Protocol):
    """The filters that agents keep for themselves."""

    async def of(self, agent_id: AgentId) -> Sequence[SavedFilter]:
        """An agent's own, as they put them."""

    async def keep(self, agent_id: AgentId, filters: Sequence[SavedFilter]) -> None:
        """Keep these in place of those there were."""


class FaqEntries(Protocol):
    """The FAQ: seeded from files, edited at the desk."""

    async def all(self) -> Sequence[FaqRecord]: ...

    async def save(self, records: Sequence[FaqRecord], by: str) -> Sequence[FaqRecord]:
        """Insert (version 1) or replace (version = stored + 1), all or none.

        Raises FaqConflict when one of them has another version in store.
        """

    async def delete(self, faq_id: str, by: str) -> bool:
        """Whether there was one."""

    async def versions(self, faq_id: str) -> Sequence[FaqVersion]:
        """All that an entry ever was, the newest first; empty for one that never was."""

    async def seed(self, records: Sequence[FaqRecord]) -> int:
        """Insert those not seen before (not even as deleted); replace those never edited. Returns how many."""
