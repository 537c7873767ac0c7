"""Holds what was sent against what is remembered and what was received. Used by `run`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from memory.model import Author, Cursor, DeliveryState, Message
from memory.sql import SqlMemory
from tests.chaos.books import HANDLED, ROWS, Books
from tests.chaos.customers import Customer, Said, TelegramCustomer
from tests.chaos.injector import FARTHEST
from tests.chaos.plan import Plan, Tally
from tests.chaos.victim import number_in, replies_to

ALL = 1_000_000
MANY_KILLS = 50
"""With so many there must have been one at each kind of point, or the injector no longer strikes there."""


@dataclass(slots=True)
class Verdict:
    """The figures that count, and every fault by name."""

    sent: int
    handled: int = 0
    lost: int = 0
    handled_twice: int = 0
    out_of_order: int = 0
    states: Counter[str] = field(default_factory=Counter)
    doubled_by_kill: int = 0
    doubled_in_doubt: int = 0
    faults: list[str] = field(default_factory=list)


async def judge(*, memory: SqlMemory, books: Books, plan: Plan, tally: Tally, customers: Sequence[Customer]) -> Verdict:
    """Look at every customer."""
    verdict = Verdict(sent=sum(len(each.said) for each in customers), faults=list(tally.faults))
    verdict.handled = await books.number(HANDLED)
    rows = {(str(customer), int(number)): DeliveryState(state) for customer, number, state, _ in await books.rows(ROWS)}
    verdict.states.update(state.value for state in rows.values())
    for customer in customers:
        known = await memory.identities.customer_for(customer.address, customer.proof, None)
        said = await memory.transcript.after(known.id, Cursor(0), ALL) if known else []
        found = _remembered(customer, said, verdict, plan) + _heard(customer, said, rows, tally)
        verdict.faults += [f"{customer.name}: {fault}" for fault in found]
    in_telegram = [each for each in customers if isinstance(each, TelegramCustomer)]
    verdict.doubled_by_kill = sum(each.doubled_by_kill for each in in_telegram)
    verdict.doubled_in_doubt = sum(each.doubled_in_doubt for each in in_telegram)
    if plan.kills >= MANY_KILLS:
        verdict.faults += [f"no process was killed {kind}" for kind in FARTHEST if not tally.kills[kind]]
    if verdict.handled != verdict.sent:
        verdict.faults.append(f"{verdict.handled} messages were handled and {verdict.sent} were sent")
    return verdict


def _remembered(customer: Customer, said: Sequence[Message], verdict: Verdict, plan: Plan) -> list[str]:
    """Every message once, in order, and answered by a dialogue that had heard the one before."""
    kept = [message.text for message in said if message.author is Author.CUSTOMER]
    times = Counter(kept)
    lost = [text for text in customer.said if not times[text]]
    twice = [text for text, number in times.items() if number > 1]
    moved = sum(one != other for one, other in zip(kept, customer.said, strict=False)) if not (lost or twice) else 0
    verdict.lost += len(lost)
    verdict.handled_twice += len(twice)
    verdict.out_of_order += moved
    faults = [f"{text!r} is lost" for text in lost] + [f"{text!r} was handled twice" for text in twice]
    faults += ["the order is not kept"] if moved else []
    if [message.number for message in said] != list(range(1, len(said) + 1)):
        faults.append("the numbers have gaps")
    return faults + ([] if faults else _answers(said, plan))


def _answers(said: Sequence[Message], plan: Plan) -> list[str]:
    faults, before = [], "nothing"
    for text, replies in _exchanges(said):
        if plan.dialogue != "counting":
            faults += [] if replies else [f"{text!r} was not answered"]
            continue
        due = [reply.text for reply in replies_to(text, before)]
        faults += [] if replies == due else [f"{text!r} was answered {replies} instead of {due}"]
        before = number_in(text)
    return faults


def _exchanges(said: Sequence[Message]) -> list[tuple[str, list[str]]]:
    exchanges: list[tuple[str, list[str]]] = []
    for message in said:
        if message.author is Author.CUSTOMER:
            exchanges.append((message.text, []))
        elif exchanges:
            exchanges[-1][1].append(message.text)
    return exchanges


def _heard(
    customer: Customer, said: Sequence[Message], rows: Mapping[tuple[str, int], DeliveryState], tally: Tally
) -> list[str]:
    told = [
        Said(message, rows.get(key), tally.half_sent[key])
        for message in said
        if message.author is not Author.CUSTOMER
        for key in [(str(message.customer_id), int(message.number))]
    ]
    return list(customer.hears(told))
