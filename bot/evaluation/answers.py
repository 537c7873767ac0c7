"""What a customer would get: reactions to held-out messages, FAQ answers, silence where nothing answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.evaluation.sets import FAQ, NOT_ANSWERED, Expected, OffTopic
from bot.faq.entry import FaqEntry

Parse = Callable[[str], Mapping[str, Any]]
"""What was understood of a text, as Rasa reports it, with the `faq` of the FAQ selector."""

_ASK_FAQ: Final = "ask_faq"
_UNANSWERED: Final = frozenset({"nlu_fallback", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one held-out message led to.

    `was_offered`: not answered, but the right FAQ entry would be among the choices. `chance`: how likely the entry
    found answers, from 0 to 1; `finds_right`: whether it is a right one.
    """

    text: str
    right: tuple[str, ...]
    got: str
    was_offered: bool
    chance: float
    finds_right: bool

    @property
    def is_right(self) -> bool:
        """Whether it is one of the right ones."""
        return self.got in self.right

    @property
    def is_question(self) -> bool:
        """Whether it asks for what an entry of the FAQ answers."""
        return self.right[0].startswith(FAQ)


@dataclass(frozen=True, slots=True)
class FaqFound:
    """A test question of an entry and the entries found for it, best first."""

    text: str
    wanted: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """A message that nothing answers, and the FAQ entry that it was answered with, if it was."""

    text: str
    kind: str
    answered_with: str | None
    chance: float


def reaction_to(parsed: Mapping[str, Any]) -> str:
    """`faq/<id>`, `not_answered` or the intent acted upon."""
    intent = str(parsed["intent"]["name"])
    if intent == _ASK_FAQ:
        return FAQ + str(parsed["faq"][0]["id"])
    return NOT_ANSWERED if intent in _UNANSWERED else intent


def reactions(parse: Parse, rows: Iterable[Expected]) -> Sequence[Reaction]:
    """Ask each message by itself."""
    return [_reaction(parse(row.text), row) for row in rows]


def _reaction(parsed: Mapping[str, Any], row: Expected) -> Reaction:
    got = reaction_to(parsed)
    candidates = {FAQ + candidate["id"] for candidate in parsed.get("faq", ())}
    offered = parsed["intent"]["name"] == "nlu_fallback" and not candidates.isdisjoint(row.right)
    return Reaction(
        row.text,
        row.right,
        got,
        was_offered=offered and got not in row.right,
        chance=float(parsed.get("faq_chance", 0.0)),
        finds_right=bool(parsed.get("faq")) and FAQ + str(parsed["faq"][0]["id"]) in row.right,
    )


def faq_found(parse: Parse, entries: Iterable[FaqEntry]) -> Sequence[FaqFound]:
    """Search for each entry's own test questions, whatever else the message may be taken for."""
    return [
        FaqFound(text, entry.id, tuple(candidate["id"] for candidate in parse(text).get("faq", ())))
        for entry in entries
        for text in entry.tests
    ]


def silences(parse: Parse, rows: Iterable[OffTopic]) -> Sequence[Silence]:
    """Ask each message that nothing answers."""
    found = []
    for row in rows:
        parsed = parse(row.text)
        got = reaction_to(parsed)
        answer = got.removeprefix(FAQ) if got.startswith(FAQ) else None
        found.append(Silence(row.text, row.kind, answer, float(parsed.get("faq_chance", 0.0))))
    return found
