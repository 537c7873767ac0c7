"""The conversation that every measured customer has: small talk, two FAQ questions, one order task.

Used by `benchmarks.measure` for both sides alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a customer; `kind` groups the figures."""

    kind: str
    text: str


CONVERSATION: tuple[Line, ...] = (
    Line("small talk", "hello there"),
    Line("FAQ", "how long have I got to return something"),
    Line("FAQ", "do you deliver to Ireland"),
    Line("order task", "where is my order please"),
    Line("order task", "1042"),
    Line("order task", "ana.novak@example.com"),
    Line("small talk", "thanks a lot"),
    Line("small talk", "bye for now"),
)


def line(number: int) -> Line:
    """The n-th message of an endless conversation, counted from 0."""
    return CONVERSATION[number % len(CONVERSATION)]
