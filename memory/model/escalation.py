"""How each reason to call a person is dealt with, where an operator has not decided otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from memory.model.handoffs import HandoffReason


class Handling(str, Enum):
    """What the bot does when there is a reason to call a person."""

    OFF = "off"  # nothing; a person still comes when asked for
    OFFER = "offer"  # it offers one, who comes on a yes, or when it goes on
    AT_ONCE = "at_once"  # it calls one


USUAL: Mapping[HandoffReason, Handling] = {
    HandoffReason.MISUNDERSTOOD: Handling.OFFER,
    HandoffReason.REJECTED_ANSWERS: Handling.OFFER,
    HandoffReason.DISTRESS: Handling.OFFER,
    HandoffReason.REPETITION: Handling.OFFER,
    HandoffReason.FORM_FAILED: Handling.OFFER,
    HandoffReason.LEGAL: Handling.AT_ONCE,
    HandoffReason.INJURY: Handling.AT_ONCE,
    HandoffReason.FRAUD: Handling.AT_ONCE,
    HandoffReason.PAYMENT_DISPUTE: Handling.AT_ONCE,
    HandoffReason.BEREAVEMENT: Handling.AT_ONCE,
    HandoffReason.PRESS: Handling.AT_ONCE,
    HandoffReason.BROKEN_PROMISE: Handling.AT_ONCE,
    HandoffReason.VALUED_COMPLAINT: Handling.AT_ONCE,
}
"""The reasons that an operator may deal with otherwise; whoever asks for a person gets one, whatever is set."""
