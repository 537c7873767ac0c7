"""What was told already: the same answer twice is put differently the second time, and leads to a person the third.

Called by whoever gives answers; the latest ones are kept in the slot `told`.
"""

from __future__ import annotations

from typing import Final

from actions.conversation import Conversation

_REMEMBERED: Final = 6


def times_told(talk: Conversation, answer: str) -> int:
    """How often this answer was among the latest ones; after a silence they no longer count."""
    return 0 if talk.slot("resuming") else list(talk.slot("told") or ()).count(answer)


def note_told(talk: Conversation, answer: str) -> None:
    """Remember an answer as given."""
    before = [] if talk.slot("resuming") else list(talk.slot("told") or ())
    talk.set("told", [*before, answer][-_REMEMBERED:])
