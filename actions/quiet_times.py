"""Reads hours and days in which somebody wants quiet: "not after 9pm", "only between 9 and 5", "weekdays only".

Rules over words in lower case. Called by `actions.contact_wishes`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from re import Match
from typing import Final

Span = tuple[time, time]

DAY_BEGINS: Final = time(8)
"""When nights end, and with them what "after nine in the evening" begins."""
_PARTS_OF_DAY: Final[Mapping[str, Span]] = {
    "night": (time(21), DAY_BEGINS),
    "morning": (time(6), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(23)),
    "day": (time(9), time(18)),
    "work": (time(9), time(17)),
}
DAY_NAMES: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

NOT: Final = re.compile(r"\b(?:no|not|never|don[’']?t|do not|stop|without|quit|avoid|nothing|none|leave out|skip)\b")
ONLY: Final = re.compile(r"\b(?:only|just|nothing but|solely)\b")


def _clock_named(name: str) -> str:
    """A time of day as people write it; its parts are groups that begin with the name."""
    word = rf"(?P<{name}_word>noon|midday|midnight)"
    digits = rf"(?P<{name}_h>\d{{1,2}})(?:[:.](?P<{name}_m>\d\d))?\s*(?P<{name}_half>[ap]\.?m\b\.?)?"
    return rf"(?:{word}|{digits}|(?P<{name}_n>{'|'.join(_HOUR_WORDS)})\b)"


_HOUR_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_BETWEEN: Final = re.compile(
    rf"\b(?:between|from)\s+{_clock_named('a')}\s*(?:and|to|till|until|-|–)\s*{_clock_named('b')}|"
    rf"\b{_clock_named('c')}\s*(?:to|till|until|-|–)\s*{_clock_named('d')}"
)
_AFTER: Final = re.compile(rf"\b(?:after|past|later than|from)\s+{_clock_named('a')}")
_BEFORE: Final = re.compile(rf"\b(?:before|earlier than|until|till)\s+{_clock_named('a')}")
_PART: Final = re.compile(
    r"\b(?P<part>over ?night|night|morning|afternoon|evening|(?<=the )day|work(?=ing hours)|(?<=at )work)(?:s?\b|ing)"
)
_DAYS: Final = re.compile(
    r"\b(?:(?P<end>weekends?)|(?P<week>weekdays?|working days)|(?P<day>mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
)


def are_wanted(words: str) -> bool:
    """Whether what is named is what they want, and not what they don't: "only between 9 and 5"."""
    return bool(ONLY.search(words)) and not NOT.search(words.replace("nothing else", ""))


def quiet_hours(words: str) -> Span | None:
    """From when until when they want quiet; the second is on the next day if it is not later."""
    span = _span(words)
    if span is None or span[0] == span[1]:
        return None
    return (span[1], span[0]) if are_wanted(words) else span


def quiet_days(words: str) -> Sequence[int]:
    """The weekdays on which they want quiet, 0 is Monday; none when none is surely meant."""
    named = {day for match in _DAYS.finditer(words) for day in _days_of(match)}
    only = are_wanted(words) or re.search(r"\bdays? only\b", words)
    if not named or not (only or NOT.search(words)):
        return ()
    quiet = sorted(set(range(7)) - named if only else named)
    return quiet if len(quiet) < 7 else ()


def _span(words: str) -> Span | None:
    if match := _BETWEEN.search(words):
        first, last = ("a", "b") if match.start("a_h") >= 0 or match["a_word"] or match["a_n"] else ("c", "d")
        return _between(_clock(match, first), _clock(match, last), bool(match[f"{last}_half"]))
    if match := _AFTER.search(words):
        return _pair(_clock(match, "a", evening=True), DAY_BEGINS)
    if match := _BEFORE.search(words):
        return _pair(time(0), _clock(match, "a"))
    if match := _PART.search(words):
        part = match["part"]
        return _PARTS_OF_DAY["night" if part.endswith("night") else part]
    return None


def _pair(begin: time | None, end: time | None) -> Span | None:
    return (begin, end) if begin is not None and end is not None else None


def _between(begin: time | None, end: time | None, half_is_named: bool) -> Span | None:
    """ "Between 9 and 5" ends in the afternoon; "10 to 7", said of the night, the next morning."""
    if begin and end and not half_is_named and end < begin and 6 <= begin.hour < 10 and end.hour <= 8:
        end = end.replace(hour=end.hour + 12)
    return _pair(begin, end)


def _clock(match: Match[str], name: str, *, evening: bool = False) -> time | None:
    """A time of day; without am or pm, "after 9" is the evening."""
    if word := match[f"{name}_word"]:
        return time(0) if word == "midnight" else time(12)
    spelt, minute = match[f"{name}_n"], int(match[f"{name}_m"] or 0)
    hour = _HOUR_WORDS.index(spelt) + 1 if spelt else int(match[f"{name}_h"])
    half = (match[f"{name}_half"] or "").replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif evening and 4 < hour < 12 and not match[f"{name}_m"]:
        hour += 12
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


def _days_of(match: Match[str]) -> Sequence[int]:
    if match["end"]:
        return (5, 6)
    if match["week"]:
        return range(5)
    return (next(place for place, name in enumerate(DAY_NAMES) if name.lower().startswith(match["day"])),)
