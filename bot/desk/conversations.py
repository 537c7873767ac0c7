"""Reads handoffs as the desk shows them, and turns memory's refusals into answers. Used by the desk's routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import structlog

from bot.desk.orders import OrderLine, Orders
from bot.desk.readings import Noting, one_of_each
from bot.desk.task_fields import Vocabulary
from bot.desk.views import Conversation, MessageView, QueueEntry, conversation_view, message_view, queue_entry
from bot.http import ApiError
from bot.line import Line
from memory.errors import IllegalMove, NotYours, UnknownAgent, UnknownCustomer, UnknownFile, UnknownHandoff
from memory.model import Agent, Cursor, Customer, HandoffId, HandoffState, ReadBy
from memory.ports import Handoffs, Transcript

MOST_AT_ONCE: Final = 1_000
"""Earlier messages that may be fetched at a time."""

MOST_ENDED: Final = 200
"""Conversations that have ended which a list shows, the newest: there are ever more of them, and a search finds all."""

SHOP_SECONDS: Final = 2.0
"""How long a conversation waits for the shop to tell the orders."""

log = structlog.get_logger()

OPEN_STATES = tuple(state for state in HandoffState if state.is_open)
CLOSED_STATES = tuple(state for state in HandoffState if not state.is_open)


class Conversations:
    """What agents read: the queue, one conversation, its earlier messages."""

    def __init__(  # noqa: PLR0913 - the parts it reads from, by name
        self,
        *,
        handoffs: Handoffs,
        transcript: Transcript,
        line: Line,
        orders: Orders,
        vocabulary: Vocabulary,
        noting: Noting,
        now: Callable[[], datetime],
    ) -> None:
        self.vocabulary = vocabulary
        self._handoffs = handoffs
        self._orders = orders
        self._transcript = transcript
        self._line = line
        self._noting = noting
        self._now = now

    async def queue(self) -> list[QueueEntry]:
        """Those that are open, the longest waiting first. Whom it is shown to is to be noted by `seen_in_queue`."""
        return [queue_entry(summary) for summary in await self._handoffs.queue(OPEN_STATES, None)]

    async def seen_in_queue(self, entries: Iterable[QueueEntry], agent: Agent) -> None:
        """An agent is about to see these lines."""
        await self._noting.note(agent.id, ReadBy.QUEUE, one_of_each(entries))

    async def listed(self, states: Sequence[HandoffState], agent: Agent) -> list[QueueEntry]:
        """Handoffs in these states, the longest waiting first, noted as seen; of those that have ended the latest."""
        has_ended = any(not state.is_open for state in states)
        summaries = await self._handoffs.queue(states, MOST_ENDED if has_ended else None)
        entries = [queue_entry(summary) for summary in summaries]
        await self._noting.note(agent.id, ReadBy.ENDED if has_ended else ReadBy.QUEUE, one_of_each(entries))
        return entries

    async def open(self, handoff_id: HandoffId, agent: Agent) -> Conversation:
        """The handoff as it is now, for an agent who is noted to have read it. Raises ApiError 404."""
        async with refusals():
            view = await self._handoffs.view(handoff_id)
        await self.opened(handoff_id, agent)
        place = await self._line.place(view.handoff, self._now())
        return conversation_view(view, agent, place, await self._orders_of(view.brief.customer), self.vocabulary)

    async def opened(self, handoff_id: HandoffId, agent: Agent) -> None:
        """An agent is about to see something of it."""
        await self._noting.note(agent.id, ReadBy.OPENED, [handoff_id])

    async def earlier(self, handoff_id: HandoffId, agent: Agent, before: Cursor, limit: int) -> list[MessageView]:
        """The last `limit` messages before a number, oldest first, noted as read. Raises ApiError 404."""
        async with refusals():
            customer_id = (await self._handoffs.view(handoff_id)).handoff.customer_id
            said = await self._transcript.before(customer_id, before, limit)
        await self.opened(handoff_id, agent)
        return [message_view(each) for each in said]

    async def _orders_of(self, customer: Customer) -> Sequence[OrderLine] | None:
        """None when the shop does not answer: a conversation opens all the same."""
        try:
            return await asyncio.wait_for(self._orders.of(customer), SHOP_SECONDS)
        except Exception:
            log.exception("orders_not_known")
            return None


@asynccontextmanager
async def refusals() -> AsyncIterator[None]:
    """Turns memory's refusals into answers."""
    try:
        yield
    except IllegalMove as exc:
        raise ApiError(409, "illegal_move", str(exc)) from exc
    except NotYours as exc:
        raise ApiError(409, "not_yours", str(exc)) from exc
    except UnknownAgent as exc:
        raise ApiError(422, "unknown_agent", "There is no such colleague. Reload the team and choose again.") from exc
    except UnknownFile as exc:
        raise ApiError(422, "unknown_file", "One of the files is not there any more. Attach it again.") from exc
    except (UnknownHandoff, UnknownCustomer) as exc:
        raise ApiError(404, "not_found", str(exc)) from exc
