"""What a button under a message carries and what a press of it means.

Telegram gives a button 64 bytes, too few for a payload: it carries the message's number and the button's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.updates import Press, address
from memory.model import Author, Button, Cursor, Message, Proof
from memory.ports import Identities, Transcript

_DATA = re.compile(r"([1-9]\d{0,17}):(\d{1,3})", re.ASCII)


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """A message's buttons, one a row; Telegram refuses those without a title."""
    rows = [
        [InlineKeyboardButton(button.title, callback_data=f"{message.number}:{place}")]
        for place, button in enumerate(message.buttons)
        if button.title.strip()
    ]
    return InlineKeyboardMarkup(rows) if rows else None


class Choices:
    """Finds the button that was pressed in the customer's own transcript."""

    def __init__(self, *, identities: Identities, transcript: Transcript) -> None:
        self._identities = identities
        self._transcript = transcript

    async def pressed(self, press: Press) -> Button | None:
        """The button, or None when it is no longer, or never was, one of this customer's."""
        match = _DATA.fullmatch(press.data)
        if match is None:
            return None
        place = int(match[2])
        offered = await self._offered(press.chat_id, int(match[1]))
        if place >= len(offered):
            return None
        button = offered[place]
        # Numbers change when two histories become one: what was read on the button decides.
        return button if press.seen in (None, button.title) else None

    async def _offered(self, chat_id: int, number: int) -> Sequence[Button]:
        customer = await self._identities.customer_for(address(chat_id), Proof.PLATFORM)
        if customer is None:
            return ()
        found = await self._transcript.after(customer.id, Cursor(number - 1), 1)
        return [
            button
            for message in found
            if message.number == number and message.author is Author.BOT
            for button in message.buttons
        ]
