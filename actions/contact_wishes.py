"""Reads how a customer wants to be written to in what they say: "not after 9pm", "no more offers", "only Telegram".

Rules over the words, no model: what is not surely read is asked for. Called by `actions.preferences`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import Match
from typing import Final
from zoneinfo import available_timezones

from actions.languages import CODES, answers_in
from actions.quiet_times import DAY_NAMES, NOT, ONLY, are_wanted, quiet_days, quiet_hours
from actions.wording import listed
from memory.model import NO_WISH, WEEKDAYS, WITHOUT_NAME, Topic, Wish


@dataclass(frozen=True, slots=True)
class Stated:
    """One wish, the value of its fact, and how it is acknowledged."""

    wish: Wish
    value: str
    noted: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a wish may depend on: the channel it comes by, and the topics not wanted so far."""

    channel: str
    unwanted: frozenset[Topic] = frozenset()


_AGAIN: Final = re.compile(
    r"\b(?:again|after all|once more|whenever|any ?time|at any hour|as often as|no longer (?:quiet|need))\b"
)
_WRITING: Final = r"(?:writ(?:e|ing)|messag(?:e|es|ing)|contact(?:ing)?|text(?:s|ing)?|ping(?:ing)?|bother(?:ing)?)"
_ANY_TIME: Final = re.compile(r"\b(?:any ?time|whenever|any hour)\b")
_QUIET: Final = re.compile(r"\bquiet (?:hours|days|time)\b")
_NAME: Final = re.compile(r"\b(?:(?:by|with|use|using|say|saying|of) (?:(?:my|the) (?:first )?)?name|my name)\b")
_OFTEN: Final = re.compile(
    r"\b(?P<times>once|twice|one \w+|two \w+|three times)\s+(?:a|per|each|every)\s+(?P<unit>day|week|month)\b|"
    r"\bevery (?P<n>\d+|two|three|four|other)?\s*(?P<per>days?|weeks?|months?)\b|"
    r"\b(?P<less>less often|not so often|too often)\b"
)
_DAYS_OF: Final[Mapping[str, int]] = {"day": 1, "week": 7, "month": 30}
_NUMBERS: Final[Mapping[str, int]] = {"two": 2, "other": 2, "three": 3, "four": 4}
_TOPICS: Final[Mapping[Topic, re.Pattern[str]]] = {
    Topic.OFFERS: re.compile(
        r"\b(?:offers?|marketing|promo\w*|sales?|deals?|discounts?|ads?|adverts?\w*|newsletters?|spam|news|vouchers?)\b"
    ),
    Topic.FEEDBACK: re.compile(r"\b(?:feedback|reviews?|surveys?|ratings?|rate|questionnaires?)\b"),
    Topic.ORDERS: re.compile(
        r"\b(?:(?:order|delivery|shipping|dispatch) (?:updates?|messages?|news)|my orders?|parcels?)\b"
    ),
    Topic.PROMISES: re.compile(r"\bpromises?\b"),
}
_SAID: Final[Mapping[Topic, str]] = {
    Topic.OFFERS: "offers",
    Topic.FEEDBACK: "requests for feedback",
    Topic.ORDERS: "news of your orders",
    Topic.PROMISES: "news of what we promised you",
}
_AT_ALL: Final = re.compile(
    r"\b(?:stop|don[’']?t|do not|never|no more|quit)\s+(?:\w+\s+){0,2}?" + _WRITING + r"\b|\bleave me alone\b|"
    r"\bunless i (?:ask|write|message)\b|\bunasked\b"
)
_CHANNEL: Final = re.compile(
    r"\b(?:on|in|via|by|through|over|use|using|to|only|prefer|rather)\s+(?:the |your |this )?"
    r"(?P<channel>telegram|e[- ]?mail|website|web ?site|site|web chat|here|this chat)\b|"
    r"\b(?P<first>telegram(?=\s+(?:only|please|pls)\b)|here)\b"
)
_WHERE: Final = {"telegram": "in Telegram", "web": "on our website", "email": "by e-mail"}
_LANGUAGE: Final = re.compile(r"\b(?P<language>" + "|".join(CODES) + r")\b")
_ZONE: Final = re.compile(r"\btime ?zone\b|\b(?P<city>[\w ]+?) time\b")


def wishes_in(words: str, around: Around) -> Sequence[Stated]:
    """The wishes in a message (lower case), in a fixed order; none when nothing is surely read."""
    readers: Iterable[Callable[[str, Around], Stated | None]] = (
        _greeting, _hours, _days, _often, _topics, _channel, _language, _zone,
    )  # fmt: skip
    found = (read(words, around) for read in readers)
    return [stated for stated in found if stated is not None]


def _greeting(words: str, _: Around) -> Stated | None:
    if not _NAME.search(words):
        return None
    if NOT.search(words):
        return Stated(Wish.GREETING, WITHOUT_NAME, "I won’t greet you by name.")
    return Stated(Wish.GREETING, NO_WISH, "I’ll greet you by name.")


def _hours(words: str, _: Around) -> Stated | None:
    if _AGAIN.search(words) and (_QUIET.search(words) or _ANY_TIME.search(words)):
        return Stated(Wish.QUIET_HOURS, NO_WISH, "No more quiet hours.")
    span = quiet_hours(words)
    if span is None:
        return None
    begin, end = (f"{clock:%H:%M}" for clock in span)
    noted = f"I’ll keep quiet between {begin} and {end}, unless you write first."
    return Stated(Wish.QUIET_HOURS, f"{begin}-{end}", noted)


def _days(words: str, _: Around) -> Stated | None:
    days = quiet_days(words)
    if not days:
        return None
    noted = f"I’ll keep quiet on {listed([DAY_NAMES[day] for day in days])}, unless you write first."
    return Stated(Wish.QUIET_DAYS, ", ".join(WEEKDAYS[day] for day in days), noted)


def _often(words: str, _: Around) -> Stated | None:
    match = _OFTEN.search(words)
    if match is None:
        return None
    days = _days_between(match)
    shown = "a day" if days == 1 else f"in {days} days"
    return Stated(Wish.EVERY, f"{days} days", f"I’ll write at most once {shown}, answers aside.")


def _days_between(match: Match[str]) -> int:
    if match["less"]:
        return 7
    if match["per"]:
        count = int(match["n"]) if (match["n"] or "").isdigit() else _NUMBERS.get(match["n"] or "", 1)
        return count * _DAYS_OF[match["per"].rstrip("s")]
    times = {"twice": 2, "two": 2, "three": 3}.get(match["times"].split()[0], 1)
    return max(1, _DAYS_OF[match["unit"]] // times)


def _topics(words: str, around: Around) -> Stated | None:
    named = frozenset(topic for topic, pattern in _TOPICS.items() if pattern.search(words))
    if _AGAIN.search(words) and not NOT.search(words) and around.unwanted:
        return _not_about(around.unwanted - (named or frozenset(Topic)))
    if named and are_wanted(words):
        return _not_about(frozenset(Topic) - named - {Topic.PROMISES})  # which is nobody's news but theirs
    if named and NOT.search(words):
        return _not_about(around.unwanted | named)
    # "Don't write" with an hour, a day or a channel is about that, and "stop" by itself about the task at hand.
    limited = quiet_hours(words) or quiet_days(words) or _OFTEN.search(words) or _CHANNEL.search(words)
    return _not_about(frozenset(Topic)) if _AT_ALL.search(words) and not limited else None


def _not_about(unwanted: frozenset[Topic]) -> Stated:
    if unwanted == frozenset(Topic):
        noted = "I won’t write unless you’ve written to me."
    elif unwanted:
        noted = f"No {listed([_SAID[topic] for topic in Topic if topic in unwanted], 'or')} from now on."
    else:
        noted = "I’ll write when there’s news, as before."
    return Stated(Wish.NOT_ABOUT, ", ".join(topic.value for topic in Topic if topic in unwanted) or NO_WISH, noted)


def _channel(words: str, around: Around) -> Stated | None:
    match = _CHANNEL.search(words)
    if match is None:
        return None
    named = match["channel"] or match["first"]
    channel = around.channel if named in {"here", "this chat"} else _channel_named(named)
    if NOT.search(words) and not ONLY.search(words):
        channel = "telegram" if channel == "web" else "web"
    # Whether mails are answered here is known only to who writes one.
    if channel not in _WHERE or (channel == "email" and around.channel != "email"):
        return None
    where = _WHERE[channel]
    first = "" if channel == around.channel else ", once you’ve talked with me there"
    return Stated(Wish.CHANNEL, channel, f"What I have to tell you will come {where}{first}.")


def _channel_named(name: str) -> str:
    return {"t": "telegram", "e": "email"}.get(name[0], "web")


def _language(words: str, _: Around) -> Stated | None:
    match = _LANGUAGE.search(words)
    if match is None:
        return None
    code = CODES[match["language"]]
    return Stated(Wish.LANGUAGE, code, answers_in(code, match["language"].capitalize()))


def _zone(words: str, _: Around) -> Stated | None:
    if not _ZONE.search(words):
        return None
    found = [city for city in _zones() if re.search(rf"\b{re.escape(city)}\b", words)]
    city = max(found, key=len, default=None)
    return (city and Stated(Wish.TIME_ZONE, _zones()[city], f"I’ll go by the time in {city.title()}.")) or None


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    """City → time zone, as the system's database has it: "new york" → "America/New_York"."""
    places = (
        zone for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
    )
    return {zone.rsplit("/", 1)[1].replace("_", " ").lower(): zone for zone in places}
