"""Slows down guessing of passwords: after five failures for an e-mail, each further try must wait longer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_TRIES = 5
FIRST_WAIT = 30.0
"""Seconds to wait after the fifth failure; doubled by each further one."""
LONGEST_WAIT = 900.0
FORGET_AFTER = 3600.0
"""Seconds without a try after which an e-mail starts afresh."""
_REMEMBERED = 10_000
"""E-mails kept at most; the ones not tried for longest go first."""


@dataclass(frozen=True, slots=True)
class _Tries:
    failures: int
    last_at: float
    free_at: float


class Lockout:
    """Counts failed logins per e-mail, in memory."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def begin(self, email: str) -> float:
        """Seconds this e-mail must still wait; 0 lets the try through.

        The try counts as failed until `forgive`, so that many tries at the same moment gain nothing.
        """
        now = self._monotonic()
        tries = self._recent(email, now)
        if now < tries.free_at:
            return tries.free_at - now
        self._remember(email, _Tries(tries.failures + 1, now, now + _wait(tries.failures + 1)))
        return 0.0

    def forgive(self, email: str) -> None:
        """The password was right."""
        self._tries.pop(email, None)

    def _recent(self, email: str, now: float) -> _Tries:
        tries = self._tries.get(email)
        if tries is None or now - tries.last_at > FORGET_AFTER:
            return _Tries(0, now, now)
        return tries

    def _remember(self, email: str, tries: _Tries) -> None:
        self._tries[email] = tries
        self._tries.move_to_end(email)
        if len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)


def _wait(failures: int) -> float:
    if failures < FREE_TRIES:
        return 0.0
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - FREE_TRIES, 10))
