"""Money, phones and the forms that are sizes; and that capitals change no value."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from bot.evaluation.entities import read_labelled
from bot.settings import PROJECT
from tests.unit.nlu.values import FINDER, NOW, values, words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I paid £129.50", "129.50 GBP"),
        ("89,00 €", "89.00 EUR"),
        ("EUR 75 for postage", "75.00 EUR"),
        ("75 euros", "75.00 EUR"),
        ("$80", "80.00 USD"),
        ("£1,299", "1299.00 GBP"),
        ("£2k", "2000.00 GBP"),
        ("forty quid", "40.00 GBP"),
        ("twenty-five pounds", "25.00 GBP"),
        ("a hundred and ten pounds", "110.00 GBP"),
        ("only a tenner back", "10.00 GBP"),
        ("two fivers", "10.00 GBP"),
        ("went up by 50p", "0.50 GBP"),
        ("99 pence", "0.99 GBP"),
        ("100 CHF", "100.00 CHF"),
        ("€1.200,50", "1200.50 EUR"),
        ("US$50", "50.00 USD"),
        ("they took fifty p", "0.50 GBP"),
        ("5 pounds 50", "5.50 GBP"),
        ("a couple of quid", "2.00 GBP"),
        ("only a pound more", "1.00 GBP"),
        ("two grand", "2000.00 GBP"),
        ("OVER A GRAND", "1000.00 GBP"),
    ],
)
def test_a_sum_has_an_amount_and_a_currency(text: str, value: str) -> None:
    assert values(text, "money") == [value]


@pytest.mark.parametrize(
    "text",
    ["1042", "the price of it", "1080p", "size 10 pending", "50% off", "costs a lot", "p and p", "weighs two pounds"],
)
def test_no_sum_is_made_up(text: str) -> None:
    assert values(text, "money") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900217", "+447700900217"),
        ("07700900217", "+447700900217"),
        ("my number is 07700-900-217.", "+447700900217"),
        ("+44 7700 900217", "+447700900217"),
        ("+44 (0)7700 900217", "+447700900217"),
        ("0044 7700 900217", "+447700900217"),
        ("020 7946 0321", "+442079460321"),
        ("(01632) 960 482", "+441632960482"),
        ("+49 171 3920044", "+491713920044"),
        ("+1 202 555 0119", "+12025550119"),
        ("+33 6 39 98 22 10", "+33639982210"),
        ("07700 900217 1042", "+447700900217"),
    ],
)
def test_a_phone_number_is_found_however_it_is_grouped(text: str, number: str) -> None:
    assert values(text, "phone") == [number]


@pytest.mark.parametrize("text", ["1042", "2058 2059 2060", "00000", "01.12.2026", "FH-07700900217", "a0770090021"])
def test_no_phone_number_is_made_up(text: str) -> None:
    assert values(text, "phone") == []


def test_the_groups_of_a_phone_number_are_no_orders() -> None:
    assert values("0161 496 0155 about 1042", "order_number") == ["1042"]


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("size 42 in white", "42", "42"),
        ("uk 8", "uk 8", "UK 8"),
        ("43 eu", "43 eu", "EU 43"),
        ("i take a 44", "44", "44"),
        ("swap for a S", "S", "S"),
        ("ordered L got M", "L M", "L M"),
        ("size 9 and a half", "9 and a half", "9.5"),
        ("2xl any left", "2xl", "XXL"),
        ("extra-small", "extra-small", "XS"),
        ("sizes S, M and XL", "S M XL", "S M XL"),
        ("a jacket (M, white)", "M", "M"),
        ("could I swap for a 10", "10", "10"),
        ("wrong size, asked for 11", "11", "11"),
        ("size M, 1 jacket", "M", "M"),
    ],
)
def test_a_size_is_found_with_its_place(text: str, said: str, value: str) -> None:
    assert (" ".join(words(text, "size")), " ".join(values(text, "size"))) == (said, value)


@pytest.mark.parametrize(
    "text",
    [
        "a small problem",
        "that's all",
        "a large order",
        "1 L bottle",
        "it's too small",
        "a large discount",
        "no small feat",
    ],
)
def test_no_size_is_made_up(text: str) -> None:
    assert values(text, "size") == []


def test_who_writes_in_capitals_is_understood_as_well() -> None:
    sentences = read_labelled(PROJECT / "evaluation" / "dev" / "entities.yml").sentences
    texts = [sentence.text for sentence in sentences if not re.search(r"\b[SML]\b", sentence.text)]

    assert [_in_any_case(text.upper()) for text in texts] == [_in_any_case(text.lower()) for text in texts]


def _in_any_case(text: str) -> Sequence[tuple[str, str, int]]:
    """What is found in a text, save what only capitals can tell: names, and the letters that are sizes."""
    found = FINDER.find(text, NOW)
    return [(one.entity, one.value, one.start) for one in found if one.entity in _WITHOUT_CASE and not one.vague]


_WITHOUT_CASE = {"time", "money", "quantity", "return_reason", "resolution", "order_number", "colour", "product"}
