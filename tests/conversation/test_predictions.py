"""Whatever happens in a conversation, Rasa's policies predict the same with our detours cut off as without."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    DefinePrevUserUtteredFeaturization,
    Event,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.embedded import EmbeddedDialogue
from bot.dialogue.predictions import RuleIndex, recalled
from bot.dialogue.snapshot import opening
from bot.nlu.runner import component
from bot.settings import PROJECT

DOMAIN = Domain.load(str(PROJECT / "domain.yml"))
CUT_OFF = ("_get_possible_keys", "_find_action_from_rules", "format_tracker_states")

LISTENS = ActionExecuted("action_listen", hide_rule_turn=True)
FORM = st.sampled_from(sorted(DOMAIN.form_names))
SAID = st.builds(
    lambda intent, sure: [UserUttered(f"words for {intent}", {"name": intent, "confidence": sure}, [])],
    st.sampled_from(sorted(DOMAIN.intents)),
    st.sampled_from([0.2, 1.0]),
)
DONE = st.one_of(
    st.sampled_from(sorted(DOMAIN.user_actions)).map(lambda name: [ActionExecuted(name, hide_rule_turn=True)]),
    FORM.map(lambda name: [ActionExecuted(name), ActiveLoop(name)]),
    FORM.map(lambda name: [ActionExecutionRejected(name)]),
    st.just([ActiveLoop(None)]),
    st.booleans().map(lambda by_words: [DefinePrevUserUtteredFeaturization(by_words)]),
    st.just([LISTENS]),
)
EVENTS = st.lists(st.one_of(SAID, DONE, SAID.map(lambda said: [LISTENS, *said])), max_size=12)


@pytest.fixture(scope="module")
def policies(dialogue: EmbeddedDialogue) -> tuple[Any, Any, Any]:
    """The rules as they are asked, those that Rasa would ask, and the stories."""
    runner = dialogue._processor.graph_runner
    ours = component(runner, RulePolicy)
    rasas = copy(ours)
    for name in CUT_OFF:
        del rasas.__dict__[name]
    found = (getattr(node, "_component", None) for node in runner._instantiated_nodes.values())
    return ours, rasas, next(each for each in found if type(each) is MemoizationPolicy)


def test_the_stories_of_a_loaded_model_are_asked_our_way(dialogue: EmbeddedDialogue) -> None:
    steps = dialogue._processor.graph_runner._instantiated_nodes.values()
    assert [step._fn for step in steps if type(step._component) is MemoizationPolicy] == [recalled]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS)
def test_the_same_is_predicted_as_by_rasa_itself(policies: tuple[Any, Any, Any], parts: list[list[Event]]) -> None:
    ours, rasas, stories = policies
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    tracker.update_with_events([*opening(), *(event for part in parts for event in part)], DOMAIN)
    only = {"rule_only_slots": rasas.lookup["rule_only_slots"], "rule_only_loops": rasas.lookup["rule_only_loops"]}
    assert ours._predict(tracker, DOMAIN) == rasas._predict(tracker, DOMAIN)
    assert recalled(stories, tracker, DOMAIN, only) == stories.predict_action_probabilities(tracker, DOMAIN, only)


def test_rules_that_leave_something_open_are_always_looked_at() -> None:
    said = '[{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}]'
    unsaid = '[{"prev_action": {"action_name": "action_listen"}}]'
    unset = '[{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "should_not_be_set"}}]'
    index = RuleIndex({said: "action_greet", unsaid: "action_greet", unset: "action_greet"})
    listening = {"prev_action": {"action_name": "action_listen"}}
    assert index.near({**listening, "user": {"intent": "greet"}}) == {said, unsaid, unset}
    assert index.near({**listening, "user": {"intent": "stop"}}) == {unsaid, unset}
    assert index.near({}) == {unsaid, unset}
