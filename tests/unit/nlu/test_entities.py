from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import SpacyEntities, bare_value
from bot.nlu.finder import EntityFinder
from tests.unit.nlu.values import CONFIG, FINDER, NOW, SYNONYMS, values, words


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
        "FH.1042",
        "FH#1042",
        "ref no: 1042",
        "no. 1042",
        "order: 1042",
        "order #FH-1042 please",
        "it's (1042)",
        "1042, the boots",
        "where is 1042?",
    ],
)
def test_an_order_number_is_found_however_it_is_written(text: str) -> None:
    assert values(text, "order_number") == ["1042"]


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
        "error 4040 when I pay",
        "my house number is 1450",
        "the 2024 model",
    ],
)
def test_other_figures_are_no_order_numbers(text: str) -> None:
    assert values(text, "order_number") == []


def test_a_number_that_is_set_right_is_left_out() -> None:
    assert values("actually it's 1024 and not 1042", "order_number") == ["1024"]


def test_an_unknown_order_is_still_an_order_number() -> None:
    assert values("order 987654", "order_number") == ["987654"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ana@example.com", "ana@example.com"),
        ("it's Ana.B+shop@Mail.Example.CO.UK.", "ana.b+shop@mail.example.co.uk"),
        ("<j_p@x-y.org>", "j_p@x-y.org"),
        ("tess.o'brien@example.com", "tess.o'brien@example.com"),
        ("ana at example dot com", "ana@example.com"),
    ],
)
def test_an_email_is_found(text: str, value: str) -> None:
    assert values(text, "email") == [value]


@pytest.mark.parametrize("text", ["ana@example", "@fernhill", "meet me @ 10.30", "a@b@c"])
def test_what_is_no_email_is_not_taken_for_one(text: str) -> None:
    assert values(text, "email") == []


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
def test_an_address_is_found_with_its_postcode(text: str, address: str, postcode: str) -> None:
    assert values(text, "address") == [address]
    assert values(text, "postcode") == [postcode]


@pytest.mark.parametrize(
    "text", ["Lindenstrasse 9, 10969 Berlin", "12 rue de Rivoli, 75001 Paris", "7 High Street, Skipton"]
)
def test_an_address_without_a_british_postcode_is_found(text: str) -> None:
    assert values(text, "address") == [text]


@pytest.mark.parametrize(
    "text", ["2 boots on their way", "order 1042 to the hill", "I live at number 12", "a long way"]
)
def test_no_address_is_made_up(text: str) -> None:
    assert values(text, "address") == []


def test_a_house_number_is_no_order_number() -> None:
    assert values("1042 Station Road, Leeds LS1 4AP", "order_number") == []
    assert values("order 1042 goes to 12 Mill Lane, York YO1 7PR", "order_number") == ["1042"]


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
        ("gaitors", "scree-gaiters"),
        ("head torches", "beacon-headtorch"),
        ("the hazel beanie", "hazel-hat"),
    ],
)
def test_a_product_is_found_by_part_plural_and_misspelt(text: str, sku: str) -> None:
    assert values(text, "product") == [sku]


@pytest.mark.parametrize("text", ["she loves it", "the store", "set up a refund", "a racket", "stock", "shove it", "2"])
def test_a_like_word_is_no_product(text: str) -> None:
    assert values(text, "product") == []


def test_a_kind_of_which_there_are_several_is_returned_as_written() -> None:
    (tent,) = FINDER.find("where is my Tent", NOW)
    assert (tent.value, tent.vague) == ("tent", True)
    assert values("it's the rucksack", "product") == ["rucksack"]


def test_a_denied_product_is_marked() -> None:
    assert values("not the stove, the pan set", "product") == ["ember-pan-set"]


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
def test_a_phrase_stands_for_its_value(text: str, entity: str, value: str) -> None:
    assert values(text, entity) == [value]


def test_of_overlapping_phrases_the_first_counts() -> None:
    assert words("it came too late for our holiday", "return_reason") == ["came too late"]


def test_a_fault_of_the_website_is_none_of_an_item() -> None:
    assert values("the discount code doesn't work", "return_reason") == []


def test_a_negated_phrase_is_marked() -> None:
    assert values("I don't want a refund, I'd like to swap it", "resolution") == ["exchange"]
    assert values("it isn't too tight, it has a hole", "return_reason") == ["damaged"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("size 10", "10"), ("UK 9", "UK 9"), ("eu43", "EU 43"), ("in medium", "M"), ("extra large", "XL"), ("an M", "M")],
)
def test_a_size_is_found(text: str, size: str) -> None:
    assert values(text, "size") == [size]


def test_a_complaint_about_size_is_no_size() -> None:
    assert values("it's too small and far too large", "size") == []
    assert values("the small rucksack", "size") == []


def test_places_are_those_of_the_message() -> None:
    text = "\x00 order 1042,\tthe squall jaket in blue"

    assert [text[found.start : found.end] for found in FINDER.find(text, NOW)] == ["1042", "squall jaket", "blue"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("1042", True),
        ("it's order 1042, thanks", True),
        ("the tent", True),
        ("too tight", True),
        ("boots and gloves please", True),
        ("2 boots", True),
        ("FH-1042", True),
        ("Ana, 1042", True),
        ("tomorrow", False),
        ("Ana", False),
        ("07700 900217", False),
        ("£20 please", False),
        ("where is order 1042", False),
        ("cancel the boots", False),
        ("hello", False),
        ("", False),
    ],
)
def test_nothing_but_values_is_told_from_a_sentence(text: str, bare: bool) -> None:
    entities = [{"entity": found.entity, "start": found.start, "end": found.end} for found in FINDER.find(text, NOW)]

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
def test_no_text_is_too_odd_or_too_long(text: str) -> None:
    assert all(0 <= found.start < found.end <= 1000 for found in FINDER.find(text, NOW))


def test_a_shop_without_products_or_phrases_still_finds_forms() -> None:
    finder = EntityFinder(config={**CONFIG, "order_prefix": "", "values": {}}, synonyms={})

    assert [found.value for found in finder.find("order 1042, ana@example.com", NOW)] == ["1042", "ana@example.com"]


def test_a_denied_value_does_not_reach_the_dialogue() -> None:
    config = {**SpacyEntities.get_default_config(), **CONFIG}
    component = SpacyEntities(config=config, model_storage=None, resource=None, synonyms=SYNONYMS)  # type: ignore[arg-type]
    (message,) = component.process([Message(data={TEXT: "not the stove, the pan set"})])

    assert [(entity["value"], entity["extractor"]) for entity in message.get(ENTITIES)] == [
        ("ember-pan-set", "SpacyEntities")
    ]


def test_the_component_tells_times_in_the_time_zone_of_the_shop() -> None:
    zone = "Pacific/Kiritimati"  # fourteen hours ahead
    config = {**SpacyEntities.get_default_config(), **CONFIG, "timezone": zone}
    component = SpacyEntities(config=config, model_storage=None, resource=None)  # type: ignore[arg-type]
    before = datetime.now(ZoneInfo(zone)).date()
    (message,) = component.process([Message(data={TEXT: "today"})])
    after = datetime.now(ZoneInfo(zone)).date()

    assert message.get(ENTITIES)[0]["value"] in {str(before), str(after)}
