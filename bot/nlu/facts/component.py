"""Rasa component that adds `facts` to messages: what the customer states of themselves. Last in config.yml.

A message that says nothing else, or nothing else that was understood, is taken for `tell_fact`; any other keeps its
intent, whatever facts are in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.decide import FALLBACK, OUT_OF_SCOPE
from bot.nlu.facts.finder import find_facts
from bot.nlu.facts.people import ANOTHER_NAME
from bot.nlu.facts.stated import Stated
from bot.nlu.found import Found
from bot.nlu.spelling import spelled
from bot.nlu.text import readable

FACTS_KEY: Final = "facts"
TELL_FACT: Final = "tell_fact"

_OVERRULED: Final = frozenset({FALLBACK, OUT_OF_SCOPE})
_DONE_BY: Final[Mapping[str, frozenset[str]]] = {
    "change_address": frozenset({"delivery_address"}),
    "set_preference": frozenset({"spoken_language", "name"}),
    "inform": frozenset({"email"}),
}
"""Intents that do more about such facts than noting them; an e-mail address mostly proves an order."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FILLERS_LINE: Final = (
    "a an the and or but so also by way btw fyi ok okay oh ah well hi hello hey hiya there again please pls "
    "thanks thank you cheers just know note remember noted that's thats that is it it's its not isn't right wrong "
    "no nope sorry actually for your my records record future in from now on next time always if when whenever "
    "i'm im i am out home at nobody no-one someone one nobody's answers away could can would like want to me we "
    "are aren't be wrote said told before day this message keep mind wanted tell let "
    "you name instead any more mine"
)
_FILLERS: Final = frozenset(_FILLERS_LINE.split())
"""Words that may stand beside a statement without saying anything more."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactFinder(GraphComponent):
    """Adds `facts` to every message, and `tell_fact` as the intent of one that only tells some."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactFinder:
        """Make a finder; there is nothing to train or to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the facts of each message, in order."""
        for message in messages:
            text = readable(message.get(TEXT))
            found = find_facts(text, spelled(message), _entities(message))
            message.set(FACTS_KEY, [{**asdict(stated), "key": stated.key} for stated in found], add_to_output=True)
            _settle_intent(message, text, found)
        return messages


def _entities(message: Message) -> Sequence[Found]:
    return [Found(one["entity"], one["value"], one["start"], one["end"]) for one in message.get(ENTITIES) or ()]


def _settle_intent(message: Message, text: str, found: Sequence[Stated]) -> None:
    intent = (message.get(INTENT) or {}).get("name")
    if found and not _is_asked_for(intent, found) and (intent in _OVERRULED or tells_only(text, found)):
        _decide_on(message, TELL_FACT)
    elif intent == TELL_FACT and not found:
        _decide_on(message, FALLBACK)


def _decide_on(message: Message, intent: str) -> None:
    chosen: Mapping[str, Any] = {"name": intent, "confidence": 1.0}
    rest = [one for one in message.get(INTENT_RANKING_KEY) or () if one["name"] != intent]
    message.set(INTENT, chosen, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [chosen, *rest], add_to_output=True)


def _is_asked_for(intent: str | None, found: Sequence[Stated]) -> bool:
    """Whether the fact is rather what a task is asked to do: whoever says "I've moved to …" may mean an order."""
    return any(stated.kind in _DONE_BY.get(intent or "", ()) for stated in found)


def tells_only(text: str, found: Sequence[Stated]) -> bool:
    """Whether a message says nothing beside its facts."""
    rest = text
    if any(stated.kind == "name" for stated in found):
        rest = ANOTHER_NAME.sub(lambda aside: " " * len(aside[0]), rest)
    for stated in found:
        rest = rest[: stated.start] + " " * (stated.end - stated.start) + rest[stated.end :]
    return all(word.lower().replace("’", "'") in _FILLERS for word in _WORD.findall(rest))
