from __future__ import annotations

import pytest

from bot.nlu.entities import EntityFinder, bare_value

SYNONYMS = {
    "ridge 2": "ridge-2-tent",
    "Ridge 2 Tent": "ridge-2-tent",
    "two person tent": "ridge-2-tent",
    "Ridge 4 Tent": "ridge-4-tent",
    "ridge four": "ridge-4-tent",
    "Squall Waterproof Jacket": "squall-jacket",
    "squall jacket": "squall-jacket",
    "jacket": "squall-jacket",
    "Hazel Gloves": "hazel-gloves",
    "gloves": "hazel-gloves",
    "boots": "scree-boots",
    "stove": "ember-stove",
    "pan set": "ember-pan-set",
    "big rucksack": "fell-45-pack",
    "small rucksack": "fell-25-pack",
    "too tight": "too_small",
    "doesn't work": "faulty",
    "not working": "faulty",
    "has a hole": "damaged",
    "money back": "refund",
    "swap": "exchange",
}
CONFIG = {
    "order_digits": 4,
    "order_prefix": "FH",
    "catalogue": "product",
    "values": {
        "return_reason": ["too_small", "faulty", "damaged"],
        "resolution": ["refund", "exchange"],
        "colour": ["red", "blue"],
    },
}


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder(config=CONFIG, synonyms=SYNONYMS)


def values(finder: EntityFinder, text: str, entity: str) -> list[str]:
    return [found.value for found in finder.find(text) if found.entity == entity]


@pytest.mark.parametrize(
    "text",
    [
        "1042",
        "#1042",
        "# 1042",
        "order 1042",
        "order number 1042",
        "order no. 1042",
        "my order number is 1042.",
        "FH-1042",
        "fh1042",
        "FH 1042",
        "no. 1042",
        "order: 1042",
        "order #FH-1042 please",
        "it's (1042)",
        "1042, the boots",
        "where is 1042?",
    ],
)
def test_an_order_number_is_found_however_it_is_written(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "order_number") == ["1042"]


@pytest.mark.parametrize(
    "text",
    [
        "I paid £1042",
        "in 2024",
        "since summer 2023",
        "1042 grams",
        "07700 900123",
        "12:1042",
        "it cost 1042.50",
        "AB1042C",
        "a tent for 4",
        "number 12",
    ],
)
def test_other_figures_are_no_order_numbers(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "order_number") == []


def test_a_number_that_is_set_right_is_left_out(finder: EntityFinder) -> None:
    assert values(finder, "actually it's 1024 and not 1042", "order_number") == ["1024"]


def test_an_unknown_order_is_still_an_order_number(finder: EntityFinder) -> None:
    assert values(finder, "order 987654", "order_number") == ["987654"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ana@example.com", "ana@example.com"),
        ("it's Ana.B+shop@Mail.Example.CO.UK.", "ana.b+shop@mail.example.co.uk"),
        ("<j_p@x-y.org>", "j_p@x-y.org"),
    ],
)
def test_an_email_is_found(finder: EntityFinder, text: str, value: str) -> None:
    assert values(finder, text, "email") == [value]


@pytest.mark.parametrize("text", ["ana@example", "@fernhill", "meet me @ 10.30", "a@b@c"])
def test_what_is_no_email_is_not_taken_for_one(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "email") == []


@pytest.mark.parametrize(
    ("text", "address", "postcode"),
    [
        ("12 Mill Lane, York YO1 7PR", "12 Mill Lane, York YO1 7PR", "YO1 7PR"),
        ("12 mill lane york yo17pr", "12 mill lane york YO1 7PR", "YO1 7PR"),
        ("send it to 8 Harbour View, Whitby, YO21 3PU please", "8 Harbour View, Whitby, YO21 3PU", "YO21 3PU"),
        ("Flat 3, 27 Castle Street, Edinburgh EH2 3DN", "Flat 3, 27 Castle Street, Edinburgh EH2 3DN", "EH2 3DN"),
        ("14 Patrick Street, Cork T12 W8KP", "14 Patrick Street, Cork T12 W8KP", "T12 W8KP"),
        ("The Old Forge, Church Road, Grasmere LA22 9SW", "The Old Forge, Church Road, Grasmere LA22 9SW", "LA22 9SW"),
        ("c/o Mrs Webb, 3 Abbey Close, Whalley BB7 9SS", "c/o Mrs Webb, 3 Abbey Close, Whalley BB7 9SS", "BB7 9SS"),
        ("5 St John's Road, Bath BA1 1AA", "5 St John's Road, Bath BA1 1AA", "BA1 1AA"),
        ("12 Mill Lane\nYork\nYO1 7PR", "12 Mill Lane York YO1 7PR", "YO1 7PR"),
    ],
)
def test_an_address_is_found_with_its_postcode(finder: EntityFinder, text: str, address: str, postcode: str) -> None:
    assert values(finder, text, "address") == [address]
    assert values(finder, text, "postcode") == [postcode]


@pytest.mark.parametrize(
    "text", ["Lindenstrasse 9, 10969 Berlin", "12 rue de Rivoli, 75001 Paris", "7 High Street, Skipton"]
)
def test_an_address_without_a_british_postcode_is_found(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "address") == [text]


@pytest.mark.parametrize(
    "text", ["2 boots on their way", "order 1042 to the hill", "I live at number 12", "a long way"]
)
def test_no_address_is_made_up(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "address") == []


def test_a_house_number_is_no_order_number(finder: EntityFinder) -> None:
    assert values(finder, "1042 Station Road, Leeds LS1 4AP", "order_number") == []
    assert values(finder, "order 1042 goes to 12 Mill Lane, York YO1 7PR", "order_number") == ["1042"]


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("Ridge 2", "ridge-2-tent"),
        ("the RIDGE 2 TENT please", "ridge-2-tent"),
        ("ridge2", "ridge-2-tent"),
        ("ridge four tent", "ridge-4-tent"),
        ("my two person tent", "ridge-2-tent"),
        ("squall jaket", "squall-jacket"),
        ("the jackets", "squall-jacket"),
        ("sqall waterproof jacket", "squall-jacket"),
        ("hazel glvoes", "hazel-gloves"),
        ("boot", "scree-boots"),
    ],
)
def test_a_product_is_found_by_part_plural_and_misspelt(finder: EntityFinder, text: str, sku: str) -> None:
    assert values(finder, text, "product") == [sku]


@pytest.mark.parametrize("text", ["she loves it", "the store", "set up a refund", "a racket", "stock", "shove it", "2"])
def test_a_like_word_is_no_product(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "product") == []


def test_a_kind_of_which_there_are_several_is_returned_as_written(finder: EntityFinder) -> None:
    (tent,) = finder.find("where is my Tent")
    assert (tent.value, tent.certain) == ("tent", False)
    assert values(finder, "it's the rucksack", "product") == ["rucksack"]


def test_a_denied_product_is_left_out(finder: EntityFinder) -> None:
    assert values(finder, "not the stove, the pan set", "product") == ["ember-pan-set"]


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("they are too tight", "return_reason", "too_small"),
        ("Too Small", "return_reason", "too_small"),
        ("it doesn't work", "return_reason", "faulty"),
        ("it doesn’t work", "return_reason", "faulty"),
        ("it doesnt work", "return_reason", "faulty"),
        ("I want my money back", "resolution", "refund"),
        ("refund", "resolution", "refund"),
        ("in Blue", "colour", "blue"),
    ],
)
def test_a_phrase_stands_for_its_value(finder: EntityFinder, text: str, entity: str, value: str) -> None:
    assert values(finder, text, entity) == [value]


def test_a_negated_phrase_is_left_out(finder: EntityFinder) -> None:
    assert values(finder, "I don't want a refund, I'd like to swap it", "resolution") == ["exchange"]
    assert values(finder, "it isn't too tight, it has a hole", "return_reason") == ["damaged"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("size 10", "10"), ("UK 9", "UK 9"), ("eu43", "EU 43"), ("in medium", "M"), ("extra large", "XL"), ("an M", "M")],
)
def test_a_size_is_found(finder: EntityFinder, text: str, size: str) -> None:
    assert values(finder, text, "size") == [size]


def test_a_complaint_about_size_is_no_size(finder: EntityFinder) -> None:
    assert values(finder, "it's too small and far too large", "size") == []
    assert values(finder, "the small rucksack", "size") == []


def test_places_are_those_of_the_message(finder: EntityFinder) -> None:
    text = "\x00 order 1042,\tthe squall jaket in blue"

    assert [text[found.start : found.end] for found in finder.find(text)] == ["1042", "squall jaket", "blue"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("1042", True),
        ("it's order 1042, thanks", True),
        ("the tent", True),
        ("too tight", True),
        ("boots and gloves please", True),
        ("where is order 1042", False),
        ("cancel the boots", False),
        ("hello", False),
        ("", False),
    ],
)
def test_nothing_but_values_is_told_from_a_sentence(finder: EntityFinder, text: str, bare: bool) -> None:
    entities = [{"start": found.start, "end": found.end} for found in finder.find(text)]

    assert bare_value(text, entities) is bare


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01",
        "😀" * 5000,
        "1042 " * 20_000,
        "12 a " * 900,
        "A a, " * 900,
        "a@" * 5000,
        "Lane " * 5000,
        "\ud800" * 9,
    ],
)
def test_no_text_is_too_odd_or_too_long(finder: EntityFinder, text: str) -> None:
    assert all(0 <= found.start < found.end <= 1000 for found in finder.find(text))


def test_a_shop_without_products_or_phrases_still_finds_forms() -> None:
    finder = EntityFinder(config={**CONFIG, "order_prefix": "", "values": {}}, synonyms={})

    assert [found.value for found in finder.find("order 1042, ana@example.com")] == ["1042", "ana@example.com"]
