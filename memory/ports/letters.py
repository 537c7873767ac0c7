"""The port for what did not arrive or could not be handled, as leads see to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from memory.model import AgentId, Box, DeadLetter, LetterDone, Pile


class DeadLetters(Protocol):
    """Our messages that failed or may not have arrived, and customers' messages that broke the bot until it gave up."""

    async def pile(self) -> Pile:
        """How many there are, and when the latest came."""

    async def all(self, limit: int) -> Sequence[DeadLetter]:
        """The latest ones, the latest first."""

    async def send_again(self, letter_id: int, by: AgentId) -> None:
        """Try one of ours exactly once more, whatever comes of it, and open its address again if it was closed.

        Raises UnknownLetter, AlreadySeenTo, and PersonHasIt for the bot's words while a person has the conversation.
        """

    async def dismiss(self, box: Box, letter_id: int, by: AgentId, why: str) -> None:
        """Nothing more is to be done with it. Raises UnknownLetter, AlreadySeenTo."""

    async def done(self, limit: int) -> Sequence[LetterDone]:
        """Who has done what with them, the latest first."""
