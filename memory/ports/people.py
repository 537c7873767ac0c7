"""Ports for who customers are, what is known of them, and what they may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from memory.model import (
    Address,
    AuditEntry,
    CodeUse,
    Customer,
    CustomerId,
    Export,
    Fact,
    Grounds,
    Identity,
    Link,
    LinkId,
    Proof,
)


class Facts(Protocol):
    """What was learnt about customers. Turns learn and end facts; `Thread.facts` is what holds now."""

    async def history(self, customer_id: CustomerId) -> Sequence[Fact]:
        """All that was ever learnt, the oldest first, with what superseded it; empty for somebody unknown."""


class Identities(Protocol):
    """Who is who, and by which proof."""

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None = None) -> Customer | None:
        """The customer who writes from here, or None if nobody has yet. Creates and merges nothing."""

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Raises UnknownCustomer."""

    async def identified_by_email(self, email: str) -> Customer | None:
        """The identified customer whose proved e-mail this is; None also where several have it."""

    async def issue_code(
        self, customer_id: CustomerId, expires_at: datetime, *, short: bool = False, use: CodeUse = CodeUse.LINK
    ) -> str:
        """A new single-use code that leads to this customer; only its seal is stored. A `short` one can be typed.

        Raises UnknownCustomer, TooManyCodes.
        """

    async def sign_in(self, address: Address, code: str) -> Customer | None:
        """Use up a code that was made for signing in: whose it is, or None for a wrong one or after too many."""


class Links(Protocol):
    """Customers who turned out to be one, and those who were parted again."""

    async def of(self, customer_id: CustomerId) -> Sequence[Link]:
        """All links of a customer, the latest first; undone ones too."""

    async def merge(self, from_id: CustomerId, *, into: CustomerId, on: Grounds) -> Link:
        """Let an anonymous customer's thread continue in another's. Raises UnknownCustomer, TwoIdentities."""

    async def undo(self, link_id: LinkId, *, why: str, by: str) -> Link:
        """Give each side its own back: what it brought, and what was said at its addresses since.

        Raises UnknownLink, also when it was undone before.
        """


class Custody(Protocol):
    """All that is kept about a customer. Turns erase by `Erase` and `ForgetFact`, and offer it by `OfferExport`."""

    async def export(self, customer_id: CustomerId) -> Export:
        """For operators. Raises UnknownCustomer."""

    async def redeem(self, export_id: str) -> Export | None:
        """What an offered export holds now; None when it was fetched before, has expired, or never was."""

    async def erase(self, customer_id: CustomerId, reference: str) -> None:
        """For operators. Waits for a turn under way; what waits still is a stranger's then. Raises UnknownCustomer."""

    async def expire(self, silent_since: datetime, limit: int) -> int:
        """Erase at most `limit` customers who were last in contact before that and for whom nobody has to act.

        So go those who never said a word: of whom only the news is left that all else was erased. Returns how many;
        0 also while another process is at it.
        """

    async def audit(self, limit: int) -> Sequence[AuditEntry]:
        """The latest entries of the audit log, the newest first."""
