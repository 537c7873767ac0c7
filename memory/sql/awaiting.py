"""Where customers can be written to, and where those who wait for a person want to be. Called by `notices`, turns and
the desk's replies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from memory.model import Address, Awaiting, AwaitPerson, Cursor, Customer, CustomerId, Handoff, Proof, Ways
from memory.moves import chosen_address
from memory.rules import Scope
from memory.sql import tables as t
from memory.sql.casework import note_awaiting, open_handoff
from memory.sql.engine import Tx
from memory.sql.people import email_key, find_customer, first_route, owner_of, use_address
from memory.sql.promise_rows import turn_to

_a = t.addresses.c
_OPEN_TO_US = (
    sa.select(_a.channel, _a.address_id)
    .where(
        _a.customer_id == sa.bindparam("customer_id"),
        _a.channel.in_(sa.bindparam("channels", expanding=True)),
        _a.closed_why.is_(None),
    )
    .order_by(_a.last_used_at.desc())
)
_OWN = sa.select(_a.original_customer_id).where(
    _a.customer_id == sa.bindparam("customer_id"),
    _a.channel == sa.bindparam("channel"),
    _a.address_id == sa.bindparam("address_id"),
)


def reached_at(tx: Tx, customer_id: CustomerId, ways: Ways) -> Sequence[Address]:
    """Where somebody can write to this customer first, one address a channel, the last used first.

    Among them is the e-mail address that their site has proved, unless it leads to somebody else here.
    """
    customer = find_customer(tx, customer_id)
    if customer is None:
        return ()
    rows = tx.run(_OPEN_TO_US, {"customer_id": customer_id, "channels": sorted(ways.may_begin)}).all()
    latest: dict[str, Address] = {}
    for address in (*(Address(row.channel, row.address_id) for row in rows), *_proved_mail(tx, customer, ways)):
        latest.setdefault(address.channel, address)
    return tuple(latest.values())


def await_person(tx: Tx, customer_id: CustomerId, record: AwaitPerson, said_in: Cursor, channel: str) -> None:
    """Note how they want to hear from a person, with what was promised of that; nothing where nobody waits."""
    handoff = open_handoff(tx, customer_id)
    if handoff is None or handoff.state.owned_by_person:
        return
    if record.at is not None and not _is_theirs(tx, customer_id, record.at):
        return
    note_awaiting(tx, handoff, Awaiting(said_in, record.at))
    turn_to(tx, customer_id, record.at.channel if record.at else channel)


def reply_place(tx: Tx, handoff: Handoff, last: Address, last_contact_at: Any) -> tuple[Address, str | None] | None:
    """Where they chose to be written to, with the side it belongs to; None: they are written to where they `last` were.

    An address that is theirs no more, because a link was undone, counts for nothing.
    """
    chosen = chosen_address(handoff, last_contact_at)
    if chosen is None or chosen == last:
        return None
    row = _own(tx, handoff.customer_id, chosen)
    return None if row is None else (chosen, row.original_customer_id)


def _own(tx: Tx, customer_id: CustomerId, address: Address) -> Any:
    return tx.first(_OWN, {"customer_id": customer_id, "channel": address.channel, "address_id": address.id})


def _is_theirs(tx: Tx, customer_id: CustomerId, at: Address) -> bool:
    """Whether it is; the e-mail address that their site has proved becomes it by being chosen."""
    if _own(tx, customer_id, at) is not None:
        return True
    customer = find_customer(tx, customer_id)
    if customer is None or customer.subject is None or at.id != email_key(customer.email):
        return False
    owner = owner_of(tx, Scope.PROVED, at)
    if owner is None:
        first_route(tx, Scope.PROVED, at, customer_id)
    use_address(tx, customer_id, at, Proof.SIGNED_TOKEN)
    return True


def _proved_mail(tx: Tx, customer: Customer, ways: Ways) -> Iterator[Address]:
    key = email_key(customer.email)
    if customer.subject is None or not key:
        return
    for channel in sorted(ways.mail & ways.may_begin):
        address = Address(channel, key)
        owner = owner_of(tx, Scope.PROVED, address)
        if owner is None or owner.id == customer.id:
            yield address
