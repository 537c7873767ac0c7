"""Times the sentence encoder on one thread: `uv run python -m benchmarks.encoder`.

Processor time beside the clock: on a machine that others use too, only the first says what the encoder takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from bot.nlu.encoder import Encoder

SENTENCE: Final = "can I still change the delivery address of the order from yesterday"
"""Twelve words."""


def main() -> None:
    """Print p50 and p99 of one sentence, by the clock and in processor time."""
    parser = argparse.ArgumentParser(prog="benchmarks.encoder", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=2_000)
    times: int = parser.parse_args().times
    encoder = Encoder()
    timed(encoder, time.perf_counter, times // 10)
    for name, clock in (("clock", time.perf_counter), ("processor", time.thread_time)):
        took = timed(encoder, clock, times)
        p50, p99 = np.quantile(took, [0.5, 0.99])
        print(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, least {min(took):.2f} ms", flush=True)


def timed(encoder: Encoder, clock: Callable[[], float], times: int) -> list[float]:
    """Milliseconds of each of so many encodings."""
    took = []
    for _ in range(times):
        begun = clock()
        encoder.encode([SENTENCE])
        took.append((clock() - begun) * 1000)
    return took


if __name__ == "__main__":
    main()
