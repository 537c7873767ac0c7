"""No message is too long or too odd for the finders, and no pattern can run away on any."""

from __future__ import annotations

import re
import sre_parse
from collections.abc import Iterable, Iterator
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu import (
    catalogue,
    clocks,
    colours,
    contacts,
    dates,
    fault_cues,
    feasts,
    money,
    numbers,
    orders,
    person_cues,
    persons,
    places,
    quantities,
    quantity_cues,
    reason_cues,
    reasons,
    relative,
    sizes,
    tense,
    text,
    times,
)
from bot.nlu.fault_cues import Reason
from bot.nlu.orders import Orders
from bot.nlu.person_cues import Cue
from bot.nlu.text import UNDERSTOOD_CHARS
from tests.unit.nlu.values import FINDER, NOW

MODULES = (
    catalogue, clocks, colours, contacts, dates, fault_cues, feasts, money, numbers, orders, person_cues,
    persons, places, quantities, quantity_cues, reason_cues, reasons, relative, sizes, tense,
    text, times,
)  # fmt: skip


def patterns_of(holder: ModuleType | object) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(holder).items():
        for part in _parts(value):
            yield f"{getattr(holder, '__name__', 'Orders')}.{name}", part


def _parts(value: Any) -> Iterable[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, (Reason, Cue)):
        return [value.pattern]
    if isinstance(value, tuple):
        return [found for item in value for found in _parts(item)]
    return []


PATTERNS = [pair for holder in (*MODULES, Orders(digits=4, prefix="FH")) for pair in patterns_of(holder)]


def runs_away(parsed: Any, *, is_repeated: bool = False) -> bool:
    """Whether a repeat without a limit lies within another repeat: then there are too many ways to fail."""
    for operator, argument in parsed:
        repeats = operator in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT)
        if repeats and argument[1] is sre_parse.MAXREPEAT and is_repeated:
            return True
        within = is_repeated or (repeats and argument[1] > 1)
        if any(runs_away(inner, is_repeated=within) for inner in _within(argument)):
            return True
    return False


def _within(argument: Any) -> Iterator[Any]:
    if isinstance(argument, sre_parse.SubPattern):
        yield argument
    elif isinstance(argument, (list, tuple)):
        for item in argument:
            yield from _within(item)


@pytest.mark.parametrize(
    ("pattern", "runs"), [("(?:a+b?)*c", True), ("(?:a*,?){1,4}", True), ("(?:a|b{1,9}c)+d*", False)]
)
def test_the_measure_tells_a_runaway_pattern(pattern: str, runs: bool) -> None:
    assert runs_away(sre_parse.parse(pattern)) is runs


def test_all_patterns_are_looked_at() -> None:
    assert {name.split(".")[-1] for name, _ in PATTERNS} >= {
        "_ADDRESSES",
        "_cued",
        "_MONEY",
        "CUES",
        "_VERB",
        "_CLOCK",
        "REASONS",
    }


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_no_pattern_repeats_endlessly_within_a_repeat(name: str, pattern: re.Pattern[str]) -> None:
    assert not runs_away(sre_parse.parse(pattern.pattern, pattern.flags))


PIECES = [
    "1", "a", " ", ",", "-", ".", "a@", "a@a.", "+4", "(0", "07700 ", "12 Mill ", "A a, ", "A A ", "12 a ", "c/o a ",
    "flat 1 ", "£1,", "1,", "a hundred and ", "half ", "in two ", "a week ", "the 1 ", "1 of ", "at 1", "last ",
    "my name is ", "A-", "i'm ", "van ", "size 1 ", "x 1", "both ",
    "two of ", "one of the ", "my wife ", "blak ", "dark ", "zip ",
    "too small ", "won't ", "if it ", "between 2 and 4pm ",
    "order ", "#", "FH-", "no. ", "ridge ", "too ",
    "ו ", "\u202e", "😀", "\x00", "\ud800", "ǅ", "İ", "١٢ ", "²",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("ending", ["", "!", "1042", "z"])
def test_a_message_of_one_piece_over_and_over_is_read(piece: str, ending: str) -> None:
    message = piece * (100_000 // len(piece)) + ending
    whole = piece * ((UNDERSTOOD_CHARS - len(ending)) // len(piece)) + ending
    for odd in (message, whole):
        assert all(0 <= found.start < found.end <= UNDERSTOOD_CHARS for found in FINDER.find(odd, NOW))


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200))
def test_whatever_is_written_values_do_not_overlap(message: str) -> None:
    found = FINDER.find(message, NOW)
    apart = [piece for piece in found if piece.entity != "postcode"]

    assert all(first.end <= second.start for first, second in pairwise(apart))
    assert all(piece.value and piece.end <= len(message) for piece in found)


def test_a_value_in_right_to_left_text_is_found() -> None:
    (found,) = FINDER.find("\u202eאיפה ההזמנה שלי 1042, תודה", NOW)

    assert (found.entity, found.value) == ("order_number", "1042")
