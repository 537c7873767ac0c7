from __future__ import annotations

import pytest

from bot.escalation import read_escalation
from bot.reading_settings import load_settings
from bot.settings import InvalidSetting
from memory.model import USUAL, Handling, HandoffReason


def test_nothing_set_leaves_all_as_usual() -> None:
    assert read_escalation("") == {}


def test_each_reason_can_be_dealt_with_otherwise() -> None:
    assert read_escalation("press=off, misunderstood = at_once,") == {
        HandoffReason.PRESS: Handling.OFF,
        HandoffReason.MISUNDERSTOOD: Handling.AT_ONCE,
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("pres=off", "names none of misunderstood"),
        ("press", "names none of"),
        ("press=later", "press can be off or offer or at_once"),
        ("broken_promise=offer", "broken_promise can be off or at_once"),
        ("asked_for_person=off", "names none of"),
    ],
)
def test_a_slip_stops_the_start_with_one_line(given: str, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said) as caught:
        load_settings({"THREADKEEPER_ESCALATION": given})

    assert str(caught.value).startswith("THREADKEEPER_ESCALATION: ")


def test_every_reason_but_those_of_the_customer_the_agent_and_a_fault_can_be_decided_on() -> None:
    assert set(HandoffReason) - set(USUAL) == {
        HandoffReason.ASKED_FOR_PERSON,
        HandoffReason.NOT_SOLVED,
        HandoffReason.AGENT_TOOK_OVER,
        HandoffReason.POISON_MESSAGE,
    }
