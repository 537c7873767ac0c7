"""What memory knows of the customer, read from `Conversation.known`, and how it is put into words.

Called by the tasks that use facts and by those that talk about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from actions.conversation import Conversation
from actions.wording import on_day
from memory.model import Wish, fact_in_words, fact_label, is_taken_back

CHANNELS: Final[Mapping[str, str]] = {
    "web": "in the chat on our website",
    "telegram": "in Telegram",
    "email": "by e-mail",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: how a fact of it reads when noted, and the question for a new value."""

    noted: str
    ask: str
    words: str
    """Words by which customers mean it."""


KINDS: Final[Mapping[str, Kind]] = {
    "name": Kind("I’ll call you {value}", "What may I call you?", "name called call"),
    "spoken_language": Kind(
        "{value} is your language; I can only write English, but our team will see it",
        "Which language do you speak?",
        "language speak",
    ),
    "shoe_size": Kind("shoes in size {value}", "What is your shoe size?", "shoe shoes boot boots size"),
    "clothing_size": Kind("clothes in size {value}", "What is your clothing size?", "size clothes clothing jacket"),
    "glove_size": Kind("gloves in size {value}", "What is your glove size?", "glove gloves size"),
    "hat_size": Kind("hats in size {value}", "What is your hat size?", "hat hats size"),
    "size": Kind("your size is {value}", "What is your size?", "size"),
    "carrier": Kind("{value} where possible", "Which carrier do you prefer?", "carrier courier delivery prefer"),
    "avoided_carrier": Kind(
        "not with {value} where possible", "Which carrier should we avoid?", "carrier courier avoid"
    ),
    "delivery_place": Kind("parcels may be left {value}", "Where may we leave your parcels?", "leave place"),
    "delivery_address": Kind(
        "your address is {value}",
        "What is your address now? Please write it in one line, with street, town and postcode.",
        "address live moved move house home there",
    ),
    "allergy": Kind("you’re allergic to {value}", "What are you allergic to?", "allergy allergies allergic wear"),
    "gift_for": Kind("a gift for your {value}", "Who is the gift for?", "gift present"),
    "email": Kind("your e-mail address is {value}", "What is your e-mail address?", "email e-mail mail"),
    "phone": Kind("your number is {value}", "What is your phone number?", "phone number mobile telephone"),
    "nickname": Kind("{value}", "What shall I call it?", "nickname nicknames"),
    Wish.CHANNEL.value: Kind("{value}", "Where would you like to be written to?", "channel contact"),
    Wish.QUIET_HOURS.value: Kind("{value}", "Between which hours should I keep quiet?", "quiet hours"),
    Wish.QUIET_DAYS.value: Kind("{value}", "On which days should I keep quiet?", "quiet days"),
    Wish.TIME_ZONE.value: Kind("{value}", "By the time of which city should I go?", "zone timezone"),
    Wish.EVERY.value: Kind("{value}", "How often may I write, without you having asked?", "often"),
    Wish.NOT_ABOUT.value: Kind("{value}", "What should I not write about?", "offers feedback newsletter"),
    Wish.GREETING.value: Kind("{value}", "Shall I greet you by name?", "greet greeting"),
    Wish.LANGUAGE.value: Kind("{value}", "Which language would you like answers in?", "language answers"),
}


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact that holds, with the message it came from; `said` is None when that is no longer kept."""

    key: str
    value: str
    at: datetime
    channel: str | None
    said: str | None

    @property
    def kind(self) -> str:
        """Its kind, for which `KINDS` has the words."""
        return self.key.partition(":")[0]

    @property
    def in_a_line(self) -> str:
        """Such as "Shoe size: 44"."""
        return f"{fact_label(self.kind)}: {fact_in_words(self.key, self.value)}"

    @property
    def source(self) -> str:
        """When, where and in which words it was told."""
        told = f"you told me {on_day(self.at.date())}{_where(self.channel)}"
        return f"{told}: “{self.said}”" if self.said else f"{told}; the message itself is no longer kept."


def facts(talk: Conversation) -> Sequence[KnownFact]:
    """All that is known, the latest learnt first; a wish that was taken back is none."""
    known = [_read(raw) for raw in talk.known.get("facts") or ()]
    return [each for each in known if not is_taken_back(each.key, each.value)]


def fact(talk: Conversation, key: str) -> KnownFact | None:
    """What is known under a key."""
    return next((each for each in facts(talk) if each.key == key), None)


def kinds_meant(talk: Conversation, among: Sequence[str]) -> Sequence[str]:
    """The kinds that a message speaks of: "my size" means those known that are sizes."""
    said = set(talk.heard.words.replace("’", "'").replace("?", " ").replace(",", " ").split())
    return [kind for kind in dict.fromkeys(among) if kind in KINDS and said & set(KINDS[kind].words.split())]


def _where(channel: str | None) -> str:
    where = CHANNELS.get(channel or "")
    return f" {where}" if where else ""


def _read(raw: Mapping[str, Any]) -> KnownFact:
    at = datetime.fromisoformat(raw["at"])
    return KnownFact(raw["key"], raw["value"], at, raw.get("channel"), raw.get("said"))
