"""Rasa's tracker, but what is past is worked out once. Made by `bot.dialogue.snapshot`.

Each policy asks for all past states at each prediction, and Rasa replays the whole conversation for each of them: four
or five times a message, a fifth of its cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_PLAIN: Final[frozenset[type[Event]]] = frozenset(
    {ActionExecuted, BotUttered, DefinePrevUserUtteredFeaturization, SessionStarted, SlotSet, UserUttered}
)
"""Events that take nothing back, while no form is open."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """How things stood before an action: the state, the action before, and what hides a turn from stories.

    `settles` tells whether the moment decides anew if its turn is hidden; a follow-up or a loop that goes on does not.
    """

    state: State
    action_before: Mapping[str, Any] | None
    settles: bool
    is_hidden: bool

    @classmethod
    def of(cls, tracker: DialogueStateTracker, domain: Domain, *, is_hidden: bool) -> _Moment:
        settles = not tracker.followup_action and tracker.latest_action_name != tracker.active_loop_name
        before = domain._get_prev_action_sub_state(tracker)
        return cls(domain.get_active_state(tracker), before, settles, is_hidden)


class Tracker(DialogueStateTracker):
    """A conversation that grows at its end."""

    def __init__(self, sender_id: str, slots: Iterable[Slot]) -> None:
        super().__init__(sender_id, None)
        self.slots = {slot.name: _unset(slot) for slot in slots}
        self._domain: Domain | None = None
        self._replayed: _Replayed | None = None
        self._looked_at = 0
        self._seen: list[Event] = []
        self._past: list[_Moment] = []
        self._now: _Moment | None = None

    def init_copy(self) -> Tracker:
        """A conversation of the same customer in which nothing has happened."""
        return Tracker(self.sender_id, self.slots.values())

    def update(self, event: Event, domain: Domain | None = None) -> None:
        """Let something happen. Rasa asks of each event whether it is one, and has a model to name on it."""
        self.events.append(event)
        event.apply_to(self)

    def noting(self, events: Sequence[Event], domain: Domain) -> DialogueStateTracker:
        """This conversation as an action sees it, with what a policy notes about the last message.

        What else policies may tell (that a form was interrupted) changes more than the list of events, so all of it is
        replayed for that.
        """
        if any(type(event) is not DefinePrevUserUtteredFeaturization for event in events):
            other = self.copy()
        else:
            other = copy(self)
            other.events = self.events.copy()
        other.update_with_events(list(events), domain)
        return other

    def applied_events(self) -> list[Event]:
        """The events that count; mostly those since the session began, which takes Rasa long to find out."""
        events = list(self.events)
        if not _PLAIN.issuperset(map(type, events)):
            applied: list[Event] = super().applied_events()
            return applied
        begins = (place for place in range(len(events), 0, -1) if type(events[place - 1]) is SessionStarted)
        return events[next(begins, 0) :]

    def past_states(
        self,
        domain: Domain,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        """The states before each action and now, as `Domain.states_for_tracker_history` has them."""
        if omit_unset_slots:
            past: list[State] = super().past_states(domain, omit_unset_slots, ignore_rule_only_turns, rule_only_data)
            return past
        moments = self._moments(domain)
        if not ignore_rule_only_turns:
            return [domain._clean_state(_copied(moment.state)) for moment in moments]
        return _as_in_stories(moments, domain, rule_only_data)

    def _moments(self, domain: Domain) -> list[_Moment]:
        """Replay what has come since the last time; all of it when something before that counts no longer."""
        if self._now is None or self._domain is not domain or self._looked_at != len(self.events):
            self._now = self._go_on(domain)
            self._looked_at = len(self.events)
        return [*self._past, self._now]

    def _go_on(self, domain: Domain) -> _Moment:
        applied = self.applied_events()
        if self._replayed is None or self._domain is not domain or not _begins_with(applied, self._seen):
            self._domain, self._replayed = domain, _Replayed(self.sender_id, self.slots.values())
            self._seen, self._past = [], []
        for event in applied[len(self._seen) :]:
            if isinstance(event, ActionExecuted):
                self._past.append(_Moment.of(self._replayed, domain, is_hidden=event.hide_rule_turn))
            self._replayed.update(event)
        self._seen = applied
        return _Moment.of(self._replayed, domain, is_hidden=False)


class _Replayed(Tracker):
    """A conversation as it stood earlier, with those slots only that predictions depend on."""

    def __init__(self, sender_id: str, slots: Iterable[Slot]) -> None:
        super().__init__(sender_id, [slot for slot in slots if slot.influence_conversation])

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key].value = value


def _unset(slot: Slot) -> Slot:
    """The slot with its initial value. Rasa copies each with `copy`, which takes five times as long."""
    other: Slot = object.__new__(type(slot))
    other.__dict__.update(slot.__dict__)
    other.reset()
    return other


def _begins_with(events: list[Event], others: list[Event]) -> bool:
    return len(events) >= len(others) and all(one is other for one, other in zip(events, others, strict=False))


def _as_in_stories(moments: list[_Moment], domain: Domain, rule_only_data: dict[str, Any] | None) -> list[State]:
    """Without the turns that only rules know, and without what only they look at."""
    states: list[State] = []
    action, is_hidden = None, False
    for moment in moments:
        if not is_hidden:
            action = moment.action_before
        if moment.settles:
            is_hidden = moment.is_hidden
        if is_hidden:
            continue
        state = _copied(moment.state)
        domain._remove_rule_only_features(state, rule_only_data)
        if states:
            domain._substitute_rule_only_user_input(state, states[-1])
        if action:
            state[PREVIOUS_ACTION] = dict(action)
        states.append(domain._clean_state(state))
    return states


def _copied(state: State) -> State:
    """The policies take things out of the states that they are given."""
    return {name: dict(part) for name, part in state.items()}
