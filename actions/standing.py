"""The offer that stands, put once more: for somebody who has come over from another channel, or asks "where were we?".

Called by `carry_on`. An offer that can't be put again any more is let go.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.conversation import Conversation
from actions.faq import HELPED, HELPED_OR_NOT
from actions.loose_values import ask_for_return
from actions.offers import A_PERSON, PERSON_OR_NOT, offered, put_forward
from actions.orders import order_book
from actions.shop.port import Order
from actions.unsure import ask_what_was_meant, kept
from actions.wording import order_buttons


async def put_again(talk: Conversation) -> bool:
    """Ask what a yes or a no would answer, and whether there was anything to ask."""
    offer = offered(talk)
    kind = offer.get("kind")
    if kind == "person":
        talk.say(A_PERSON, PERSON_OR_NOT)
    elif kind == "rate" and offer.get("asked"):
        talk.say(HELPED, HELPED_OR_NOT)
    elif kind == "return":
        ask_for_return(talk, offer["values"])
    elif kind == "meant" and (near := [each for each in kept(talk) if each.id == offer["faq_id"]]):
        ask_what_was_meant(talk, near)
    elif kind == "which_order" and (orders := await _still_known(talk, offer["numbers"])):
        talk.say("Which order was it?", order_buttons(orders, "order_status"))
    else:
        return False
    put_forward(talk, **offer)  # so that it outlasts this message
    return True


async def _still_known(talk: Conversation, numbers: Sequence[str]) -> Sequence[Order]:
    book = await order_book(talk)
    return [order for number in numbers if (order := book.find(number))]
