"""Finds times of day: "4pm", "16:30", "half past three", "midday", "at 11". Called by `times`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.nlu.numbers import HOURS_IN_WORDS, number_of

PARTS: Final = {"morning": 9, "lunchtime": 12, "lunch": 12, "afternoon": 14, "evening": 19, "night": 19}
"""The hour that stands for a part of the day; shops answer in the morning at nine, and tonight is seven."""

_NOON: Final = 12
_EARLIEST_SHOP_HOUR: Final = 8
"""Nobody means four in the morning by "at 4": hours below this one are in the afternoon."""

_CLOCK: Final = re.compile(
    rf"\b(?:(?P<half>half)(?:\spast)?|(?P<quarter>quarter)\s(?P<way>past|to)|(?P<some>five|ten|twenty)\s(?P<on>past))"
    rf"\s(?P<of>1[0-2]|[1-9]|{HOURS_IN_WORDS})\b(?!\s(?:price|off|days?|hours?|weeks?|minutes?))"
    r"|(?<![\w:.,£€$/-])(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<side>[ap])\.?m\b(?!\si\b)"
    r"|(?<![\w:.,£€$/-])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:])"
    rf"|(?<![\w:.,£€$/-])(?P<sharp>1[0-2]|[1-9]|{HOURS_IN_WORDS})\s?o\s?['’]?\s?clock\b"
    r"|\b(?P<name>noon|midday|midnight|lunchtime)\b"
    r"|(?:\bat|\baround|\babout|@)\s(?=(?P<at>1[0-2]|[1-9])(?:[:.](?P<at_minute>[0-5]\d))?"
    r"(?:\sin\sthe|\s(?:on|to|or|and|but|please|pls|today|tonight|tomorrow|thanks)\b|\s?[,.?!]?(?:\s|$)(?!\w))"
    r"(?![\w%:/£€-]))(?P<at_all>\d{1,2}(?:[:.]\d{2})?)"
)
_HOUR: Final = rf"1[0-2]|0?[1-9]|{HOURS_IN_WORDS}"
_BETWEEN: Final = re.compile(
    rf"(?:\b(?P<lead>between|from)\s|(?<![\w:.,£€$/-]))(?P<hour>{_HOUR})(?:[:.](?P<minute>[0-5]\d))?\s?(?:(?P<side>[ap])\.?m\.?)?"
    rf"\s?(?:-|–|to|and|until|till|til)\s?(?P<hour2>{_HOUR})(?:[:.](?P<minute2>[0-5]\d))?\s?(?:(?P<side2>[ap])\.?m)?\b"
)
_DIGIT: Final = re.compile(r"\d")
_HINTS: Final = ("half", "quarter", "past", "clock", "noon", "midday", "midnight", "lunchtime")
_PART_AFTER: Final = re.compile(r"\s(?:in\sthe\s|at\s(?=night))(?P<part>morning|afternoon|evening|night)\b")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day with the places of its words; `open` when neither am nor pm was said."""

    hour: int
    minute: int
    start: int
    end: int
    open: bool = False
    until: tuple[int, int] | None = None
    """Hour and minute at which a time between two ends."""

    def on_part(self, part: str | None) -> Clock:
        """Settle an open hour by the part of the day that was named beside it."""
        if part is None or not self.open:
            return self
        is_later = part not in ("morning", "lunchtime", "lunch")
        return replace(self, hour=self.hour % _NOON + (_NOON if is_later else 0), open=False)


def clocks(text: str) -> Iterator[Clock]:
    """Yield the times of day in order of appearance; hours from one to seven are taken for the afternoon."""
    if not (_DIGIT.search(text) or any(hint in text for hint in _HINTS)):
        return
    between = [clock for match in _BETWEEN.finditer(text) if (clock := _between(match))]
    yield from between
    for match in _CLOCK.finditer(text):
        if any(clock.start <= match.start() < clock.end for clock in between):
            continue
        hour, minute, is_open = _read(match)
        start = match.start("at_all") if match["at_all"] else match.start()
        clock = Clock(hour, minute, start, match.end(), open=is_open)
        part = _PART_AFTER.match(text, match.end())
        if part:
            clock = Clock(hour, minute, start, part.end(), open=is_open).on_part(part["part"])
        yield clock


def _between(match: re.Match[str]) -> Clock | None:
    """Read "between 2 and 4pm"; without am or pm, or for "and" without "between", it may be anything."""
    side, side2 = match["side"], match["side2"]
    if not (side or side2) or (" and " in match[0] and match["lead"] != "between"):
        return None
    first, last = number_of(match["hour"]) % _NOON, number_of(match["hour2"]) % _NOON
    ends_late = side2 == "p" or (not side2 and (side == "p" or last <= first))
    starts_late = side == "p" or (not side and ends_late and first < last)
    hour, until = first + _NOON * starts_late, last + _NOON * ends_late
    return Clock(hour, int(match["minute"] or 0), match.start(), match.end(), until=(until, int(match["minute2"] or 0)))


def _read(match: re.Match[str]) -> tuple[int, int, bool]:
    """Return hour, minute, and whether the half of the day was left open."""
    if match["name"]:
        return (0 if match["name"] == "midnight" else _NOON), 0, False
    if match["hour24"]:
        hour = int(match["hour24"])
        return (hour, int(match["minute24"]), False) if _is_exact(match["hour24"]) else _open(hour, match["minute24"])
    if match["side"]:
        hour = int(match["hour"]) % _NOON + (_NOON if match["side"] == "p" else 0)
        return hour, int(match["minute"] or 0), False
    if match["sharp"] or match["at"]:
        return _open(number_of(match["sharp"] or match["at"]), match["at_minute"])
    return _open(*_by_words(match))


def _is_exact(hour: str) -> bool:
    """Whether an hour before a colon can be read in one way only: "16:30", "09:15"."""
    return hour.startswith("0") or int(hour) >= _EARLIEST_SHOP_HOUR


def _by_words(match: re.Match[str]) -> tuple[int, int]:
    hour = number_of(match["of"])
    if match["half"]:
        return hour, 30
    if match["some"]:
        return hour, number_of(match["some"])
    return (hour, 15) if match["way"] == "past" else ((hour - 2) % _NOON + 1, 45)


def _open(hour: int, minute: str | int | None) -> tuple[int, int, bool]:
    later = hour < _EARLIEST_SHOP_HOUR
    return hour + (_NOON if later else 0), int(minute or 0), True
