"""What customers state of themselves is found, and nothing else is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from bot.nlu.facts.component import tells_only
from bot.nlu.facts.finder import find_facts
from bot.nlu.facts.stated import Stated
from bot.nlu.finder import EntityFinder, read_finder

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 18, 10)
SETS = (ROOT / "evaluation" / "facts.yml", ROOT / "evaluation" / "dev" / "facts.yml")


@pytest.fixture(scope="module")
def entities() -> EntityFinder:
    return read_finder(ROOT)


def found(entities: EntityFinder, text: str, meant: str | None = None) -> list[Stated]:
    return list(find_facts(text, meant or text, entities.find(text, NOW)))


def values(entities: EntityFinder, text: str) -> dict[str, str]:
    return {stated.key: stated.value for stated in found(entities, text)}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("I'm a size 44 in boots", {"shoe_size": "44"}),
        ("I take a medium in jackets and a 42 in shoes", {"clothing_size": "M", "shoe_size": "42"}),
        ("I'm a 43", {"size": "43"}),
        ("please always use DHL", {"carrier": "DHL"}),
        ("DPD please, not Evri, for everything", {"carrier": "DPD", "avoided_carrier:Evri": "Evri"}),
        ("leave it with my neighbour if I'm out", {"delivery_place": "with the neighbour"}),
        ("we've moved to 77 Park Road, Leeds LS8 1AA", {"delivery_address": "77 Park Road, Leeds LS8 1AA"}),
        ("I'm allergic to wool, where's my order?", {"allergy:wool": "wool"}),
        ("allergies: nickel and latex", {"allergy:nickel": "nickel", "allergy:latex": "latex"}),
        ("it's a present for my sister", {"gift_for:sister": "sister"}),
        ("my first language is German", {"spoken_language": "German"}),
        ("my name is Yusuf Demir", {"name": "Yusuf Demir"}),
        ("it's Anna not Ana", {"name": "Anna"}),
        ("no it's Björn, not Bjorn please", {"name": "Björn"}),
        ("it's spelt Kathryn, not Catherine", {"name": "Kathryn"}),
        ("stop calling me Ana, it's Anna", {"name": "Anna"}),
        ("my e-mail address is ana@example.com", {"email": "ana@example.com"}),
        ("you can reach me at ana@example.com", {"email": "ana@example.com"}),
        ("my mobile is 07700 900123", {"phone": "+447700900123"}),
        ("call it “mum's gift” please", {"nickname": "mum's gift"}),
        ("could you note that I wear size 42 shoes?", {"shoe_size": "42"}),
    ],
)
def test_a_statement_is_a_fact(entities: EntityFinder, text: str, facts: dict[str, str]) -> None:
    assert values(entities, text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "am I a size 44 in boots?",
        "if I'm a 44 in boots, what fits?",
        "maybe I'm a medium",
        "my brother is a size 12",
        "my wife's email is eva@example.com",
        "1031, ana@example.com",
        "my sister is allergic to wool",
        "the review says “I'm a size 44”",
        "yeah right, I'm a size 44 now",
        "I'm allergic to waiting",
        "I'm 44",
        "I ordered a medium",
        "you always use DHL",
        "they left it with the neighbour",
        "can the driver leave it in the shed?",
        "I used to live at 12 Mill Lane, York YO1 7PR",
        "call it a day",
        "I called it rubbish",
        "I called the tent a disaster",
        "what do you call the tent?",
        "your colleague called the jacket waterproof",
        "call me back",
        "I don't speak German",
        "",
    ],
)
def test_what_is_no_plain_statement_teaches_nothing(entities: EntityFinder, text: str) -> None:
    assert found(entities, text) == []


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("I'm not allergic to wool any more", "allergy:wool", "wool"),
        ("don't leave it with the neighbour any more", "delivery_place", "with the neighbour"),
        ("I'm no longer a medium", "clothing_size", "M"),
        ("please don't call me Annie any more", "name", "Annie"),
    ],
)
def test_a_denial_ends_what_was_known(entities: EntityFinder, text: str, key: str, value: str) -> None:
    (stated,) = found(entities, text)
    assert (stated.key, stated.value, stated.ended) == (key, value, True)


@pytest.mark.parametrize(
    ("text", "name", "about"),
    [
        ("call it my blue tent", "blue tent", "it"),
        ("let's call my new tent Bertha", "Bertha", "tent"),
        ("name the stove Old Smoky please", "Old Smoky", "ember-stove"),
        ("can we call the rucksack “goliath”", "goliath", "rucksack"),
        ("I've always called my tent Bertha", "Bertha", "tent"),
        ("the tent is called Bertha", "Bertha", "tent"),
        ("my tent's name is Bertha", "Bertha", "tent"),
        ("call the second one Anna's boots", "Anna's boots", "the second one"),
        ("call my last order the big one", "big one", "my last order"),
    ],
)
def test_a_nickname_comes_with_what_it_is_for(entities: EntityFinder, text: str, name: str, about: str) -> None:
    (stated,) = found(entities, text)
    assert (stated.kind, stated.value, stated.about) == ("nickname", name, about)


def test_of_two_values_of_a_kind_the_later_counts(entities: EntityFinder) -> None:
    assert values(entities, "my shoe size is 42. Sorry, my shoe size is 43.") == {"shoe_size": "43"}


def test_what_a_slip_of_the_keyboard_hid_is_found(entities: EntityFinder) -> None:
    (stated,) = found(entities, "pls allways use dhl", "pls always use dhl")
    assert (stated.kind, stated.value) == ("carrier", "DHL")


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("hi, please note that I'm a size 44 in boots, thanks", True),
        ("that's not right, my shoe size is 43", True),
        ("I'm not Ana, I'm Anna", True),
        ("you got my name wrong, it's Anna", True),
        ("it's Anna, not Ana. Where is my order?", False),
        ("I'm a size 44 in boots, where is my order?", False),
        ("the boots are broken. I'm a size 44 in boots", False),
    ],
)
def test_whether_a_message_only_tells_facts(entities: EntityFinder, text: str, only: bool) -> None:
    assert tells_only(text, found(entities, text)) is only


def test_the_sets_are_as_large_as_promised_and_share_no_message_with_each_other_or_the_training_data() -> None:
    held_out, dev = (yaml.safe_load(path.read_text("utf-8")) for path in SETS)
    statements = [row for row in held_out if row.get("facts") or row.get("ended")]
    assert len(statements) >= 200
    assert len(held_out) - len(statements) >= 150
    texts = [{row["text"].lower() for row in rows} for rows in (held_out, dev)]
    trained = {
        line.strip(" -\t\n\"'").lower()
        for file in (ROOT / "nlu_data").rglob("*.yml")
        for line in file.read_text("utf-8").splitlines()
    }
    assert not texts[0] & texts[1]
    assert not texts[0] & trained
