"""All finders of values together, without Rasa: text in, entities with normalised values out.

Called by the entity component for each message and by the evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml

from bot.nlu.catalogue import Catalogue
from bot.nlu.colours import Colours
from bot.nlu.contacts import emails, phones
from bot.nlu.encoder import known_words
from bot.nlu.found import Found
from bot.nlu.money import sums
from bot.nlu.orders import Orders
from bot.nlu.persons import Persons
from bot.nlu.phrases import Phrases
from bot.nlu.places import addresses, postcodes
from bot.nlu.quantities import quantities
from bot.nlu.reasons import Reasons
from bot.nlu.sizes import sizes
from bot.nlu.text import readable
from bot.nlu.times import times

Synonyms = Mapping[str, str]
"""A customer's wording to the value it stands for."""

DEFAULTS: Final[Mapping[str, Any]] = {
    "order_digits": 4,
    "order_prefix": "",
    "phone_region": "GB",
    "values": {},
    "catalogue": "product",
}
"""How orders are numbered, whose phone numbers have no country code, which entities have fixed values, and which entity
takes all other synonyms."""

_COLOUR: Final = "colour"
_REASON: Final = "return_reason"
_COUNTED: Final = ("product", "size", _COLOUR)


class EntityFinder:
    """Finds the values in messages; set up once for a shop."""

    def __init__(self, *, config: Mapping[str, Any], synonyms: Synonyms) -> None:
        """Take what deviates from `DEFAULTS`, and the synonyms of the training data."""
        config = {**DEFAULTS, **config}
        self._orders = Orders(digits=config["order_digits"], prefix=config["order_prefix"])
        self._region: str = config["phone_region"]
        self._counted = (*_COUNTED, config["catalogue"])
        values, names = _sorted(config["values"], synonyms)
        self._phrases = Phrases(values=values)
        self._reasons = Reasons(values=set(values.get(_REASON, {}).values()))
        self._everyday = known_words()
        self._catalogue = Catalogue(entity=config["catalogue"], names=names, everyday=self._everyday)
        self._colours = Colours(entity=_COLOUR, values=values.get(_COLOUR, {}), known=self._everyday)

    def find(self, text: str, now: datetime) -> list[Found]:
        """Return all entities in order of appearance, also those denied; times are told from `now`, the shop's time.

        They do not overlap, save that an address also shows its postcode.
        """
        text = readable(text)
        kept: list[Found] = []
        for found in self._by_precedence(text, now, kept):
            if not any(_excludes(other, found) for other in kept):
                kept.append(found)
        return sorted(kept, key=lambda found: (found.start, found.end))

    def find_worded(self, text: str) -> list[Found]:
        """Return of a text only what the shop's own words name: products and values of fixed wordings."""
        text = readable(text)
        worded, colours, products = self._worded(text)
        kept: list[Found] = []
        for found in (*worded, *self._colours.find(text, colours, products)):
            if not any(map(found.overlaps, kept)):
                kept.append(found)
        return kept

    def _worded(self, text: str) -> tuple[Sequence[Found], Sequence[Found], Sequence[Found]]:
        """Products and other fixed wordings, the longest first; then colours, and the products again by themselves."""
        phrases, products = self._phrases.find(text), self._catalogue.find(text)
        colours = [found for found in phrases if found.entity == _COLOUR]
        # "The light" may be a lantern, but not in "the light blue hat".
        products = [found for found in products if not (found.vague and any(map(found.overlaps, colours)))]
        reasons = [
            found
            for found in self._reasons.find(text, [found for found in phrases if found.entity == _REASON])
            if not any(map(found.overlaps, products))  # "not the jacket I ordered" names a jacket first of all
        ]
        others = [found for found in phrases if found.entity not in (_COLOUR, _REASON)]
        return sorted((*others, *reasons, *products), key=_shorter), colours, products

    def _by_precedence(self, text: str, now: datetime, kept: list[Found]) -> Iterator[Found]:
        """Yield what may be meant, the surest first: of two that overlap, the earlier stays."""
        yield from emails(text)
        yield from addresses(text)
        yield from postcodes(text)
        yield from phones(text, self._region)
        yield from sums(text)
        yield from times(text, now)
        yield from self._orders.find(text)
        persons = Persons(text, taken=kept, everyday=self._everyday)
        yield from persons.introduced()
        worded, colours, products = self._worded(text)
        yield from worded
        # "large" in "large rucksack" is no size, but "olive" in "the olive one" is a colour before it is a person.
        yield from sizes(text)
        people = list(persons.guessed())
        # But in "Tom Green" it is part of a name.
        colours = [found for found in colours if not any(one.start < found.start < one.end for one in people)]
        yield from self._colours.find(text, colours, products)
        yield from people
        yield from quantities(text, [found for found in kept if found.entity in self._counted], taken=kept)


def read_finder(project: Path) -> EntityFinder:
    """Set up a finder as `config.yml` and `nlu_data` of a Rasa project say. Raises OSError and yaml.YAMLError."""
    pipeline = yaml.safe_load((project / "config.yml").read_text("utf-8"))["pipeline"]
    config: dict[str, Any] = next((part for part in pipeline if part["name"].endswith("SpacyEntities")), {})
    synonyms: dict[str, str] = {}
    for path in sorted((project / "nlu_data" / "nlu").glob("*.yml")):
        for item in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).get("nlu") or ():
            if "synonym" in item:
                lines = item["examples"].splitlines()
                synonyms |= {line.removeprefix("- ").strip(): item["synonym"] for line in lines if line.strip()}
    return EntityFinder(config=config, synonyms=synonyms)


def _sorted(
    listed: Mapping[str, Iterable[str]], synonyms: Synonyms
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return the wordings of each entity with fixed values, and the wordings that are left for the catalogue."""
    values = {entity: {str(value).replace("_", " "): str(value) for value in own} for entity, own in listed.items()}
    owners = {value: entity for entity, own in values.items() for value in own.values()}
    names: dict[str, str] = {}
    for phrase, value in synonyms.items():
        if value in owners:
            values[owners[value]][phrase] = value
        else:
            names[phrase] = value
    return values, names


def _shorter(found: Found) -> int:
    return found.start - found.end


def _excludes(kept: Found, found: Found) -> bool:
    return kept.overlaps(found) and (kept.entity, found.entity) != ("address", "postcode")
