"""Ports of what agents work with beside conversations. Implemented by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from memory.model import (
    AgentId,
    CannedId,
    CannedReply,
    Cursor,
    CustomerId,
    HandoffId,
    Mention,
    Message,
    NewCanned,
    Reception,
    Sign,
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
