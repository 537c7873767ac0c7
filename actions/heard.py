"""What the customer's latest message says, once understood: called by every action through `Conversation`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from rapidfuzz.distance import OSA

_QUESTION: Final = re.compile(
    r"^\W*(?:and |but |so |ok(?:ay)?,? |by the way,? |sorry,? |wait,? )*"
    r"(?:what|how|when|where|which|who|why|can|could|do|does|did|is|are|will|would|should|may)\b",
    re.IGNORECASE,
)
_SET_ASIDE: Final = re.compile(
    r"(?:\bnot|n't|n’t|\binstead of|\brather than)\s+(?:(?:the|order|number|no\.?|a|an)\s+)*#?$", re.IGNORECASE
)
_CORRECTION: Final = re.compile(
    r"^\W*(?:no|nope|sorry|oops|wait|actually|i mean|i meant|rather|make (?:it|that))\b|\b(?:i meant|instead)\b",
    re.IGNORECASE,
)
_ADDITION: Final = re.compile(
    r"^\W*(?:and|plus)\b|\b(?:first|before that|also|as well|besides|another|in addition|on top of that)\b|\btoo\W*$",
    re.IGNORECASE,
)
_REPLACEMENT: Final = re.compile(
    r"^\W*(?:no|nope|nah)\b|\b(?:instead|rather|i mean|i meant|forget (?:it|that|the)|scrap)\b", re.IGNORECASE
)
_SENTENCE: Final = re.compile(r"[^.?!;\n]*(?:[.?!;\n]+(?=\s|$)|$|[.?!;])")
_MASH: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{6}|([a-z])\1{3}", re.IGNORECASE)
_LETTER_OR_DIGIT: Final = re.compile(r"\w")
_SAID_BEFORE: Final = re.compile(
    r"\b(?:(?:as|like) i(?:[’']ve| have)?(?: just| already)? (?:said|told|mentioned|wrote|explained)|"
    r"i(?:[’']ve| have)?(?: just| already)+ (?:said|told|asked|answered|given?|gave|wrote|explained|mentioned)|"
    r"i (?:said|told you|asked|wrote)(?: you)?(?: that| this| it)? (?:already|before|twice|once|earlier)|"
    r"(?:how many times|once again|i repeat|again:))"
)


def _words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


_CROSS: Final = _words_of(
    "angry annoyed annoying furious livid fuming ridiculous unacceptable disgrace disgraceful disgusted disgusting "
    "appalling appalled outrageous pathetic shambles infuriating frustrated frustrating frustration damn damned bloody "
    "fucking fuck shit shitty crap wtf ffs useless hopeless scandal scandalous rubbish awful terrible"
)
_CROSS_PHRASE: Final = re.compile(
    r"\b(?:fed up|had enough|sick (?:and tired )?of|a joke|(?:what|where|why) the hell|not good enough|rip.?off|"
    r"worst (?:shop|service|company)|lost (?:my )?patience|running out of patience|how dare)\b"
)
LONGEST_VALUE: Final = 200
"""Characters; what is longer is no order number, no e-mail address and no place to send a parcel to."""
_FORGIVEN: Final = 6
"""Letters from which one wrong letter in a cross word is forgiven."""
_SHOUTED: Final = 8
"""Letters from which a message in capitals is shouted, if the signs say so too."""
_EMPHASIS: Final = re.compile(r"[!?]{2}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An FAQ entry that may answer the message; `score` is from 0 to 1, `topic` what it shares with its like."""

    id: str
    question: str
    answer: str
    score: float
    topic: str

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Candidate:
        """From the dictionary that the pipeline or a slot holds."""
        return cls(
            id=str(raw["id"]),
            question=str(raw["question"]),
            answer=str(raw["answer"]),
            score=float(raw.get("score", 0.0)),
            topic=str(raw.get("topic") or raw["id"]),
        )

    def plain(self) -> dict[str, Any]:
        """As a slot holds it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Heard:
    """The intent, the words, and the values found in them."""

    intent: str
    text: str
    values: Mapping[str, Sequence[str]]
    candidates: Sequence[Candidate]
    turn_id: str | None
    pressed: bool
    """Whether a button was pressed: then the text is its title or payload, and must not be read as a sentence."""
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The values given in a sentence of their own beside a question: "it's too small. how long will it take?"."""
    follows: bool = False
    """Whether it is a later part of a message that says several things."""
    meant: str = ""
    """The text with slips of the keyboard put right, for reading words; values and addresses are read as written."""
    facts: Sequence[Mapping[str, Any]] = ()
    """What the message states of the customer, as `bot.nlu.facts` found it."""
    more_follows: bool = False
    """Whether more parts of the same message are still to come, so that nothing is to be asked yet."""
    topic: str | None = None
    """What it is about, if that is something a person must have, as `bot.person_topics` found it."""
    moved: bool = False
    """Whether nothing was said: the customer has come over from another channel, and is to be shown what stands."""

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Heard:
        """Read a tracker's latest message; an empty one is a message nobody understood."""
        text, metadata = str(message.get("text") or ""), message.get("metadata") or {}
        pressed = bool(metadata.get("pressed", text.startswith("/")))
        return cls(
            intent=str((message.get("intent") or {}).get("name") or "nlu_fallback"),
            text=text,
            values=_values("" if pressed else text, message.get("entities") or ()),
            candidates=() if pressed else tuple(Candidate.of(raw) for raw in message.get("faq") or ()),
            turn_id=metadata.get("turn_id"),
            pressed=pressed,
            beside={} if pressed else _values(text, _beside_a_question(text, message.get("entities") or ())),
            meant=str(message.get("meant") or text),
            facts=() if pressed else tuple(message.get("facts") or ()),
            topic=message.get("person_topic"),
            follows=bool(metadata.get("follows")),
            more_follows=bool(metadata.get("more_follows")),
            moved=bool(metadata.get("moved")),
        )

    def value(self, entity: str) -> str | None:
        """The value of an entity: the last one named and not set aside ("1044, not 1042")."""
        found = self.values.get(entity)
        return found[-1] if found else None

    def told(self, kind: str) -> str | None:
        """What the message states of its customer under a kind of fact; None for what it says holds no longer."""
        values = [str(fact["value"]) for fact in self.facts if fact["kind"] == kind and not fact["ended"]]
        return values[-1] if values else None

    @property
    def words(self) -> str:
        """What was said in words, in lower case and rightly spelt; nothing for a button."""
        return "" if self.pressed else (self.meant or self.text).lower()

    @property
    def is_question(self) -> bool:
        """Whether it is put as a question, so that values in it are asked about and not given."""
        return not self.pressed and _asks(self.meant or self.text)

    @property
    def is_correction(self) -> bool:
        """Whether it takes something back: "no, make it an exchange", "sorry, I meant the mat"."""
        return not self.is_question and bool(_CORRECTION.search(self.words))

    @property
    def adds(self) -> bool:
        """Whether it asks for something besides what is being done: "cancel 1051 first", "the mat as well"."""
        return bool(_ADDITION.search(self.words))

    @property
    def replaces(self) -> bool:
        """Whether it asks for something in place of what is being done: "no, rather cancel it"."""
        return bool(_REPLACEMENT.search(self.words)) and not self.adds

    @property
    def is_mash(self) -> bool:
        """Whether keys were struck at random, which no classifier can tell from a topic: "asdkjfh", "aaaaaa"."""
        return not self.pressed and bool(_MASH.search(self.words))

    @property
    def repeats_itself(self) -> bool:
        """Whether the customer says that they said it before: "as I said, too small"."""
        return bool(_SAID_BEFORE.search(self.words))

    @property
    def is_cross(self) -> bool:
        """Whether it is said in anger: by its words, or shouted."""
        words = self.words
        return bool(_CROSS_PHRASE.search(words)) or _is_shouted(self.text, words) or any(map(_is_cross, words.split()))

    @property
    def is_wordless(self) -> bool:
        """Whether there is nothing to read in it: empty, or signs and emoji only."""
        return not self.pressed and not _LETTER_OR_DIGIT.search(self.text)


def _values(text: str, entities: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    meant: dict[str, list[str]] = {}
    for entity in entities:
        if entity.get("value") is None or len(str(entity["value"])) > LONGEST_VALUE or _is_set_aside(text, entity):
            continue
        meant.setdefault(str(entity["entity"]), []).append(str(entity["value"]))
    return meant


def _beside_a_question(text: str, entities: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    sentences = [match.span() for match in _SENTENCE.finditer(text) if match[0].strip()]
    questions = [(start, end) for start, end in sentences if _asks(text[start:end])]
    if not questions or len(questions) == len(sentences):
        return ()
    return [
        entity
        for entity in entities
        if not any(start <= int(entity.get("start", start)) < end for start, end in questions)
    ]


def _asks(sentence: str) -> bool:
    return "?" in sentence or bool(_QUESTION.match(sentence))


def _is_set_aside(text: str, entity: Mapping[str, Any]) -> bool:
    start = entity.get("start")
    return isinstance(start, int) and bool(_SET_ASIDE.search(text[:start]))


def _is_shouted(text: str, words: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()] if words and _EMPHASIS.search(text) else []
    return len(letters) >= _SHOUTED and sum(map(str.isupper, letters)) >= 0.9 * len(letters)


def _is_cross(word: str) -> bool:
    plain = word.strip(".,;:!?()\"'’")
    if plain in _CROSS or len(plain) < _FORGIVEN:
        return plain in _CROSS
    return any(OSA.distance(plain, known) < 2 for known in _CROSS if len(known) >= _FORGIVEN)
