"""Fernhill Outdoor's demo books: 32 products, 14 shoppers and 60 orders, all relative to a given day.

Called by `open_shop` to fill a new file, and by the demo page for its list of customers. The same day gives the
same books; nothing is random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from unicodedata import normalize

from actions.shop import rules
from actions.shop.books import Books, Product
from actions.shop.port import Look, Order, OrderItem, OrderState, ReturnRecord, Shopper, Sizes

_DAYS_TO_DELIVER = 4
_DAYS_PROMISED = 5
_DAYS_TO_SEND_BACK = 6

PRODUCTS: Sequence[Product] = (
    Product("ridge-2-tent", "Ridge 2 Tent", 21900),
    Product("ridge-4-tent", "Ridge 4 Tent", 32900),
    Product("moor-1-tent", "Moor 1 Bivvy Tent", 14900),
    Product("harbour-6-tent", "Harbour 6 Family Tent", 47900),
    Product("drift-down-bag", "Drift Down Sleeping Bag", 18900),
    Product("drift-summer-bag", "Drift Summer Sleeping Bag", 6900),
    Product("tarn-mat", "Tarn Sleeping Mat", 7900),
    Product("tarn-pillow", "Tarn Inflatable Pillow", 1900),
    Product("ember-stove", "Ember Gas Stove", 5400),
    Product("ember-pan-set", "Ember Pan Set", 4200),
    Product("ember-kettle", "Ember Kettle", 2400),
    Product("beacon-headtorch", "Beacon Headtorch", 3500),
    Product("beacon-lantern", "Beacon Lantern", 2900),
    Product("fell-45-pack", "Fell 45 Rucksack", 12900),
    Product("fell-25-pack", "Fell 25 Daypack", 6500),
    Product("fell-rain-cover", "Fell Rain Cover", 1600),
    Product("squall-jacket", "Squall Waterproof Jacket", 15900),
    Product("squall-trousers", "Squall Waterproof Trousers", 8900),
    Product("larch-fleece", "Larch Fleece", 5900),
    Product("larch-gilet", "Larch Gilet", 6900),
    Product("birch-base-layer", "Birch Merino Base Layer", 5500),
    Product("birch-leggings", "Birch Merino Leggings", 4900),
    Product("scree-boots", "Scree Walking Boots", 16900),
    Product("scree-shoes", "Scree Trail Shoes", 10900),
    Product("scree-gaiters", "Scree Gaiters", 2900),
    Product("hazel-socks", "Hazel Hiking Socks", 1400),
    Product("hazel-hat", "Hazel Wool Hat", 1800),
    Product("hazel-gloves", "Hazel Gloves", 2600),
    Product("cairn-poles", "Cairn Trekking Poles", 7400),
    Product("cairn-compass", "Cairn Compass", 2200),
    Product("brook-bottle", "Brook Water Bottle", 1700),
    Product("brook-filter", "Brook Water Filter", 3900),
)

_CLOTHES = Sizes("clothing_size", ("XS", "S", "M", "L", "XL", "XXL"), "XS to XXL")
_GLOVES = Sizes("glove_size", ("S", "M", "L"), "S, M and L")
_SHOES = Sizes(
    "shoe_size",
    (*(str(number) for number in range(36, 49)), *(f"UK {number}" for number in range(3, 14))),
    "36 to 48, or UK 3 to 13",
)
SIZES = {
    "squall-jacket": _CLOTHES,
    "squall-trousers": _CLOTHES,
    "larch-fleece": _CLOTHES,
    "larch-gilet": _CLOTHES,
    "birch-base-layer": _CLOTHES,
    "birch-leggings": _CLOTHES,
    "scree-boots": _SHOES,
    "scree-shoes": _SHOES,
    "hazel-gloves": _GLOVES,
}

_DRAWN = ("ridge-2-tent", "scree-boots", "fell-45-pack", "ember-stove", "squall-jacket", "beacon-lantern")
LOOKS = {
    **{sku: Look(f"/demo/pictures/{sku}.svg", f"/#{sku}") for sku in _DRAWN},
    "hazel-socks": Look("/demo/pictures/hazel-socks.svg"),
}
"""What the demo page has drawings of; the socks are not on its shelf."""

SOLD_OUT = frozenset({"harbour-6-tent", "ember-kettle"})


@dataclass(frozen=True, slots=True)
class _Home:
    """A shopper with where their orders go and who brings them."""

    shopper: Shopper
    address: str
    carrier: str
    country: str


def _home(number: int, name: str, address: str, carrier: str, country: str) -> _Home:
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    email = ".".join(plain.lower().split()) + "@example.com"
    return _Home(Shopper(f"c-{number}", name, email), address, carrier, country)


_HOMES: Sequence[_Home] = (
    _home(101, "Ana Novak", "18 Lime Tree Row, Sheffield S11 8TP, United Kingdom", "Royal Mail", "GB"),
    _home(102, "Ben Carter", "4 Weavers Yard, Leeds LS6 2QD, United Kingdom", "DPD", "GB"),
    _home(103, "Clara Weiss", "Ahornweg 27, 50674 Köln, Germany", "DHL", "DE"),
    _home(104, "Dario Conti", "Via dei Tigli 9, 40137 Bologna, Italy", "GLS", "IT"),
    _home(105, "Eilis Murphy", "3 Harbour Terrace, Galway H91 X4C2, Ireland", "An Post", "IE"),
    _home(106, "Freja Lindholm", "Björkvägen 12, 413 19 Göteborg, Sweden", "PostNord", "SE"),
    _home(107, "Gareth Pugh", "22 Quarry Lane, Bangor LL57 1DT, United Kingdom", "Royal Mail", "GB"),
    _home(108, "Helena Duarte", "Rua das Amoreiras 41, 4050-021 Porto, Portugal", "CTT", "PT"),
    _home(109, "Ivo Horvat", "Lipova ulica 6, 10000 Zagreb, Croatia", "GLS", "HR"),
    _home(110, "Julie Lambert", "15 rue des Glycines, 38000 Grenoble, France", "Colissimo", "FR"),
    _home(111, "Kasper Nowicki", "ul. Brzozowa 8, 31-052 Kraków, Poland", "InPost", "PL"),
    _home(112, "Lotte de Vries", "Kastanjelaan 33, 3512 GB Utrecht, Netherlands", "PostNL", "NL"),
    _home(113, "María Ortega", "Calle de los Olmos 5, 48009 Bilbao, Spain", "Correos", "ES"),
    _home(114, "Niamh Kelly", "11 Mill Road, Cork T12 K8AF, Ireland", "An Post", "IE"),
)


@dataclass(frozen=True, slots=True)
class _Sale:
    """One order as it was rung up; a sku twice means two of it, `back` are the skus sent back."""

    number: int
    shopper: int
    days_ago: int
    state: OrderState
    skus: tuple[str, ...]
    back: tuple[str, ...] = ()


_PLACED, _PACKED, _SHIPPED = OrderState.PLACED, OrderState.PACKED, OrderState.SHIPPED
_OUT, _DELIVERED = OrderState.OUT_FOR_DELIVERY, OrderState.DELIVERED
_CANCELLED, _RETURNED = OrderState.CANCELLED, OrderState.RETURNED

_SALES: Sequence[_Sale] = (
    _Sale(1001, 103, 214, _DELIVERED, ("harbour-6-tent", "ember-stove", "ember-pan-set")),
    _Sale(1002, 110, 209, _DELIVERED, ("cairn-poles", "cairn-compass")),
    _Sale(1003, 107, 201, _RETURNED, ("scree-shoes",), back=("scree-shoes",)),
    _Sale(1004, 112, 190, _DELIVERED, ("fell-25-pack", "fell-rain-cover", "brook-bottle")),
    _Sale(1005, 103, 176, _DELIVERED, ("squall-jacket", "squall-trousers"), back=("squall-trousers",)),
    _Sale(1006, 109, 168, _CANCELLED, ("ridge-4-tent",)),
    _Sale(1007, 106, 160, _DELIVERED, ("birch-base-layer", "birch-base-layer", "birch-leggings")),
    _Sale(1008, 113, 151, _DELIVERED, ("drift-down-bag", "tarn-mat", "tarn-pillow")),
    _Sale(1009, 114, 143, _DELIVERED, ("hazel-hat", "hazel-gloves")),
    _Sale(1010, 103, 130, _DELIVERED, ("beacon-lantern", "ember-kettle")),
    _Sale(1011, 108, 121, _DELIVERED, ("scree-boots", "scree-gaiters", "hazel-socks"), back=("scree-gaiters",)),
    _Sale(1012, 111, 116, _CANCELLED, ("larch-gilet",)),
    _Sale(1013, 101, 110, _DELIVERED, ("beacon-headtorch", "brook-filter")),
    _Sale(1014, 102, 104, _DELIVERED, ("fell-45-pack", "fell-rain-cover")),
    _Sale(1015, 107, 97, _DELIVERED, ("moor-1-tent", "drift-summer-bag")),
    _Sale(1016, 110, 92, _RETURNED, ("larch-fleece", "larch-gilet"), back=("larch-fleece", "larch-gilet")),
    _Sale(1017, 114, 84, _DELIVERED, ("ember-stove", "ember-kettle")),
    _Sale(1018, 112, 77, _DELIVERED, ("brook-bottle", "brook-bottle", "brook-filter")),
    _Sale(1019, 109, 71, _DELIVERED, ("cairn-poles", "scree-gaiters")),
    _Sale(1020, 106, 66, _DELIVERED, ("squall-jacket",)),
    _Sale(1021, 113, 58, _DELIVERED, ("ridge-4-tent", "tarn-mat", "tarn-mat"), back=("tarn-mat",)),
    _Sale(1022, 111, 52, _DELIVERED, ("scree-shoes", "hazel-socks", "hazel-socks")),
    _Sale(1023, 102, 47, _DELIVERED, ("squall-jacket", "larch-fleece", "hazel-hat"), back=("larch-fleece",)),
    _Sale(1024, 108, 41, _CANCELLED, ("drift-down-bag", "tarn-pillow")),
    _Sale(1025, 110, 36, _DELIVERED, ("birch-base-layer", "birch-leggings")),
    _Sale(1026, 107, 31, _DELIVERED, ("ember-stove", "ember-pan-set", "ember-kettle"), back=("ember-kettle",)),
    _Sale(1027, 114, 26, _DELIVERED, ("fell-25-pack", "beacon-headtorch")),
    _Sale(1028, 112, 22, _RETURNED, ("scree-boots",), back=("scree-boots",)),
    _Sale(1029, 106, 18, _DELIVERED, ("hazel-gloves", "hazel-hat")),
    _Sale(1030, 109, 15, _DELIVERED, ("ridge-2-tent", "drift-summer-bag", "drift-summer-bag")),
    _Sale(1031, 101, 12, _DELIVERED, ("ridge-2-tent", "tarn-mat")),
    _Sale(1032, 113, 12, _DELIVERED, ("beacon-lantern",)),
    _Sale(1033, 111, 11, _DELIVERED, ("larch-gilet", "birch-base-layer"), back=("larch-gilet",)),
    _Sale(1034, 108, 10, _DELIVERED, ("cairn-compass", "brook-filter")),
    _Sale(1035, 110, 9, _DELIVERED, ("fell-45-pack",)),
    _Sale(1036, 107, 8, _DELIVERED, ("squall-trousers", "scree-gaiters")),
    _Sale(1037, 114, 7, _CANCELLED, ("harbour-6-tent",)),
    _Sale(1038, 106, 6, _OUT, ("drift-down-bag", "tarn-pillow")),
    _Sale(1039, 112, 6, _DELIVERED, ("ember-pan-set",)),
    _Sale(1040, 109, 5, _OUT, ("scree-boots",)),
    _Sale(1041, 113, 5, _OUT, ("cairn-poles", "cairn-compass")),
    _Sale(1042, 101, 4, _SHIPPED, ("scree-boots", "hazel-socks")),
    _Sale(1043, 108, 4, _SHIPPED, ("ridge-2-tent",)),
    _Sale(1044, 111, 4, _SHIPPED, ("beacon-headtorch", "beacon-lantern")),
    _Sale(1045, 110, 4, _CANCELLED, ("brook-bottle",)),
    _Sale(1046, 107, 3, _SHIPPED, ("larch-fleece", "hazel-gloves")),
    _Sale(1047, 102, 3, _SHIPPED, ("scree-shoes", "hazel-socks")),
    _Sale(1048, 114, 3, _SHIPPED, ("tarn-mat", "tarn-pillow", "tarn-pillow")),
    _Sale(1049, 112, 3, _PACKED, ("squall-jacket", "fell-rain-cover")),
    _Sale(1050, 102, 2, _PLACED, ("ember-stove", "ember-pan-set")),
    _Sale(1051, 102, 2, _PACKED, ("drift-summer-bag", "tarn-mat")),
    _Sale(1052, 106, 2, _PACKED, ("birch-leggings", "birch-base-layer")),
    _Sale(1053, 109, 2, _PACKED, ("brook-filter", "brook-bottle")),
    _Sale(1054, 113, 1, _PACKED, ("moor-1-tent",)),
    _Sale(1055, 108, 1, _PLACED, ("larch-gilet", "hazel-hat")),
    _Sale(1056, 111, 1, _PLACED, ("fell-45-pack", "fell-rain-cover", "cairn-poles")),
    _Sale(1057, 107, 1, _PLACED, ("drift-down-bag",)),
    _Sale(1058, 110, 0, _PLACED, ("squall-trousers", "scree-gaiters")),
    _Sale(1059, 112, 0, _PLACED, ("beacon-headtorch",)),
    _Sale(1060, 104, 0, _PLACED, ("ridge-4-tent", "ember-kettle", "brook-bottle")),
)


def demo_books(today: date) -> Books:
    """The demo shop as it stands on a day."""
    homes = {home.shopper.id: home for home in _HOMES}
    orders = [_order(sale, homes[f"c-{sale.shopper}"], today) for sale in _SALES]
    return Books(
        products=PRODUCTS,
        shoppers=[home.shopper for home in _HOMES],
        orders=orders,
        returns=_returns(orders, today),
        sold_out=SOLD_OUT,
        sizes=SIZES,
        looks=LOOKS,
    )


class Listed(Protocol):
    """What the listing needs of a shop."""

    async def shoppers(self) -> Sequence[Shopper]:
        """Everyone who has an account."""

    async def orders(self, shopper_id: str) -> Sequence[Order]:
        """All orders of one shopper, newest first."""


async def demo_customers(shop: Listed) -> list[dict[str, object]]:
    """Who one can be on the demo page, as `GET /demo/customers` gives it."""
    return [
        {
            "id": shopper.id,
            "name": shopper.name,
            "email": shopper.email,
            "orders": [_listed(order) for order in await shop.orders(shopper.id)],
        }
        for shopper in await shop.shoppers()
    ]


def _listed(order: Order) -> Mapping[str, object]:
    return {"number": order.number, "state": order.state.value, "items": [item.name for item in order.items]}


def _order(sale: _Sale, home: _Home, today: date) -> Order:
    placed = today - timedelta(days=sale.days_ago)
    arrived = sale.state in {_DELIVERED, _RETURNED}
    sent = arrived or sale.state in {_SHIPPED, _OUT}
    return Order(
        number=str(sale.number),
        shopper_id=home.shopper.id,
        state=sale.state,
        placed_on=placed,
        expected_on=_expected(sale.state, placed, today),
        delivered_on=placed + timedelta(days=_DAYS_TO_DELIVER) if arrived else None,
        carrier=home.carrier if sent else None,
        tracking=_tracking(sale.number, home) if sent else None,
        address=home.address,
        items=_items(sale),
    )


def _expected(state: OrderState, placed: date, today: date) -> date | None:
    if state is _CANCELLED:
        return None
    return today if state is _OUT else placed + timedelta(days=_DAYS_PROMISED)


def _tracking(number: int, home: _Home) -> str:
    """A parcel id in the shape of the postal unions: two letters, nine digits, the country it goes to."""
    return f"{home.carrier[:2].upper()}{number * 7_919_017 % 10**9:09d}{home.country}"


def _items(sale: _Sale) -> list[OrderItem]:
    shelf = {product.sku: product for product in PRODUCTS}
    return [
        OrderItem(sku, shelf[sku].name, quantity, shelf[sku].price_pence, returned=sku in sale.back)
        for sku, quantity in Counter(sale.skus).items()
    ]


def _returns(orders: Sequence[Order], today: date) -> dict[str, ReturnRecord]:
    sent_back = [(order, item) for order in orders for item in order.items if item.returned]
    reasons = ("too_small", "changed_mind", "faulty", "too_large", "not_as_described", "damaged", "wrong_item")
    return {
        f"demo-{order.number}-{item.sku}": ReturnRecord(
            label=rules.label(position + 1),
            order_number=order.number,
            sku=item.sku,
            reason=reasons[position % len(reasons)],
            resolution="exchange" if position % 3 == 0 else "refund",
            created_on=min((order.delivered_on or today) + timedelta(days=_DAYS_TO_SEND_BACK), today),
        )
        for position, (order, item) in enumerate(sent_back)
    }
