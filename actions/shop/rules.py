"""What the sample business allows, in one place: pure functions over the port's values.

Called by every implementation of the sample shop; each raises ShopError with words for the customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from actions.policy import RETURN_WINDOW
from actions.shop.port import NewOrder, NewReturn, Order, OrderItem, OrderState, ShopError, Sizes

FIRST_LABEL = 20_001
DELIVERY_TIME = timedelta(days=5)
"""What the shop promises for a new order."""

_NUMBER = re.compile(r"^\s*#?\s*(?:FH\s*-?\s*)?#?\s*", re.IGNORECASE)


def plain_number(written: str) -> str:
    """An order number as the shop files it: "#1042", "FH-1042" and "1042" are all "1042"."""
    return _NUMBER.sub("", written).strip()


def plain_email(written: str) -> str:
    """An e-mail as the shop compares it: without outer spaces, in lower case."""
    return written.strip().lower()


def label(position: int) -> str:
    """The reference of the n-th return, counted from 1, as printed on the parcel."""
    return f"R-{FIRST_LABEL - 1 + position}"


def found(order: Order | None, number: str) -> Order:
    """The order, or a refusal when there is none of that number."""
    if order is None:
        raise ShopError(f"I can’t find an order {number}.")
    return order


def check_return(order: Order, new: NewReturn, *, today: date) -> OrderItem:
    """The item; refuses one that isn't there, has not arrived, is on its way back, or came too long ago."""
    item = _item(order, new.sku)
    if item.returned:
        raise ShopError(f"The {item.name} from order {order.number} already has a return registered.")
    if order.state is OrderState.CANCELLED:
        raise ShopError(f"Order {order.number} was cancelled, so there is nothing to send back.")
    if order.delivered_on is None:
        raise ShopError(f"Order {order.number} hasn’t been delivered yet, so it can’t be returned.")
    if today - order.delivered_on > RETURN_WINDOW:
        raise ShopError(
            f"Order {order.number} was delivered on {spoken(order.delivered_on)}. "
            f"Returns are possible for {RETURN_WINDOW.days} days, and that time has passed."
        )
    return item


def size_sent(name: str, sizes: Sizes | None, new: NewReturn) -> str | None:
    """The size of what comes in exchange, as the shop writes it; refuses one that there is not."""
    if new.size is None:
        return None
    size = sizes.take(new.size) if sizes else None
    if size is None:
        raise ShopError(f"The {name} does not come in size {new.size}.")
    return size


def needs_cancelling(order: Order) -> bool:
    """Whether anything is left to do; refuses an order that is on its way or has arrived."""
    if order.state is OrderState.CANCELLED:
        return False
    if not order.state.can_still_change:
        raise ShopError(f"Order {order.number} {_progress(order)}, so it can’t be cancelled any more.")
    return True


def needs_new_address(order: Order, address: str) -> bool:
    """Whether the address differs; refuses an empty one and an order that can't be sent elsewhere any more."""
    if not address.strip():
        raise ShopError("I need the full address to send your order to.")
    if order.state.is_open and order.address == address.strip():
        return False
    if not order.state.can_still_change:
        raise ShopError(f"Order {order.number} {_progress(order)}, so its address can’t be changed any more.")
    return True


def lines_again(earlier: Order, new: NewOrder, prices: Mapping[str, int]) -> Sequence[OrderItem]:
    """The lines of an order that repeats an earlier one, at today's prices; refuses what is sold out or not in it."""
    items = [_item(earlier, sku) for sku in dict.fromkeys(new.skus)]
    if not items:
        raise ShopError("There is nothing to order.")
    for item in items:
        if item.sku not in prices:
            raise ShopError(f"The {item.name} is sold out at the moment.")
    return [replace(item, price_pence=prices[item.sku], returned=False) for item in items]


def next_order(earlier: Order, new: NewOrder, items: Sequence[OrderItem], *, number: int, today: date) -> Order:
    """A new order of the same shopper."""
    return Order(
        number=str(number),
        shopper_id=earlier.shopper_id,
        state=OrderState.PLACED,
        placed_on=today,
        expected_on=today + DELIVERY_TIME,
        delivered_on=None,
        carrier=None,
        tracking=None,
        address=(new.address or "").strip() or earlier.address,
        items=items,
        wishes=new.wishes,
    )


def spoken(day: date) -> str:
    """A date as people say it: "3 March 2025"."""
    return f"{day.day} {day:%B %Y}"


def _item(order: Order, sku: str) -> OrderItem:
    for item in order.items:
        if item.sku == sku:
            return item
    raise ShopError(f"That item isn’t in order {order.number}.")


def _progress(order: Order) -> str:
    return {
        OrderState.SHIPPED: "has already been shipped",
        OrderState.OUT_FOR_DELIVERY: "is already out for delivery",
        OrderState.DELIVERED: "has already been delivered",
        OrderState.RETURNED: "has already been returned",
        OrderState.CANCELLED: "was cancelled",
    }[order.state]
