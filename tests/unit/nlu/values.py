"""A small shop's finder, and a way to ask it for the values of one entity."""

from __future__ import annotations

from datetime import datetime

from bot.nlu.finder import EntityFinder

NOW = datetime(2026, 11, 18, 10, 0)
"""A Wednesday morning."""

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
    "wool hat": "hazel-hat",
    "Hazel Hat": "hazel-hat",
    "beanie": "hazel-hat",
    "boots": "scree-boots",
    "gaiters": "scree-gaiters",
    "head torch": "beacon-headtorch",
    "stove": "ember-stove",
    "pan set": "ember-pan-set",
    "big rucksack": "fell-45-pack",
    "small rucksack": "fell-25-pack",
    "olive green": "olive",
    "charcoal": "grey",
    "lantern": "beacon-lantern",
    "compass": "cairn-compass",
    "kettle": "ember-kettle",
    "broken": "damaged",
    "bit loose": "too_large",
    "too tight": "too_small",
    "doesn't work": "faulty",
    "not working": "faulty",
    "has a hole": "damaged",
    "came too late": "arrived_late",
    "too late for our holiday": "arrived_late",
    "money back": "refund",
    "swap": "exchange",
}
CONFIG = {
    "order_digits": 4,
    "order_prefix": "FH",
    "phone_region": "GB",
    "catalogue": "product",
    "values": {
        "return_reason": [
            "too_small",
            "too_large",
            "faulty",
            "damaged",
            "wrong_item",
            "not_as_described",
            "changed_mind",
            "arrived_late",
        ],
        "resolution": ["refund", "exchange"],
        "colour": ["red", "blue", "olive", "white", "black", "green", "grey", "orange"],
    },
}
FINDER = EntityFinder(config=CONFIG, synonyms=SYNONYMS)


def values(text: str, entity: str) -> list[str]:
    """The values that the customer means, in order."""
    return [found.value for found in FINDER.find(text, NOW) if found.entity == entity and not found.denied]


def words(text: str, entity: str) -> list[str]:
    """The words of the message that say them."""
    return [text[found.start : found.end] for found in FINDER.find(text, NOW) if found.entity == entity]
