"""A dialogue's state as bounded JSON: the last events, and before them what the cut would have lost.

Cost per message must not grow with history: a tracker with 600 messages takes Rasa 100 times as long as one with 40
events, so older events are replaced by what they amount to (slots, the open form). Words are left to the transcript.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.dialogue.tracker import Tracker

log = structlog.get_logger()

KEEP_EVENTS: Final = 24
"""Events kept at a cut: three exchanges or four, more than rules and forms look back over."""
CUT_ABOVE: Final = 48
"""A cut is made only above this, so that most turns just append."""
MAX_BYTES: Final = 32 * 1024
"""What a snapshot may take. One that would take more keeps the last exchange only."""

ROOM_FOR_BUTTONS: Final = 8_000
"""Characters of JSON for the choices shown last, which "the second one" may stand for: some sixty short ones."""

EVENT_CLASSES: dict[str, type[Event]] = {
    cls.type_name: cls for cls in all_subclasses(Event) if "type_name" in vars(cls)
}
"""Rasa's own look-up walks all subclasses for every single event; this map saves a third of a turn.

Each class under its own name only: those of Rasa's tests go by the names of the events that they extend.
"""


def to_event(parameters: dict[str, Any]) -> Event:
    """The event of its JSON form. Raises KeyError for an event type that this Rasa does not have."""
    event = EVENT_CLASSES[parameters["event"]]._from_parameters(parameters)
    if event is None:
        raise KeyError(parameters["event"])
    return event


def opening() -> list[Event]:
    """How every conversation begins, so that the first message finds the bot listening."""
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def restore(sender_id: str, snapshot: str | None, domain: Domain) -> Tracker:
    """The tracker of a snapshot (None: a new conversation).

    What the domain no longer has is dropped; whether an open task was hurt by it, `bot.dialogue.changed` tells.
    """
    events = opening() if snapshot is None else list(_known(json.loads(snapshot)["events"], domain))
    tracker = Tracker(sender_id, domain.slots)
    tracker.update_with_events(events, domain)
    return tracker


def dump(tracker: DialogueStateTracker, domain: Domain, *, cut_above: int = CUT_ABOVE, keep: int = KEEP_EVENTS) -> str:
    """The snapshot of a tracker, cut where it has grown too long: above so many events to about `keep`."""
    events = list(tracker.events)
    if len(events) > cut_above:
        events = _cut(tracker.sender_id, events, domain, keep)
    snapshot = _written(tracker, domain, events)
    if len(snapshot) > MAX_BYTES:  # it is ASCII
        events = _cut(tracker.sender_id, events, domain, keep=0)
        snapshot = _written(tracker, domain, events)
    while len(snapshot) > MAX_BYTES:
        events = _without_the_largest_slot(events)
        snapshot = _written(tracker, domain, events)
    return snapshot


def _without_the_largest_slot(events: Sequence[Event]) -> list[Event]:
    """The last resort, which ordinary talk never needs: what is lost may be asked once more."""
    sizes: Counter[str] = Counter()
    for event in events:
        if isinstance(event, SlotSet):
            sizes[event.key] += len(json.dumps(event.value))
    ((slot, size),) = sizes.most_common(1)
    log.warning("snapshot_too_large", slot=slot, characters=size)
    return [event for event in events if not (isinstance(event, SlotSet) and event.key == slot)]


def _written(tracker: DialogueStateTracker, domain: Domain, events: Sequence[Event]) -> str:
    shown = [event for event in events if isinstance(event, BotUttered) and event.data.get("buttons")][-1:]
    slim = [_slim(event.as_dict(), with_buttons=event in shown) for event in events]
    return json.dumps({"version": 1, "asks": _asks(tracker, domain), "events": slim}, separators=(",", ":"))


def _asks(tracker: DialogueStateTracker, domain: Domain) -> Mapping[str, Sequence[str]]:
    """The slots that the open form asks for, by its name: so that a later domain can tell whether it has changed."""
    form = tracker.active_loop_name
    return {form: domain.required_slots_for_form(form)} if form else {}


def _cut(sender_id: str, events: Sequence[Event], domain: Domain, keep: int) -> list[Event]:
    """Replace the oldest events by what they amount to, at the begin of a customer's turn."""
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    start = next((place for place in turns if place >= len(events) - keep), turns[-1] if turns else len(events))
    past = Tracker(sender_id, domain.slots)
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


def _slim(event: dict[str, Any], *, with_buttons: bool) -> dict[str, Any]:
    """Of what was said, keep what rules and choices look at: the intent, and the buttons shown last."""
    if event["event"] == "user":
        return {**event, "text": None, "parse_data": {"intent": event["parse_data"].get("intent"), "entities": []}}
    if event["event"] == "bot":
        return {**event, "text": None, "data": {"buttons": _fitting(event["data"]["buttons"]) if with_buttons else []}}
    return event


def _fitting(buttons: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, str]]:
    kept = list(buttons)
    while len(json.dumps(kept)) > ROOM_FOR_BUTTONS:
        kept.pop()
    return kept
