"""What a fact about a customer is called and how its value reads: in the chat, at the desk and in an export alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from memory.model.preferences import NO_WISH, WEEKDAYS, Wish, zoned

_LABELS: Final[Mapping[str, str]] = {
    "spoken_language": "Language",
    "carrier": "Preferred carrier",
    "avoided_carrier": "Carrier to avoid",
    "delivery_place": "Where to leave parcels",
    "delivery_address": "Address",
    "gift_for": "A gift for",
    "email": "E-mail",
    Wish.CHANNEL.value: "Messages not asked for",
    Wish.QUIET_HOURS.value: "Quiet hours",
    Wish.QUIET_DAYS.value: "Quiet days",
    Wish.TIME_ZONE.value: "Time zone",
    Wish.EVERY.value: "How often to be written to",
    Wish.NOT_ABOUT.value: "No messages about",
    Wish.GREETING.value: "Greeting",
    Wish.LANGUAGE.value: "Answers in",
}
"""Only those that differ from the words of their key."""
_DAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_TOPICS: Final[Mapping[str, str]] = {"offers": "offers", "feedback": "feedback", "orders": "news of orders"}
_LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch",
    "pt": "Portuguese", "pl": "Polish", "cy": "Welsh", "zh": "Chinese", "ar": "Arabic", "tr": "Turkish",
    "uk": "Ukrainian", "ja": "Japanese",
}  # fmt: skip


def fact_label(key: str) -> str:
    """Such as "Shoe size" for "shoe_size" and "Allergy" for "allergy:wool"."""
    kind = key.partition(":")[0]
    return _LABELS.get(kind) or kind.replace("_", " ").strip().capitalize()


def fact_in_words(key: str, value: str) -> str:
    """A value as people read it: "21:00 to 08:00, London time" for "21:00-08:00 Europe/London"."""
    if is_taken_back(key, value):
        return "no wish any more"
    say = _SAID.get(key)
    return say(value) if say else value


def is_taken_back(key: str, value: str) -> bool:
    """Whether it is a wish that the customer let go again."""
    return value == NO_WISH and key in _SAID


def _channel(value: str) -> str:
    return {"telegram": "in Telegram", "web": "on the website", "email": "by e-mail"}.get(value, value)


def _hours(value: str) -> str:
    hours, zone = zoned(value)
    return f"{hours.replace('-', ' to ')}{_in_zone(zone)}"


def _days(value: str) -> str:
    days, zone = zoned(value)
    named = [_DAYS[WEEKDAYS.index(day)] if day in WEEKDAYS else day for day in days.split(", ")]
    return f"{_listed(named)}{_in_zone(zone)}"


def _in_zone(zone: str | None) -> str:
    return f", {_city(zone)} time" if zone else ""


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _every(value: str) -> str:
    return "at most once a day" if value == "1 days" else f"at most once in {value}"


def _not_about(value: str) -> str:
    return _listed([_TOPICS.get(topic, topic) for topic in value.split(", ")])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_SAID: Final[Mapping[str, Callable[[str], str]]] = {
    Wish.CHANNEL.value: _channel,
    Wish.QUIET_HOURS.value: _hours,
    Wish.QUIET_DAYS.value: _days,
    Wish.TIME_ZONE.value: _city,
    Wish.EVERY.value: _every,
    Wish.NOT_ABOUT.value: _not_about,
    Wish.GREETING.value: str,
    Wish.LANGUAGE.value: lambda code: _LANGUAGES.get(code, code),
}
