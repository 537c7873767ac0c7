"""What is said first about a topic that a person must have, and for which reason the person is called.

`bot.person_topics` finds the topics; `person` answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from actions.commands import Reason


@dataclass(frozen=True, slots=True)
class Topic:
    """The reason to call a person, and the words before what happens next."""

    reason: Reason
    words: str


TOPICS: Final[Mapping[str, Topic]] = {
    "danger": Topic(
        "distress",
        "I’m very sorry that you feel this way. If you might harm yourself, please call your local emergency number "
        "now; they can help at once.",
    ),
    "distress": Topic("distress", "I’m sorry that it has come to this."),
    "injury": Topic("injury", "I’m sorry that happened. Please don’t use it until a person has looked at this."),
    "fraud": Topic("fraud", "That sounds serious, and a person should look at it straight away."),
    "payment_dispute": Topic("payment_dispute", "A person has to look at that payment."),
    "bereavement": Topic("bereavement", "I’m very sorry for your loss. You won’t have to sort this out with a bot."),
    "legal": Topic("legal", "That is for a person to answer, not for a bot."),
    "press": Topic("press", "Questions from the press go to a person here."),
    "complaint": Topic("valued_complaint", "I’m sorry that we’ve let you down."),
}
