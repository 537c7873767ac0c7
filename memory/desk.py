"""Ports of what agents work with beside conversations. Implemented by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from memory.model import (
    Address,
    Agent,
    AgentId,
    Attached,
    CannedId,
    CannedReply,
    Cursor,
    CustomerId,
    FileId,
    HandoffId,
    KeptHours,
    Mention,
    Message,
    NewCanned,
    NewFile,
    Reading,
    Reception,
    SavedFilter,
    Sign,
    WrittenHours,
)


class Answers(Protocol):
    """How the FAQ's answers were received, over all customers: counts only, so nobody can be known by them."""

    async def received(self, faq_ids: Sequence[str]) -> Mapping[str, Reception]:
        """How each of these was received; those that nobody has rated are left out."""


class Replies(Protocol):
    """What an agent has written that is not with the customer yet. Only the owner of the conversation changes it.

    All raise UnknownHandoff, NotYours, UnknownMessage for the number of a message that no agent wrote, and
    TooLate when what became of it meanwhile does not allow it.
    """

    async def edit(self, handoff_id: HandoffId, by: AgentId, number: Cursor, text: str) -> Message:
        """Say it in other words: while it waits, and nobody has begun to send it."""

    async def withdraw(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Take it back, under the same condition. Its number stays, its words go."""

    async def retry(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Send again what failed, or of what is not known whether it arrived; then it may come twice."""


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


class Signs(Protocol):
    """Signs of life, carried to every process by the doorbell and stored nowhere. They ring "customer:<id>"."""

    async def give(self, sign: Sign) -> None:
        """Say what somebody is doing; what they were said to be doing before, in the same window, is over."""

    async def of(self, customer_id: CustomerId) -> Sequence[Sign]:
        """What holds now."""


class Mentions(Protocol):
    """Notes that call an agent by their name. They are made with `Handoffs.note`."""

    async def unread(self, agent_id: AgentId) -> Sequence[Mention]:
        """At most 100 that an agent has not read yet, the latest first."""

    async def read(self, agent_id: AgentId, handoff_id: HandoffId) -> None:
        """The agent has read the notes of this handoff."""


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
    """Who opened whose conversation, and when. Of an erased customer only that somebody was there remains."""

    async def note(self, agent_id: AgentId, handoff_id: HandoffId) -> None:
        """Once an hour at most for the same agent and handoff."""

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below the id `before` (None: of all), the newest first."""


class Files(Protocol):
    """Files that customers and agents send each other; each is its customer's and goes with them."""

    async def keep(self, customer_id: CustomerId, new: NewFile, at: Address | None = None) -> Attached:
        """Keep a file that came from an address of the customer (None: from an agent).

        Raises UnknownCustomer, TooManyFiles.
        """

    async def known(self, customer_id: CustomerId, file_ids: Sequence[FileId]) -> Sequence[Attached]:
        """These files, in this order. Raises UnknownFile."""

    async def content(self, customer_id: CustomerId, file_id: FileId) -> bytes:
        """Raises UnknownFile."""
