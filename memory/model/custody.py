"""What a customer may have done with what is kept about them: handed out, or erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class Extent(str, Enum):
    """How much is erased of a customer."""

    CONVERSATION = "conversation"  # what was said and learnt; who they are and where they write from stays
    EVERYTHING = "everything"  # that too: their next message is a stranger's


class Doer(str, Enum):
    """By whose will something was erased or handed out."""

    CUSTOMER = "customer"
    OPERATOR = "operator"
    RETENTION = "retention"


class Deed(str, Enum):
    """What the audit log tells of."""

    ERASED_CONVERSATION = "erased_conversation"
    ERASED_CUSTOMER = "erased_customer"
    ERASED_FACT = "erased_fact"
    OFFERED_EXPORT = "offered_export"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """That something happened, and nothing by which a person could be found again.

    `what` names the kind of a fact ("address"), never its value. `reference` is random; the customer was told it.
    """

    at: datetime
    deed: Deed
    by: Doer
    channel: str | None = None
    what: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an export: a title for readers, and rows of named values that JSON can hold."""

    name: str
    title: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """All that is kept about a customer, in sections; an empty one is left out."""

    made_at: datetime
    sections: Sequence[Section]

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The rows of a section; none where it was left out."""
        return next((section.rows for section in self.sections if section.name == name), ())
