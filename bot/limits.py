"""How much is taken from one visitor, from one network address and from all together. Asked by the public routes.

Each gateway counts for itself: who spreads over several is let through more often, never less.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from bot.http import ApiError

MINUTE: Final = 60.0
_REMEMBERED: Final = 10_000
"""Keys after which those that are at rest again are forgotten."""

Now = Callable[[], float]


class Rate:
    """So many a minute for each key, all at once or spread; then one whenever the next is due again.

    The generic cell rate algorithm (ITU-T I.371, annex A): one number a key, the time at which it would be at rest.
    """

    def __init__(self, *, per_minute: float, now: Now = time.monotonic) -> None:
        """A `per_minute` of 0 sets no limit."""
        self._between = MINUTE / per_minute if per_minute > 0 else 0.0
        self._now = now
        self._at_rest: dict[str, float] = {}

    def seconds_to_wait(self, key: str) -> float:
        """0 when one more may pass now."""
        return max(0.0, self._at_rest.get(key, 0.0) + self._between - self._now() - MINUTE)

    def take(self, key: str) -> None:
        """Count one."""
        if not self._between:
            return
        self._forget_those_at_rest()
        self._at_rest[key] = max(self._at_rest.get(key, 0.0), self._now()) + self._between

    def _forget_those_at_rest(self) -> None:
        if len(self._at_rest) >= _REMEMBERED:
            now = self._now()
            self._at_rest = {key: at for key, at in self._at_rest.items() if at > now}


class Limits:
    """What the public routes let through."""

    def __init__(
        self, *, visitor: float, address: float, everyone: float, streams: int = 20, now: Now = time.monotonic
    ) -> None:
        """Messages a minute, 0 for no limit; `streams` is how many one visitor may hold open: a tab has one."""
        self._visitor = Rate(per_minute=visitor, now=now)
        self._address = Rate(per_minute=address, now=now)
        self._everyone = Rate(per_minute=everyone, now=now)
        self._streams = streams
        self._open: Counter[str] = Counter()

    def admit(self, *, visitor: str | None = None, address: str | None = None) -> None:
        """Count one message, or one new visitor; nothing is counted when one of the limits is reached.

        Addresses of this machine have no limit: behind a proxy on it, every customer may seem to come from there.
        Raises ApiError, 429.
        """
        wanted = [(self._everyone, "")]
        if visitor is not None:
            wanted.append((self._visitor, visitor))
        if address is not None and (network := _network_of(address)) is not None:
            wanted.append((self._address, network))
        wait = max(rate.seconds_to_wait(key) for rate, key in wanted)
        if wait > 0:
            raise _too_many("That was a lot at once. Please wait a moment.", wait)
        for rate, key in wanted:
            rate.take(key)

    @contextmanager
    def stream(self, visitor: str) -> Iterator[None]:
        """Hold a stream of events open. Raises ApiError, 429, when this visitor has too many."""
        if self._open[visitor] >= self._streams:
            raise _too_many("This chat is open in too many places.", MINUTE)
        self._open[visitor] += 1
        try:
            yield
        finally:
            self._open[visitor] -= 1
            if not self._open[visitor]:
                del self._open[visitor]


NO_LIMITS: Final = Limits(visitor=0, address=0, everyone=0)


def _too_many(words: str, wait: float) -> ApiError:
    return ApiError(429, "too_many_requests", words, retry_after=math.ceil(wait))


def _network_of(address: str) -> str | None:
    """Whom an address belongs to: of IPv6 a household has a whole /64. None for this machine, and for what is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if found.is_loopback:
        return None
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))
