"""Reading a message, and finding the item or order it names."""

from __future__ import annotations

from typing import Any

import pytest

from actions.heard import Heard
from actions.orders import items_meant, placed_in
from actions.shop.port import OrderItem

ITEMS = [
    OrderItem(sku="ridge-2-tent", name="Ridge 2 Tent", quantity=1, price_pence=1),
    OrderItem(sku="moor-1-tent", name="Moor 1 Bivvy Tent", quantity=1, price_pence=1),
    OrderItem(sku="ember-stove", name="Ember Gas Stove", quantity=1, price_pence=1),
    OrderItem(sku="hazel-socks", name="Hazel Hiking Socks", quantity=2, price_pence=1),
]


def heard(text: str, *entities: tuple[str, str], **more: Any) -> Heard:
    found = [{"entity": kind, "value": value, "start": text.find(value)} for kind, value in entities]
    return Heard.of({"text": text, "intent": {"name": "inform"}, "entities": found, **more})


@pytest.mark.parametrize(
    ("text", "numbers", "meant"),
    [
        ("1044, not 1042", ("1044", "1042"), "1044"),
        ("not 1042 but 1044", ("1042", "1044"), "1044"),
        ("it isn't order 1042, it's 1044", ("1042", "1044"), "1044"),
        ("1044 instead of order 1042", ("1044", "1042"), "1044"),
        ("1042, sorry, 1044", ("1042", "1044"), "1044"),
    ],
)
def test_of_two_numbers_the_one_not_set_aside_is_meant(text: str, numbers: tuple[str, str], meant: str) -> None:
    assert heard(text, *(("order_number", number) for number in numbers)).value("order_number") == meant


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("how long does a refund take", True),
        ("ok, and what does it cost", True),
        ("a refund?", True),
        ("a refund", False),
        ("the zip is broken", False),
        ("it can't be closed", False),
    ],
)
def test_what_is_asked_about_is_told_from_what_is_given(text: str, is_question: bool) -> None:
    assert heard(text).is_question is is_question


def test_a_button_is_not_read_as_a_sentence() -> None:
    pressed = heard("Which size?", metadata={"pressed": True, "turn_id": "7"}, faq=[{"id": 1}])
    assert pressed.words == ""
    assert not pressed.is_question
    assert pressed.candidates == ()
    assert pressed.turn_id == "7"


def test_typed_words_that_look_like_a_payload_are_words() -> None:
    assert heard("/stop", metadata={"pressed": False}).words == "/stop"


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("the stove", ["ember-stove"]),
        ("the stoves", ["ember-stove"]),
        ("my ridge tent", ["ridge-2-tent"]),
        ("the bivvy", ["moor-1-tent"]),
        ("the tent", ["ridge-2-tent", "moor-1-tent"]),
        ("hikng sock", ["hazel-socks"]),
        ("a kettle", []),
        ("", []),
    ],
)
def test_items_are_found_by_their_words_misspelt_or_not(text: str, skus: list[str]) -> None:
    assert [item.sku for item in items_meant(heard(text), ITEMS)] == skus


def test_the_other_tent_is_the_one_not_chosen() -> None:
    meant = items_meant(heard("no, the other tent"), ITEMS, current="ridge-2-tent")
    assert [item.sku for item in meant] == ["moor-1-tent"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first one", "a"),
        ("the most recent", "a"),
        ("my last order", "a"),
        ("the second", "b"),
        ("the older one", "c"),
        ("the one from last week", None),
        ("this is the first time", None),
        ("whatever", None),
    ],
)
def test_places_in_a_list_are_understood(text: str, place: str | None) -> None:
    assert placed_in(heard(text), ["a", "b", "c"]) == place
