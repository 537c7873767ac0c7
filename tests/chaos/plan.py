"""How much of everything a chaos run has, and what has happened in it so far."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All chances are drawn from `seed`; what meets what in time is not."""

    seed: int
    messages: int
    customers: int
    kills: int
    redelivered: float = 0.05
    trouble: float = 0.02
    pause: float = 0.5
    """Seconds between two messages of a customer, on average."""
    dialogue: str = "counting"

    @property
    def each(self) -> int:
        """Messages of one customer."""
        return self.messages // self.customers

    def chance(self, of: str) -> random.Random:
        """Dice for one part of the run, the same for the same seed."""
        return random.Random(f"{self.seed} {of}")


SHORT = Plan(seed=1, messages=400, customers=40, kills=8)
LONG = Plan(seed=1, messages=10_000, customers=200, kills=100, pause=3.0)


@dataclass(slots=True)
class Tally:
    """What has been done to them."""

    sent: int = 0
    redelivered: int = 0
    sent_again: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    half_sent: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Customer and message number of what was on its way when a process was killed, and how often that was."""
    in_doubt: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Chat and words that Telegram delivered and answered with a 500 or 502, and how often."""
    faults: list[str] = field(default_factory=list)
