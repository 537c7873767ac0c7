"""Signs of life: who looks at a conversation, and who is writing in it. Never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from memory.model.people import CustomerId


class Doing(str, Enum):
    """What somebody is doing in a conversation."""

    VIEWING = "viewing"  # an agent has it open
    NOTING = "noting"  # an agent writes something that the customer is not to see
    WRITING = "writing"  # somebody writes what the other side will read
    GONE = "gone"  # nothing any more


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life, good until a time. `by` is an agent's id, empty for the customer; `window` tells theirs apart."""

    customer_id: CustomerId
    by: str
    name: str
    doing: Doing
    until: datetime
    window: str = ""
