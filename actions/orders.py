"""Which orders a conversation may speak of: those of the identified customer, and those proved by number and e-mail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from actions.conversation import Conversation
from actions.heard import Heard
from actions.shop import current as shop
from actions.shop.port import Order, OrderItem

MAX_FAILED_PROOFS: Final = 5
"""Guessing numbers and e-mails ends here, for the rest of the conversation."""

MOST_PROVED: Final = 20
"""Orders that a conversation remembers as proved, the latest ones."""

_WORD: Final = re.compile(r"[^\W_]+")
_OTHER: Final = re.compile(r"\bother\b")
_OTHER_ORDER: Final = re.compile(r"\b(?:other|different) (?:one|order)\b")
_FIRST: Final = re.compile(
    r"\b(?:first|recent|latest|newest|newer)\b(?! time)|\blast\b(?! (?:time|night|week|month|year))"
)
_SECOND: Final = re.compile(r"\b(?:second|2nd)\b")
_THIRD: Final = re.compile(r"\b(?:third|3rd)\b")
_IN_A_LIST: Final = re.compile(r"\b(?:first|second|third|1st|2nd|3rd) (?:one|of (?:them|those|these))\b")
_OLDEST: Final = re.compile(r"\b(?:oldest|older|earlier|earliest)\b")
_IT: Final = re.compile(r"\b(?:it|that|this|them|these|those)\b")
_MISSPELT_IT: Final = ("that", "this", "them", "these", "those")
_NOT_IT: Final = frozenset({"then", "than", "they", "there", "their", "hose", "thus", "here", "hat"})
_WORDS_OF_THREE: Final = frozenset({"ten", "hat", "mat", "bag", "pan", "pen", "set", "not", "the", "and", "any", "all"})
"""Short words that are no slip of a longer one."""
_LIKENESS: Final = 86.0
"""rapidfuzz ratio from which two words of four letters or more count as one, misspelt."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OrderBook:
    """The orders that may be spoken of, newest first; `identified` when all of a customer's are among them."""

    orders: Sequence[Order]
    identified: bool

    def find(self, number: str) -> Order | None:
        """The order of this number, if it may be spoken of."""
        return next((order for order in self.orders if order.number == number), None)

    @property
    def open_orders(self) -> Sequence[Order]:
        """Those that the customer is still waiting for."""
        return [order for order in self.orders if order.state.is_open]


async def order_book(talk: Conversation) -> OrderBook:
    """Ask the shop; what was proved earlier is looked up afresh, since orders move on."""
    backend = await shop.current()
    shopper = talk.slot("shop_customer_id")
    known = list(await backend.orders(str(shopper))) if shopper else []
    for number, email in proved(talk).items():
        order = await backend.find_order(number, email)
        if order is not None and all(order.number != other.number for other in known):
            known.append(order)
    known.sort(key=lambda order: (order.placed_on, order.number), reverse=True)
    return OrderBook(known, identified=bool(shopper))


def proved(talk: Conversation) -> Mapping[str, str]:
    """Order number → e-mail, for orders that the customer proved to be theirs in this conversation."""
    held = talk.slot("proved_order")
    if not isinstance(held, dict):
        return {}
    return {number: email for number, email in held.items() if email}  # none where the customer had it forgotten


async def prove(talk: Conversation, number: str, email: str) -> Order | None:
    """The order, if number and e-mail belong together; it is then the customer's for the whole conversation."""
    if failed_proofs(talk) >= MAX_FAILED_PROOFS:
        return None
    order = await (await shop.current()).find_order(number, email)
    if order is None:
        return None
    before = [each for each in proved(talk).items() if each[0] != order.number]
    talk.set("proved_order", dict([*before, (order.number, email)][-MOST_PROVED:]))
    return order


def failed_proofs(talk: Conversation) -> int:
    """How often a number and an e-mail did not belong together."""
    return int(talk.slot("failed_proofs") or 0)


def placed_in(heard: Heard, choices: Sequence[T]) -> T | None:
    """The choice that "the first one", "the latest", "the older one" stands for, of choices listed newest first."""
    words = heard.words
    if not choices or not words:
        return None
    if _THIRD.search(words) and len(choices) > 2:
        return choices[2]
    if _SECOND.search(words) and len(choices) > 1:
        return choices[1]
    if _OLDEST.search(words):
        return choices[-1]
    return choices[0] if _FIRST.search(words) else None


def refers_back(heard: Heard) -> bool:
    """Whether a message speaks of "it" or "that order" instead of naming one."""
    words = heard.words
    return bool(_IT.search(words)) or any(map(_is_misspelt_it, _WORD.findall(words)))


def means_other_order(heard: Heard) -> bool:
    """Whether a message wants another order than the one at hand, without naming it."""
    return bool(_OTHER_ORDER.search(heard.words))


def shown_order(talk: Conversation, book: OrderBook) -> Order | None:
    """The order that "the second one" stands for in the list that was shown last."""
    if not _IN_A_LIST.search(talk.heard.words):
        return None
    shown = [order for number in talk.slot("shown_orders") or () if (order := book.find(number))]
    return placed_in(talk.heard, shown)


def answered_order(talk: Conversation, book: OrderBook) -> Order | None:
    """The order of which our words speak that they answered to, where it is a single one."""
    words = str(talk.known.get("answered") or "")
    named = [order for order in book.orders if re.search(rf"(?<!\w){re.escape(order.number)}(?!\w)", words)]
    return named[0] if len(named) == 1 else None


def _is_misspelt_it(word: str) -> bool:
    if len(word) < 4 or word in _NOT_IT:
        return False
    return any(OSA.distance(word, known) < 2 for known in _MISSPELT_IT)


def orders_meant(heard: Heard, orders: Sequence[Order]) -> Sequence[Order]:
    """The orders that a message names: by number, by what is in them, or by their place in the list."""
    number = heard.value("order_number")
    if number:
        return [order for order in orders if order.number == number]
    placed = placed_in(heard, orders)
    if placed is not None:
        return [placed]
    return [order for order in orders if items_meant(heard, order.items)]


def items_meant(heard: Heard, items: Sequence[OrderItem], current: str | None = None) -> Sequence[OrderItem]:
    """The items that a message names; "the other tent" is not the `current` one. Several when it fits several."""
    sku = heard.value("product")
    exact = [item for item in items if item.sku == sku]
    if exact:
        return exact
    said = f"{heard.words} {heard.text.lower()}"  # a name may be no word, and as written the nearer one
    likeness = [_shared_words(said, item) for item in items]
    most = max(likeness, default=0)
    best = [item for item, shared in zip(items, likeness, strict=True) if shared == most > 0]
    if _OTHER.search(heard.words):
        best = [item for item in best or items if item.sku != current]
    return best


def named_item(name: str, items: Sequence[OrderItem]) -> OrderItem | None:
    """The one item of this SKU, or the only one that a looser name such as "ridge tent" fits."""
    exact = [item for item in items if item.sku == name]
    wanted = _WORD.findall(name.lower())
    fitting = exact or [item for item in items if all(_is_in(word, item) for word in wanted)]
    return fitting[0] if len(fitting) == 1 else None


def _is_in(word: str, item: OrderItem) -> bool:
    return any(_alike(part, word) for part in _WORD.findall(item.name.lower()))


def _shared_words(said: str, item: OrderItem) -> int:
    spoken = _WORD.findall(said)
    return sum(any(_alike(word, heard) for heard in spoken) for word in _WORD.findall(item.name.lower()))


def _alike(word: str, heard: str) -> bool:
    if len(word) == 4 and len(heard) == 3:
        return heard not in _WORDS_OF_THREE and OSA.distance(word, heard) == 1  # "tnt" for "tent"
    if len(word) < 4 or len(heard) < 4:
        return word == heard and len(word) > 1
    if word.rstrip("s") == heard.rstrip("s") or sorted(word) == sorted(heard):  # "stoev"
        return True
    return fuzz.ratio(word, heard) >= _LIKENESS
