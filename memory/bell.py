"""The bell within one process. `memory.sql` rings it when something has committed; `memory.fakes` too.

Some rings carry a sign of life, which goes onto the board beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b

from memory.board import Board
from memory.model import Address


def arrivals(address: Address, subject: str | None) -> Sequence[str]:
    """The topics that ring when a message arrives from an address, or from whoever the host site calls `subject`.

    Of a topic's name nothing can be read but whether it is this one.
    """
    whose = [f"{address.channel}\n{address.id}", *([subject] if subject is not None else [])]
    return [f"from:{blake2b(who.encode(), digest_size=12).hexdigest()}" for who in whose]


class BellRing:
    """A bell that remembers being rung since the last wait."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, now or next."""
        self._rung.set()

    async def wait(self, timeout: float | None = None) -> bool:
        """Whether it rang within `timeout` seconds (None: wait for ever); forgets the ring.

        Not by `asyncio.wait_for`: that of Python 3.10 forgets a cancellation that comes together with the ring, and
        whoever was to end would wait on (https://github.com/python/cpython/issues/81839).
        """
        if not self._rung.is_set():
            waiter = asyncio.ensure_future(self._rung.wait())
            try:
                await asyncio.wait({waiter}, timeout=timeout)
            finally:
                waiter.cancel()
        rang = self._rung.is_set()
        self._rung.clear()
        return rang


class Bell:
    """Who listens to which topic. Used from one event loop."""

    def __init__(self) -> None:
        self._rings: dict[str, set[BellRing]] = {}
        self.board = Board()

    @contextmanager
    def listen(self, *topics: str) -> Iterator[BellRing]:
        """Hear rings of these topics from now on."""
        ring = BellRing()
        for topic in topics:
            self._rings.setdefault(topic, set()).add(ring)
        try:
            yield ring
        finally:
            for topic in topics:
                self._leave(topic, ring)

    def ring(self, topics: Iterable[str]) -> None:
        """Ring for everyone who listens to any of the topics."""
        topics = sorted(topics, key=lambda topic: not topic.startswith("sign "))  # to be seen by who is woken
        for topic in topics:
            self.board.hear(topic)
            for ring in self._rings.get(topic, ()):
                ring.ring()

    def ring_all(self) -> None:
        """Ring everything: after a gap in which rings may have been missed."""
        self.ring(tuple(self._rings))

    def _leave(self, topic: str, ring: BellRing) -> None:
        rings = self._rings.get(topic, set())
        rings.discard(ring)
        if not rings:
            self._rings.pop(topic, None)
