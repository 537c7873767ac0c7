from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.topics import called_for
from bot.person_topics import PersonTopics
from bot.settings import PROJECT

TOPICS = PersonTopics.read(PROJECT / "person_topics.yml")


def _slot(state: str | None) -> AnySlot:
    return AnySlot("handoff_state", mappings=[{}], initial_value=state, influence_conversation=False)


def heard(text: str, known: dict[str, Any] | None = None, *, meant: str = "", state: str | None = None) -> str | None:
    """The topic for which a message is taken for a call; None when it is not."""
    parsed = {"text": text, "meant": meant or text, "intent": {"name": "return_item", "confidence": 0.9}}
    called = called_for(parsed, TOPICS, known or {}, DialogueStateTracker("ana", [_slot(state)]))
    if called is None:
        return None
    assert called["intent"] == {"name": "ask_person", "confidence": 1.0}
    return str(called["person_topic"])


def test_a_topic_makes_a_message_a_call_for_a_person_whatever_its_intent() -> None:
    assert heard("I want to send the stove back, it burnt my hand") == "injury"
    assert heard("I want to send the stove back") is None


@pytest.mark.parametrize(
    "text",
    ["not you, a person", "get me out of this bot", "hablar con un agente", "Ich möchte mit einem Menschen reden"],
)
def test_a_person_is_called_in_words_that_the_model_does_not_know(text: str) -> None:
    parsed = {"text": text, "intent": {"name": "nlu_fallback", "confidence": 0.9}}
    called = called_for(parsed, TOPICS, {}, DialogueStateTracker("ana", [_slot(None)]))
    assert called is not None
    assert called["intent"]["name"] == "ask_person"
    assert called["person_topic"] is None, "they are asked no other reason than that they asked"


def test_slips_of_the_keyboard_hide_no_topic() -> None:
    assert heard("my laywer will write to you", meant="my lawyer will write to you") == "legal"


def test_a_topic_that_the_operator_turned_off_is_heard_as_any_message() -> None:
    assert heard("I am a journalist with the Times", {"escalation": {"press": "off"}}) is None
    assert heard("I am a journalist with the Times", {"escalation": {"press": "offer"}}) == "press"


@pytest.mark.parametrize(
    ("known", "state", "topic"),
    [
        ({"valued": True}, None, "complaint"),
        ({"valued": False}, None, None),
        ({}, None, None),
        ({"valued": True}, "queued", None),
        ({"valued": True, "escalation": {"valued_complaint": "off"}}, None, None),
    ],
)
def test_a_complaint_calls_a_person_for_a_valued_customer_who_awaits_none(
    known: dict[str, Any], state: str | None, topic: str | None
) -> None:
    assert heard("I want to make a complaint", known, state=state) == topic


def test_what_presses_most_counts_beside_a_complaint() -> None:
    assert heard("I want to complain, your stove burnt my hand", {"valued": True}) == "injury"
