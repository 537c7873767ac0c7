"""Colours with their shade, misspelt, and as figures of speech."""

from __future__ import annotations

import pytest

from tests.unit.nlu.values import values, words


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("the grey one", "grey", "grey"),
        ("in dark blue", "dark blue", "blue"),
        ("a light-blue hat", "light-blue", "blue"),
        ("bright red or pale green", "bright red pale green", "red green"),
        ("olive green gloves", "olive green", "olive"),
        ("blak or gery", "blak gery", "black grey"),
        ("the oragne one", "oragne", "orange"),
        ("a charcoal jacket", "charcoal", "grey"),
        ("do you have it in charcoal", "charcoal", "grey"),
        ("the light blue jacket", "light blue", "blue"),
        ("your website said olive", "olive", "olive"),
    ],
)
def test_a_colour_is_found_with_its_shade_and_misspelt(text: str, said: str, value: str) -> None:
    assert (" ".join(words(text, "colour")), " ".join(values(text, "colour"))) == (said, value)


@pytest.mark.parametrize(
    "text",
    [
        "black friday deals",
        "out of the blue you cancelled",
        "I saw red",
        "once in a blue moon",
        "a red flag",
        "are you a green company",
        "we want to go green",
        "will black mould come off",
        "can it burn charcoal",
        "send it back while you can",
    ],
)
def test_a_figure_of_speech_is_no_colour(text: str) -> None:
    assert values(text, "colour") == []
