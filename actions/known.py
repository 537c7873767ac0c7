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

CHANNELS: Final[Mapping[str, str]] = {"web": "in the chat on our website", "telegram": "in Telegram"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: what it is called, how a fact of it reads when noted, and the question for a new value."""

    label: str
    noted: str
    ask: str
    words: str
    """Words by which customers mean it."""


KINDS: Final[Mapping[str, Kind]] = {
    "name": Kind("Name", "I’ll call you {value}", "What may I call you?", "name called call"),
    "spoken_language": Kind(
        "Language",
        "{value} is your language; I can only write English, but our team will see it",
        "Which language do you speak?",
        "language speak",
    ),
    "shoe_size": Kind("Shoe size", "shoes in size {value}", "What is your shoe size?", "shoe shoes boot boots size"),
    "clothing_size": Kind(
        "Clothing size", "clothes in size {value}", "What is your clothing size?", "size clothes clothing jacket"
    ),
    "glove_size": Kind("Glove size", "gloves in size {value}", "What is your glove size?", "glove gloves size"),
    "hat_size": Kind("Hat size", "hats in size {value}", "What is your hat size?", "hat hats size"),
    "size": Kind("Size", "your size is {value}", "What is your size?", "size"),
    "carrier": Kind(
        "Preferred carrier", "{value} where possible", "Which carrier do you prefer?", "carrier courier delivery prefer"
    ),
    "avoided_carrier": Kind(
        "Carrier to avoid", "not with {value} where possible", "Which carrier should we avoid?", "carrier courier avoid"
    ),
    "delivery_place": Kind(
        "Where to leave parcels",
        "parcels may be left {value}",
        "Where may we leave your parcels?",
        "leave place",
    ),
    "delivery_address": Kind(
        "Address",
        "your address is {value}",
        "What is your address now? Please write it in one line, with street, town and postcode.",
        "address live moved move house home there",
    ),
    "allergy": Kind(
        "Allergy", "you’re allergic to {value}", "What are you allergic to?", "allergy allergies allergic wear"
    ),
    "gift_for": Kind("A gift for", "a gift for your {value}", "Who is the gift for?", "gift present"),
    "phone": Kind("Phone", "your number is {value}", "What is your phone number?", "phone number mobile telephone"),
    "nickname": Kind("Nickname", "{value}", "What shall I call it?", "nickname nicknames"),
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
        return f"{label(self.kind)}: {self.value}"

    @property
    def source(self) -> str:
        """When, where and in which words it was told."""
        told = f"you told me {on_day(self.at.date())}{_where(self.channel)}"
        return f"{told}: “{self.said}”" if self.said else f"{told}; the message itself is no longer kept."


def facts(talk: Conversation) -> Sequence[KnownFact]:
    """All that is known, the latest learnt first."""
    return [_read(raw) for raw in talk.known.get("facts") or ()]


def fact(talk: Conversation, key: str) -> KnownFact | None:
    """What is known under a key."""
    return next((each for each in facts(talk) if each.key == key), None)


def label(kind: str) -> str:
    """What a kind is called; one that these words don't know, by its key."""
    known = KINDS.get(kind)
    return known.label if known else kind.replace("_", " ").capitalize()


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
