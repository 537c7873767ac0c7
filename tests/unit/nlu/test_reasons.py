"""Why something goes back, in words that are in no list."""

from __future__ import annotations

import pytest

from tests.unit.nlu.values import values, words


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("can't get them over my calves", "can't get them over", "too_small"),
        ("it won't fit over a jumper", "won't fit over", "too_small"),
        ("they come up very small", "come up very small", "too_small"),
        ("half a size too small", "half a size too small", "too_small"),
        ("I need a bigger size", "need a bigger size", "too_small"),
        ("it's massive on me", "massive on me", "too_large"),
        ("two sizes too big", "two sizes too big", "too_large"),
        ("I'm swimming in it", "swimming in it", "too_large"),
        ("smashed to bits", "smashed to bits", "damaged"),
        ("it had a big dent", "had a big dent", "damaged"),
        ("there's a tear in the sleeve", "a tear", "damaged"),
        ("the hat is ruined", "ruined", "damaged"),
        ("it won't ignite", "won't ignite", "faulty"),
        ("keeps switching itself off", "keeps switching itself off", "faulty"),
        ("the handle snapped off", "handle snapped off", "faulty"),
        ("the zip's gone", "zip's gone", "faulty"),
        ("it goes down during the night", "goes down", "faulty"),
        ("does absolutely nothing", "does absolutely nothing", "faulty"),
        ("not the colour I ordered", "not the colour I ordered", "wrong_item"),
        ("I got someone else's parcel", "someone else's parcel", "wrong_item"),
        ("you sent the wrong jacket", "wrong", "wrong_item"),
        ("nothing like the pictures", "nothing like the pictures", "not_as_described"),
        ("the description is misleading", "description is misleading", "not_as_described"),
        ("she doesn't like it", "doesn't like it", "changed_mind"),
        ("I decided against it", "decided against it", "changed_mind"),
        ("I didn't mean to order that", "didn't mean to order that", "changed_mind"),
        ("I ordered the red one by mistake", "by mistake", "changed_mind"),
        ("by mistake", "by mistake", "changed_mind"),
        ("it came after we left", "came after we left", "arrived_late"),
        ("got here a week late", "got here a week late", "arrived_late"),
        ("delivery took three weeks", "took three weeks", "arrived_late"),
        ("it missed his birthday", "missed his birthday", "arrived_late"),
    ],
)
def test_a_reason_is_found_in_other_words(text: str, said: str, value: str) -> None:
    assert (words(text, "return_reason"), values(text, "return_reason")) == ([said], [value])


@pytest.mark.parametrize(
    "text",
    [
        "what happens if it is broken",
        "can I return it if it comes up small",
        "does it come up small",
        "do you repair broken zips",
        "how do I fix a tear",
        "the discount code won't work",
        "the page keeps going down",
        "are these broken in already",
        "we got one extra by mistake",
        "I don't want it to be late",
        "it works perfectly",
        "my refund took three weeks",
    ],
)
def test_what_may_be_or_is_not_of_an_item_is_no_reason(text: str) -> None:
    assert values(text, "return_reason") == []


def test_a_product_within_a_reason_is_still_found() -> None:
    assert words("that's not the jacket I ordered", "product") == ["jacket"]
