"""A dialogue's state as bounded JSON: the last events, and before them what the cut would have lost.

Cost per message must not grow with history: a tracker with 600 messages takes Rasa 100 times as long as one with 40
events, so older events are replaced by what they amount to (slots, the open form).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

KEEP_EVENTS = 24
"""Events kept at a cut: three exchanges or four, more than rules and forms look back over."""
CUT_ABOVE = 48
"""A cut is made only above this, so that most turns just append."""

_KEPT_PARSE_DATA = ("intent", "entities", "text")

_EVENT_CLASSES: dict[str, type[Event]] = {cls.type_name: cls for cls in all_subclasses(Event)}
"""Rasa's own look-up walks all subclasses for every single event; this map saves a third of a turn."""


def to_event(parameters: dict[str, Any]) -> Event:
    """The event of its JSON form. Raises KeyError for an event type that this Rasa does not have."""
    event = _EVENT_CLASSES[parameters["event"]]._from_parameters(parameters)
    if event is None:
        raise KeyError(parameters["event"])
    return event


def opening() -> list[Event]:
    """How every conversation begins, so that the first message finds the bot listening."""
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def restore(sender_id: str, snapshot: str | None, domain: Domain) -> DialogueStateTracker:
    """The tracker of a snapshot (None: a new conversation). Slots and forms the domain no longer has are dropped."""
    events = opening() if snapshot is None else list(_known(json.loads(snapshot)["events"], domain))
    tracker = DialogueStateTracker(sender_id, domain.slots)
    tracker.update_with_events(events, domain)
    return tracker


def dump(tracker: DialogueStateTracker, domain: Domain) -> str:
    """The snapshot of a tracker, cut where it has grown too long."""
    events = list(tracker.events)
    if len(events) > CUT_ABOVE:
        events = _cut(tracker.sender_id, events, domain)
    return json.dumps({"version": 1, "events": [_slim(event.as_dict()) for event in events]}, separators=(",", ":"))


def _cut(sender_id: str, events: Sequence[Event], domain: Domain) -> list[Event]:
    """Replace the oldest events by what they amount to, at the begin of a customer's turn."""
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    start = next((place for place in turns if place >= len(events) - KEEP_EVENTS), turns[-1] if turns else len(events))
    past = DialogueStateTracker(sender_id, domain.slots)
    past.update_with_events(list(events[:start]), domain)
    slots: list[Event] = [
        SlotSet(name, slot.value) for name, slot in past.slots.items() if slot.value != slot.initial_value
    ]
    loop: list[Event] = [ActiveLoop(past.active_loop.name)] if past.active_loop else []
    head = [ActionExecuted("action_session_start"), SessionStarted(), *slots, *loop, ActionExecuted("action_listen")]
    return [*head, *events[start:]]


def _known(events: Iterable[dict[str, Any]], domain: Domain) -> Iterable[Event]:
    slots = {slot.name for slot in domain.slots}
    for event in events:
        if event["event"] == "slot" and event["name"] not in slots:
            continue
        if event["event"] == "active_loop" and event["name"] and event["name"] not in domain.form_names:
            continue
        if event["event"] == "action" and event["name"] and event["name"] not in domain.action_names_or_texts:
            continue
        yield to_event(event)


def _slim(event: dict[str, Any]) -> dict[str, Any]:
    """Of what the customer said, keep what rules look at; the transcript has the words."""
    if event["event"] == "user":
        kept = {key: event["parse_data"].get(key) for key in _KEPT_PARSE_DATA}
        return {**event, "parse_data": kept}
    return event
