"""Where channels put what arrives, and where its replies are asked for. Called by channels and the terminal chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from memory.bell import arrivals
from memory.model import (
    Accepted,
    Address,
    Customer,
    CustomerId,
    Grounds,
    Identity,
    Inbound,
    InboxId,
    LinkResult,
    Message,
    Proof,
)
from memory.rules import Scope, cleaned, key_of, named, scope_of
from memory.sql import tables as t
from memory.sql.codes import redeem
from memory.sql.engine import Database, MergedMeanwhile, Tx
from memory.sql.merge import merge
from memory.sql.people import (
    create_customer,
    first_route,
    owner_of,
    rename,
    route,
    side_of,
    subject_address,
    use_address,
)
from memory.sql.transcript import replies_to

_SEEN = sa.select(t.inbox.c.id, t.inbox.c.customer_id).where(
    t.inbox.c.customer_id.in_(sa.bindparam("customer_ids", expanding=True)),
    t.inbox.c.channel == sa.bindparam("channel"),
    t.inbox.c.address_id == sa.bindparam("address_id"),
    t.inbox.c.provider_key == sa.bindparam("provider_key"),
)
_ARRIVED = sa.insert(t.inbox)
_HANDLED = sa.select(t.inbox.c.customer_id, t.inbox.c.handled_at).where(t.inbox.c.id == sa.bindparam("id"))

RACES = 5
"""How often accepting is tried anew when another process makes the same customer or message first."""


class SqlInbox:
    """What `accept` returned for is on disk."""

    def __init__(self, *, database: Database, code_key: bytes) -> None:
        self._database = database
        self._code_key = code_key

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message durably and find its customer; the same one again gets the first receipt."""
        inbound = cleaned(inbound)
        for _ in range(RACES - 1):
            try:
                return await self._database.write(lambda tx: _accept(tx, inbound, self._code_key))
            except (sa.exc.IntegrityError, MergedMeanwhile):
                continue
        return await self._database.write(lambda tx: _accept(tx, inbound, self._code_key))

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        """What the turn of this message answered; None while the turn is not committed."""
        return await self._database.read(lambda tx: _replies(tx, inbox_id))


def _accept(tx: Tx, inbound: Inbound, key: bytes) -> Accepted:
    owner = owner_of(tx, scope_of(inbound.proof), inbound.address)
    subject = _owner_of_subject(tx, inbound)
    seen = _seen(tx, inbound, [customer for customer in (subject, owner) if customer is not None])
    if seen is not None:
        return seen
    writer = _signed_in(tx, inbound, subject, owner) if inbound.identity else owner
    writer, link = _linked(tx, inbound, writer, key)
    if writer is None:
        writer = _new_customer(tx, inbound)
    tx.stay(writer.id)
    tx.side = None if inbound.identity else side_of(tx, scope_of(inbound.proof), inbound.address, writer.id)
    known = named(writer, inbound)
    if known != writer:
        rename(tx, known)
    use_address(tx, writer.id, inbound.address, Proof.SIGNED_TOKEN if inbound.identity else inbound.proof)
    return _store(tx, inbound, writer, link)


def _owner_of_subject(tx: Tx, inbound: Inbound) -> Customer | None:
    if inbound.identity is None:
        return None
    return owner_of(tx, Scope.SUBJECT, subject_address(inbound.identity.subject))


def _seen(tx: Tx, inbound: Inbound, candidates: Sequence[Customer]) -> Accepted | None:
    """The first receipt. Only among those the sender may be: another's receipt would show another's replies."""
    if not candidates:
        return None
    row = tx.first(_SEEN, {"customer_ids": [customer.id for customer in candidates], **_key(inbound)})
    if row is None:
        return None
    writer = next(customer for customer in candidates if customer.id == row.customer_id)
    return Accepted(InboxId(row.id), writer.id, duplicate=True, text=inbound.text, renumbered=writer.renumbered)


def _key(inbound: Inbound) -> dict[str, str]:
    address = inbound.address
    return {"channel": address.channel, "address_id": address.id, "provider_key": key_of(inbound.provider_id)}


def _signed_in(tx: Tx, inbound: Inbound, subject: Customer | None, owner: Customer | None) -> Customer:
    """The customer with this subject; what they said here before they signed in becomes theirs."""
    assert inbound.identity is not None
    customer = subject or create_customer(tx, inbound.identity.subject)
    if owner is not None and owner.subject is None:
        proof = inbound.proof if inbound.proof is Proof.EMAIL_CODE else Proof.SIGNED_TOKEN
        customer = merge(tx, owner.id, into=customer.id, on=Grounds(proof, "signed in", address=inbound.address))
    if scope_of(inbound.proof) is Scope.PROVED and owner is None:
        first_route(tx, Scope.PROVED, inbound.address, customer.id)
    return customer


def _new_customer(tx: Tx, inbound: Inbound) -> Customer:
    """Somebody to whom an address leads that led nowhere."""
    customer = create_customer(tx)
    first_route(tx, scope_of(inbound.proof), inbound.address, customer.id)
    return customer


def _linked(tx: Tx, inbound: Inbound, writer: Customer | None, key: bytes) -> tuple[Customer | None, LinkResult | None]:
    """Redeem the message's one-time code, if it has one and it may be."""
    if inbound.link_code is None:
        return writer, None
    plan = redeem(tx, inbound, writer, key)
    if isinstance(plan, LinkResult):
        return writer, plan
    if plan.absorb is None and not plan.anew:
        return plan.keep, LinkResult.LINKED
    absorb = plan.absorb or _apart(tx, inbound, writer)
    on = Grounds(Proof.ONE_TIME_CODE, "one-time code", address=inbound.address)
    keep = merge(tx, absorb.id, into=plan.keep.id, on=on)
    use_address(tx, keep.id, inbound.address, Proof.ONE_TIME_CODE)
    return keep, LinkResult.LINKED


def _apart(tx: Tx, inbound: Inbound, writer: Customer | None) -> Customer:
    """A customer of its own for the address that the code came from, so that its link can be undone."""
    if writer is None:
        customer = _new_customer(tx, inbound)
    else:
        customer = create_customer(tx)
        route(tx, scope_of(inbound.proof), inbound.address, customer.id)
    use_address(tx, customer.id, inbound.address, Proof.ONE_TIME_CODE)
    return customer


def _store(tx: Tx, inbound: Inbound, writer: Customer, link: LinkResult | None) -> Accepted:
    (inbox_id,) = tx.ids(t.inbox)
    row = {
        **_key(inbound),
        "customer_id": writer.id,
        "id": inbox_id,
        "received_at": tx.now,
        "body": _body_of(inbound),
        "link": link.value if link else None,
        "attempts": 0,
    }
    tx.run(_ARRIVED, row)
    tx.ring("inbox", *arrivals(inbound.address, inbound.identity.subject if inbound.identity else None))
    return Accepted(InboxId(inbox_id), writer.id, duplicate=False, text=inbound.text, renumbered=writer.renumbered)


def _body_of(inbound: Inbound) -> dict[str, Any]:
    """What a turn needs of a message. The one-time code itself is not kept."""
    identity = inbound.identity
    body = {
        "provider_id": inbound.provider_id,
        "text": inbound.text,
        "proof": inbound.proof.value,
        "payload": inbound.payload,
        "command": inbound.command,
        "display_name": inbound.display_name,
        "identity": identity and asdict(identity),
        "attachments": list(inbound.attachments),
        "language": inbound.language,
        "custom": inbound.custom and dict(inbound.custom),
        "under_ours": inbound.under_ours or None,
        "corrects": inbound.corrects,
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def inbound_from(channel: str, address_id: str, body: Mapping[str, Any]) -> Inbound:
    """A stored message as it arrived, save for its one-time code."""
    identity = body.get("identity")
    return Inbound(
        address=Address(channel, address_id),
        provider_id=body["provider_id"],
        text=body["text"],
        proof=Proof(body["proof"]),
        payload=body.get("payload"),
        command=body.get("command"),
        identity=Identity(**identity) if identity else None,
        display_name=body.get("display_name"),
        attachments=body.get("attachments", ()),
        language=body.get("language"),
        custom=body.get("custom"),
        under_ours=body.get("under_ours", False),
        corrects=body.get("corrects"),
    )


def _replies(tx: Tx, inbox_id: InboxId) -> Sequence[Message] | None:
    row = tx.first(_HANDLED, {"id": inbox_id})
    if row is None or row.handled_at is None:
        return None
    return replies_to(tx, CustomerId(row.customer_id), inbox_id)
