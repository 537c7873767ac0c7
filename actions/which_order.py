"""Finding the order that a task is about, and for people we don't know, the proof that it is theirs.

Called by the forms of all order tasks as their first step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from actions.conversation import Conversation
from actions.known import fact
from actions.orders import (
    MAX_FAILED_PROOFS,
    OrderBook,
    answered_order,
    failed_proofs,
    means_other_order,
    order_book,
    orders_meant,
    prove,
    proved,
    refers_back,
    shown_order,
)
from actions.shop.port import Order
from actions.tasks import asked_so_far
from actions.visit import Ended, Question, Step, Visit
from actions.wording import order_buttons


class OrderTask(Protocol):
    """What a task says about orders."""

    which: str
    """The question, when several orders are possible."""

    which_again: str
    """The same in other words, for coming back to it."""

    whole_order: bool
    """Whether "it" means the order itself, and not something that was in it."""

    def obstacle(self, order: Order) -> str | None:
        """Why the task is not possible with this order; None when it is."""

    def nothing_possible(self, book: OrderBook) -> str:
        """What to say when it is possible with none of the customer's orders."""


@dataclass(frozen=True, slots=True)
class Found:
    """The order; `taken` when it was the only one possible and nobody named it."""

    order: Order
    taken: bool = False


async def find_order(visit: Visit, task: OrderTask) -> Found | Step:
    """The order to work with, or what to ask or say instead."""
    book = await order_book(visit.talk)
    _complete_from_unmatched(visit)
    _take_answered_order(visit, book)
    number = visit.talk.slot("order_number")
    order = book.find(number) if number else _pointed_at(visit, task, book)
    if number and order is None:
        if book.identified:
            visit.refuse("order_number", f"I can’t find an order {number} on your account.")
        else:
            return await _prove(visit, task, str(number))
    if order is not None:
        visit.talk.set("order_number", order.number)
        why_not = task.obstacle(order)
        if why_not is not None:
            return _not_with_this(visit, task, book, why_not, named=not number or _is_named(visit))
        return Found(order)
    return _choose(visit, task, book)


def take_other_order(visit: Visit) -> None:
    """Take "the other one" for the order beside the present one in the list shown last, or open the choice again."""
    talk = visit.talk
    present = talk.slot("order_number")
    if not present or visit.begins or talk.changed("order_number") or not means_other_order(visit.heard):
        return
    others = [number for number in talk.slot("shown_orders") or () if number != present]
    talk.set("order_number", others[0] if len(others) == 1 else None)


def _take_answered_order(visit: Visit, book: OrderBook) -> None:
    """ "Cancel that one", said in answer to a certain message of ours, means the order of which it speaks."""
    if not (visit.fresh and visit.begins) or visit.talk.changed("order_number") or not refers_back(visit.heard):
        return
    if order := answered_order(visit.talk, book):
        visit.talk.set("order_number", order.number)


def _is_named(visit: Visit) -> bool:
    """Whether the customer means this order, and it was not just carried over from the task before."""
    return visit.heard.value("order_number") is not None or visit.has_waited or not visit.begins


def _not_with_this(visit: Visit, task: OrderTask, book: OrderBook, why_not: str, *, named: bool) -> Found | Step:
    possible = [order for order in book.orders if task.obstacle(order) is None]
    if visit.comes_back and visit.begins:  # it was possible when it was set aside: no reason to seek another order
        return Ended(why_not)
    if named and not possible:
        return Ended(why_not, offer="asked_for_person")
    visit.talk.set("order_number", None)
    if not named:
        return _choose(visit, task, book)
    visit.failed = True
    visit.notice(why_not)
    return Question(
        "order_number", "Is it about another order?", order_buttons(possible, "inform"), "So, is it another order?"
    )


def _choose(visit: Visit, task: OrderTask, book: OrderBook) -> Found | Step:
    possible = [order for order in book.orders if task.obstacle(order) is None]
    meant = orders_meant(visit.heard, possible) if visit.fresh and not visit.failed else []
    if visit.fresh and not visit.failed and not meant and visit.heard.value("product"):
        named = orders_meant(visit.heard, book.orders)
        if named:
            return _not_with_this(visit, task, book, task.obstacle(named[0]) or "", named=True)
    possible = list(meant) or possible
    if len(possible) == 1 and not visit.failed:
        visit.talk.set("order_number", possible[0].number)
        return Found(possible[0], taken=not meant)
    if possible:
        return Question("order_number", task.which, order_buttons(possible, "inform"), task.which_again)
    if book.identified:  # with a number refused, the customer's other orders are not what they asked about
        return Ended("" if visit.notices else task.nothing_possible(book), offer="asked_for_person")
    return Question(
        "order_number",
        "What is the order number? It is in your confirmation e-mail, four digits such as 1234.",
        again="What is the order number?",
    )


async def _prove(visit: Visit, task: OrderTask, number: str) -> Found | Step:
    """The customer is not identified: number and e-mail must belong together, else nothing is told."""
    talk = visit.talk
    earlier = talk.slot("unmatched") or {}
    email = talk.slot("order_email") or (earlier.get("email") if number != earlier.get("number") else None)
    for candidate in [email] if email else dict.fromkeys(proved(talk).values()):
        order = await prove(talk, number, str(candidate))
        if order is not None:
            return await _proved(visit, task, order)
    if not email:
        order = await _try_known_email(talk, number)
        if order is not None:
            return await _proved(visit, task, order)
        return Question(
            "order_email",
            f"And which e-mail address was order {number} placed with? I ask so that nobody else hears about it.",
            again=f"Which e-mail address was order {number} placed with? It tells me that the order is yours.",
        )
    return _mismatch(visit, number, str(email), again=bool(earlier))


async def _try_known_email(talk: Conversation, number: str) -> Order | None:
    """Try the addresses they said are theirs or write from, once for each order; a miss counts like any other."""
    if "order_email" in asked_so_far(talk):
        return None
    for email in _own_addresses(talk):
        order = await prove(talk, number, email)
        if order is not None:
            return order
        talk.set("failed_proofs", float(failed_proofs(talk) + 1))
    return None


def _own_addresses(talk: Conversation) -> Sequence[str]:
    """What they told, and where a mail came from: also a claim, but the answer goes there and nowhere else."""
    told, by_mail = fact(talk, "email"), talk.slot("channel") == "email"
    known = [told.value if told else None, str(talk.slot("customer_email")) if by_mail else None]
    return [email for email in dict.fromkeys(known) if email and email not in proved(talk).values()]


async def _proved(visit: Visit, task: OrderTask, order: Order) -> Found | Step:
    visit.talk.set("order_number", order.number)
    visit.talk.set("order_email", None)
    visit.talk.set("unmatched", None)
    why_not = task.obstacle(order)
    if why_not is None:
        return Found(order)
    return _not_with_this(visit, task, await order_book(visit.talk), why_not, named=True)


def _mismatch(visit: Visit, number: str, email: str, *, again: bool) -> Step:
    talk = visit.talk
    failures = failed_proofs(talk) + 1
    talk.set("failed_proofs", float(failures))
    if again or failures >= MAX_FAILED_PROOFS:
        talk.set("order_email", email)  # for whoever comes to help
        talk.set("unmatched", None)
        return Ended("I still can’t find an order with that number and e-mail address.", offer="form_failed")
    talk.set("order_number", None)
    talk.set("order_email", None)
    talk.set("unmatched", {"number": number, "email": email})
    visit.failed = True
    return Question(
        "order_number",
        "I can’t find an order with that number and e-mail address. Could you check both and send them again?",
        again="I need number and e-mail address as they stand in the confirmation. Could you send both once more?",
    )


def _pointed_at(visit: Visit, task: OrderTask, book: OrderBook) -> Order | None:
    """The order that is meant without a name: by its place in a list just shown, or as the one just spoken of."""
    shown = shown_order(visit.talk, book) if visit.fresh and not visit.failed else None
    return shown or _spoken_of(visit, task, book)


def _spoken_of(visit: Visit, task: OrderTask, book: OrderBook) -> Order | None:
    """ "Cancel it", after we told where an order is, means that order; "send it back" may mean another's item."""
    same_breath = visit.heard.follows or (visit.has_waited and not visit.comes_back)
    if not visit.begins or visit.talk.slot("order_number") or not (same_breath or refers_back(visit.heard)):
        return None
    order = book.find(str(visit.talk.slot("spoken_order")))
    named = visit.fresh and (orders_meant(visit.heard, book.orders) or visit.heard.value("product"))
    if order is None or named:
        return None
    return order if task.whole_order or task.obstacle(order) is None else None


def _complete_from_unmatched(visit: Visit) -> None:
    """After a mismatch, a corrected e-mail alone goes with the number given before."""
    earlier = visit.talk.slot("unmatched")
    if earlier and visit.talk.slot("order_email") and not visit.talk.slot("order_number"):
        visit.talk.set("order_number", earlier["number"])
