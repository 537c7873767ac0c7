"""A button may be meant by its place in the list."""

from __future__ import annotations

import pytest

from bot.dialogue.choices import picked

ITEMS = [{"title": str(place), "payload": f'/inform{{"product": "{place}"}}'} for place in range(3)]
ORDERS = [{"title": place, "payload": f'/inform{{"order_number": "{place}"}}'} for place in ("1051", "1050")]
YES_OR_NO = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("the second one", 1),
        ("The first one, please.", 0),
        ("2", 1),
        ("number 3", 2),
        ("option two", 1),
        ("I'd take the thrid one", 2),
        ("no, the 2nd", 1),
        ("the last one", 2),
        ("nmber two please", 1),
    ],
)
def test_a_place_in_the_list_is_a_choice(words: str, place: int) -> None:
    assert picked(words, ITEMS) == ITEMS[place]["payload"]


@pytest.mark.parametrize(
    "words",
    ["", "the tent", "1050", "the fourth one", "9", "the one I bought", "first I want to know the price", "both"],
)
def test_other_words_are_no_choice(words: str) -> None:
    assert picked(words, ITEMS) is None


REASONS = [
    {"title": title, "payload": f'/inform{{"return_reason": "{title}"}}'}
    for title in ("Too small", "Too large", "Faulty", "Changed my mind", "Exchange")
]


@pytest.mark.parametrize(
    ("words", "title"),
    [("chaanged my mid", "Changed my mind"), ("Too sall.", "Too small"), ("too large", "Too large")],
)
def test_a_title_typed_with_slips_is_that_button(words: str, title: str) -> None:
    assert picked(words, REASONS) == f'/inform{{"return_reason": "{title}"}}'


@pytest.mark.parametrize("words", ["no exchange", "not faulty", "too", "it changed", "small"])
def test_words_around_a_title_are_read_as_words(words: str) -> None:
    assert picked(words, REASONS) is None


def test_the_last_order_is_the_latest_and_not_the_last_of_the_list() -> None:
    assert picked("the last one", ORDERS) is None
    assert picked("the second one", ORDERS) == ORDERS[1]["payload"]


def test_yes_and_no_are_not_chosen_by_place() -> None:
    assert picked("the second one", YES_OR_NO) is None
    assert picked("1", []) is None
