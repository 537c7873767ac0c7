"""Times our understanding of texts: `parse_times.py MODEL < texts.json`.

Prints the milliseconds of each text as JSON, by the clock and of the processor.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

# Instead of this folder, whose modules would hide libraries of the same name ("past").
sys.path[0] = str(Path(__file__).resolve().parents[1])

from bot.nlu.runner import Reader  # noqa: E402 - found only from here on


def main() -> None:
    """Read some texts beforehand, then time each of the others."""
    reader = Reader(Path(sys.argv[1]))
    texts = json.load(sys.stdin)
    took = []
    for text in texts["before"]:
        reader.parse(text)
    for text in texts["timed"]:
        begun, worked = time.perf_counter(), time.process_time()
        reader.parse(text)
        took.append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
    print(json.dumps(took))


main()
