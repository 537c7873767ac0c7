"""What becomes of a message that its customer has changed: their last word is read again, an older one only kept.

Used by `bot.turn`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from memory.model import Inbound, Outcome, Reply, Thread

LONGEST_QUOTE: Final = 60
"""Characters of a changed message that are told back; a longer one is not repeated."""


def is_read_again(thread: Thread) -> bool:
    """Whether what was changed is their last word, and was said to the bot."""
    owned = thread.handoff is not None and thread.handoff.state.owned_by_person
    return thread.edited is not None and thread.edited.is_last and not owned and not thread.said_by_person


def owned_up(outcome: Outcome, inbound: Inbound) -> Outcome:
    """Led by a line that says so, where the bot goes by what a message was changed to."""
    if inbound.corrects is None or not outcome.replies:
        return outcome
    return replace(outcome, replies=(Reply(_taken_as(inbound.text)), *outcome.replies))


def _taken_as(text: str) -> str:
    now = " ".join(text.split()).rstrip("?!. ")
    if not now or len(now) > LONGEST_QUOTE:
        return "You’ve changed your message, so I’m going by the new one."
    return f"You’ve changed that to “{now}”, so I’m going by it now."
