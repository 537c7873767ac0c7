"""What a task asks memory to record: messages that the dialogue collects and never shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

KEY = "threadkeeper"

Reason = Literal[
    "asked_for_person",
    "misunderstood",
    "rejected_answers",
    "distress",
    "repetition",
    "form_failed",
    "legal",
    "injury",
    "fraud",
    "payment_dispute",
    "bereavement",
    "press",
    "broken_promise",
    "valued_complaint",
]
CaseEnd = Literal["solved", "solved_assumed", "abandoned"]
Command = dict[str, Any]


def request_handoff(reason: Reason) -> Command:
    """Put the conversation into the agents' queue."""
    return {"command": "request_handoff", "reason": reason}


def open_case(topic: str, title: str, key: str | None = None, about: Mapping[str, str] | None = None) -> Command:
    """Begin a case, or go on with the one of this key (none: with the open one of this topic) under a better title.

    `about` is what the task begins with, should it be taken up anew: slot → value.
    """
    return {"command": "open_case", "topic": topic, "title": title, "key": key, "about": dict(about or {})}


def close_case(topic: str, state: CaseEnd, key: str | None = None) -> Command:
    """End the case of this key, or the open one of the topic."""
    return {"command": "close_case", "topic": topic, "state": state, "key": key}


def offer_answer(faq_id: str, title: str, confidence: float) -> Command:
    """Remember that an FAQ answer was tried."""
    return {"command": "offer_answer", "faq_id": faq_id, "title": title, "confidence": round(confidence, 4)}


def rate_answer(*, helped: bool) -> Command:
    """Remember how the last tried answer was received."""
    return {"command": "rate_answer", "helped": helped}


def learn_fact(key: str, value: str, confidence: float = 1.0) -> Command:
    """Remember something the customer told us about themselves; another value of the same key is superseded."""
    return {"command": "learn_fact", "key": key, "value": value, "confidence": confidence}


def end_fact(key: str, value: str | None = None) -> Command:
    """Remember that something about the customer no longer holds, if its value is this one (None: whatever it is)."""
    return {"command": "end_fact", "key": key, "value": value}


def erase(extent: str, reference: str) -> Command:
    """Erase the customer ("everything") or what was said ("conversation"); the audit log keeps the reference."""
    return {"command": "erase", "extent": extent, "reference": reference}


def forget_fact(key: str, reference: str) -> Command:
    """Erase a fact with its history, also in the words that gave it."""
    return {"command": "forget_fact", "key": key, "reference": reference}


def offer_export(export_id: str) -> Command:
    """Let whoever has this id fetch all that is kept about the customer, once."""
    return {"command": "offer_export", "export_id": export_id}


def undo_link(link_id: int) -> Command:
    """Part this customer from one they were linked with."""
    return {"command": "undo_link", "link_id": link_id}
