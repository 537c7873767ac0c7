"""Rasa tokenizer on spaCy's rules for English. First in config.yml."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.english import doc_of
from bot.nlu.text import readable


class Word(Token):
    """A token that is quickly told from others: Rasa asks for that of each one between any two steps of training."""

    def fingerprint(self) -> str:
        """Its text and place, which is all that it has."""
        return f"{self.start} {self.text}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokens(Tokenizer):
    """Splits the readable beginning of a message into words, with their places in the message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Intents are labels here, never split; no further pattern."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of the message; a message without words has none."""
        words = doc_of(readable(message.get(attribute)))
        return [Word(word.text, word.idx) for word in words if not word.is_space]
