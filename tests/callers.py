"""Customers who write over REST and keep what they were told, to hold it against the transcript.

For the integration tests.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from bot.identity import IdentityTokens
from bot.markdown import to_plain
from memory.model import Address, Author, Cursor, Identity, Proof
from memory.ports import Identities, Transcript
from tests.server import IDENTITY_SECRET

WEBHOOK = "/webhooks/rest/webhook"
LONG = 1000

Replies = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message as it was sent, and the replies to it."""

    body: dict[str, str]
    replies: Replies

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [self.body["message"], *(reply["text"] for reply in self.replies)]


class Caller:
    """A customer who sends each message again, under the same id, until it is answered.

    While `power` is off the server is known to be dead.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, identity: Identity | None = None, power: asyncio.Event | None = None
    ) -> None:
        self.sender = f"test-{uuid4().hex}"
        self.exchanges: list[Exchange] = []
        self.cut_off = 0
        self._client = client
        self._identity = identity
        self._power = power

    async def says(self, text: str) -> str:
        """The texts of all replies to a message."""
        body = {"sender": self.sender, "message": text, "message_id": f"m-{len(self.exchanges)}"}
        if self._identity is not None:
            body["identity"] = IdentityTokens(secret=IDENTITY_SECRET).sign(self._identity, 3600)
        self.exchanges.append(Exchange(body, await self._until_answered(body)))
        return "\n".join(self.exchanges[-1].texts[1:])

    async def repeats_everything(self) -> None:
        """Every message again gets the replies it got."""
        for exchange in self.exchanges:
            again = await self._until_answered(exchange.body)
            assert again == exchange.replies, f"{exchange.body['message']!r} got other replies when it was repeated"

    async def is_in_the_transcript_once(
        self, identities: Identities, transcript: Transcript, proof: Proof = Proof.NONE
    ) -> None:
        """Everything that was said, by whom, in this order, and nothing else."""
        customer = await identities.customer_for(Address("rest", self.sender), proof, self._identity)
        assert customer is not None, f"{self.sender} is not known"
        messages = await transcript.after(customer.id, Cursor(0), LONG)
        shown = [to_plain(m.text) if m.author is Author.BOT else m.text for m in messages]
        assert shown == [text for exchange in self.exchanges for text in exchange.texts]
        said = [m.text for m in messages if m.author is Author.CUSTOMER]
        assert said == [exchange.body["message"] for exchange in self.exchanges]

    async def _until_answered(self, body: dict[str, str]) -> Replies:
        while True:
            if self._power is not None:
                await self._power.wait()
            try:
                answer = await self._client.post(WEBHOOK, json=body)
            except httpx.TransportError:
                assert self._power is not None, "the server went away"
                self.cut_off += 1
                continue
            if answer.status_code != httpx.codes.GATEWAY_TIMEOUT:
                assert answer.status_code == httpx.codes.OK, answer.text
                replies: Replies = answer.json()
                return replies
