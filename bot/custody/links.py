"""Links to a customer's data. What is stored is an id; only who holds the secret can make a link of it.

So neither the database nor an agent's desk ever holds a link: the gateway adds it when a channel shows the message.
Put around memory's ports in `bot.bootstrap`.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from memory.model import Accepted, Cursor, CustomerId, Delivery, DeliveryState, Inbound, InboxId, Message
from memory.ports import Inbox, Outbox, Transcript

PATH = "/my-data"
EXPORT = "export"
"""The key under which a message names the export that it hands out."""


class ExportLinks:
    """Makes and reads links."""

    def __init__(self, *, secret: str, base_url: str) -> None:
        self._secret = secret.encode()
        self._base_url = base_url.rstrip("/")

    def url(self, export_id: str) -> str:
        """The link to an export."""
        return f"{self._base_url}{PATH}/{export_id}.{self._signature(export_id)}"

    def export_id(self, token: str) -> str | None:
        """The id in a link's last part, or None when it is not ours."""
        export_id, _, signature = token.rpartition(".")
        made = self._signature(export_id)
        return export_id if hmac.compare_digest(signature.encode(), made.encode()) else None

    def shown(self, message: Message) -> Message:
        """The message as its customer sees it: with the link, if it hands out an export."""
        custom = dict(message.custom or {})
        export_id = custom.pop(EXPORT, None)
        if export_id is None:
            return message
        text = f"{message.text}\n\n[Open my data]({self.url(str(export_id))})"
        return replace(message, text=text, custom=custom or None)

    def _signature(self, export_id: str) -> str:
        digest = hmac.digest(self._secret, b"export:" + export_id.encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")


class LinkedInbox:
    """An inbox whose replies have their links."""

    def __init__(self, inbox: Inbox, links: ExportLinks) -> None:
        self._inbox = inbox
        self._links = links

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message."""
        return await self._inbox.accept(inbound)

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        """What its turn answered; None while the turn is not committed."""
        replies = await self._inbox.replies(inbox_id)
        return None if replies is None else [self._links.shown(reply) for reply in replies]


class LinkedTranscript:
    """A transcript as its customer reads it."""

    def __init__(self, transcript: Transcript, links: ExportLinks) -> None:
        self._transcript = transcript
        self._links = links

    async def after(self, customer_id: CustomerId, cursor: Cursor, limit: int) -> Sequence[Message]:
        """The messages above a number, oldest first."""
        return [self._links.shown(said) for said in await self._transcript.after(customer_id, cursor, limit)]

    async def before(self, customer_id: CustomerId, cursor: Cursor | None, limit: int) -> Sequence[Message]:
        """The last messages below a number, oldest first."""
        return [self._links.shown(said) for said in await self._transcript.before(customer_id, cursor, limit)]


class LinkedOutbox:
    """An outbox whose deliveries have their links."""

    def __init__(self, outbox: Outbox, links: ExportLinks) -> None:
        self._outbox = outbox
        self._links = links

    async def claim(self, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        """Due rows, `sending` now."""
        due = await self._outbox.claim(channels, limit)
        return [replace(delivery, message=self._links.shown(delivery.message)) for delivery in due]

    async def may_go(self, delivery_id: int) -> bool:
        """Whether a claimed row may still be sent."""
        return await self._outbox.may_go(delivery_id)

    async def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        reason: str | None = None,
        retry_at: datetime | None = None,
        *,
        closes: bool = False,
    ) -> None:
        """What became of a claimed row."""
        await self._outbox.settle(delivery_id, state, reason, retry_at, closes=closes)

    async def returned(self, delivery_id: int, reason: str) -> bool:
        """What had counted as sent came back."""
        return await self._outbox.returned(delivery_id, reason)

    async def recover(self) -> int:
        """At start: rows left `sending` become pending again."""
        return await self._outbox.recover()

    async def adopt(self) -> int:
        """Rows of a process that has died become pending again."""
        return await self._outbox.adopt()
