"""What the customer tasks need from a business. An operator implements `Shop` once; nothing else changes.

Called by the actions only. All money is in pence, all dates are in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol


class OrderState(str, Enum):
    """Where an order is on its way to the customer."""

    PLACED = "placed"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"

    @property
    def is_open(self) -> bool:
        """Whether the customer is still waiting for something."""
        return self in {
            OrderState.PLACED,
            OrderState.PACKED,
            OrderState.SHIPPED,
            OrderState.OUT_FOR_DELIVERY,
        }

    @property
    def can_still_change(self) -> bool:
        """Whether the order may be cancelled or sent elsewhere: only until it has been shipped."""
        return self in {OrderState.PLACED, OrderState.PACKED}


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer as the shop knows them."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order."""

    sku: str
    name: str
    quantity: int
    price_pence: int
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order with its lines; `number` is what the customer reads on the confirmation, such as "1042"."""

    number: str
    shopper_id: str
    state: OrderState
    placed_on: date
    expected_on: date | None
    delivered_on: date | None
    carrier: str | None
    tracking: str | None
    address: str
    items: Sequence[OrderItem]
    wishes: str | None = None
    """What the customer wishes for its delivery, such as "by DHL and left with the neighbour"."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes a product comes in: `worn` is the kind of a customer's size that counts, such as "shoe_size"."""

    worn: str
    offered: Sequence[str]
    in_words: str
    """Such as "XS to XXL"."""

    def take(self, size: str) -> str | None:
        """The size as the shop writes it, or None when there is none such."""
        written = size.removeprefix("EU ")
        return written if written in self.offered else None


@dataclass(frozen=True, slots=True)
class Look:
    """How a product is shown: the addresses of a picture and of its page, absolute or on this server ("/…")."""

    picture: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class NewReturn:
    """A return as the customer confirmed it, with the size of what comes in exchange, if they want another.

    `key` makes the creation idempotent.
    """

    key: str
    order_number: str
    sku: str
    reason: str
    resolution: str
    size: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """A registered return; `label` is the reference printed on the parcel, such as "R-20017"."""

    label: str
    order_number: str
    sku: str
    reason: str
    resolution: str
    created_on: date
    size: str | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a customer orders once more; without an address it goes where the order it repeats went.

    `key` makes it idempotent.
    """

    key: str
    repeats: str
    """The number of the earlier order."""
    skus: Sequence[str]
    """Which of its lines, each in the quantity of then."""
    address: str | None = None
    wishes: str | None = None
    """What they wish for its delivery, where it is possible."""


class ShopError(Exception):
    """The shop refused. The message is fit for the customer's eyes."""


class ShopBackend(Protocol):
    """The orders and returns of one business."""

    async def orders(self, shopper_id: str) -> Sequence[Order]:
        """All orders of one shopper, newest first; empty when there are none."""

    async def find_order(self, number: str, email: str) -> Order | None:
        """The order whose number and e-mail both match, else None (never telling which was wrong)."""

    async def create_return(self, new: NewReturn) -> ReturnRecord:
        """Register a return. The same `key` again gives the first record. Raises ShopError when not allowed."""

    async def cancel(self, order_number: str) -> Order:
        """Cancel an order that has not shipped; cancelling twice changes nothing. Raises ShopError otherwise."""

    async def change_address(self, order_number: str, address: str) -> Order:
        """Send an unshipped order elsewhere; the same address again changes nothing. Raises ShopError otherwise."""


class Ordering(Protocol):
    """Ordering what was ordered before."""

    async def prices(self, skus: Sequence[str]) -> Mapping[str, int]:
        """What each costs now, in pence; what can't be ordered now is left out."""

    async def order_again(self, new: NewOrder) -> Order:
        """Place an order. The same `key` again gives the first one. Raises ShopError when not possible."""


class Fitting(Protocol):
    """What comes in sizes."""

    async def sizes(self, sku: str) -> Sizes | None:
        """The sizes of a product; None for what comes in one."""


class Displaying(Protocol):
    """What can be shown, where a channel shows pictures."""

    async def looks(self, skus: Sequence[str]) -> Mapping[str, Look]:
        """How each product looks; without those that have neither picture nor page."""


class Shop(ShopBackend, Ordering, Fitting, Displaying, Protocol):
    """All that the customer tasks need."""
