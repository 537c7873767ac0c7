"""A name that the customer gave to an order or a thing is read as what it stands for."""

from __future__ import annotations

import pytest

from bot.dialogue.nicknames import in_our_words

KNOWN = {
    "facts": [
        {"key": "shoe_size", "value": "44"},
        {"key": "nickname:mum's gift", "value": "Mum's gift: order 1042"},
        {"key": "nickname:bertha", "value": "Bertha: Ridge 2 Tent, order 1031"},
        {"key": "nickname:bertha junior", "value": "Bertha junior: order 1060"},
        {"key": "nickname:blue tent", "value": "blue tent: order 1043"},
    ]
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("where is mum’s gift?", "where is order 1042?"),
        ("cancel Mum's gift please", "cancel order 1042 please"),
        ("return bertha", "return the Ridge 2 Tent from order 1031"),
        ("Bertha’s zip is torn", "the Ridge 2 Tent from order 1031’s zip is torn"),
        ("and Bertha Junior?", "and order 1060?"),
        ("where is my blue tent", "where is order 1043"),
        ("my name is Joe, where's Bertha", "my name is Joe, where's the Ridge 2 Tent from order 1031"),
    ],
)
def test_it_is_read_as_what_it_stands_for(text: str, meant: str) -> None:
    assert in_our_words(text, KNOWN) == meant


@pytest.mark.parametrize(
    "text",
    [
        "hi, I'm Bertha",
        "my name is Bertha",
        "call it Bertha from now on",
        "I've named the stove Bertha",
        "please forget Bertha",
        "do you sell a blue tent?",
        "Berthas are nice",
        "where is my order?",
        "",
    ],
)
def test_where_it_is_given_or_means_something_else_it_stays(text: str) -> None:
    assert in_our_words(text, KNOWN) == text


def test_without_nicknames_nothing_is_changed() -> None:
    assert in_our_words("where is Bertha?", {}) == "where is Bertha?"
