"""The fake search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from memory.fakes.handoffs import FakeHandoffs
from memory.fakes.world import World
from memory.model import HandoffId, HandoffState, Message
from memory.ports import Course, Found, HandoffSummary
from memory.rules import asked_words, words_in


class FakeSearch:
    """Finds conversations by looking through all of them."""

    def __init__(self, world: World, handoffs: FakeHandoffs) -> None:
        self._world = world
        self._handoffs = handoffs

    async def conversations(self, query: str, limit: int, *, before: HandoffId | None = None) -> Sequence[Found]:
        """The latest `limit` asked for before the handoff `before`, the newest first."""
        words = asked_words(query)
        queue = sorted(await self._handoffs.queue(list(HandoffState)), key=_asked, reverse=True)
        latest = {summary.customer.id: summary for summary in reversed(queue)}
        found = [each for each in queue if latest[each.customer.id] is each and self._has_all(each, words)]
        places = [place for place, each in enumerate(found, start=1) if each.handoff.id == before]
        start = places[0] if places else 0
        return [Found(each, self._said(each, words)) for each in found[start : start + limit]]

    async def courses(self, since: datetime, limit: int) -> Sequence[Course]:
        """How the last `limit` requests went that were made since then, the newest first."""
        all_of_them = [handoff for person in self._world.people.values() for handoff in person.handoffs.values()]
        since_then = [each for each in all_of_them if each.requested_at >= since]
        lately = sorted(since_then, key=lambda each: each.requested_at, reverse=True)
        return [
            Course(
                requested_at=each.requested_at,
                first_accepted_at=each.first_accepted_at,
                closed_at=each.closed_at,
                state=each.state,
                outcome=each.ending.outcome,
                asked=each.feedback is not None,
                solved=each.feedback.solved if each.feedback else None,
            )
            for each in lately[:limit]
        ]

    def _has_all(self, summary: HandoffSummary, words: Sequence[str]) -> bool:
        person = self._world.people[summary.customer.id]
        texts = [message.text for message in person.messages]
        said = words_in(*texts, person.customer.name, person.customer.email)
        return bool(words) and all(any(each.startswith(word) for each in said) for word in words)

    def _said(self, summary: HandoffSummary, words: Sequence[str]) -> Message | None:
        messages = self._world.people[summary.customer.id].messages
        counts = {message.number: _count(message, words) for message in messages}
        best = [message for message in messages if counts[message.number] == max(counts.values()) > 0]
        return self._world.delivered(best[-1]) if best else None


def _asked(summary: HandoffSummary) -> tuple[object, str]:
    return summary.handoff.requested_at, summary.handoff.id


def _count(message: Message, words: Sequence[str]) -> int:
    said = words_in(message.text)
    return sum(any(each.startswith(word) for each in said) for word in words)
