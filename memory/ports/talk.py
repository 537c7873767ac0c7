"""Ports for what customers say, and how answers reach them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from typing import Protocol

from memory.model import (
    Accepted,
    Address,
    Attached,
    Cursor,
    CustomerId,
    Delivery,
    DeliveryState,
    FileId,
    Inbound,
    InboxId,
    Message,
    NewFile,
    Notice,
    Outcome,
    Thread,
    Topic,
)


class Inbox(Protocol):
    """Where channels put what arrives. What `accept` returned for is kept, whatever happens next."""

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message durably and find its customer (a new one for an unknown address).

        The same (channel, provider_id) again changes nothing and returns the first receipt, as a duplicate.
        """

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        """What the turn of this message answered, in order; None while the turn is not committed.

        An agent's replies for a channel that only answers when asked (REST) come with the next turn's.
        """


class ClaimedTurn(Protocol):
    """One message, held for one turn; nobody else gets a message of this customer meanwhile."""

    @property
    def inbox_id(self) -> InboxId: ...

    @property
    def inbound(self) -> Inbound: ...

    @property
    def thread(self) -> Thread: ...

    @property
    def attempt(self) -> int:
        """1 at the first try; more after a crash or an error in an earlier one."""

    async def commit(self, outcome: Outcome) -> None:
        """Write the customer's message, the replies, the state, the records and the outbox, all or nothing.

        Raises OwnerChanged when the outcome has replies and a person took over since the claim.
        """


class Turns(Protocol):
    """Hands out waiting messages, one customer at a time, each customer's in order of arrival."""

    def claim(self) -> AbstractAsyncContextManager[ClaimedTurn | None]:
        """The next message, or None when none is free. Leaving without a commit gives it back, an attempt older."""


class Transcript(Protocol):
    """Everything that was said, per customer, across channels."""

    async def after(self, customer_id: CustomerId, cursor: Cursor, limit: int) -> Sequence[Message]:
        """The messages with a number above `cursor`, oldest first, at most `limit`."""

    async def before(self, customer_id: CustomerId, cursor: Cursor | None, limit: int) -> Sequence[Message]:
        """The last `limit` messages below `cursor` (None: the newest), oldest first."""


class Archive(Transcript, Protocol):
    """The transcript of one who looks for something in it."""

    async def holding(self, customer_id: CustomerId, words: Sequence[str], limit: int) -> Sequence[Message]:
        """The last `limit` messages that hold one of the words, in any case, oldest first.

        Of a very long thread only the latest 20,000 messages are looked at.
        """


class Outbox(Protocol):
    """Replies on their way to channels that are pushed to (Telegram); the web and REST read the transcript."""

    async def claim(self, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        """Due rows, at most one a customer and each customer's in order; they are `sending` now.

        A bot's row whose conversation a person owns is withheld here instead, for good; a notice waits. What a
        customer did not just ask for is `held` while they want quiet.
        """

    async def may_go(self, delivery_id: int) -> bool:
        """Asked of a claimed row when it is about to go: not if it is the bot's and a person has taken over since."""

    async def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        reason: str | None = None,
        retry_at: datetime | None = None,
        *,
        closes: bool = False,
    ) -> None:
        """What became of a claimed row. `pending` needs `retry_at`; other states are final.

        With `closes`, whoever has the address wants nothing there: what else is due to it fails with the same reason,
        unasked, and it counts as no place to reach them at, until they write from it or an agent sends something again.
        """

    async def returned(self, delivery_id: int, reason: str) -> bool:
        """What had counted as sent came back later, as mail does: it has failed. False where nothing had been sent."""

    async def recover(self) -> int:
        """At start: rows left `sending` by a dead process become pending again. Returns how many."""

    async def adopt(self) -> int:
        """Now and then: the same for rows of another process that was dead at the last look, too. Returns how many.

        Twice, because one that has lost its connection to the database looks dead until it has a new one.
        """


class Notices(Protocol):
    """What customers are told without having asked, within their wishes."""

    async def post(self, customer_id: CustomerId, topic: Topic, text: str, key: str) -> Notice:
        """Tell a customer something, on the channel they chose or last used. Raises UnknownCustomer.

        The same `key` again posts nothing and answers `posted`.
        """

    async def reached_at(self, customer_id: CustomerId) -> Sequence[Address]:
        """Where they can be written to first, one address a channel, the last used first.

        Among them is the e-mail address that their site has proved, unless it leads to somebody else here. An
        unknown customer is reached nowhere.
        """


class Files(Protocol):
    """Files that customers and agents send each other; each is its customer's and goes with them."""

    async def keep(self, customer_id: CustomerId, new: NewFile, at: Address | None = None) -> Attached:
        """Keep a file that came from an address of the customer (None: from an agent).

        Raises UnknownCustomer, TooManyFiles.
        """

    async def known(self, customer_id: CustomerId, file_ids: Sequence[FileId]) -> Sequence[Attached]:
        """These files, in this order. Raises UnknownFile."""

    async def content(self, customer_id: CustomerId, file_id: FileId) -> bytes:
        """Raises UnknownFile."""


class Ring(Protocol):
    """A bell that remembers being rung since the last wait."""

    async def wait(self, timeout: float | None = None) -> bool:
        """Whether it rang within `timeout` seconds (None: wait for ever); forgets the ring."""


class Doorbell(Protocol):
    """Tells waiting parts that something was committed: "inbox", "outbox", "desk", "faq", "customer:<id>", and
    `memory.bell.arrivals`."""

    def listen(self, *topics: str) -> AbstractContextManager[Ring]:
        """Hear rings of these topics from now on, whichever process committed."""
