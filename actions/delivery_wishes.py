"""How a customer wishes their parcels to come, from what is known of them. Called by the task that orders again."""

from __future__ import annotations

from actions.conversation import Conversation
from actions.known import facts
from actions.wording import listed


def delivery_wishes(talk: Conversation) -> str | None:
    """Such as "by DHL, not by Evri and left with the neighbour"; None when nothing is wished."""
    known = facts(talk)
    by = [f"by {each.value}" for each in known if each.kind == "carrier"]
    not_by = [f"not by {each.value}" for each in known if each.kind == "avoided_carrier"]
    left = [f"left {each.value}" for each in known if each.kind == "delivery_place"]
    wishes = [*by, *not_by, *left]
    return listed(wishes) if wishes else None


def usual_address(talk: Conversation) -> str | None:
    """The address they said is theirs, or had an order sent to last."""
    return next((each.value for each in facts(talk) if each.key == "delivery_address"), None)
