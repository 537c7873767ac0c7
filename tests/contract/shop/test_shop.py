"""One suite for every Shop: the SQLite shop and its in-memory twin must be told apart by nothing here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from actions.shop.demo import demo_books, demo_customers
from actions.shop.fakes import FakeShop
from actions.shop.open import open_shop
from actions.shop.port import Look, NewOrder, NewReturn, OrderState, ShopError
from actions.shop.sql import SqlShop

TODAY = date(2025, 3, 14)
Shop = SqlShop | FakeShop


@pytest.fixture(params=["sql", "memory"])
async def shop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shop]:
    if request.param == "memory":
        yield FakeShop(demo_books(TODAY), today=lambda: TODAY)
        return
    opened = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    yield opened
    await opened.close()


def a_return(**changes: str) -> NewReturn:
    asked = {"key": "turn-1", "order_number": "1031", "sku": "ridge-2-tent"}
    return NewReturn(**(asked | {"reason": "too_small", "resolution": "refund"} | changes))


async def test_orders_are_one_shoppers_own_newest_first(shop: Shop) -> None:
    orders = await shop.orders("c-101")
    assert [order.number for order in orders] == ["1042", "1031", "1013"]
    assert [item.name for item in orders[0].items] == ["Scree Walking Boots", "Hazel Hiking Socks"]
    assert orders[1].delivered_on == TODAY - timedelta(days=8)
    assert {order.shopper_id for order in orders} == {"c-101"}


async def test_a_shopper_without_orders_and_a_stranger_have_none(shop: Shop) -> None:
    assert list(await shop.orders("c-105")) == []
    assert list(await shop.orders("c-999")) == []


async def test_both_kinds_of_shop_hold_the_same_books(shop: Shop) -> None:
    books = demo_books(TODAY)
    assert list(await shop.shoppers()) == list(books.shoppers)
    kept = [order for shopper in books.shoppers for order in await shop.orders(shopper.id)]
    assert sorted(kept, key=lambda order: order.number) == list(books.orders)


@pytest.mark.parametrize("written", ["1042", "#1042", "FH-1042", "fh1042", " # 1042 ", "#FH-1042"])
async def test_an_order_is_found_however_its_number_is_written(shop: Shop, written: str) -> None:
    order = await shop.find_order(written, " Ana.NOVAK@Example.com ")
    assert order is not None
    assert order.number == "1042"


@pytest.mark.parametrize(
    ("number", "email"),
    [("1042", "ben.carter@example.com"), ("1999", "ana.novak@example.com"), ("", ""), ("1042", "%"), ("%", "%")],
)
async def test_nothing_is_told_unless_number_and_email_both_match(shop: Shop, number: str, email: str) -> None:
    assert await shop.find_order(number, email) is None


async def test_a_return_is_registered_and_marks_its_line_only(shop: Shop) -> None:
    record = await shop.create_return(a_return(order_number="#FH-1031"))
    assert record.label.startswith("R-2")
    assert (record.order_number, record.sku, record.created_on) == ("1031", "ridge-2-tent", TODAY)
    (order,) = [order for order in await shop.orders("c-101") if order.number == "1031"]
    assert {item.sku: item.returned for item in order.items} == {"ridge-2-tent": True, "tarn-mat": False}
    assert order.state is OrderState.DELIVERED


async def test_the_same_key_gives_the_first_return_again(shop: Shop) -> None:
    first = await shop.create_return(a_return())
    assert await shop.create_return(a_return()) == first
    assert await shop.create_return(a_return(sku="tarn-mat")) == first
    (order,) = [order for order in await shop.orders("c-101") if order.number == "1031"]
    assert [item.returned for item in order.items] == [True, False]


async def test_an_exchange_is_registered_with_the_size_that_is_wanted(shop: Shop) -> None:
    jacket = a_return(order_number="1023", sku="squall-jacket", resolution="exchange", size="L")
    assert (await shop.create_return(jacket)).size == "L"
    assert (await shop.create_return(jacket)).size == "L"
    assert (await shop.create_return(a_return(key="turn-2"))).size is None


@pytest.mark.parametrize(("sku", "size"), [("squall-jacket", "44"), ("hazel-hat", "M")])
async def test_a_size_that_there_is_not_is_refused_and_nothing_registered(shop: Shop, sku: str, size: str) -> None:
    with pytest.raises(ShopError, match=f"does not come in size {size}"):
        await shop.create_return(a_return(order_number="1023", sku=sku, resolution="exchange", size=size))
    (order,) = [order for order in await shop.orders("c-102") if order.number == "1023"]
    assert not next(item for item in order.items if item.sku == sku).returned


async def test_what_is_ordered_again_goes_where_and_how_it_is_wished(shop: Shop) -> None:
    new = NewOrder("turn-9", "1031", ("tarn-mat",), " 2 Elm Row ", "by DHL and left with the neighbour")
    order = await shop.order_again(new)
    assert (order.address, order.wishes) == ("2 Elm Row", "by DHL and left with the neighbour")
    assert (await shop.orders("c-101"))[0] == order


async def test_the_sizes_of_a_product_are_known_and_written_one_way(shop: Shop) -> None:
    boots = await shop.sizes("scree-boots")
    assert boots is not None
    assert (boots.worn, boots.in_words) == ("shoe_size", "36 to 48, or UK 3 to 13")
    assert [boots.take(size) for size in ("44", "EU 44", "UK 9", "L", "60")] == ["44", "44", "UK 9", None, None]
    assert await shop.sizes("ridge-2-tent") is None


async def test_how_products_look_is_known_as_far_as_there_are_pictures(shop: Shop) -> None:
    looks = await shop.looks(["scree-boots", "hazel-socks", "tarn-mat", "no-such-thing"])
    assert looks == {
        "scree-boots": Look("/demo/pictures/scree-boots.svg", "/#scree-boots"),
        "hazel-socks": Look("/demo/pictures/hazel-socks.svg"),
    }


async def test_ten_deliveries_of_one_return_at_once_register_one(shop: Shop) -> None:
    records = await asyncio.gather(*(shop.create_return(a_return()) for _ in range(10)))
    assert len({record.label for record in records}) == 1


async def test_two_returns_of_one_item_at_once_register_one(shop: Shop) -> None:
    asked = (shop.create_return(a_return(key=f"turn-{n}")) for n in range(2))
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(isinstance(result, ShopError) for result in results) == [False, True]


async def test_each_return_has_a_label_of_its_own(shop: Shop) -> None:
    tent = await shop.create_return(a_return())
    mat = await shop.create_return(a_return(key="turn-2", sku="tarn-mat"))
    taken = {record.label for record in demo_books(TODAY).returns.values()}
    assert len({tent.label, mat.label} - taken) == 2


@pytest.mark.parametrize(
    ("order_number", "sku", "said"),
    [
        ("1042", "scree-boots", "hasn’t been delivered yet"),
        ("1037", "harbour-6-tent", "was cancelled"),
        ("1013", "brook-filter", "60 days"),
        ("1031", "ember-stove", "isn’t in order 1031"),
        ("1023", "larch-fleece", "already has a return"),
        ("1028", "scree-boots", "already has a return"),
        ("1999", "ridge-2-tent", "can’t find an order 1999"),
    ],
)
async def test_a_return_that_is_not_allowed_is_refused_in_words_for_the_customer(
    shop: Shop, order_number: str, sku: str, said: str
) -> None:
    with pytest.raises(ShopError, match=said):
        await shop.create_return(a_return(order_number=order_number, sku=sku))


async def test_a_refused_return_may_be_asked_again_under_the_same_key(shop: Shop) -> None:
    with pytest.raises(ShopError):
        await shop.create_return(a_return(sku="ember-stove"))
    assert (await shop.create_return(a_return())).sku == "ridge-2-tent"


@pytest.mark.parametrize("number", ["1050", "1051", "FH-1060"])
async def test_an_order_that_has_not_shipped_is_cancelled_once(shop: Shop, number: str) -> None:
    cancelled = await shop.cancel(number)
    assert cancelled.state is OrderState.CANCELLED
    assert cancelled.expected_on is None
    assert await shop.cancel(number) == cancelled
    assert cancelled in await shop.orders(cancelled.shopper_id)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1042", "already been shipped"),
        ("1040", "out for delivery"),
        ("1031", "already been delivered"),
        ("1028", "already been returned"),
        ("1999", "can’t find"),
    ],
)
async def test_an_order_on_its_way_is_not_cancelled(shop: Shop, number: str, said: str) -> None:
    with pytest.raises(ShopError, match=said):
        await shop.cancel(number)


async def test_an_unshipped_order_is_sent_elsewhere_and_keeps_its_items(shop: Shop) -> None:
    before = next(order for order in await shop.orders("c-104"))
    moved = await shop.change_address("#1060", "  12 Mill Lane, York YO1 7PR ")
    assert moved.address == "12 Mill Lane, York YO1 7PR"
    assert moved.items == before.items
    assert await shop.change_address("1060", moved.address) == moved
    assert list(await shop.orders("c-104")) == [moved]


@pytest.mark.parametrize(
    ("number", "address", "said"),
    [
        ("1042", "12 Mill Lane, York", "already been shipped"),
        ("1037", "12 Mill Lane, York", "was cancelled"),
        ("1060", "   ", "full address"),
        ("1999", "12 Mill Lane, York", "can’t find"),
    ],
)
async def test_an_address_is_not_changed_when_that_is_impossible(
    shop: Shop, number: str, address: str, said: str
) -> None:
    with pytest.raises(ShopError, match=said):
        await shop.change_address(number, address)


async def test_asking_again_for_the_address_an_order_was_shipped_to_changes_nothing(shop: Shop) -> None:
    (shipped,) = [order for order in await shop.orders("c-101") if order.number == "1042"]
    assert await shop.change_address("1042", shipped.address) == shipped


async def test_the_demo_listing_offers_one_with_one_open_order_one_with_several_and_one_without(shop: Shop) -> None:
    listed = {customer["id"]: customer for customer in await demo_customers(shop)}
    assert listed["c-104"] == {
        "id": "c-104",
        "name": "Dario Conti",
        "email": "dario.conti@example.com",
        "orders": [
            {"number": "1060", "state": "placed", "items": ["Ridge 4 Tent", "Ember Kettle", "Brook Water Bottle"]}
        ],
    }
    open_orders = {
        shopper.id: [order.number for order in await shop.orders(shopper.id) if order.state.is_open]
        for shopper in await shop.shoppers()
    }
    assert open_orders["c-101"] == ["1042"]
    assert set(open_orders["c-102"]) == {"1050", "1051", "1047"}
    assert open_orders["c-103"] == open_orders["c-105"] == []


AGAIN = NewOrder("turn-1", "1031", ("ridge-2-tent", "tarn-mat"))


async def test_an_order_is_placed_again_for_the_same_shopper_and_address(shop: Shop) -> None:
    order = await shop.order_again(AGAIN)

    assert (order.number, order.shopper_id, order.state) == ("1061", "c-101", OrderState.PLACED)
    assert [(item.sku, item.quantity, item.returned) for item in order.items] == [
        ("ridge-2-tent", 1, False),
        ("tarn-mat", 1, False),
    ]
    assert (order.placed_on, order.expected_on) == (TODAY, TODAY + timedelta(days=5))
    assert order.address == "18 Lime Tree Row, Sheffield S11 8TP, United Kingdom"
    assert (await shop.orders("c-101"))[0] == order


async def test_the_same_key_orders_once(shop: Shop) -> None:
    first = await shop.order_again(AGAIN)

    assert await shop.order_again(AGAIN) == first
    assert len(await shop.orders("c-101")) == 4
    assert (await shop.order_again(NewOrder("turn-2", "1031", ("tarn-mat",)))).number == "1062"


async def test_lines_keep_their_quantity_and_what_went_back_can_be_ordered_again(shop: Shop) -> None:
    socks = await shop.order_again(NewOrder("a", "1022", ("hazel-socks",)))
    mat = await shop.order_again(NewOrder("b", "1021", ("tarn-mat",)))

    assert [(item.sku, item.quantity) for item in socks.items] == [("hazel-socks", 2)]
    assert [(item.sku, item.returned) for item in mat.items] == [("tarn-mat", False)]


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (NewOrder("k", "1001", ("harbour-6-tent",)), "The Harbour 6 Family Tent is sold out at the moment."),
        (NewOrder("k", "1031", ("ember-stove",)), "That item isn’t in order 1031."),
        (NewOrder("k", "1031", ()), "There is nothing to order."),
        (NewOrder("k", "9999", ("tarn-mat",)), "I can’t find an order 9999."),
    ],
)
async def test_what_cannot_be_ordered_again_is_refused_with_words_for_the_customer(
    shop: Shop, new: NewOrder, why: str
) -> None:
    with pytest.raises(ShopError, match=why):
        await shop.order_again(new)
    assert [order.number for order in await shop.orders("c-101")] == ["1042", "1031", "1013"]


async def test_prices_are_those_of_today_without_what_is_sold_out(shop: Shop) -> None:
    assert await shop.prices(["tarn-mat", "harbour-6-tent", "unheard-of"]) == {"tarn-mat": 7900}
