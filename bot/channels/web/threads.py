"""Finds a visitor's conversation and follows it as it grows. Used by the routes of this channel."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta

from sse_starlette import ServerSentEvent

from bot.channels.web.views import MessageView, is_shown, thread_of, view
from bot.http import ApiError
from bot.identity import Visitor
from bot.line import Place
from bot.standing import Standings, Telling
from memory.bell import arrivals
from memory.model import Address, Cursor, Customer, CustomerId, Doing, Message, Proof, Sign
from memory.ports import Doorbell, Identities, Signs, Transcript

WRITING_LASTS = timedelta(seconds=6)
"""How long somebody counts as writing after a stroke of theirs."""
_PAGE = 100
_LOOK_AGAIN = 30.0
"""Seconds after which a silent stream checks that the visitor still belongs to the customer it follows."""
_LOOK_SOON = 10.0
"""The same while somebody waits for a person, whose place in the line may change, or has just written."""
_STREAM_SECONDS = 3600.0
"""A stream ends after this and the browser opens the next, so that no stream outlives its token for long."""


def address_of(visitor: Visitor) -> Address:
    """Where a visitor writes from."""
    return Address(channel="web", id=visitor.id)


def proof_of(visitor: Visitor) -> Proof:
    """A visitor's token proves their browser; only the host site's token or a code by e-mail proves who they are."""
    if visitor.identity is None:
        return Proof.NONE
    return Proof.EMAIL_CODE if visitor.by_email else Proof.SIGNED_TOKEN


class Threads:
    """The conversations of visitors."""

    def __init__(  # noqa: PLR0913 - the parts of memory it asks, and whose pictures are shown, by name
        self,
        *,
        transcript: Transcript,
        identities: Identities,
        doorbell: Doorbell,
        signs: Signs,
        standings: Standings,
        images_from: Collection[str] = (),
    ) -> None:
        self._transcript = transcript
        self._images_from = images_from
        self._identities = identities
        self._doorbell = doorbell
        self._signs = signs
        self._standings = standings

    def shown(self, message: Message, visitor: Visitor) -> MessageView:
        """A message as this visitor's browser gets it."""
        return view(message, visitor, self._images_from)

    async def customer_of(self, visitor: Visitor) -> CustomerId | None:
        """Who the visitor is, or None before their first message. Raises ApiError 401 for an outlived token."""
        customer = await self._shown_to(visitor)
        return None if customer is None else customer.id

    async def _shown_to(self, visitor: Visitor) -> Customer | None:
        """The customer whose conversation the visitor may see. Raises ApiError 401 for an outlived token.

        A token from before a login must not open what was said after it: on a shared computer that could be
        somebody else's.
        """
        customer = await self._identities.customer_for(address_of(visitor), proof_of(visitor), visitor.identity)
        if customer is not None and visitor.identity is None and customer.subject is not None:
            raise ApiError(401, "invalid_visitor", "This visitor has logged in since. Ask for a new token.")
        return customer

    async def name_of(self, customer_id: CustomerId) -> str:
        """How browsers know the conversation; see `thread_of`."""
        return _name(await self._identities.customer(customer_id))

    async def page(
        self, customer_id: CustomerId, after: int | None, before: int | None, limit: int
    ) -> Sequence[Message]:
        """Messages after a number, or the last ones (before a number), oldest first."""
        if after is not None:
            return await self._transcript.after(customer_id, Cursor(after), limit)
        return await self._transcript.before(customer_id, None if before is None else Cursor(before), limit)

    async def title_of(self, visitor: Visitor, payload: str) -> str | None:
        """What was written on the button that carries this payload, if it was offered lately."""
        customer_id = await self.customer_of(visitor)
        if customer_id is None:
            return None
        latest = await self._transcript.before(customer_id, None, _PAGE)
        offered = (button for message in reversed(latest) for button in message.buttons)
        return next((button.title for button in offered if button.payload == payload), None)

    async def follow(self, visitor: Visitor, cursor: int) -> AsyncIterator[ServerSentEvent]:
        """First the thread's name, then every message above `cursor`, now and as they are said; beside them who writes,
        and where one stands who waits for a person.

        Ends when the visitor turns out to be somebody else (a merge, a login elsewhere), or the messages have got other
        numbers: the browser then comes back, gets the other name and starts over.
        """
        customer_id = await self._arrival(visitor)
        ends = asyncio.get_running_loop().time() + _STREAM_SECONDS
        # Listening begins before the first read, so nothing said in between can be missed.
        with self._doorbell.listen(f"customer:{customer_id}") as ring:
            name = await self._name_for(visitor)
            yield ServerSentEvent(event="thread", data=name)
            told, telling = None, Telling()
            while asyncio.get_running_loop().time() < ends and await self._name_for(visitor) == name:
                messages = await self._transcript.after(customer_id, Cursor(cursor), _PAGE)
                for message in messages:
                    if is_shown(message):
                        yield _event(message, self.shown(message, visitor))
                    cursor = message.number
                if (writing := await self._writing(customer_id)) is not None and writing != told:
                    told = writing
                    yield _writing_event(writing)
                place = await self._place(customer_id)
                if telling.has_news(place):
                    yield _waiting_event(place)
                if len(messages) < _PAGE:
                    await ring.wait(_LOOK_AGAIN if place is None and not messages else _LOOK_SOON)

    async def _place(self, customer_id: CustomerId) -> Place | None:
        """Where they stand in the line, if they wait here: who is written to elsewhere does not."""
        standing = await self._standings.of(customer_id)
        awaiting = standing.handoff.awaiting if standing else None
        return None if standing is None or (awaiting and awaiting.at) else standing.place

    async def writes(self, visitor: Visitor, now: datetime) -> None:
        """The visitor is writing: a sign for whoever has their conversation open, at most every three seconds."""
        customer_id = await self.customer_of(visitor)
        if customer_id is None:
            return
        theirs = [sign.until for sign in await self._signs.of(customer_id) if sign.by == ""]
        if max(theirs, default=now) - now < WRITING_LASTS / 2:
            await self._signs.give(Sign(customer_id, "", "", Doing.WRITING, now + WRITING_LASTS))

    async def _writing(self, customer_id: CustomerId) -> Sign | None:
        """The agent who writes to them; what is written for colleagues only is nobody else's business."""
        signs = await self._signs.of(customer_id)
        return next((sign for sign in signs if sign.by and sign.doing is Doing.WRITING), None)

    async def _arrival(self, visitor: Visitor) -> CustomerId:
        """The visitor's customer, as soon as they have written something."""
        subject = visitor.identity.subject if visitor.identity else None
        with self._doorbell.listen(*arrivals(address_of(visitor), subject)) as ring:
            while (customer_id := await self.customer_of(visitor)) is None:
                await ring.wait(_LOOK_AGAIN)
        return customer_id

    async def _name_for(self, visitor: Visitor) -> str | None:
        """The name of the visitor's conversation; None when there is none that they may see."""
        try:
            customer = await self._shown_to(visitor)
        except ApiError:
            return None
        return None if customer is None else _name(customer)


def _name(customer: Customer) -> str:
    return thread_of(customer.id, customer.renumbered)


def _writing_event(sign: Sign) -> ServerSentEvent:
    data = json.dumps({"name": sign.name, "seconds": WRITING_LASTS.total_seconds()})
    return ServerSentEvent(event="writing", data=data)


def _waiting_event(place: Place | None) -> ServerSentEvent:
    if place is None:
        return ServerSentEvent(event="waiting", data="null")
    minutes = None if place.wait is None else max(1, math.ceil(place.wait.total_seconds() / 60))
    opens = place.opens_at.isoformat() if place.opens_at else None
    data = json.dumps({"number": place.number, "minutes": minutes, "opens": opens})
    return ServerSentEvent(event="waiting", data=data)


def _event(message: Message, shown: MessageView) -> ServerSentEvent:
    return ServerSentEvent(event="message", id=str(message.number), data=shown.model_dump_json())
