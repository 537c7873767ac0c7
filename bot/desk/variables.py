"""The variables that a canned reply may hold. The desk's page fills them from the brief when the reply is chosen.

One that nothing is known for stays as it is, and a reply that holds one is not sent: see `unfilled`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

VARIABLES: Final[Mapping[str, str]] = {
    "customer_name": "the customer’s full name",
    "customer_first_name": "their first name",
    "agent_name": "your full name",
    "agent_first_name": "your first name",
    "order_number": "the order it is about: what they gave, or their only open one",
    "order_state": "how that order stands",
    "order_items": "what is in it",
    "expected_on": "when it is expected",
    "goal": "what they want, as the brief says it",
}
"""Name → what is put in its place."""

_VARIABLE: Final = re.compile(r"\{([a-z][a-z_]{0,40})\}")


def unknown_variables(text: str) -> Sequence[str]:
    """The variables in a text that there are not."""
    return [name for name in _VARIABLE.findall(text) if name not in VARIABLES]


def unfilled(text: str) -> Sequence[str]:
    """The variables that nobody has filled: what a customer must not get to read."""
    return [name for name in _VARIABLE.findall(text) if name in VARIABLES]
