"""What a message wants, when it wants several things: "where's my order and can I still change the address?".

The pipeline cuts a message into clauses (`bot.nlu.clauses`) and understands each; this decides whether they are several
wishes, which `bot.dialogue.embedded` then answers one after the other, or one wish in many words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.nlu.facts.component import TELL_FACT

Parsed = Mapping[str, Any]

MEANT_KEY: Final = "meant"
"""Under this a message's text stands with slips of the keyboard put right; the tasks read words in it, too."""

_NOT_UNDERSTOOD: Final = "nlu_fallback"
_TASKS: Final = frozenset({"order_status", "return_item", "cancel_order", "change_address", "reorder"})
_WISHES: Final = _TASKS | {"ask_faq", "ask_person", "set_preference"}

HIDDEN_IN: Final[Mapping[str, frozenset[str]]] = {
    _NOT_UNDERSTOOD: _TASKS | {"ask_person"},
    "greet": _WISHES,
    "abuse": _TASKS | {"ask_person"},
    "ask_faq": frozenset({"ask_person"}),
    "out_of_scope": frozenset({"ask_person"}),
    TELL_FACT: _WISHES,
}
"""By the intent of the whole message: what a part may ask for to stand for it. A call for a person is never lost."""

ALONE_COUNTS: Final = frozenset({_NOT_UNDERSTOOD, TELL_FACT})
"""In messages taken for these, the one clause that surely wants something counts."""

MOST_CLAUSES: Final = 5
"""Nobody asks six things at once: a longer text is a story, understood as a whole."""

_SURE: Final = 0.7
"""Confidence from which a part counts; higher than for whole messages, since the rest of the words speak against it."""

_SUPPORTED: Final = 0.5
"""The same for a clause that means what the whole message surely means."""

_DROPPED: Final = frozenset({"greet", "goodbye", TELL_FACT})
"""What needs no answer beside a wish; facts are remembered anyway."""
_NEVER_ALONE: Final = frozenset(
    {"deny", "start_over", "go_back", "continue_task", "none_of_these", "answer_not_helped", "answer_helped"}
)
"""What these say is about the whole conversation, and stands in the way of reading the rest by itself."""
_WHOLE_MAY_BE: Final = frozenset(
    {_NOT_UNDERSTOOD, "greet", "ask_faq", "out_of_scope", "inform", "thank", "affirm", "stop", TELL_FACT}
)

_QUESTION: Final = re.compile(
    r"\?|^\W*(?:what|how|when|where|which|who|why|can|could|do|does|did|is|are|will|would|should|may|have|has)\b",
    re.IGNORECASE,
)
_POINTING: Final = re.compile(r"\b(?:it|that|this|they|them|those|these|one)\b", re.IGNORECASE)
_HARDLY_A_YES: Final = re.compile(r"\W*(?:(?:ok|okay|k|right|well|so|fine|hm+|good|great|cool|alright|oh|ah)\b\W*)+")
_SIGNS: Final = re.compile(r"[.?!;,\n]+(?:\s+|$)")
_NAMED: Final = frozenset({"order_number", "product", "address"})


@dataclass(frozen=True, slots=True)
class Open:
    """What the conversation waits for: whether a task asks something, and whether a plain yes would answer."""

    question: bool = False
    yes_or_no: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a message says: its words, and how the clause that says it was understood."""

    text: str
    parsed: Parsed

    @property
    def intent(self) -> str:
        """What it asks for."""
        return str(self.parsed["intent"]["name"])

    @property
    def is_whole(self) -> bool:
        """Whether it is the clause alone, so that nothing has to be understood anew."""
        return self.text == str(self.parsed["text"])


def words_of(clause: Parsed) -> str:
    """The words of a clause, with slips put right where that has been done."""
    return str(clause.get(MEANT_KEY) or clause["text"])


def pieces(whole: Parsed) -> Sequence[str]:
    """What stands between the signs of a message, finer than its clauses, each of two words or more; none if all.

    All without its last sign is worth another look only where the message was not understood.
    """
    text = str(whole["text"]).strip()
    found = [piece.strip() for piece in _SIGNS.split(text) if " " in piece.strip()]
    known = [text] if whole["intent"]["name"] == _NOT_UNDERSTOOD else [text, text[:-1]]
    return () if len(found) == 1 and found[0] in known else found


def clearest_wish(whole: str, understood: Sequence[Parsed]) -> Parsed | None:
    """Of parts as they were understood, the one that surely asks for what the whole, by its intent, may hide."""
    intents = [(part, str(part["intent"]["name"]), float(part["intent"]["confidence"])) for part in understood]
    sure = [
        (part, chance)
        for part, intent, chance in intents
        if intent in HIDDEN_IN[whole] and _is_sure(part, intent, words_of(part), _SURE)
    ]
    return max(sure, key=lambda each: each[1], default=(None, 0.0))[0]


def only_wish(understood: Sequence[Parsed]) -> Parsed | None:
    """The one clause that surely wants something, when all others are hellos and okays: "ok and are retturns free"."""
    rest = [part for part in understood if not _is_dropped(part)]
    if len(rest) != 1 or len(rest) == len(understood):
        return None
    return rest[0] if _is_sure(rest[0], str(rest[0]["intent"]["name"]), words_of(rest[0]), _SURE) else None


def wishes(whole: Parsed, clauses: Sequence[Parsed], waiting: Open) -> Sequence[Part]:
    """The things said, in order, if there are surely several that want different answers; else none.

    A clause that wants nothing itself ("it's too small") goes with the one before it. A question that was not
    understood, or words about the conversation as a whole, leave the message in one piece.
    """
    meant = _sure_intent(whole)
    kinds = [_kind(clause, waiting, meant) for clause in clauses]
    if "unclear" in kinds or not _agrees(whole, clauses, waiting):
        return ()
    parts = _joined([(clause, kind) for clause, kind in zip(clauses, kinds, strict=True) if kind != "dropped"])
    asked = [part for part in parts if part.intent in _WISHES]
    return parts if asked and len(parts) > 1 and not _clash(parts) else ()


def _sure_intent(whole: Parsed) -> str | None:
    """What the whole message surely means, which speaks for the clause that means the same."""
    return str(whole["intent"]["name"]) if float(whole["intent"]["confidence"]) >= _SURE else None


def _kind(clause: Parsed, waiting: Open, meant: str | None) -> str:
    """wish: to be dealt with by itself; rest: goes with another; dropped: needs no answer; unclear: speaks against."""
    intent, text = str(clause["intent"]["name"]), words_of(clause)
    if _is_dropped(clause):
        return "dropped"
    least = _SUPPORTED if intent == meant else _SURE
    if _is_sure(clause, intent, text, least) or (intent == "thank" and not _QUESTION.search(text)):
        return "wish"
    if intent == "inform" and clause["entities"] and not _QUESTION.search(text):
        return "wish" if waiting.question else "rest"
    return _about_the_talk(waiting).get(intent) or _unsaid(text)


def _is_dropped(clause: Parsed) -> bool:
    return clause["intent"]["name"] in _DROPPED or bool(_HARDLY_A_YES.fullmatch(str(clause["text"]).lower()))


def _about_the_talk(waiting: Open) -> Mapping[str, str]:
    """What words about the conversation itself are, which depends on what is asked in it."""
    return {
        "affirm": "wish" if waiting.yes_or_no else "dropped",
        "stop": "wish" if waiting.question else "unclear",
        **dict.fromkeys(_NEVER_ALONE, "unclear"),
    }


def _unsaid(text: str) -> str:
    return "unclear" if _QUESTION.search(text) and len(text.split()) > 2 else "rest"


def _is_sure(clause: Parsed, intent: str, text: str, least: float) -> bool:
    # A question has an answer that is likely right, or it would not be one: no other words put that in doubt.
    least = _SUPPORTED if intent == "ask_faq" else least
    if intent not in _WISHES or float(clause["intent"]["confidence"]) < least or " " not in text:
        return False
    # "What does it cost" means nothing by itself, and an answer may be near to what is no question at all.
    return intent != "ask_faq" or bool(_QUESTION.search(text) and not _POINTING.search(text))


def _agrees(whole: Parsed, clauses: Sequence[Parsed], waiting: Open) -> bool:
    intent, said = whole["intent"]["name"], {clause["intent"]["name"] for clause in clauses}
    gives_up = "stop" in said and intent == "cancel_order"  # "forget it. where is my order?"
    answers = waiting.question and "inform" in said and intent in _TASKS  # "it's damaged are returns free"
    return intent in _WHOLE_MAY_BE or intent in said or gives_up or answers


def _joined(clauses: Sequence[tuple[Parsed, str]]) -> Sequence[Part]:
    parts: list[Part] = []
    loose: list[str] = []
    for clause, kind in clauses:
        if kind == "rest" and not parts:
            loose.append(str(clause["text"]))
        elif parts and (kind == "rest" or _goes_on(parts[-1], clause)):
            parts[-1] = replace(parts[-1], text=f"{parts[-1].text}, {clause['text']}")
        else:
            parts.append(Part(", ".join([*loose, str(clause["text"])]), clause))
            loose = []
    return parts


def _goes_on(part: Part, clause: Parsed) -> bool:
    """Whether a clause only goes on with what the part before it says."""
    intent = clause["intent"]["name"]
    if intent == "inform" and part.intent in _TASKS:
        return True
    if part.intent != intent:
        return False
    if part.intent == "ask_faq":
        return _best_answer(part.parsed) == _best_answer(clause)
    names = _named(clause)
    return not names or names == _named(part.parsed) or part.intent not in _TASKS


def _best_answer(parsed: Parsed) -> str | None:
    return str(parsed["faq"][0]["id"]) if parsed.get("faq") else None


def _named(parsed: Parsed) -> frozenset[str]:
    return frozenset(str(entity["value"]) for entity in parsed["entities"] if entity["entity"] in _NAMED)


def _clash(parts: Sequence[Part]) -> bool:
    """Whether two parts would undo each other, so that they are rather one wish put twice.

    "Cancel it, give me my money back" wants no return; "stop, I need a person" does not mean to lose the task.
    """
    intents = {part.intent for part in parts}
    if {"stop", "ask_person"} <= intents or (intents <= {"ask_faq", "thank"} and _asks_twice(parts)):
        return True
    both = [part for part in parts if part.intent in {"cancel_order", "return_item"}]
    return len({part.intent for part in both}) == 2 and not all(_named(part.parsed) for part in both)


def _asks_twice(parts: Sequence[Part]) -> bool:
    answers = [_best_answer(part.parsed) for part in parts if part.intent == "ask_faq"]
    return len(set(answers)) < len(answers)


def meaning(parsed: Parsed) -> tuple[str, frozenset[tuple[str, str]], object]:
    """What a message is taken for: its intent, the values in it, and the answer that it asks for."""
    values = {(str(each["entity"]), str(each.get("value"))) for each in parsed["entities"]}
    asks_for = next((each["id"] for each in parsed.get("faq") or ()), None)
    intent = str(parsed["intent"]["name"])
    return intent, frozenset(values), asks_for if intent == "ask_faq" else None
