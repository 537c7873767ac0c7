"""What each move and each hour makes of a promise. Pure; called by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from memory.errors import IllegalPromiseMove
from memory.model import PROMISE_MOVES, Closing, Cursor, Notice, NoticeState, Promise, PromiseState
from memory.rules import COMES_BACK_WITHIN, ONCE_A_PERSON_IS_DONE, storable

THEY_LEFT: Final = "the customer left before anyone came"
"""Why a promise to write is owed no more."""

MOST_OWED: Final = 500
"""Promises that a list shows, the earliest due first."""


def key_of_promise(promise: Promise) -> str:
    """Under which the customer is told once that it was broken."""
    return f"promise:{promise.id}:broken"


def closed(promise: Promise, closing: Closing, now: datetime) -> Promise:
    """The promise at its end. Raises IllegalPromiseMove."""
    kept = PromiseState.KEPT if promise.state is PromiseState.OPEN else PromiseState.KEPT_LATE
    to = PromiseState.CANCELLED if closing.cancelled else kept
    if to is PromiseState.KEPT and promise.due_at <= now:  # its time is over, and nobody has looked yet
        promise, to = broken(promise, now), PromiseState.KEPT_LATE
    _check(promise.state, to)
    why = None if closing.why is None else storable(closing.why)
    return replace(promise, state=to, closed_at=now, kept_in=closing.number, why=why, tell_at=None)


def lapsed(promise: Promise, now: datetime, remind_before: timedelta) -> Promise | None:
    """The promise after its time has come, or the time to remind of it; None while neither has."""
    if promise.state is not PromiseState.OPEN:
        return None
    if promise.due_at <= now:
        return broken(promise, now)
    return replace(promise, reminded_at=now) if _is_to_remind(promise, now, remind_before) else None


def broken(promise: Promise, now: datetime) -> Promise:
    """The promise that was not kept in time: the customer is to be told. Raises IllegalPromiseMove."""
    _check(promise.state, PromiseState.BROKEN)
    return replace(promise, state=PromiseState.BROKEN, tell_at=now)


def is_to_tell(promise: Promise, now: datetime) -> bool:
    """Whether the customer is to be told now that it was broken."""
    return promise.state is PromiseState.BROKEN and promise.tell_at is not None and promise.tell_at <= now


def put_off(promise: Promise, now: datetime) -> Promise:
    """The promise while a person has the conversation, who tells the customer better themselves."""
    return replace(promise, tell_at=now + ONCE_A_PERSON_IS_DONE)


def told(promise: Promise, notice: Notice, number: Cursor | None) -> Promise:
    """The promise after the customer was told, in the message of this number, or could not be."""
    again = notice.until if notice.state is NoticeState.TOO_OFTEN else None
    return replace(promise, tell_at=again, told_in=number)


def owned_up(promise: Promise, number: Cursor, now: datetime) -> Promise | None:
    """The promise after the bot has admitted in an answer that it was broken; None where it was not."""
    if not promise.state.is_owed or promise.due_at > now:
        return None
    promise = broken(promise, now) if promise.state is PromiseState.OPEN else promise
    return replace(promise, tell_at=None, told_in=promise.told_in or number)


def is_shown(promise: Promise, now: datetime) -> bool:
    """Whether a brief shows it: what is owed, and what has lately ended."""
    return promise.closed_at is None or now - promise.closed_at < COMES_BACK_WITHIN


def _is_to_remind(promise: Promise, now: datetime, remind_before: timedelta) -> bool:
    """One that was made for so soon needs no reminder: it was made just now."""
    at = promise.due_at - remind_before
    return promise.reminded_at is None and promise.made_at < at <= now


def _check(current: PromiseState, wanted: PromiseState) -> None:
    if wanted not in PROMISE_MOVES[current]:
        raise IllegalPromiseMove(current, wanted)
