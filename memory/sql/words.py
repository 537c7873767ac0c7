"""The words by which agents find conversations, kept for customers who have had a handoff.

Gathered from the whole thread when the first handoff is asked for, then with every message; anew when customers are
linked, parted, or have something forgotten. Called by `casework`, `commit`, `handoffs`, `merge`, `unlink`, `erasing`.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from memory.model import CustomerId
from memory.rules import GATHERED, words_in
from memory.sql import tables as t
from memory.sql.engine import Tx

_w, _m, _c = t.said_words.c, t.messages.c, t.customers.c
_KNOWN = sa.select(_w.word).where(
    _w.customer_id == sa.bindparam("customer_id"), _w.word.in_(sa.bindparam("words", expanding=True))
)
_ANY = sa.select(_w.word).where(_w.customer_id == sa.bindparam("customer_id")).limit(1)
_last = sa.select(_c.last_number).where(_c.customer_id == sa.bindparam("customer_id")).scalar_subquery()
_TEXTS = sa.select(_m.text).where(_m.customer_id == sa.bindparam("customer_id"), _m.number > _last - GATHERED)
_WHO = sa.select(_c.name, _c.email).where(_c.customer_id == sa.bindparam("customer_id"))
_HANDED = sa.select(t.handoffs.c.id).where(t.handoffs.c.customer_id == sa.bindparam("customer_id")).limit(1)
_AT_A_TIME = 500


def note_words(tx: Tx, customer_id: CustomerId, *texts: str | None) -> None:
    """Let a conversation be found by these texts, too."""
    _insert(tx, customer_id, words_in(*texts))


def gather_words(tx: Tx, customer_id: CustomerId) -> None:
    """Let a conversation be found by all that was said in it, unless it can be already."""
    if tx.first(_ANY, {"customer_id": customer_id}) is None:
        _insert(tx, customer_id, _all_words(tx, customer_id))


def gather_again(tx: Tx, customer_id: CustomerId) -> None:
    """After something was taken from a conversation or given to it."""
    tx.run(sa.delete(t.said_words).where(_w.customer_id == customer_id))
    if tx.first(_HANDED, {"customer_id": customer_id}) is not None:
        _insert(tx, customer_id, _all_words(tx, customer_id))


def _all_words(tx: Tx, customer_id: CustomerId) -> Collection[str]:
    who = tx.first(_WHO, {"customer_id": customer_id})
    texts = tx.run(_TEXTS, {"customer_id": customer_id}).scalars().all()
    return words_in(*texts, *([who.name, who.email] if who is not None else []))


def _insert(tx: Tx, customer_id: CustomerId, words: Collection[str]) -> None:
    every = sorted(words)
    for start in range(0, len(every), _AT_A_TIME):
        some = every[start : start + _AT_A_TIME]
        known = set(tx.run(_KNOWN, {"customer_id": customer_id, "words": some}).scalars())
        new = [{"customer_id": customer_id, "word": word} for word in some if word not in known]
        if new:
            tx.run(sa.insert(t.said_words), new)
