"""Who we talk with: customers, their addresses and the proofs of who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

CustomerId = NewType("CustomerId", str)

Cursor = NewType("Cursor", int)
"""A customer's message number: 1, 2, 3 … without gaps, in the order in which things were said."""


class Proof(str, Enum):
    """Why an address is believed to belong to its customer."""

    NONE = "none"
    SIGNED_TOKEN = "signed_token"
    PLATFORM = "platform"
    ONE_TIME_CODE = "one_time_code"
    TRUSTED_CALLER = "trusted_caller"
    EMAIL_CODE = "email_code"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a customer can be reached: a channel ("telegram") and an id there (a chat id)."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the host site says its customer is, proved by a signed token (checked at the edge).

    `valued` is the host site's word that this customer should wait less for a person.
    """

    subject: str
    name: str | None = None
    email: str | None = None
    valued: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """A person we talk with. `subject` is their id at the host site, or None while it is not proved.

    `renumbered` counts how often their messages got other numbers, because of a link or because one was undone.
    """

    id: CustomerId
    subject: str | None
    name: str | None
    email: str | None
    created_at: datetime
    last_number: Cursor
    renumbered: int = 0
    valued: bool = False


class CodeUse(str, Enum):
    """What a one-time code is good for."""

    LINK = "link"  # two addresses become one customer's
    SIGN_IN = "sign_in"  # it went to a customer's proved e-mail: who has it is that customer


class LinkResult(str, Enum):
    """What became of a one-time code that came with a message."""

    LINKED = "linked"
    REFUSED = "refused"  # unknown, used or expired
    TOO_MANY = "too_many"  # too many wrong codes came from here, or everywhere, so none is looked at for a while
    SIGN_IN_FIRST = "sign_in_first"  # the code is good, but leads to an identified customer, and nobody signed in here


LinkId = NewType("LinkId", int)


@dataclass(frozen=True, slots=True)
class Link:
    """Why two customers are one: `absorbed` was merged into `into`, whose thread `customer_id` has now.

    `proof` was shown at `address` (None: an operator linked them); `by` says who did it, `addresses` which addresses
    came with it. `undone_at` is set when they were parted again.
    """

    id: LinkId
    customer_id: CustomerId
    absorbed: CustomerId
    into: CustomerId
    proof: Proof
    why: str
    by: str
    at: datetime
    address: Address | None = None
    addresses: Sequence[Address] = ()
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_why: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the two are still one."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what two customers are linked: the proof, where it was shown, and who did it."""

    proof: Proof
    why: str
    by: str = "customer"
    address: Address | None = None
