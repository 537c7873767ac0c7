"""Messages about a topic that a person must have, read as calls for a person. Called by `embedded` for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.parts import MEANT_KEY, Parsed
from bot.person_topics import COMPLAINT, PERSON, PersonTopics
from memory.model import USUAL, Handling, HandoffReason

TOPIC_KEY: Final = "person_topic"
"""Under this a message's topic stands for the actions."""
ASK_PERSON: Final = "ask_person"
_REASONS: Final[Mapping[str, HandoffReason]] = {
    "danger": HandoffReason.DISTRESS,
    COMPLAINT: HandoffReason.VALUED_COMPLAINT,
}
"""The topics whose reason has another name."""
_STATE_SLOT: Final = "handoff_state"


def called_for(
    parsed: Parsed, topics: PersonTopics, known: Mapping[str, Any], tracker: DialogueStateTracker
) -> Parsed | None:
    """The message as a call for a person, with its topic if it has one; None when it calls nobody."""
    said = str(parsed["text"])
    found = topics.all_in(said, str(parsed.get(MEANT_KEY) or said))
    topic = next((each for each in found if _counts(each, known, tracker)), None)
    if topic is None:
        return None
    about = None if topic == PERSON else topic
    return {**parsed, "intent": {"name": ASK_PERSON, "confidence": 1.0}, TOPIC_KEY: about}


def _counts(topic: str, known: Mapping[str, Any], tracker: DialogueStateTracker) -> bool:
    """Whether the operator wants a person for it; a complaint counts for valued customers, while nobody is awaited."""
    if topic == PERSON:
        return True
    reason = _REASONS.get(topic) or HandoffReason(topic)
    if (known.get("escalation") or {}).get(reason.value, USUAL[reason].value) == Handling.OFF.value:
        return False
    return topic != COMPLAINT or (bool(known.get("valued")) and not tracker.get_slot(_STATE_SLOT))
