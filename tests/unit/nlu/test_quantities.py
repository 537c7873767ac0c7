"""How many: every manner of saying it, and numbers that say something else."""

from __future__ import annotations

import pytest

from tests.unit.nlu.values import values, words


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("can I add a couple of head torches", "a couple of", "2"),
        ("three wool hats", "three", "3"),
        ("came with one jacket but I paid for two", "one two", "1 2"),
        ("2 ridge 2 and 4 stoves", "2 4", "2 4"),
        ("half a dozen gloves", "half a dozen", "6"),
        ("a pair of gloves", "a pair of", "2"),
        ("I'll take both", "both", "2"),
        ("ridge twos x 3", "3", "3"),
        ("3x stove", "3x", "3"),
        ("nine in M and three in L", "nine three", "9 3"),
        ("two white jackets", "two", "2"),
        ("qty: 5", "5", "5"),
        ("make it 4 instead of 3", "4 3", "4 3"),
        ("I only got 2 of them", "2", "2"),
        ("4 tents", "4", "4"),
        ("I ordered three, received two", "three two", "3 2"),
        ("jacket x2", "x2", "2"),
        ("1x stove, 2x jacket", "1x 2x", "1 2"),
        ("6 x gloves", "6", "6"),
        ("quantity two", "two", "2"),
        ("two dozen stoves", "two dozen", "24"),
        ("half a dozen more", "half a dozen", "6"),
        ("only five turned up", "five", "5"),
        ("there were meant to be ten", "ten", "10"),
        ("two brand new jackets", "two", "2"),
        ("2 of the 3 jackets came", "2 3", "2 3"),
        ("send two spare pegs", "two", "2"),
        ("could I double it to six please", "six", "6"),
        ("3 please", "3", "3"),
        ("how much for two?", "two", "2"),
        ("there's only the one in the box", "one", "1"),
        ("I only wanted one", "one", "1"),
        ("send back two, keep one", "two one", "2 1"),
        ("cancel one of the two jackets", "one two", "1 2"),
        ("I paid for three, not two", "three two", "3 2"),
        ("a pair in white and a pair in red", "a pair a pair", "2 2"),
    ],
)
def test_a_quantity_is_found(text: str, said: str, value: str) -> None:
    assert (" ".join(words(text, "quantity")), " ".join(values(text, "quantity"))) == (said, value)


@pytest.mark.parametrize(
    "text",
    [
        "a tent for 4",
        "we camped for two weeks",
        "3 to 5 days",
        "after two wears",
        "a few of us",
        "the right one",
        "I want one",
        "two person tent",
        "order 1042",
        "I have 10 minutes",
        "a couple of questions",
        "size 42 boots",
        "£20 gloves",
        "one of the poles is loose",
        "a navy one in XL",
        "one more thing",
        "both of us",
        "two of us went",
        "for two people",
        "24 hour delivery",
        "3 season gloves",
        "I emailed two times",
        "it takes two to put up",
        "2x bigger",
    ],
)
def test_no_quantity_is_made_up(text: str) -> None:
    assert values(text, "quantity") == []
