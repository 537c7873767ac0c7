"""The tracker that works out its past once tells the same as Rasa's, which replays it each time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.dialogue.in_process import _event_class_by_walking
from bot.dialogue.snapshot import EVENT_CLASSES, opening
from bot.dialogue.tracker import Tracker

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet, return_item]
entities: [order]
slots:
  order: {type: text, mappings: [{type: from_entity, entity: order}]}
  known_only_to_rules: {type: bool, mappings: [{type: custom}]}
forms:
  return_form: {required_slots: [order]}
actions: [action_greet]
"""
)
RULES_ONLY = {"rule_only_slots": ["known_only_to_rules"], "rule_only_loops": ["return_form"]}
ENTITY = {"entity": "order", "value": "1042", "start": 0, "end": 4}

SAID = st.builds(
    lambda intent, entities, by_words: [
        UserUttered(f"words for {intent}", {"name": intent, "confidence": 0.9}, entities),
        *([] if by_words is None else [DefinePrevUserUtteredFeaturization(by_words)]),
    ],
    st.sampled_from(["greet", "return_item"]),
    st.sampled_from([[], [ENTITY]]),
    st.sampled_from([None, True, False]),
)
"""Rasa writes right behind a message by what it was understood."""
DONE = st.one_of(
    st.builds(
        lambda name, hidden: ActionExecuted(name, hide_rule_turn=hidden),
        st.sampled_from(["action_listen", "action_greet", "return_form"]),
        st.booleans(),
    ),
    st.builds(SlotSet, st.sampled_from(["order", "known_only_to_rules"]), st.sampled_from([None, "1042", True])),
    st.builds(ActiveLoop, st.sampled_from([None, "return_form"])),
    st.builds(ActionExecutionRejected, st.just("return_form")),
    st.sampled_from([ActionReverted, UserUtteranceReverted, Restarted]).map(lambda kind: kind()),
    st.just("action_greet").map(FollowupAction),
).map(lambda event: [event])
EVENTS = st.lists(st.one_of(SAID, DONE), max_size=25).map(lambda parts: [event for part in parts for event in part])


def states(tracker: DialogueStateTracker, **options: Any) -> list[Any]:
    return list(DialogueStateTracker.past_states(tracker, DOMAIN, **options))


@given(EVENTS)
def test_the_past_is_the_same_at_every_step_of_any_conversation(events: list[Event]) -> None:
    tracker = Tracker("somebody", DOMAIN.slots)
    for event in [*opening(), *events]:
        tracker.update(event)
        for hides in (False, True):
            options = {"ignore_rule_only_turns": hides, "rule_only_data": RULES_ONLY}
            assert tracker.past_states(DOMAIN, **options) == states(tracker, **options)
        assert tracker.applied_events() == DialogueStateTracker.applied_events(tracker)


@pytest.mark.parametrize("note", [DefinePrevUserUtteredFeaturization(True), LoopInterrupted(True)])
def test_an_action_is_shown_what_a_policy_notes_and_the_conversation_is_not(note: Event) -> None:
    tracker = Tracker("somebody", DOMAIN.slots)
    said = UserUttered("my tent", {"name": "return_item", "confidence": 0.9})
    tracker.update_with_events([*opening(), ActiveLoop("return_form"), SlotSet("order", "1042"), said], DOMAIN)
    before, shown = tracker.current_state(), tracker.noting([note], DOMAIN)
    replayed = DialogueStateTracker.copy(tracker)
    replayed.update(note)
    assert shown.current_state(EventVerbosity.ALL) == replayed.current_state(EventVerbosity.ALL)
    assert shown.active_loop == replayed.active_loop
    assert tracker.current_state() == before
    assert note not in tracker.events


def test_whoever_changes_the_states_given_changes_nothing_for_the_next() -> None:
    tracker = Tracker("somebody", DOMAIN.slots)
    tracker.update_with_events([*opening(), UserUttered("hello", {"name": "greet", "confidence": 0.9})], DOMAIN)
    before = tracker.past_states(DOMAIN)
    for state in before:
        for part in state.values():
            part.clear()
    assert tracker.past_states(DOMAIN) == states(tracker)


def test_another_domain_is_another_past() -> None:
    tracker = Tracker("somebody", DOMAIN.slots)
    tracker.update_with_events([*opening(), SlotSet("order", "1042")], DOMAIN)
    tracker.past_states(DOMAIN)
    other = Domain.empty()
    assert tracker.past_states(other) == DialogueStateTracker.past_states(tracker, other)


@pytest.mark.parametrize("name", sorted(EVENT_CLASSES))
def test_events_are_found_by_their_names_as_rasa_finds_them(name: str) -> None:
    assert EVENT_CLASSES[name] is _event_class_by_walking(name)
