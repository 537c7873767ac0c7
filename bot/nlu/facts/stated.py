"""A fact as it is stated in a message. Made by the finders of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MANY: Final = frozenset({"allergy", "gift_for", "avoided_carrier"})
"""Kinds of which several hold side by side; of the others a new value supersedes the old one."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A value of a kind, the place of its statement in the message, and how surely the words mean it (0 to 1)."""

    kind: str
    value: str
    start: int
    end: int
    confidence: float = 1.0
    ended: bool = False
    """Said to hold no longer: "I'm not allergic to wool any more"."""
    about: str = ""
    """What a nickname is for, as the message names it: a product, "it", "the second one"."""

    @property
    def key(self) -> str:
        """Under which it is remembered."""
        return f"{self.kind}:{self.value}" if self.kind in MANY else self.kind
