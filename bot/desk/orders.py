"""What the desk asks the shop: a customer's orders and where they stand. The bootstrap gives one that asks the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from memory.model import Customer


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as an agent reads it: its number, state and things in words, and its days."""

    number: str
    state: str
    things: str
    placed_on: date
    expected_on: date | None = None
    is_open: bool = True


class Orders(Protocol):
    """The orders of customers whom the shop knows."""

    async def of(self, customer: Customer) -> Sequence[OrderLine]:
        """The newest first; empty for somebody who is not known there."""


class NoOrders:
    """A shop that has none, or is not asked."""

    async def of(self, customer: Customer) -> Sequence[OrderLine]:
        """None at all."""
        return ()
