"""What every finder of values gives: a piece of a message and what it means. Used by all finders beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A value with the place of its words in the message, in characters."""

    entity: str
    value: str
    start: int
    end: int
    denied: bool = False
    """Named only to be ruled out: the stove in "not the stove"."""
    vague: bool = False
    """A word that fits several products, such as "tent": the value is the word as written."""

    def overlaps(self, other: Found) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end
