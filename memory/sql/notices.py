"""Messages that nobody asked for, within the wishes of who gets them. Called by the gateway's API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownCustomer
from memory.model import (
    Address,
    Author,
    Button,
    Cursor,
    CustomerId,
    Notice,
    NoticeState,
    Preferences,
    Topic,
    Ways,
    Wish,
)
from memory.rules import key_of, storable
from memory.sql import tables as t
from memory.sql.awaiting import reached_at
from memory.sql.commit import outbox_row
from memory.sql.engine import Database, Tx
from memory.sql.people import find_customer, take_number
from memory.sql.transcript import buttons_to

_n, _a = t.notices.c, t.addresses.c
_WISHES = sa.select(t.facts.c.key, t.facts.c.value).where(
    t.facts.c.customer_id == sa.bindparam("customer_id"),
    t.facts.c.valid_until.is_(None),
    t.facts.c.key.in_([wish.value for wish in Wish]),
)
_BEFORE = sa.select(_n.number).where(_n.customer_id == sa.bindparam("customer_id"), _n.key == sa.bindparam("key"))
_LAST = sa.select(sa.func.max(_n.at)).where(_n.customer_id == sa.bindparam("customer_id"))
_REACHED_AT = (
    sa.select(_a.channel, _a.address_id, _a.original_customer_id)
    .where(
        _a.customer_id == sa.bindparam("customer_id"),
        _a.channel.in_(sa.bindparam("channels", expanding=True)),
        _a.closed_why.is_(None),
    )
    .order_by((_a.channel == sa.bindparam("channel")).desc(), _a.last_used_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What is to be said, with what can be answered, and the key under which it is said once.

    `channel` is where they have chosen to hear of this, unless they wish to hear of all elsewhere.
    """

    topic: Topic
    text: str
    key: str
    buttons: Sequence[Button] = ()
    channel: str | None = None


class SqlNotices:
    """Tells customers things."""

    def __init__(self, *, database: Database, ways: Ways) -> None:
        self._database = database
        self._ways = ways

    async def post(self, customer_id: CustomerId, topic: Topic, text: str, key: str) -> Notice:
        """Tell a customer something, on the channel they chose or last used. Raises UnknownCustomer."""
        new = NewNotice(topic, storable(text), key_of(storable(key)))
        return await self._database.write(lambda tx: post_notice(tx, customer_id, new, self._ways))

    async def reached_at(self, customer_id: CustomerId) -> Sequence[Address]:
        """Where they can be written to first, one address a channel, the last used first."""
        return await self._database.read(lambda tx: reached_at(tx, customer_id, self._ways))


def post_notice(tx: Tx, customer_id: CustomerId, new: NewNotice, ways: Ways) -> Notice:
    """Tell a customer something. Raises UnknownCustomer."""
    tx.lock(customer_id)
    if find_customer(tx, customer_id) is None:
        raise UnknownCustomer
    wishes = wishes_of(tx, customer_id)
    place = _place(tx, customer_id, wishes.channel or new.channel, new.topic, ways)
    if place is None:
        return Notice(NoticeState.UNREACHABLE)
    address, tx.side = Address(place.channel, place.address_id), place.original_customer_id
    if notice_number(tx, customer_id, new.key) is not None:
        return Notice(NoticeState.POSTED, channel=address.channel)
    refused = _refused(tx, customer_id, wishes, new.topic)
    return refused or _write(tx, customer_id, address, new, pushed=address.channel in ways.sent_to)


def _place(tx: Tx, customer_id: CustomerId, wished: str | None, topic: Topic, ways: Ways) -> Any:
    """Where they are told, if anywhere. The question how it was may wait for their next message; news would be old."""
    asked = {"customer_id": customer_id, "channel": wished or ""}
    place = tx.first(_REACHED_AT, {**asked, "channels": sorted(ways.may_begin)})
    if place is None and topic is Topic.FEEDBACK:
        place = tx.first(_REACHED_AT, {**asked, "channels": sorted(ways.answers_only)})
    return place


def notice_number(tx: Tx, customer_id: CustomerId, key: str) -> Cursor | None:
    """The number of the message in which a customer was told, if they were."""
    row = tx.first(_BEFORE, {"customer_id": customer_id, "key": key})
    return None if row is None else Cursor(row.number)


def _write(tx: Tx, customer_id: CustomerId, address: Address, new: NewNotice, *, pushed: bool) -> Notice:
    number = take_number(tx, customer_id)
    place = {"customer_id": customer_id, "number": number}
    said = {"author": Author.BOT.value, "channel": address.channel, "text": new.text, "at": tx.now}
    tx.run(sa.insert(t.messages), {**place, **said, "buttons": buttons_to(new.buttons)})
    row = {"id": tx.ids(t.notices)[0], "topic": new.topic.value, "key": new.key, "at": tx.now}
    tx.run(sa.insert(t.notices), {**place, **row})
    tx.ring(f"customer:{customer_id}")
    if not pushed:
        return Notice(NoticeState.POSTED, channel=address.channel)
    posting = outbox_row(tx, customer_id, address, Author.BOT, (tx.ids(t.outbox)[0], number))
    tx.run(sa.insert(t.outbox), {**posting, "topic": new.topic.value})
    tx.ring("outbox")
    until = wishes_of(tx, customer_id).silent_until(tx.now)
    return Notice(NoticeState.HELD if until else NoticeState.POSTED, channel=address.channel, until=until)


def wishes_of(tx: Tx, customer_id: CustomerId) -> Preferences:
    """How the customer wants to be written to."""
    return Preferences.of({row.key: row.value for row in tx.run(_WISHES, {"customer_id": customer_id})})


def _refused(tx: Tx, customer_id: CustomerId, wishes: Preferences, topic: Topic) -> Notice | None:
    if topic in wishes.unwanted:
        return Notice(NoticeState.UNWANTED)
    if wishes.at_most_every is None:
        return None
    last: Any = tx.first(_LAST, {"customer_id": customer_id})[0]
    again = last and last + wishes.at_most_every
    return Notice(NoticeState.TOO_OFTEN, until=again) if again and again > tx.now else None
