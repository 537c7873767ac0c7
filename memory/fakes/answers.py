"""The fake's counts of how answers were received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memory.fakes.world import World
from memory.model import Reception


class FakeAnswers:
    """How answers were received, over all customers."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def received(self, faq_ids: Sequence[str]) -> Mapping[str, Reception]:
        """How each of these was received; those that nobody has rated are left out."""
        rated = [
            (attempt.faq_id, attempt.helped)
            for person in self._world.people.values()
            for _, attempt in person.attempts
            if attempt.helped is not None and attempt.faq_id in faq_ids
        ]
        return {faq_id: Reception(rated.count((faq_id, True)), rated.count((faq_id, False))) for faq_id, _ in rated}
