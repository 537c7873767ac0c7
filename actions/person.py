"""A person, please: at any point, in any state, with an open task kept as it is."""

from __future__ import annotations

from actions.commands import request_handoff
from actions.conversation import Conversation, Reply
from actions.offers import offered


class ActionHandOver(Reply):
    """Calls a person."""

    calms = False

    def name(self) -> str:
        """As the rules call it."""
        return "action_hand_over"

    async def answer(self, talk: Conversation) -> None:
        """Take up an offer of a person with its reason, or do what was asked."""
        offer = offered(talk)
        reason = str(offer["reason"]) if offer.get("kind") == "person" else "asked_for_person"
        hand_over(talk, reason)


def hand_over(talk: Conversation, reason: str, lead_in: str = "") -> None:
    """Ask for a person and say honestly what happens next; the open form waits, without repeating its question."""
    talk.wait_in_form()
    if talk.is_waiting_for_person:
        talk.say("Your request is already with our team. Someone will write to you here, and nothing gets lost.")
        return
    talk.record(request_handoff(reason))
    talk.set("handoff_state", "queued")
    talk.say(f"{lead_in} {_what_happens(talk)}".strip())


def _what_happens(talk: Conversation) -> str:
    if talk.slot("people_here"):
        return "I’m getting someone from our team. They can see everything we’ve said, so you won’t have to repeat it."
    reply_by = talk.slot("reply_by")
    when = f" {reply_by}" if reply_by else " as soon as they are back"
    return (
        f"Nobody from our team is here right now. I’ve passed this on with everything we’ve said, and someone will "
        f"write to you here{when}."
    )
