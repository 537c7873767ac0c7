"""What is forgotten is taken out of texts, and nothing else."""

from __future__ import annotations

import json

import pytest

from memory.blanking import MARK, Blanking


@pytest.mark.parametrize(
    ("value", "text", "blanked"),
    [
        ("12 Mill Lane, Leeds", "to 12 mill lane  Leeds please", f"to {MARK} please"),
        ("12 Mill Lane", "to 112 Mill Lane", "to 112 Mill Lane"),
        ("Will", "Will wears XL, when will it come?", f"{MARK} wears XL, when will it come?"),
        ("Xanthe", "it is for xanthe", f"it is for {MARK}"),
        ("ana@example.com", "Ana@Example.com is mine", f"{MARK} is mine"),
        ("L", "is L large?", "is L large?"),
        ("O’Brien (Mrs.)", "Mrs. O’Brien, or O’Brien (Mrs.)", f"Mrs. O’Brien, or {MARK}.)"),
        ("...", "nothing to find...", "nothing to find..."),
    ],
)
def test_a_value_is_blanked_where_it_stands_as_a_whole(value: str, text: str, blanked: str) -> None:
    assert Blanking([value]).text(text) == blanked


def test_the_message_that_gave_a_value_loses_also_a_short_one() -> None:
    assert Blanking(["L"]).source("I wear l") == f"I wear {MARK}"


def test_the_message_that_gave_a_value_in_other_words_goes_whole() -> None:
    assert Blanking(["with a neighbour"]).source("the people next door have a key") == MARK


def test_what_programs_act_on_becomes_null_and_what_people_read_says_so() -> None:
    given = {"events": [{"name": "size", "value": "XL tall", "text": "XL tall"}], "n": 3, "said": ["in XL tall"]}
    assert Blanking(["XL tall"]).json(given) == {
        "events": [{"name": "size", "value": None, "text": MARK}],
        "n": 3,
        "said": [f"in {MARK}"],
    }


def test_json_within_a_text_is_blanked_as_json() -> None:
    snapshot = json.dumps({"value": "Zoë Quill"})
    assert json.loads(Blanking(["Zoë Quill"]).json(snapshot)) == {"value": None}
    assert Blanking(["Zoë Quill"]).json("{not json Zoë Quill") == f"{{not json {MARK}"


def test_a_nickname_goes_wherever_it_was_used_and_what_it_stands_for_stays() -> None:
    blanking = Blanking.of_fact("nickname:bertha", ["Bertha: Ridge 2 Tent, order 1031"])

    assert blanking.text("where is Bertha, my Ridge 2 Tent?") == f"where is {MARK}, my Ridge 2 Tent?"
    assert Blanking.of_fact("delivery_address", ["Flat 2: Elm Row"]).text("Flat 2") == "Flat 2"
