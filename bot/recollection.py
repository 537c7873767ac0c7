"""Finds in a customer's own transcript what was said about something, by meaning; handed to the actions.

What is read and compared is bounded however long the history: the newest messages, and of older ones those that share a
word with what is looked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from memory.model import Author, Cursor, CustomerId, Exchange, Message
from memory.ports import Archive

NEWEST: Final = 200
"""Messages, whoever wrote them, that are compared whatever their words are."""
WITH_A_WORD: Final = 60
"""Older messages that are compared because they share a word with what is looked for."""
NEAR_ENOUGH: Final = 0.4
"""Likeness from which a message is about it. A shared word counts as much as `A_WORD` of likeness."""
A_WORD: Final = 0.2
EQUALLY_NEAR: Final = 0.03
"""Messages this near to the best one are as good; the latest of them is meant."""
_AROUND: Final = 12
"""Messages read around the one found, to see what was asked and what answered."""

_WORD: Final = re.compile(r"[a-z0-9]{3,}")
_SAYS_NOTHING: Final = re.compile(r"the|and|for|you|your|our|with|that|this|about|what|was|were|did|does|how|when")
_LOOKS_BACK: Final = re.compile(
    r"\b(?:what|when|which day|how long ago|where)\b.{0,20}\b(?:did|was|were|had|have)\b.{0,15}\b(?:i|we|you|it)\b"
    r".{0,25}\b(?:ask|asked|say|said|tell|told|talk|talked|speak|spoke|mention|mentioned|write|wrote|discuss|promise)\b|"
    r"\blast time\b",
    re.IGNORECASE,
)


class Encodes(Protocol):
    """The sentence encoder."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, one a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptRecollection:
    """Looks through one customer's transcript; see `actions.recollection.port`."""

    transcript: Archive
    encoder: Callable[[], Encodes]
    silence: timedelta

    async def last_time(self, customer_id: CustomerId, now: datetime) -> Exchange | None:
        """The last thing said in the visit before this one."""
        newest = await self.transcript.before(customer_id, None, NEWEST)
        earlier = _before_this_visit(newest, now, self.silence)
        said = [each for each in reversed(earlier) if _asks(each)]
        asked = next((each for each in said if _is_worth_quoting(each)), None) or next(iter(said), None)
        return None if asked is None else _exchange(earlier, asked)

    async def about(self, customer_id: CustomerId, topic: str) -> Exchange | None:
        """The nearest in meaning, the latest of equals."""
        words = words_of(topic)
        candidates = await self._candidates(customer_id, words)
        best = await asyncio.to_thread(self._nearest, topic, words, candidates)
        if best is None:
            return None
        around = [
            *await self.transcript.before(customer_id, Cursor(best.number + 1), _AROUND),
            *await self.transcript.after(customer_id, best.number, _AROUND),
        ]
        asked = next((each for each in reversed(around) if _asks(each) and each.number <= best.number), None)
        return None if asked is None else _exchange(around, asked)

    async def _candidates(self, customer_id: CustomerId, words: Sequence[str]) -> Sequence[Message]:
        """The oldest first, each once."""
        newest = await self.transcript.before(customer_id, None, NEWEST)
        older = await self.transcript.holding(customer_id, words, WITH_A_WORD) if words else ()
        found = {each.number: each for each in (*older, *newest)}
        return [
            each
            for number, each in sorted(found.items())
            if _says_something(each) or (not _asks(each) and _shares_word(each.text, words))
        ]

    def _nearest(self, topic: str, words: Sequence[str], candidates: Sequence[Message]) -> Message | None:
        if not candidates:
            return None
        texts = [each.text for each in candidates]
        wanted, *others = self.encoder().encode([topic, *texts])
        likeness = np.array(others) @ wanted
        likeness += np.array([A_WORD if _shares_word(text, words) else 0.0 for text in texts], dtype=np.float32)
        if likeness.max() < NEAR_ENOUGH:
            return None
        near = np.flatnonzero(likeness >= likeness.max() - EQUALLY_NEAR)
        return candidates[int(near[-1])]


def words_of(topic: str) -> Sequence[str]:
    """The words that tell something, without the s of many: "the boots" → "boot"."""
    found = (word for word in _WORD.findall(topic.lower()) if not _SAYS_NOTHING.fullmatch(word))
    return [word[:-1] if word.endswith("s") and len(word) > 4 else word for word in found]


def _before_this_visit(messages: Sequence[Message], now: datetime, silence: timedelta) -> Sequence[Message]:
    """What was said before the last silence, oldest first; the message that asks is not among them yet."""
    later = now
    for place in range(len(messages) - 1, -1, -1):
        if later - messages[place].at > silence:
            return messages[: place + 1]
        later = messages[place].at
    return ()


def _exchange(messages: Sequence[Message], asked: Message) -> Exchange:
    """What was asked, with the first answer to it: a person's or the bot's."""
    after = [each for each in messages if each.number > asked.number]
    answer = after[0] if after and not _asks(after[0]) else None
    return Exchange(asked, answer)


def _asks(message: Message) -> bool:
    return message.author is Author.CUSTOMER


def _is_worth_quoting(message: Message) -> bool:
    """Whether a customer's message is more than a button or a word."""
    return _asks(message) and message.payload is None and len(message.text.split()) > 1


def _says_something(message: Message) -> bool:
    """Whether it is so, and no look back itself."""
    return _is_worth_quoting(message) and not _LOOKS_BACK.search(message.text)


def _shares_word(text: str, words: Sequence[str]) -> bool:
    low = text.lower()
    return any(word in low for word in words)
