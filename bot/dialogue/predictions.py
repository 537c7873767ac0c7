"""What Rasa's policies predict, found without detours. Fitted onto a loaded model by `bot.dialogue.in_process`.

For each prediction the rule policy looks at every rule twice, by the words and by the intent of a message, and copies
the conversation for lines of a log that nobody reads: with questions of the FAQ a third of what the dialogue costs
beside understanding. A test holds the predictions against Rasa's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from bot.nlu.runner import InOrderRunner, component

Lookup = Mapping[str, str]
"""Rules as Rasa keeps them: their states as JSON → an action, or what they mean for a form."""


def quicken(runner: InOrderRunner) -> None:
    """Have the rules and stories of a loaded model looked up without detours."""
    for node in runner._instantiated_nodes.values():
        if type(node._component) is MemoizationPolicy:  # which the rules' policy is a kind of, too
            node._fn = recalled
    policy: Any = component(runner, RulePolicy)
    indices = [RuleIndex(policy.lookup[kind]) for kind in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)]
    by_both = policy._find_action_from_rules

    def possible_keys(lookup: Lookup, states: Sequence[State]) -> set[str]:
        index = next(each for each in indices if each.lookup is lookup)
        kept = index.near(states[-1])
        for turn, state in enumerate(reversed(states)):
            kept = {key for key in kept if policy._is_rule_applicable(key, turn, state)}
            if not kept:
                break
        return kept

    def by_intent(tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:
        return (None, None, False) if use_text_for_last_user_input else by_both(tracker, domain, False)

    policy._get_possible_keys = possible_keys
    policy.format_tracker_states = lambda _: ()  # for a line of the log, copied for each prediction
    if not any(index.others for index in indices):  # each asks for an intent: none holds for a message's words
        policy._find_action_from_rules = by_intent


class RuleIndex:
    """Rules by the action before and the intent that they ask for in the present: no others can hold."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._by_present: dict[tuple[str, str], set[str]] = {}
        self.others: set[str] = set()
        """Rules that leave one of both open."""
        for key in lookup:
            action, intent = _present_of(json.loads(key)[-1])
            if action and intent:
                self._by_present.setdefault((action, intent), set()).add(key)
            else:
                self.others.add(key)

    def near(self, now: State) -> set[str]:
        """The rules that may hold in a state."""
        return self.others.union(self._by_present.get(_present_of(now), ()))


def _present_of(state: State) -> tuple[str, str]:
    action, intent = state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), state.get(USER, {}).get(INTENT)
    return _if_set(action), _if_set(intent)


def _if_set(value: object) -> str:
    return value if isinstance(value, str) and value != SHOULD_NOT_BE_SET else ""


def recalled(
    policy: Any, tracker: Any, domain: Any, rule_only_data: Mapping[str, Any] | None = None, **_: Any
) -> PolicyPrediction:
    """What the stories say is next; as Rasa finds it, but without a copy of all states for a log."""
    states = policy._prediction_states(tracker, domain, rule_only_data=rule_only_data)
    action = policy.recall(states, tracker, domain, rule_only_data=rule_only_data)
    if action is None:
        prediction: PolicyPrediction = policy._prediction(policy._default_predictions(domain))
    else:
        prediction = policy._prediction(policy._prediction_result(action, tracker, domain))
    return prediction
