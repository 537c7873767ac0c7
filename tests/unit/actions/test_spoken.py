"""What messages that were said to a person give for a task."""

from __future__ import annotations

from typing import Any

import pytest

from actions.spoken import values_for


def message(text: str, **entities: str) -> dict[str, Any]:
    found = [{"entity": entity, "value": value, "start": text.find(value)} for entity, value in entities.items()]
    return {"text": text, "intent": {"name": "inform"}, "entities": found}


def test_a_value_goes_where_the_task_keeps_it() -> None:
    assert values_for("return_form", message("a refund", resolution="refund")) == (
        {"return_resolution": "refund"},
        False,
    )


def test_a_title_of_a_button_stands_for_its_value() -> None:
    assert values_for("return_form", message("Changed my mind"))[0] == {"return_reason": "changed_mind"}
    assert values_for("return_form", message("it is not faulty"))[0] == {}


@pytest.mark.parametrize("text", ["would a refund be possible?", "is a refund quicker"])
def test_what_is_asked_gives_nothing(text: str) -> None:
    assert values_for("return_form", message(text, resolution="refund")) == ({}, False)


def test_putting_right_is_told_apart() -> None:
    assert values_for("return_form", message("sorry, I meant an exchange", resolution="exchange"))[1] is True


def test_a_task_that_this_version_does_not_have_takes_nothing() -> None:
    assert values_for("old_form", message("a refund", resolution="refund")) == ({}, False)
    assert values_for("return_form", {}) == ({}, False)
