"""What customers call their orders: "call it mum's gift", and later "where is mum's gift?".

A nickname is a fact "nickname:<name>" whose value ends with the order's number. `Conversation` reads the number for the
name in every message, so that all tasks understand it.
"""

from __future__ import annotations

from actions.commands import learn_fact
from actions.conversation import Conversation
from actions.orders import order_book, orders_meant, shown_order


async def note_nickname(talk: Conversation, name: str) -> str:
    """Remember a name for the order spoken of; what to say was noted."""
    number = await _order_meant(talk)
    if number is None:
        return f"you’d like the name “{name}”, but I don’t know for which order; ask me about that order first"
    talk.record(learn_fact(f"nickname:{name.casefold()}", f"{name}: order {number}"))
    return f"order {number} is “{name}” between us"


async def _order_meant(talk: Conversation) -> str | None:
    """The order that is named, pointed at in the list shown last, or spoken of last."""
    book, heard = await order_book(talk), talk.heard
    named = orders_meant(heard, book.orders) if heard.value("order_number") or heard.value("product") else ()
    order = shown_order(talk, book) or (named[0] if named else None)
    spoken = order.number if order else talk.slot("order_number") or talk.slot("spoken_order")
    return str(spoken) if spoken and book.find(str(spoken)) else None
