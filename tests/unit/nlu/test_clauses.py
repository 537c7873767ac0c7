"""A message falls into clauses that could each stand alone."""

from __future__ import annotations

import pytest

from bot.nlu.clauses import Clauses


@pytest.fixture(scope="module")
def clauses() -> Clauses:
    return Clauses()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Where's my order and can I still change the address?",
            ["Where's my order", "can I still change the address?"],
        ),
        ("sorry, wrong window. where is my order", ["sorry, wrong window", "where is my order"]),
        ("cancel order 1050 and change the address of 1051", ["cancel order 1050", "change the address of 1051"]),
        ("thanks, but when will it come", ["thanks", "when will it come"]),
        ("where is my order can I still cancel it", ["where is my order", "can I still cancel it"]),
        ("yes please Do you ship to France", ["yes please", "Do you ship to France"]),
        ("thanks where is my order", ["thanks", "where is my order"]),
        ("thank you how can I pay", ["thank you", "how can I pay"]),
        ("its damaged are returns free", ["its damaged", "are returns free"]),
        (
            "I want to return the tent please let me talk to a person",
            ["I want to return the tent", "please let me talk to a person"],
        ),
        ("too small\nrefund please", ["too small", "refund please"]),
    ],
)
def test_it_falls_into_its_clauses(clauses: Clauses, text: str, found: list[str]) -> None:
    assert clauses.of(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "where is my order?",
        "the tent and the mat",
        "do you know when it will come",
        "my mail is ana.novak@example.com",
        "black and white socks",
        "could you please let me know",
        "",
        "...",
    ],
)
def test_one_clause_stays_whole(clauses: Clauses, text: str) -> None:
    assert len(clauses.of(text)) <= 1


def test_a_long_text_without_an_end_is_cut_all_the_same(clauses: Clauses) -> None:
    assert len(clauses.of("on and on. " * 1000)) > 1
