"""How orders, items, dates and choices are put into words, the same in every task."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

from actions.conversation import Buttons, button
from actions.shop.port import Order, OrderItem, OrderState

REASONS: Mapping[str, str] = {
    "too_small": "Too small",
    "too_large": "Too large",
    "damaged": "Damaged",
    "faulty": "Faulty",
    "wrong_item": "Wrong item",
    "not_as_described": "Not as described",
    "changed_mind": "Changed my mind",
    "arrived_late": "Arrived too late",
}
RESOLUTIONS: Mapping[str, str] = {"refund": "Refund", "exchange": "Exchange"}


def today() -> date:
    """Today, in UTC as all dates of the shop."""
    return datetime.now(timezone.utc).date()


def day(when: date) -> str:
    """A date as one says it: "today", "tomorrow", "Thursday 27 November", with the year when it is another."""
    near = {timedelta(0): "today", timedelta(days=1): "tomorrow", timedelta(days=-1): "yesterday"}
    gap = when - today()
    year = "" if when.year == today().year else f" {when.year}"
    return near.get(gap) or f"{when:%A} {when.day} {when:%B}{year}"


def on_day(when: date) -> str:
    """The same behind a verb: "today", "on Thursday 27 November"."""
    said = day(when)
    return said if said in {"today", "tomorrow", "yesterday"} else f"on {said}"


def by_day(when: date) -> str:
    """The same as a deadline: "today", "tomorrow", "by Thursday 27 November"."""
    said = day(when)
    return said if said in {"today", "tomorrow"} else f"by {said}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def things(order: Order) -> str:
    """What is in an order, shortly: "Ridge 2 Tent and Tarn Sleeping Mat", of many the first two."""
    if len(order.items) > 3:
        return listed([*map(_counted, order.items[:2]), f"{len(order.items) - 2} more"])
    return quantified(order.items)


def quantified(items: Sequence[OrderItem]) -> str:
    """All of some lines: "Ridge 2 Tent and 2 × Brook Water Bottle"."""
    return listed([_counted(item) for item in items])


def _counted(item: OrderItem) -> str:
    return item.name if item.quantity == 1 else f"{item.quantity} × {item.name}"


def pounds(pence: int) -> str:
    """A price: "£21.90"."""
    return f"£{pence // 100:,}.{pence % 100:02}"


def payload(intent: str, **values: str) -> str:
    """A button's message in Rasa's form."""
    return f"/{intent}{json.dumps(values)}" if values else f"/{intent}"


def order_buttons(orders: Sequence[Order], intent: str) -> Buttons:
    """One choice per order, the newest first."""
    return [button(f"{each.number}: {things(each)}", payload(intent, order_number=each.number)) for each in orders]


def item_buttons(items: Sequence[OrderItem]) -> Buttons:
    """One choice per item."""
    return [button(each.name, payload("inform", product=each.sku)) for each in items]


def value_buttons(entity: str, names: Mapping[str, str]) -> Buttons:
    """One choice per possible value of an entity."""
    return [button(name, payload("inform", **{entity: value})) for value, name in names.items()]


def status(order: Order) -> str:
    """Where an order is, in a sentence or two."""
    return f"Order {order.number} ({things(order)}) {_PROGRESS[order.state](order)}"


def _placed(order: Order) -> str:
    return f"was placed {on_day(order.placed_on)} and is waiting to be packed.{_expected(order)}"


def _packed(order: Order) -> str:
    return f"is packed and leaves our warehouse next.{_expected(order)}"


def _shipped(order: Order) -> str:
    return f"is on its way{_carrier(order)}.{_expected(order)}"


def _out(order: Order) -> str:
    return f"is out for delivery{_carrier(order)} and should reach you today."


def _delivered(order: Order) -> str:
    return f"was delivered {on_day(order.delivered_on)}." if order.delivered_on else "was delivered."


def _cancelled(_: Order) -> str:
    return "was cancelled."


def _returned(_: Order) -> str:
    return "was sent back to us."


_PROGRESS = {
    OrderState.PLACED: _placed,
    OrderState.PACKED: _packed,
    OrderState.SHIPPED: _shipped,
    OrderState.OUT_FOR_DELIVERY: _out,
    OrderState.DELIVERED: _delivered,
    OrderState.CANCELLED: _cancelled,
    OrderState.RETURNED: _returned,
}


def _carrier(order: Order) -> str:
    if not order.carrier:
        return ""
    return f" with {order.carrier}" + (f", tracking number {order.tracking}" if order.tracking else "")


def _expected(order: Order) -> str:
    if order.expected_on is None:
        return ""
    if order.expected_on < today():
        return f" It should have arrived {on_day(order.expected_on)}; I’m sorry it is late."
    return f" It should arrive {by_day(order.expected_on)}."
