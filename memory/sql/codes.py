"""One-time codes as they are stored: made, used once, and guarded against guessing. Called by `inbox`, `identities`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.codes import CODES_A_CUSTOMER, WINDOW, WRONG_AN_ADDRESS, WRONG_IN_ALL, is_short, sealed
from memory.errors import TooManyCodes, UnknownCustomer
from memory.model import Address, CodeUse, Customer, CustomerId, Inbound, LinkResult
from memory.rules import Joining, plan_link
from memory.sql import tables as t
from memory.sql.engine import Tx
from memory.sql.people import find_customer

REFUSALS_KEPT = timedelta(days=1)

_codes, _refused = t.link_codes.c, t.refused_codes.c


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code to be stored by its seal."""

    customer_id: CustomerId
    seal: str
    use: CodeUse
    expires_at: datetime


def issue(tx: Tx, new: NewCode) -> None:
    """Store a new code of a customer. Raises UnknownCustomer, TooManyCodes."""
    if find_customer(tx, new.customer_id) is None:
        raise UnknownCustomer
    tx.lock(new.customer_id)
    tx.stay(new.customer_id)
    lately = sa.select(_codes.code_hash).where(
        _codes.customer_id == new.customer_id, _codes.issued_at > tx.now - WINDOW
    )
    if len(tx.run(lately.limit(CODES_A_CUSTOMER)).all()) == CODES_A_CUSTOMER:
        raise TooManyCodes
    times = {"issued_at": tx.now, "expires_at": new.expires_at}
    row = {"code_hash": new.seal, "customer_id": new.customer_id, "use": new.use.value, **times}
    tx.run(sa.insert(t.link_codes), row)


def redeem(tx: Tx, inbound: Inbound, writer: Customer | None, key: bytes) -> Joining | LinkResult:
    """Use up the code of a message and say whom it joins, or why it is refused."""
    assert inbound.link_code is not None
    if _is_guessing(tx, inbound.address, inbound.link_code):
        return LinkResult.TOO_MANY
    seal = sealed(inbound.link_code, key)
    owner = _owner(tx, seal, CodeUse.LINK)
    if owner is None:
        _note_wrong(tx, inbound.address)
        return LinkResult.REFUSED
    plan = plan_link(inbound, writer, owner)
    if isinstance(plan, Joining) and not _use(tx, seal, inbound.address):
        return LinkResult.REFUSED
    return plan


def sign_in(tx: Tx, address: Address, code: str, key: bytes) -> Customer | None:
    """Use up a code that was made for signing in: whose it is, or None for a wrong one or after too many."""
    if _is_guessing(tx, address, code):
        return None
    seal = sealed(code, key)
    owner = _owner(tx, seal, CodeUse.SIGN_IN)
    if owner is None:
        _note_wrong(tx, address)
        return None
    return owner if _use(tx, seal, address) else None


def _owner(tx: Tx, seal: str, use: CodeUse) -> Customer | None:
    """Found by the seal, a keyed digest: how long that takes tells nothing about codes that are good."""
    valid = sa.select(_codes.customer_id).where(
        _codes.code_hash == seal, _codes.use == use.value, _codes.used_at.is_(None), _codes.expires_at > tx.now
    )
    row = tx.first(valid)
    return None if row is None else find_customer(tx, CustomerId(row.customer_id))


def _use(tx: Tx, seal: str, address: Address) -> bool:
    used = sa.update(t.link_codes).where(_codes.code_hash == seal, _codes.used_at.is_(None))
    values = {"used_at": tx.now, "used_by_channel": address.channel, "used_by_address_id": address.id}
    return tx.run(used.values(**values)).rowcount == 1


def _is_guessing(tx: Tx, address: Address, code: str) -> bool:
    """Whether too many wrong codes came lately: from this address or, for codes short enough to guess, from all."""
    lately = sa.select(_refused.id).where(_refused.at > tx.now - WINDOW)
    here = lately.where(_refused.channel == address.channel, _refused.address_id == address.id)
    if len(tx.run(here.limit(WRONG_AN_ADDRESS)).all()) == WRONG_AN_ADDRESS:
        return True
    return is_short(code) and len(tx.run(lately.limit(WRONG_IN_ALL)).all()) == WRONG_IN_ALL


def _note_wrong(tx: Tx, address: Address) -> None:
    tx.run(sa.delete(t.refused_codes).where(_refused.at < tx.now - REFUSALS_KEPT))
    row = {"id": tx.ids(t.refused_codes)[0], "channel": address.channel, "address_id": address.id, "at": tx.now}
    tx.run(sa.insert(t.refused_codes), row)
