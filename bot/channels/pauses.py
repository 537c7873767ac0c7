"""How long a channel waits before it asks a provider again that could not be reached. Used by the channels."""

from __future__ import annotations

import random
from collections.abc import Iterator

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


def pauses() -> Iterator[float]:
    """Seconds to wait after one failure, two, three …: doubling, with jitter, up to half a minute."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        pause = min(pause * 2, _LONGEST_PAUSE)
