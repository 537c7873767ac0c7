"""The sample business in memory: the twin of `SqlShop` for tests and for conversations without a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from actions.shop import rules
from actions.shop.books import Books
from actions.shop.port import Look, NewOrder, NewReturn, Order, OrderItem, OrderState, ReturnRecord, Shopper, Sizes


class FakeShop:
    """A Shop over dictionaries. Nothing awaits, so every method is atomic within one event loop."""

    def __init__(self, books: Books, *, today: Callable[[], date]) -> None:
        self._shoppers = {shopper.id: shopper for shopper in books.shoppers}
        self._orders = {order.number: order for order in books.orders}
        self._returns = dict(books.returns)
        self._prices = {each.sku: each.price_pence for each in books.products if each.sku not in books.sold_out}
        self._sizes = dict(books.sizes)
        self._looks = dict(books.looks)
        self._ordered_again: dict[str, str] = {}
        self._today = today

    async def shoppers(self) -> Sequence[Shopper]:
        """Everyone who has an account, by id."""
        return sorted(self._shoppers.values(), key=lambda shopper: shopper.id)

    async def orders(self, shopper_id: str) -> Sequence[Order]:
        """All orders of one shopper, newest first."""
        theirs = [order for order in self._orders.values() if order.shopper_id == shopper_id]
        return sorted(theirs, key=lambda order: (order.placed_on, order.number), reverse=True)

    async def find_order(self, number: str, email: str) -> Order | None:
        """The order whose number and e-mail both match."""
        order = self._orders.get(rules.plain_number(number))
        if order is None or rules.plain_email(self._shoppers[order.shopper_id].email) != rules.plain_email(email):
            return None
        return order

    async def create_return(self, new: NewReturn) -> ReturnRecord:
        """Register a return once per key."""
        if new.key in self._returns:
            return self._returns[new.key]
        order = self._order(new.order_number)
        item = rules.check_return(order, new, today=self._today())
        record = ReturnRecord(
            label=rules.label(len(self._returns) + 1),
            order_number=order.number,
            sku=new.sku,
            reason=new.reason,
            resolution=new.resolution,
            created_on=self._today(),
            size=rules.size_sent(item.name, self._sizes.get(new.sku), new),
        )
        self._returns[new.key] = record
        self._orders[order.number] = replace(order, items=[_sent_back(item, new.sku) for item in order.items])
        return record

    async def cancel(self, order_number: str) -> Order:
        """Cancel an order that has not shipped."""
        order = self._order(order_number)
        if rules.needs_cancelling(order):
            order = replace(order, state=OrderState.CANCELLED, expected_on=None)
            self._orders[order.number] = order
        return order

    async def change_address(self, order_number: str, address: str) -> Order:
        """Send an unshipped order elsewhere."""
        order = self._order(order_number)
        if rules.needs_new_address(order, address):
            order = replace(order, address=address.strip())
            self._orders[order.number] = order
        return order

    async def prices(self, skus: Sequence[str]) -> Mapping[str, int]:
        """What each costs now; what can't be ordered now is left out."""
        return {sku: self._prices[sku] for sku in skus if sku in self._prices}

    async def order_again(self, new: NewOrder) -> Order:
        """Place an order once per key."""
        if new.key in self._ordered_again:
            return self._order(self._ordered_again[new.key])
        earlier = self._order(new.repeats)
        items = rules.lines_again(earlier, new, self._prices)
        number = max(map(int, self._orders)) + 1
        order = rules.next_order(earlier, new, items, number=number, today=self._today())
        self._orders[order.number] = order
        self._ordered_again[new.key] = order.number
        return order

    async def sizes(self, sku: str) -> Sizes | None:
        """The sizes of a product."""
        return self._sizes.get(sku)

    async def looks(self, skus: Sequence[str]) -> Mapping[str, Look]:
        """How each product looks."""
        return {sku: self._looks[sku] for sku in skus if sku in self._looks}

    def _order(self, written: str) -> Order:
        number = rules.plain_number(written)
        return rules.found(self._orders.get(number), number)


def _sent_back(item: OrderItem, sku: str) -> OrderItem:
    return replace(item, returned=True) if item.sku == sku else item
