"""A customer who has moved: the orders that would still go to another address may go to the new one.

Called when an address is noted; `yes_no` takes up the offer.
"""

from __future__ import annotations

from actions.conversation import Conversation, button
from actions.offers import put_forward
from actions.orders import order_book
from actions.shop.port import Order
from actions.wording import listed, order_buttons


async def offer_to_redirect(talk: Conversation, address: str) -> None:
    """Ask about the orders that have not been shipped yet, if nothing else is being done."""
    if talk.form or talk.heard.more_follows:
        return
    elsewhere = [order for order in (await order_book(talk)).orders if _goes_elsewhere(order, address)]
    if len(elsewhere) == 1:
        number = elsewhere[0].number
        put_forward(talk, "redirect", number=number, address=address)
        choices = (button("Yes, send it there", "/affirm"), button("No", "/deny"))
        talk.say(f"Order {number} would still go to {elsewhere[0].address}. Shall I send it to the new one?", choices)
    elif elsewhere:
        numbers = listed([order.number for order in elsewhere])
        talk.say(
            f"Orders {numbers} would still go to the address before; pick one to send it to the new one.",
            order_buttons(elsewhere, "change_address"),
        )


def redirect(talk: Conversation, number: str, address: str) -> None:
    """Begin the change of address with all of its answers: it was confirmed with the offer."""
    for slot, value in (("order_number", number), ("new_address", address), ("address_confirmed", True)):
        talk.set(slot, value)
    talk.follow_with("address_form")


def _goes_elsewhere(order: Order, address: str) -> bool:
    return order.state.can_still_change and address not in order.address
