"""Rasa tokenizer on spaCy's rules for English (a blank pipeline: no model to download). First in config.yml."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.text import readable


class Word(Token):
    """A token that is quickly told from others: Rasa asks for that of each one between any two steps of training."""

    def fingerprint(self) -> str:
        """Its text and place, which is all that it has."""
        return f"{self.start} {self.text}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokens(Tokenizer):
    """Splits the readable beginning of a message into words, with their places in the message."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._spacy = spacy.blank("en")

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Intents are labels here, never split; no further pattern."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of the message; a message without words has none."""
        words = self._spacy.make_doc(readable(message.get(attribute)))
        return [Word(word.text, word.idx) for word in words if not word.is_space]
