"""Product cards that an action sends: checked here, and put into words where the action has said none.

Used by `bot.dialogue.replies`. Channels that show no cards send the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.dialogue.port import DialogueError

CARDS: Final = "cards"
"""The key under which a message's `custom` holds them."""


class Card(BaseModel):
    """A product: `picture` and `link` are addresses, absolute or on this server ("/…"); `price` is as it is read.

    `payloads` name those of the message's buttons that belong to this product.
    """

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=200)
    price: str | None = Field(None, max_length=50)
    text: str | None = Field(None, max_length=500)
    picture: str | None = Field(None, max_length=2000, pattern=r"^(https?:/)?/")
    link: str | None = Field(None, max_length=2000, pattern=r"^(https?:/)?/")
    payloads: Sequence[str] = ()

    def in_words(self) -> str:
        """On one line, for who can't see it: "Ridge 2 Tent, £219.00: https://…"."""
        words = ", ".join(filter(None, (self.title, self.price, self.text)))
        return f"{words}: {self.link}" if self.link and not self.link.startswith("/") else words


def cards_in(custom: object) -> Sequence[Card]:
    """The cards of a message. Raises DialogueError for what is none: the action that sends it needs a look."""
    if not isinstance(custom, Mapping):
        return ()
    try:
        return [Card.model_validate(given) for given in custom.get(CARDS) or ()]
    except (ValidationError, TypeError) as exc:
        raise DialogueError(f"An action sent a product card that can't be read: {custom[CARDS]!r}.") from exc
