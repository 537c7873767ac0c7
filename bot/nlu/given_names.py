"""The given names by which a person is known without a cue, from `given_names.txt`. Used by `persons`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

_NAMES_FILE: Final = Path(__file__).with_name("given_names.txt")


@cache
def given_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return all given names, and those of them that are everyday words too."""
    lines = [line for line in _NAMES_FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    doubtful = " ".join(line.removeprefix("ambiguous:") for line in lines if line.startswith("ambiguous:"))
    plain = " ".join(line for line in lines if not line.startswith("ambiguous:"))
    both = frozenset(doubtful.split())
    return frozenset(plain.split()) | both, both
