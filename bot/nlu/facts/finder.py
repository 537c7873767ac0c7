"""All finders of facts together, without Rasa: text and its entities in, what the customer states of themselves out.

Called by the component for each message and by the evaluation through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from bot.nlu.facts import delivery, materials, nicknames, people, sizes
from bot.nlu.facts.claims import Claim, claims
from bot.nlu.facts.stated import Stated
from bot.nlu.found import Found
from bot.nlu.gates import Gate

Find = Callable[[Claim, Sequence[Found]], Iterable[Stated]]


def _without_entities(find: Callable[[Claim], Iterable[Stated]]) -> Find:
    return lambda claim, _: find(claim)


_READ_IN_WORDS: Final[Gate[Find]] = Gate(
    [
        (sizes.WORDS, _without_entities(sizes.sizes)),
        (delivery.CARRIER_WORDS, _without_entities(delivery.carriers)),
        (delivery.PLACE_WORDS, _without_entities(delivery.places)),
        (materials.WORDS, _without_entities(materials.allergies)),
        (people.GIFT_WORDS, _without_entities(people.gifts)),
        (people.LANGUAGE_WORDS, _without_entities(people.languages)),
    ]
)
"""What is read in words, with slips of the keyboard put right or not."""
_READ_AS_WRITTEN: Final[Gate[Find]] = Gate(
    [
        (people.NAME_WORDS, people.names),
        (people.PHONE_WORDS, people.phones),
        (people.EMAIL_WORDS, people.emails),
        (delivery.ADDRESS_WORDS, delivery.addresses),
        (nicknames.WORDS, nicknames.nicknames),
    ]
)
"""Names, numbers and addresses, which are taken as the customer wrote them."""


def find_facts(written: str, meant: str, entities: Sequence[Found]) -> Sequence[Stated]:
    """What a message states, in order: read as written, and what slips of the keyboard hid in it (`meant`).

    `entities` are those of the written text. A kind said twice counts by its last value, as people correct themselves.
    """
    claimed = _Claims(written)
    found = [*_found(_READ_AS_WRITTEN, claimed, entities), *_found(_READ_IN_WORDS, claimed, ())]
    if meant != written:
        kinds = {stated.kind for stated in found}
        found += [stated for stated in _found(_READ_IN_WORDS, _Claims(meant), ()) if stated.kind not in kinds]
    latest = {stated.key: stated for stated in sorted(found, key=lambda stated: stated.start)}
    return tuple(latest.values())


class _Claims:
    """A text, cut into its claims when something may be in them, and once only."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def all(self) -> Sequence[Claim]:
        return tuple(claims(self.text))


def _found(gate: Gate[Find], claimed: _Claims, entities: Sequence[Found]) -> Iterator[Stated]:
    tries = list(gate.open_to(claimed.text))
    for claim in claimed.all if tries else ():
        for find in tries:
            yield from find(claim, entities)
