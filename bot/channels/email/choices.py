"""What a mail's buttons look like, and which one an answer means. Used by `outgoing` and `arrivals`.

A mail has no buttons: they are a numbered list, and the number is the answer. Words are understood by the dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memory.model import Address, Author, Button, Proof
from memory.ports import Identities, Transcript

_NUMBER: Final = re.compile(r"\W*(?:(?:no|nr|number|option|choice|answer)\W{0,2})?(\d{1,2})\W*", re.IGNORECASE)
_LOOKED_BACK: Final = 20
"""Messages in which the latest choice is looked for: a turn has a few."""


def titled(buttons: Sequence[Button]) -> Sequence[Button]:
    """The buttons that can be read, in order: their places are their numbers."""
    return [button for button in buttons if button.title.strip()]


class Choices:
    """Finds the choice that was answered by its number in the customer's own transcript."""

    def __init__(self, *, identities: Identities, transcript: Transcript) -> None:
        self._identities = identities
        self._transcript = transcript

    async def meant(self, address: Address, proof: Proof, words: str) -> Button | None:
        """The button whose number is all that was written; None when what was said last offered none of that number."""
        match = _NUMBER.fullmatch(words)
        if match is None:
            return None
        place = int(match[1])
        offered = await self._offered(address, proof)
        return offered[place - 1] if 1 <= place <= len(offered) else None

    async def _offered(self, address: Address, proof: Proof) -> Sequence[Button]:
        """The latest choice since the customer's last message; with a word in between it is closed."""
        customer = await self._identities.customer_for(address, proof)
        if customer is None:
            return ()
        for message in reversed(await self._transcript.before(customer.id, None, _LOOKED_BACK)):
            if message.author is not Author.BOT or message.channel != address.channel:
                return ()
            if message.buttons:
                return titled(message.buttons)
        return ()
