"""The demo books must be believable on whatever day they are opened."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from actions.shop import rules
from actions.shop.demo import PRODUCTS, demo_books
from actions.shop.port import OrderState

DAYS = [date(2025, 3, 14), date(2024, 2, 29), date(2026, 1, 1)]


def test_the_same_day_gives_the_same_books() -> None:
    assert demo_books(DAYS[0]) == demo_books(DAYS[0])


@pytest.mark.parametrize("today", DAYS)
def test_there_is_enough_of_everything(today: date) -> None:
    books = demo_books(today)
    assert len({product.sku for product in books.products}) == len(PRODUCTS) == 32
    assert len({shopper.email for shopper in books.shoppers}) == len(books.shoppers) >= 12
    assert len({order.number for order in books.orders}) == len(books.orders) >= 45
    assert {order.state for order in books.orders} == set(OrderState)
    assert all(shopper.email.isascii() for shopper in books.shoppers)


@pytest.mark.parametrize("today", DAYS)
def test_no_order_contradicts_itself(today: date) -> None:
    for order in demo_books(today).orders:
        arrived = order.state in {OrderState.DELIVERED, OrderState.RETURNED}
        on_its_way = order.state in {OrderState.SHIPPED, OrderState.OUT_FOR_DELIVERY}
        assert order.placed_on <= today
        assert (order.delivered_on is not None) is arrived
        assert (order.tracking is not None) is (order.carrier is not None) is (arrived or on_its_way)
        if order.delivered_on:
            assert order.placed_on < order.delivered_on <= today
        if order.state.is_open:
            assert order.expected_on is not None
            assert order.expected_on >= today
        if order.state is OrderState.RETURNED:
            assert all(item.returned for item in order.items)


@pytest.mark.parametrize("today", DAYS)
def test_returns_and_returned_lines_belong_together(today: date) -> None:
    books = demo_books(today)
    registered = {(record.order_number, record.sku) for record in books.returns.values()}
    marked = {(order.number, item.sku) for order in books.orders for item in order.items if item.returned}
    assert registered == marked
    labels = [record.label for record in books.returns.values()]
    assert labels == [rules.label(position + 1) for position in range(len(labels))]


def test_some_deliveries_can_still_be_returned_some_not_and_some_in_part() -> None:
    today = DAYS[0]
    delivered = [order for order in demo_books(today).orders if order.state is OrderState.DELIVERED]
    ages = Counter(today - (order.delivered_on or today) <= timedelta(days=60) for order in delivered)
    assert ages[True] >= 5
    assert ages[False] >= 5
    assert any(len({item.returned for item in order.items}) == 2 for order in delivered)
