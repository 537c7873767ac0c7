"""What the messages of a conversation add to its brief: reactions, moods, last words, and where something began.

Pure functions on memory's messages, used by `brief`. Nothing is said here that no message says; each line has a number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from bot.desk.mood import Mood, mood_of
from memory.model import Attempt, Author, Cursor, Message

QUOTE_LENGTH: Final = 280
"""Characters of the customer's own words that the brief quotes; the message itself is one click away."""
LAST_WORDS: Final = 3
MOST_MOODS: Final = 20


class Quote(BaseModel):
    """The customer's own words."""

    number: int
    at: datetime
    text: str


class MoodView(BaseModel):
    """What a message says of how it is going, with the words that say it."""

    number: int
    mood: Mood
    text: str


def quote(text: str) -> str | None:
    """The customer's words, cut after `QUOTE_LENGTH` characters; None when there are none."""
    words = text.strip()
    if len(words) > QUOTE_LENGTH:
        return words[:QUOTE_LENGTH].rstrip() + "…"
    return words or None


class Story:
    """The latest messages of a conversation, as the customer's side of it."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._said = [message for message in messages if message.author is Author.CUSTOMER and message.text.strip()]
        self._numbers = [message.number for message in self._said]

    def last_words(self) -> list[Quote]:
        """The last things they said, the oldest first; what they pressed are the bot's words."""
        return [_quote(message) for message in self._said if message.payload is None][-LAST_WORDS:]

    def moods(self, tried: Sequence[Attempt]) -> list[MoodView]:
        """The messages that say how it is going, the oldest first; a rated answer says so by a button, too."""
        rejected = {
            reaction.number for attempt in tried if attempt.helped is False and (reaction := self._after(attempt))
        }
        found = []
        for message in self._said[::-1]:
            mood = mood_of(message.text) or (Mood.REJECTION if message.number in rejected else None)
            if mood is not None:
                found.append(MoodView(number=message.number, mood=mood, text=quote(message.text) or ""))
            if len(found) == MOST_MOODS:
                break
        return found[::-1]

    def reaction_to(self, attempt: Attempt) -> Quote | None:
        """What they said next after an answer that they rated."""
        after = None if attempt.helped is None else self._after(attempt)
        return _quote(after) if after else None

    def begun_in(self, moment: datetime) -> Cursor | None:
        """The customer's message that something began with at a moment; None where it is not among these."""
        place = bisect_right([message.at for message in self._said], moment)
        return self._said[place - 1].number if place else None

    def _after(self, attempt: Attempt) -> Message | None:
        place = bisect_right(self._numbers, attempt.number)
        return self._said[place] if place < len(self._said) else None


def _quote(message: Message) -> Quote:
    return Quote(number=message.number, at=message.at, text=quote(message.text) or "")
