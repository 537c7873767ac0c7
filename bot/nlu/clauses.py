"""Rasa component that takes a message apart into clauses that could each stand alone. Sixth in config.yml.

"Where's my order and can I still change the address?" has two. Which of them mean something of their own is for the
dialogue to find out (`bot.dialogue.parts`): it has each clause understood by this same pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.pipeline import Sentencizer
from spacy.tokens import Doc

from bot.nlu.english import doc_of
from bot.nlu.spelling import spelled
from bot.nlu.text import readable

CLAUSES_KEY: Final = "clauses"

_RUN_ON: Final = 3
"""Words that a clause must have before a question may begin in it without any sign."""


def _words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


_JOINING: Final = _words_of("and but also plus then so & oh btw")
_WH: Final = _words_of("what when where how who which why")
_AUXILIARY: Final = _words_of(
    "can could do does did is are was were will would should may have has 's 're 'll ’s ’re ’ll"
)
_SUBJECT: Final = _words_of("i we you it they he she there")
_OWNER: Final = _words_of("my your the this that")
_ASKED_FOR: Final = _words_of(
    "please cancel send change tell show track return exchange refund give get stop check put call swap deliver ship "
    "thanks thank cheers help let forget"
)
_OPENERS: Final = _WH | _AUXILIARY | _SUBJECT | _ASKED_FOR
_SHORT_IS: Final = _words_of("its s m")
"""What "it's" and "I'm" are without their apostrophe."""
_POLITE: Final = _words_of("yes yeah yep no nope please thanks thank you cheers ok okay great hello hi hey sorry")
_BEGGING: Final = _words_of("let get put connect can could")
_LEADS_ON: Final = _words_of("know tell me ask see wonder wondering about of to if whether that because")
"""After one of these words a question word belongs to the same clause: "do you know when will it come"."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClauseSplitter(GraphComponent):
    """Adds `clauses` to a message that has several; others stay as they are."""

    def __init__(self) -> None:
        self._clauses = Clauses()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClauseSplitter:
        """Make a splitter; there is nothing to train or to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the clauses of each message, in order."""
        for message in messages:
            found = self._clauses.of(message.get(TEXT) or "", spelled(message))
            if len(found) > 1:
                message.set(CLAUSES_KEY, found, add_to_output=True)
        return messages


class Clauses:
    """Sentences by spaCy, and clauses within them by the words that join and open them."""

    def __init__(self) -> None:
        self._sentencizer = Sentencizer(punct_chars=[".", "!", "?", ";", "…"])

    def of(self, text: str, as_meant: str = "") -> list[str]:
        """The clauses of a text in order, without the words and signs that join them.

        `as_meant` is the text with slips put right, by which it is cut; the clauses keep the words as written.
        """
        written = self._doc(text)
        meant = self._doc(as_meant) if as_meant and as_meant != written.text else written
        if len(meant) != len(written):
            meant = written
        clauses = [_tidy(written, start, end) for start, end in self._cut(meant)]
        return [clause for clause in clauses if clause] or [written.text]

    def _doc(self, text: str) -> Doc:
        doc: Doc = self._sentencizer(doc_of(readable(text.replace("\n", ". "))))
        return doc

    def _cut(self, doc: Doc) -> Iterator[tuple[int, int]]:
        """The first place of each clause and the one behind its last."""
        words = [token.lower_ for token in doc]
        for sentence in doc.sents:
            start = sentence.start
            for place in range(sentence.start, sentence.end):
                if place > start and _begins_clause(doc, words, start, place):
                    yield start, place
                    start = place
            yield start, sentence.end


def _begins_clause(doc: Doc, words: Sequence[str], start: int, place: int) -> bool:
    word, before = words[place], words[place - 1]
    if word in _JOINING:
        return before not in _JOINING and _opens_after(words, place)
    if word not in _OPENERS:
        return False
    if before in {",", "-", "–", "—", ":"} or _looks_like_a_beginning(doc, place):
        return True
    return before not in _JOINING and _runs_on(words, start, place)


def _looks_like_a_beginning(doc: Doc, place: int) -> bool:
    """Whether only the full stop is missing: "yes please Do you ship to France"."""
    return doc[place].is_title and len(doc[place]) > 1 and not doc[place - 1].is_title


def _opens_after(words: Sequence[str], place: int) -> bool:
    """Whether a clause opens behind the joining words that stand here."""
    after = words[place + 1 : place + 4]
    return next((word for word in after if word not in _JOINING and word != ","), "") in _OPENERS


def _runs_on(words: Sequence[str], start: int, place: int) -> bool:
    """Whether a question begins here without a sign: "where is my order can I still cancel it"."""
    said = [word for word in words[start:place] if word.isalpha() or word in _AUXILIARY]
    verbs = sum(each in _AUXILIARY or each in _SHORT_IS for each in said)
    enough = len(said) >= (_RUN_ON - 1 if verbs else _RUN_ON) or _POLITE.issuperset(said)
    if not said or not enough or said[-1] in _LEADS_ON or place + 1 >= len(words):
        return False
    word, after = words[place], words[place + 1]
    if word in _WH:
        return after in _AUXILIARY
    if word == "please":
        return len(said) > _RUN_ON and after in _BEGGING  # "I want to return the tent please let me talk to a person"
    still_open = sum(each in _WH for each in said) > verbs
    if word not in _AUXILIARY or not word.isalpha() or still_open:
        return False
    # "It is damaged are returns free": a second verb that nobody stands before begins a question.
    return after in _SUBJECT | _OWNER or (verbs > 0 and said[-1] not in _SUBJECT | _OWNER | _WH)


def _tidy(doc: Doc, start: int, end: int) -> str:
    """The clause without joining words before it and signs around it, save a question mark."""
    while start < end and (doc[start].lower_ in _JOINING or doc[start].is_punct or doc[start].is_space):
        start += 1
    while start < end and (doc[end - 1].is_space or (doc[end - 1].is_punct and doc[end - 1].text != "?")):
        end -= 1
    return str(doc[start:end].text)
