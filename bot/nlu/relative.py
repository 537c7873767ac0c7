"""Finds times told from now: "last tuesday", "in two weeks", "the end of the month", "tonight". Called by `times`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from bot.nlu.dates import MONTHS, WEEKDAYS, Day, month_named, nearest
from bot.nlu.numbers import IN_WORDS, number_of
from bot.nlu.tense import Tense, tense_at

_TOMORROW: Final = r"tom+o+r+[oe]?w|tmrw|tmr|tomoz|2mo?ro+w?"
_YESTERDAY: Final = r"yest[eu]r?day|yesterdy|yday"
_NAMED: Final = re.compile(
    rf"\b(?:(?P<over>(?:the\s)?day\safter\s(?:{_TOMORROW}))|(?P<before>(?:the\s)?day\sbefore\s(?:{_YESTERDAY}))"
    rf"|(?P<tomorrow>{_TOMORROW})|(?P<yesterday>{_YESTERDAY})|(?P<today>today|2day)|(?P<tonight>tonight|tonite|2nite)"
    r"|this\s(?P<part>morning|afternoon|evening|lunchtime)|(?P<night>last\s(?:night|nite)))\b"
)
_COUNT: Final = rf"(?:(?:a\s)?couple(?:\sof)?|half\san?|\d{{1,3}}|{IN_WORDS}|an?)"
_UNIT: Final = r"(?:minute|min|hour|hr|day|week|wk|fortnight|month|year|yr)s?"
_UNIT_HINTS: Final = ("min", "hour", "hr", "day", "week", "wk", "fortnight", "month", "year", "yr")
_NAMED_HINTS: Final = (
    "tom",
    "tmr",
    "2m",
    "yest",
    "yday",
    "toda",
    "2day",
    "ton",
    "2ni",
    "this ",
    "last ",
    "day after",
    "day before",
)
_PERIOD_HINTS: Final = ("week", "wk", "month", "year")
_AWAY: Final = re.compile(
    rf"(?<![\w.,£€$-])(?:(?P<ago>{_COUNT})\s(?P<ago_unit>{_UNIT})\s(?:ago|back)\b"
    rf"|in\s(?P<ahead>{_COUNT})\s(?P<ahead_unit>{_UNIT})\b(?:['’]?\stime\b)?"
    rf"|(?P<on>{_COUNT})\s(?P<on_unit>{_UNIT})\s(?:from\s(?P<base>now|today|tomorrow|yesterday)\b|(?P<base2>today|"
    rf"tomorrow)\b))"
)
# "Was coming monday" has a verb, "this coming monday" has none.
_NO_VERB: Final = r"(?<!is\s)(?<!was\s)(?<!were\s)(?<!be\s)(?<!its\s)(?<!['’]s\s)(?<!are\s)"
_WEEKDAY_NAME: Final = re.compile(rf"\b(?:{WEEKDAYS})\b")
_WEEKDAY: Final = re.compile(
    rf"\b(?:(?P<weeks>a|two)\sweeks?\s(?:on|from)\s)?(?:(?P<which>last|this\scoming|{_NO_VERB}coming|this\spast|past|"
    rf"this|next)\s)?"
    rf"(?P<name>{WEEKDAYS})\b(?:\s(?:of\s)?(?P<week>last|this|next)\sweek\b|\s(?P<plus>week)\b)?"
)
_RANKS: Final = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_OF_MONTH: Final = re.compile(
    rf"\b(?:the\s)?(?P<rank>{'|'.join(_RANKS)})\s(?P<name>{WEEKDAYS})\s(?:of|in)\s"
    rf"(?:(?:the|(?P<which>this|next|last))\s(?P<of>month)|(?P<month>{MONTHS}))\b"
)
_PERIOD: Final = re.compile(
    r"\bthe\s(?P<unit2>week|month|year|weekend)\s(?P<far>after\snext|before\slast)\b"
    r"|\b(?:(?P<which>last|this\spast|past|this\scoming|this|the\sfollowing|coming|next|the(?=\sweekend))\s)"
    r"(?P<unit>weekend|week|wk|month|year)\b"
)
_EDGE: Final = re.compile(
    r"\b(?:the\s)?(?P<edge>end|start|beginning|middle)\sof\s(?:the\s|(?P<which>this|next|last)\s)?"
    rf"(?P<of>week|month|year|{MONTHS})\b"
)
# Short forms that are words of their own: "I sat down", "out in the sun".
_NEEDS_LEAD: Final = frozenset({"sat", "sun", "wed", "mon"})
_LEAD: Final = re.compile(r"\b(?:on|by|since|until|till|before|after|from|for|or|and|to|due|is|was)\s$")
_TRAIL: Final = re.compile(r"\s(?:morning|afternoon|evening|night|at\s\d|the\s\d|\d)")
_WEEKDAY_OF: Final = {"mo": 0, "tu": 1, "te": 1, "we": 2, "th": 3, "fr": 4, "fi": 4, "sa": 5, "su": 6}
_SUNDAY: Final = 6
# "Black friday deals" tells no day, and the feasts themselves are found in `feasts`.
_FEAST_BEFORE: Final = re.compile(r"\b(?:black|cyber|good|easter)\s$")


def relative_days(text: str, now: datetime) -> Iterator[Day]:
    """Yield times told from `now`; some overlap, the longer is meant."""
    today = now.date()
    if any(hint in text for hint in _NAMED_HINTS):
        yield from (_named(match, today) for match in _NAMED.finditer(text))
    if any(unit in text for unit in _UNIT_HINTS):
        yield from (_away(match, now) for match in _AWAY.finditer(text))
    if _WEEKDAY_NAME.search(text):
        yield from (Day(_weekday(m, today), m.start(), m.end()) for m in _WEEKDAY.finditer(text) if _is_weekday(m))
        yield from (Day(_of_month(match, today), match.start(), match.end()) for match in _OF_MONTH.finditer(text))
    if any(unit in text for unit in _PERIOD_HINTS):
        yield from (Day(_period(match, today), match.start(), match.end()) for match in _PERIOD.finditer(text))
    if " of " in text:
        yield from (Day(_edge(match, today), match.start(), match.end()) for match in _EDGE.finditer(text))


def _named(match: re.Match[str], today: date) -> Day:
    days = {"over": 2, "tomorrow": 1, "yesterday": -1, "night": -1, "before": -2}.get(match.lastgroup or "", 0)
    part = "night" if match["tonight"] or match["night"] else match["part"]
    return Day(today + timedelta(days=days), match.start(), match.end(), part)


def _away(match: re.Match[str], now: datetime) -> Day:
    count = match["ago"] or match["ahead"] or match["on"]
    unit = match["ago_unit"] or match["ahead_unit"] or match["on_unit"]
    base = {"tomorrow": 1, "yesterday": -1}.get(match["base"] or match["base2"] or "", 0)
    distance = _distance(count, unit)
    moment = now + timedelta(days=base) + (-distance if match["ago"] else distance)
    value = f"{moment:%Y-%m-%dT%H:%M}" if unit[0] in "h" or unit.startswith("min") else moment.date()
    return Day(value, match.start(), match.end())


def _distance(count: str, unit: str) -> relativedelta:
    if count.startswith("half"):
        # Half an hour, half a day, half a year; of a week nobody says so.
        return {"h": relativedelta(minutes=30), "d": relativedelta(hours=12), "y": relativedelta(months=6)}.get(
            unit[0], relativedelta(days=3)
        )
    number = 2 if "couple" in count else number_of(count)
    if unit.startswith("min"):
        return relativedelta(minutes=number)
    return {
        "h": relativedelta(hours=number),
        "d": relativedelta(days=number),
        "w": relativedelta(weeks=number),
        "f": relativedelta(weeks=2 * number),
        "m": relativedelta(months=number),
        "y": relativedelta(years=number),
    }[unit[0]]


def _is_weekday(match: re.Match[str]) -> bool:
    if _FEAST_BEFORE.search(match.string, 0, match.start()):
        return False
    if match["name"] not in _NEEDS_LEAD or match["which"] or match["week"]:
        return True
    before = match.string[max(0, match.start() - 8) : match.start()]
    return bool(_LEAD.search(before) or _TRAIL.match(match.string, match.end()))


def _weekday(match: re.Match[str], today: date) -> date:
    weekday = _WEEKDAY_OF[match["name"][:2]]
    monday = today - timedelta(days=today.weekday())
    which, later = match["which"] or "", 0
    if match["week"]:
        return monday + timedelta(days=weekday + 7 * _step(match["week"]))
    if match["plus"] or match["weeks"]:
        later = 14 if match["weeks"] == "two" else 7
    if which == "next":
        return monday + timedelta(days=weekday + 7 + later)
    return _occurrence(weekday, today, _tense(match, which)) + timedelta(days=later)


def _tense(match: re.Match[str], which: str) -> Tense:
    if which:
        return Tense.PAST if which in ("last", "past", "this past") else Tense.FUTURE
    return tense_at(match.string, match.start(), match.end())


def _occurrence(weekday: int, today: date, tense: Tense) -> date:
    """Return the day of this name before or after today; today itself would be called so."""
    if tense is Tense.PAST:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _step(which: str) -> int:
    """Return how many periods away from the present one."""
    if which in ("last", "past", "this past"):
        return -1
    return 1 if which in ("next", "the following", "coming") else 0


def _period(match: re.Match[str], today: date) -> str:
    if match["far"]:
        return _whole(match["unit2"], 2 if match["far"].startswith("after") else -2, today)
    return _whole(match["unit"], _step(re.sub(r"\s+", " ", match["which"])), today)


def _whole(unit: str, steps: int, today: date) -> str:
    """Return a week, weekend, month or year so many steps from the present one, in ISO 8601."""
    if unit == "weekend":
        saturday = today + timedelta(days=5 - today.weekday() + 7 * steps)
        return f"{saturday}/{saturday + timedelta(days=1)}"
    if unit in ("week", "wk"):
        return f"{today + timedelta(weeks=steps):%G-W%V}"
    if unit == "month":
        return f"{today + relativedelta(months=steps):%Y-%m}"
    return str(today.year + steps)


def _edge(match: re.Match[str], today: date) -> date:
    unit, steps = match["of"], _step(match["which"] or "this")
    if unit == "week":
        start = today + timedelta(weeks=steps, days=-today.weekday())
        last = start + timedelta(days=_SUNDAY)
    elif unit == "year":
        start = date(today.year + steps, 1, 1)
        last = start + relativedelta(years=1, days=-1)
    else:
        start = _month_start(match, unit, today)
        last = start + relativedelta(months=1, days=-1)
    edge = match["edge"]
    return {"end": last, "middle": start + (last - start) / 2}.get(edge, start)


def _of_month(match: re.Match[str], today: date) -> date:
    """Return the day of "the last friday of november", of "the first monday of next month"."""
    start = _month_start(match, match["of"] or match["month"], today)
    days = [start + timedelta(days=ahead) for ahead in range(31)]
    weekday, month = _WEEKDAY_OF[match["name"][:2]], start.month
    return [day for day in days if day.weekday() == weekday and day.month == month][_RANKS[match["rank"]]]


def _month_start(match: re.Match[str], unit: str, today: date) -> date:
    first = today.replace(day=1)
    if unit == "month":
        meant: date = first + relativedelta(months=_step(match["which"] or "this"))
        return meant
    starts = [date(today.year + ahead, month_named(unit), 1) for ahead in (-1, 0, 1)]
    return nearest(starts, first, tense_at(match.string, match.start(), match.end()))
