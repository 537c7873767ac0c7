"""Rows of customers and their addresses, as every store module needs them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from memory.model import Address, Cursor, Customer, CustomerId, Proof
from memory.rules import Scope
from memory.sql import tables as t
from memory.sql.engine import MergedMeanwhile, Tx

_CUSTOMER = sa.select(t.customers).where(t.customers.c.customer_id == sa.bindparam("customer_id"))
_ROUTED = (
    sa.select(t.customers, t.routes.c.original_customer_id.label("side"))
    .join(t.routes, t.routes.c.customer_id == t.customers.c.customer_id)
    .where(
        t.routes.c.scope == sa.bindparam("scope"),
        t.routes.c.channel == sa.bindparam("channel"),
        t.routes.c.address_id == sa.bindparam("address_id"),
    )
)
_ROUTE_UPDATE = (
    sa.update(t.routes)
    .where(
        t.routes.c.scope == sa.bindparam("the_scope"),
        t.routes.c.channel == sa.bindparam("the_channel"),
        t.routes.c.address_id == sa.bindparam("the_address"),
    )
    .values(customer_id=sa.bindparam("owner"), original_customer_id=None)
)
_ADDRESS_USED = (
    sa.update(t.addresses)
    .where(
        t.addresses.c.customer_id == sa.bindparam("owner"),
        t.addresses.c.channel == sa.bindparam("the_channel"),
        t.addresses.c.address_id == sa.bindparam("the_address"),
    )
    .values(last_used_at=sa.bindparam("now"), closed_why=None)
)
_NUMBER = (
    sa.update(t.customers)
    .where(t.customers.c.customer_id == sa.bindparam("the_customer"))
    .values(last_number=t.customers.c.last_number + 1)
    .returning(t.customers.c.last_number)
)
_NEW_ADDRESS = sa.insert(t.addresses)
_NEW_CUSTOMER = sa.insert(t.customers)


def customer_from(row: Any) -> Customer:
    """A customer's row as a value."""
    return Customer(
        id=CustomerId(row.customer_id),
        subject=row.subject,
        name=row.name,
        email=row.email,
        created_at=row.created_at,
        last_number=Cursor(row.last_number),
        renumbered=row.renumbered,
        valued=row.valued,
    )


def find_customer(tx: Tx, customer_id: CustomerId) -> Customer | None:
    """The customer, or None when there is none or they were merged into another."""
    row = tx.first(_CUSTOMER, {"customer_id": customer_id})
    return None if row is None or row.merged_into is not None else customer_from(row)


def owner_of(tx: Tx, scope: Scope, address: Address) -> Customer | None:
    """Whom an address leads to, in a scope."""
    row = _routed(tx, scope, address)
    return customer_from(row) if row is not None else None


def side_of(tx: Tx, scope: Scope, address: Address, owner: CustomerId) -> CustomerId | None:
    """Which of the customers linked with its owner an address belongs to; None for the owner's own.

    Raises MergedMeanwhile when it leads to somebody else by now: a link has been undone since the owner was found.
    """
    row = _routed(tx, scope, address)
    if row is None or row.customer_id != owner:
        raise MergedMeanwhile
    return CustomerId(row.side) if row.side else None


def _routed(tx: Tx, scope: Scope, address: Address) -> Any:
    return tx.first(_ROUTED, {"scope": scope.value, "channel": address.channel, "address_id": address.id})


def identified_by_email(tx: Tx, email: str) -> Customer | None:
    """The identified customer with this e-mail; None also where several have it, since that names nobody."""
    same = sa.and_(t.customers.c.email_key == email_key(email), t.customers.c.subject.is_not(None))
    rows = tx.run(sa.select(t.customers).where(same, t.customers.c.merged_into.is_(None)).limit(2)).all()
    return customer_from(rows[0]) if len(rows) == 1 else None


def subject_address(subject: str) -> Address:
    """How the host site's own customer id is written as a route."""
    return Address("", subject)


def create_customer(tx: Tx, subject: str | None = None) -> Customer:
    """A new customer, reachable by their subject if they have one."""
    customer = Customer(CustomerId(uuid4().hex), subject, None, None, tx.now, Cursor(0))
    tx.run(
        _NEW_CUSTOMER,
        {"customer_id": customer.id, "subject": subject, "created_at": tx.now, "last_number": 0},
    )
    tx.held |= {customer.id}  # nobody else can see them yet
    if subject is not None:
        first_route(tx, Scope.SUBJECT, subject_address(subject), customer.id)
    return customer


def route(tx: Tx, scope: Scope, address: Address, customer_id: CustomerId) -> None:
    """Let an address lead to a customer from now on."""
    key = {"the_scope": scope.value, "the_channel": address.channel, "the_address": address.id}
    if tx.run(_ROUTE_UPDATE, {**key, "owner": customer_id}).rowcount == 0:
        first_route(tx, scope, address, customer_id)


def first_route(tx: Tx, scope: Scope, address: Address, customer_id: CustomerId) -> None:
    """Let an address that led nowhere lead to a customer. Raises IntegrityError if another process was first.

    Never an update: it would see the row that the other process has committed meanwhile, and take the address away
    from the customer whose message was accepted there.
    """
    row = {"scope": scope.value, "channel": address.channel, "address_id": address.id}
    tx.run(sa.insert(t.routes), {**row, "customer_id": customer_id})


def use_address(tx: Tx, customer_id: CustomerId, address: Address, proof: Proof) -> None:
    """Remember that the customer wrote from here; the first proof stays."""
    used = {"owner": customer_id, "the_channel": address.channel, "the_address": address.id, "now": tx.now}
    if tx.run(_ADDRESS_USED, used).rowcount == 0:
        tx.run(
            _NEW_ADDRESS,
            {
                "customer_id": customer_id,
                "channel": address.channel,
                "address_id": address.id,
                "proof": proof.value,
                "linked_at": tx.now,
                "last_used_at": tx.now,
            },
        )


def take_number(tx: Tx, customer_id: CustomerId) -> Cursor:
    """The next message number of a customer whose row is locked."""
    return Cursor(tx.run(_NUMBER, {"the_customer": customer_id}).scalar_one())


def rename(tx: Tx, customer: Customer) -> None:
    """Store a customer's name and e-mail."""
    same = t.customers.c.customer_id == customer.id
    values: dict[str, Any] = {"name": customer.name, "email": customer.email, "email_key": email_key(customer.email)}
    values["valued"] = customer.valued
    tx.run(sa.update(t.customers).where(same).values(**values))


def email_key(email: str | None) -> str | None:
    """An e-mail address as it is looked up: case does not matter."""
    return email.strip().casefold() if email else None
