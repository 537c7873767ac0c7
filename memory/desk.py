"""Ports of what agents work with beside conversations. Implemented by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from memory.model import Reception


class Answers(Protocol):
    """How the FAQ's answers were received, over all customers: counts only, so nobody can be known by them."""

    async def received(self, faq_ids: Sequence[str]) -> Mapping[str, Reception]:
        """How each of these was received; those that nobody has rated are left out."""
