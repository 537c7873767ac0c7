"""Who we talk with: customers, their addresses and the proofs of who they are."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Address:
    """Where a customer can be reached: a channel ("telegram") and an id there (a chat id)."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the host site says its customer is, proved by a signed token (checked at the edge)."""

    subject: str
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A person we talk with. `subject` is their id at the host site, or None while it is not proved."""

    id: CustomerId
    subject: str | None
    name: str | None
    email: str | None
    created_at: datetime
    last_number: Cursor


class LinkResult(str, Enum):
    """What became of a one-time code that came with a message."""

    LINKED = "linked"
    REFUSED = "refused"  # unknown, used or expired
