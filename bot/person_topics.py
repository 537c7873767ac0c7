"""Topics that a person must have, found in a message's words by the phrases of `person_topics.yml`.

Called by the dialogue for every message and by the evaluation. The file says how phrases are written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

COMPLAINT: Final = "complaint"
"""The one topic that calls a person for some customers only."""
PERSON: Final = "person"
"""No topic of its own: a call for a person in words that the model does not know, or in another language."""
TOPICS: Final = (
    "danger",
    "distress",
    "injury",
    "fraud",
    "payment_dispute",
    "bereavement",
    "legal",
    "press",
    COMPLAINT,
    PERSON,
)
"""What the file may have, the most pressing first: of a message about several, the first counts."""

_LISTS: Final = ("always", "stated", "never")
_GAP: Final = r"(?:[^ ]+ ){0,4}"
_PHRASE: Final = re.compile(r"[\w '()|?*…<>%£€$]+")
_TOKEN: Final = re.compile(r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s()])+")
"""What stands between the spaces of a phrase; those in brackets count for nothing."""
_SENTENCE: Final = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_APOSTROPHE: Final = re.compile(r"['’`]")
_SIGN: Final = re.compile(r"[^\w%£$€]+")
_LEAD: Final = (
    r"(?:(?:and|but|so|ok|okay|hi|hello|hey|also|btw|please|sorry|well|oh|no|yes|there|by the way|just|quick "
    r"question) )*"
)
_ASKS: Final = re.compile(
    rf"{_LEAD}(?:what|whats|how|hows|when|where|wheres|which|who|whos|why|can|could|do|does|did|is|are|am|will|would|"
    r"should|may|has|have|was|were) "
)
_SUPPOSES: Final = re.compile(r" (?:if|unless|in case|suppose|supposing|imagine|would|might|could|whether|worried) ")


class BadTopics(ValueError):
    """The file of topics that a person must have can't be used. What follows names the place and what to mend."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")


@dataclass(frozen=True, slots=True)
class _Topic:
    always: Sequence[re.Pattern[str]]
    stated: Sequence[re.Pattern[str]]
    never: Sequence[re.Pattern[str]]

    def is_in(self, said: Sequence[_Sentence]) -> bool:
        if any(pattern.search(sentence.words) for sentence in said for pattern in self.never):
            return False
        return any(self._is_said_in(sentence) for sentence in said)

    def _is_said_in(self, sentence: _Sentence) -> bool:
        patterns = [*self.always, *self.stated] if sentence.is_stated else self.always
        return any(pattern.search(sentence.words) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: str
    """In small letters, without signs, a space around each."""
    is_stated: bool
    """Whether it says that something is so, instead of asking or supposing it."""


class PersonTopics:
    """The topics of one file."""

    def __init__(self, topics: Mapping[str, _Topic]) -> None:
        self._topics = {name: topics[name] for name in TOPICS if name in topics}

    @classmethod
    def read(cls, path: Path) -> PersonTopics:
        """Read a file. Raises BadTopics, naming the phrase that can't be read."""
        try:
            given = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
            raise BadTopics(path, f"it can't be read ({exc}).") from exc
        if not isinstance(given, dict) or not isinstance(given.get("topics"), dict):
            raise BadTopics(path, "it must have `topics`, each with its phrases.")
        words = given.get("words") or {}
        return cls({name: _topic(path, name, phrases, words) for name, phrases in given["topics"].items()})

    def all_in(self, *readings: str) -> Sequence[str]:
        """The topics of a message, the most pressing first; `readings` are its text, and the same rightly spelt."""
        said = [_sentences(reading) for reading in dict.fromkeys(readings)]
        return [name for name, topic in self._topics.items() if any(topic.is_in(sentences) for sentences in said)]


def _sentences(text: str) -> Sequence[_Sentence]:
    found = []
    for sentence in _SENTENCE.findall(text.lower()):
        words = f" {' '.join(_SIGN.sub(' ', _APOSTROPHE.sub('', sentence)).split())} "
        asks = "?" in sentence or bool(_ASKS.match(words[1:]))
        found.append(_Sentence(words, not asks and not _SUPPOSES.search(words)))
    return found


def _topic(path: Path, name: str, phrases: Any, words: Mapping[str, Any]) -> _Topic:
    if name not in TOPICS:
        raise BadTopics(path, f"there is no topic {name}; there are {', '.join(TOPICS)}.")
    if not isinstance(phrases, dict) or not phrases.keys() <= set(_LISTS):
        raise BadTopics(path, f"{name} has lists of phrases under {', '.join(_LISTS)}, and nothing else.")
    read = partial(_patterns, path, name, words)
    return _Topic(*(read(phrases.get(kind) or []) for kind in _LISTS))


def _patterns(path: Path, name: str, words: Mapping[str, Any], phrases: Any) -> Sequence[re.Pattern[str]]:
    if not isinstance(phrases, list):
        raise BadTopics(path, f"the phrases of {name} must be a list.")
    return [_pattern(path, str(phrase).lower(), words) for phrase in phrases]


def _pattern(path: Path, phrase: str, words: Mapping[str, Any]) -> re.Pattern[str]:
    """A phrase as a pattern over small words without signs, each with a space behind it."""
    if not _PHRASE.fullmatch(phrase):
        raise BadTopics(path, f"the phrase “{phrase}” has signs that mean nothing in one.")
    if _TOKEN.sub("", phrase).strip():
        raise BadTopics(path, f"the phrase “{phrase}” has a bracket without its other half.")
    try:
        plain = _APOSTROPHE.sub("", re.sub(r"<(\w+)>", lambda name: f"(?:{words[name[1]]})", phrase))
        return re.compile(" " + "".join(map(_one, _TOKEN.findall(plain))))
    except (KeyError, re.error) as exc:
        raise BadTopics(path, f"the phrase “{phrase}” can't be read ({exc}).") from exc


def _one(token: str) -> str:
    if token == "…":
        return _GAP
    is_optional = token.endswith("?")
    word = re.sub(r" ?… ?", lambda _: f" {_GAP}", token.removesuffix("?")).replace("*", r"\w*")
    return f"(?:{word} )" + ("?" if is_optional else "")
