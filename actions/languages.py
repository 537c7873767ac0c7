"""The languages that a customer can choose for answers, by what they are called. Called by preferences and wishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OFFERED: Final[Mapping[str, str]] = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "ar": "العربية", "zh": "中文",
}  # fmt: skip
"""Those that the widget and Telegram's menu speak, each by its own name."""

CODES: Final[Mapping[str, str]] = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "dutch": "nl", "portuguese": "pt", "polish": "pl", "welsh": "cy",
    "chinese": "zh", "mandarin": "zh", "中文": "zh", "arabic": "ar", "العربية": "ar", "turkish": "tr",
    "ukrainian": "uk", "japanese": "ja",
}  # fmt: skip
"""Names of languages, in small letters, and their codes (ISO 639-1)."""

_NAMES: Final[Mapping[str, str]] = {code: name.title() for name, code in [*CODES.items()][::-1]}


def code_of(named: str) -> str | None:
    """The code of a language that is named, or given by a code or tag such as "de-AT"; None for what is none."""
    word = named.strip().casefold()
    code = word.partition("-")[0]
    return CODES.get(word) or (code if code in _NAMES else None)


def name_of(code: str) -> str | None:
    """What a language is called in English."""
    return _NAMES.get(code)


def answers_in(code: str, name: str) -> str:
    """What a customer is told who has chosen a language."""
    if code == "en":
        return "I’ll answer in English."
    return f"Where I have an answer in {name}, you’ll get that; the rest I only know in English."
