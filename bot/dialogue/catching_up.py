"""What was said to a person, and agreed with one, becomes answers of the open task. Used by `bot.dialogue.embedded`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from memory.model import Cursor, EndFact, Fact, LearnFact, Record

Parsed = Mapping[str, Any]
ValuesFor = Callable[[str, Parsed], tuple[Mapping[str, str], bool]]
"""What a message gives for the task of a form, slot → value, and whether it takes something back."""


def taken(form: str, known: Mapping[str, Any], heard: Sequence[Parsed], values_for: ValuesFor) -> dict[str, str]:
    """What these messages add to what is known: what is known already stays, unless it is put right."""
    found: dict[str, str] = {}
    for parsed in heard:
        values, corrects = values_for(form, parsed)
        missing = {slot: value for slot, value in values.items() if known.get(slot) is None and slot not in found}
        found |= values if corrects else missing
    return {slot: value for slot, value in found.items() if known.get(slot) != value}


def agreed_on(form: str, agreed: Mapping[str, tuple[str, Parsed]], values_for: ValuesFor) -> Mapping[str, str]:
    """What an agent filled in, as the task keeps it; words that nobody understands are taken as they are."""
    return {slot: values_for(form, parsed)[0].get(slot, words) for slot, (words, parsed) in agreed.items()}


def with_learnt(known: Mapping[str, Any], learnt: Sequence[Record]) -> Mapping[str, Any]:
    """What memory tells the actions, as it will be once these facts are learnt."""
    facts = list(known.get("facts") or ())
    for record in learnt:
        if not isinstance(record, LearnFact | EndFact):
            continue
        facts = [fact for fact in facts if fact["key"] != record.key]
        if isinstance(record, LearnFact):
            new = Fact(record.key, record.value, record.said_in or Cursor(0), datetime.min, record.confidence)
            facts.insert(0, {**asdict(new), "at": known.get("now"), "valid_until": None})
    return {**known, "facts": facts}


def slots_for(
    values: Mapping[str, str], agreed: Mapping[str, Any], tracker: DialogueStateTracker, words_slot: str
) -> Sequence[Event]:
    """The events that put values in their places. What was asked last is asked anew: it was asked of other answers."""
    if not values:
        return []
    words = {slot: said for slot, said in (tracker.get_slot(words_slot) or {}).items() if slot not in values}
    words |= {slot: said for slot, (said, _) in agreed.items() if slot in values}
    events: list[Event] = [SlotSet(slot, value) for slot, value in values.items()]
    return [*events, SlotSet(words_slot, words or None), SlotSet("requested_slot", None)]
