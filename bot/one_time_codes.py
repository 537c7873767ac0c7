"""Puts a one-time code into a message at the moment it is sent, so that no code stands in the transcript.

Stands between the outbox and a channel that is pushed to; put together in `bot.bootstrap`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.channels.port import Check, Sender, unchecked
from memory.errors import TooManyCodes
from memory.model import CustomerId, Delivery

CodeFor = Callable[[CustomerId], Awaitable[str]]
"""Makes a one-time code that leads to a customer."""
NO_CODE = "(there were several just now: please use the last one, or ask again in ten minutes)"


class WithCodes:
    """A channel whose messages may show a code: those that say in `custom` what stands in its place."""

    def __init__(self, sender: Sender, *, code_for: CodeFor) -> None:
        self._sender = sender
        self._code_for = code_for

    @property
    def name(self) -> str:
        """The channel's name."""
        return self._sender.name

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        """Deliver one message, with its code. Raises what the channel raises."""
        place = (delivery.message.custom or {}).get("one_time_code")
        if place is not None:
            text = delivery.message.text.replace(place, await self._code(delivery.customer_id))
            delivery = replace(delivery, message=replace(delivery.message, text=text))
        await self._sender.send(delivery, check)

    async def _code(self, customer_id: CustomerId) -> str:
        try:
            return await self._code_for(customer_id)
        except TooManyCodes:
            return NO_CODE
