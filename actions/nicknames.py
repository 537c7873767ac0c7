"""What customers call their orders and things: "call it mum's gift", and later "where is mum's gift?".

A nickname is a fact "nickname:<name>" whose value ends with what it stands for: "mum's gift: order 1042", "Bertha:
Ridge 2 Tent, order 1031". The dialogue reads the name as that in every message, so that all tasks understand it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions.commands import learn_fact
from actions.conversation import Conversation
from actions.orders import OrderBook, named_item, order_book, orders_meant, shown_order
from actions.shop.port import Order, OrderItem

_IT: Final = re.compile(r"(?:it|this|that)(?: one)?")
_LATEST: Final = re.compile(r"\b(?:last|latest|newest)\b")

Thing = tuple[Order, OrderItem | None]
"""An order, or one thing of it."""


async def note_nickname(talk: Conversation, told: Mapping[str, Any]) -> str:
    """Remember a name for what it was given to; what to say was noted."""
    name, about = str(told["value"]), str(told.get("about") or "it")
    book = await order_book(talk)
    thing = _thing_called(talk, book, about) or _order_called(talk, book, about)
    if thing is None:
        return f"you’d like the name “{name}”, but I don’t know for which order or thing; ask me about it first"
    order, item = thing
    what = f"{item.name}, order {order.number}" if item else f"order {order.number}"
    talk.record(learn_fact(f"nickname:{name.casefold()}", f"{name}: {what}"))
    return f"{f'the {item.name}' if item else f'order {order.number}'} is “{name}” between us"


def _thing_called(talk: Conversation, book: OrderBook, about: str) -> Thing | None:
    """The thing that is named, the latest bought if it was bought twice; or the one that is being sent back."""
    if _IT.fullmatch(about):
        order = book.find(str(talk.slot("order_number")))
        item = named_item(str(talk.slot("return_item")), order.items) if order and talk.slot("return_item") else None
        return (order, item) if order and item else None
    found = [(order, item) for order in _nearest_first(talk, book) if (item := named_item(about, order.items))]
    spoken = {item.sku for order, item in found if order.number == _spoken_number(talk)}
    fits = {item.sku for _, item in found}
    return found[0] if spoken or len(fits) == 1 else None


def _order_called(talk: Conversation, book: OrderBook, about: str) -> Thing | None:
    """The order that is named, pointed at in the list shown last, or spoken of last."""
    named = orders_meant(talk.heard, book.orders) if talk.heard.value("order_number") else ()
    latest = book.orders[:1] if _LATEST.search(about) else ()
    pointed = shown_order(talk, book) or next(iter((*named, *latest)), None)
    order = pointed or (book.find(_spoken_number(talk)) if _can_be_order(about) else None)
    return (order, None) if order else None


def _can_be_order(about: str) -> bool:
    return bool(_IT.fullmatch(about)) or "order" in about or about.startswith("the ")


def _nearest_first(talk: Conversation, book: OrderBook) -> list[Order]:
    """The order spoken of, then the others, newest first."""
    return sorted(book.orders, key=lambda order: order.number != _spoken_number(talk))


def _spoken_number(talk: Conversation) -> str:
    return str(talk.heard.value("order_number") or talk.slot("order_number") or talk.slot("spoken_order"))
