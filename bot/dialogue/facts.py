"""What a message states of its customer, as records for memory. Called by `embedded` for every message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.nlu.facts.component import FACTS_KEY
from memory.model import Cursor, EndFact, LearnFact, Record

_ANY_SIZE: Final = "size"
_SIZES: Final = frozenset({"shoe_size", "clothing_size", "glove_size", "hat_size"})
_SETTLED_BY_ACTIONS: Final = frozenset({"nickname"})
"""What these mean depends on the order spoken of, which only the tasks know."""


def with_meant_sizes(parsed: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message with "my size is 43" read as the one size known of the customer, if there is just one."""
    sizes = {fact["key"] for fact in known.get("facts") or ()} & _SIZES
    if len(sizes) != 1 or not any(fact["kind"] == _ANY_SIZE for fact in parsed.get(FACTS_KEY) or ()):
        return parsed
    (meant,) = sizes
    facts = [{**fact, "kind": meant, "key": meant} if fact["kind"] == _ANY_SIZE else fact for fact in parsed[FACTS_KEY]]
    return {**parsed, FACTS_KEY: facts}


def stated(parsed: Mapping[str, Any], said_in: Cursor | None = None) -> Sequence[Record]:
    """The facts that a message tells or takes back; `said_in` is its number, if it is not the one being answered."""
    facts = [fact for fact in parsed.get(FACTS_KEY) or () if fact["kind"] not in _SETTLED_BY_ACTIONS]
    return [_record(fact, said_in) for fact in facts]


def _record(fact: Mapping[str, Any], said_in: Cursor | None) -> Record:
    if fact["ended"]:
        return EndFact(fact["key"], fact["value"])
    return LearnFact(fact["key"], fact["value"], fact["confidence"], said_in)
