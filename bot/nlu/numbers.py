"""Numbers in words ("three", "forty-five", "a hundred"); called by the finders of money, quantities and times."""

from __future__ import annotations

import re
from typing import Final

_ONES: Final = "one two three four five six seven eight nine"
_TEENS: Final = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES: Final = {
    **{word: number for number, word in enumerate(f"{_ONES} {_TEENS}".split(), start=1)},
    **{word: number for number, word in zip(range(20, 100, 10), _TENS.split(), strict=True)},
    "fourty": 40,
    "a": 1,
    "an": 1,
}
_BELOW_HUNDRED: Final = "(?:(?:{tens}|fourty)(?:[ -](?:{ones}))?|{teens}|{ones})".format(
    tens=_TENS.replace(" ", "|"), teens=_TEENS.replace(" ", "|"), ones=_ONES.replace(" ", "|")
)
IN_WORDS: Final = rf"(?:(?:(?:a|{_ONES.replace(' ', '|')}) hundred(?: (?:and )?{_BELOW_HUNDRED})?|{_BELOW_HUNDRED})\b)"
"""The source of a pattern for small letters, or to be compiled without regard to case."""

HOURS_IN_WORDS: Final = f"(?:{_ONES.replace(' ', '|')}|ten|eleven|twelve)"
_WORD: Final = re.compile(r"[a-z]+")


def number_of(words: str) -> int:
    """Return the number that digits or `IN_WORDS` stand for. Raises KeyError for other words."""
    if words.isdigit():
        return int(words)
    total = 0
    for word in _WORD.findall(words.lower()):
        if word == "hundred":
            total *= 100
        elif word != "and":
            total += _VALUES[word]
    return total
