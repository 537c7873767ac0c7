"""Cuts a message into clauses and leaves those that plainly claim something. Called by `finder`.

A question, a maybe, a condition, a quotation and a joke claim nothing, whatever words are in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.nlu.text import in_small

_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']{3,}'(?!\w)|‘[^’]{3,}’(?!\w)")
_TO_BE_CALLED: Final = re.compile(r"\b(?:call|name|as)\b[^.?!,“\"]{0,20}$")
_SENTENCE: Final = re.compile(r"[^.!?;\n]*(?:\.(?=\w)[^.!?;\n]*)*[.!?;\n]*")
_OPENERS: Final = (
    r"i|i['’]?m|i['’]?ve|i['’]?d|my|we|you|it|its|it['’]s|he|she|they|the|that['’]?s|this|where|what|when|how|who|why|"
    r"can|could|do|does|is|are|will|would|should|please|pls|but|so|because|if|unless|call|leave|don['’]?t|"
    r"thanks|always|fyi|also"
)
_JOINT: Final = re.compile(
    rf"\s*[,:(–—]\s*(?=(?:and\s|but\s|so\s)?(?:{_OPENERS})\b)|\s-\s"
    r"|\s(?=(?:and|but|so|because|cos)\s(?:i|i['’]?m|i['’]?ve|my|we|please|leave|call|don['’]?t|where|what|when|how|"
    r"can|could|do|is)\b)"
    r"|(?<=please|thanks)\s(?=(?:i['’]?m|my|where|can)\b)"
)
_LEAD: Final = r"^\W*(?:(?:and|but|so|ok|okay|hi|hello|hey|also|btw|please|sorry|well|oh|no|yes)\W+)*"
_QUESTION: Final = re.compile(
    rf"{_LEAD}(?:what|how|when|where|which|who|why|can|could|do|does|did|is|are|am|will|would|should|may|have|has|was|"
    r"were)\b(?!['’]?s?\s(?:number|name))"
)
_NOTE_THAT: Final = re.compile(
    rf"{_LEAD}(?:(?:can|could|would|will)\s(?:you|u)\s)(?:please\s)?"
    r"(?:note(?:\sdown)?|remember|keep\sin\smind|save|make\sa\snote|store|write\sdown)\s(?:that\s)?"
)
_REQUEST: Final = re.compile(
    rf"{_LEAD}(?:(?:can|could|would|will)\s(?:you|u)\b.*\b(?:please|pls|plz)\b|can\swe\s(?:please\s)?call\b)"
)
_CONDITION: Final = re.compile(r"\b(?:if|unless|in\scase)\b(?!\s(?:possible|you\scan|that['’]?s\sok|needed))")
_MAYBE: Final = re.compile(
    r"\b(?:suppos(?:e|ing)|imagine|assum(?:e|ing)|wish|might|maybe|perhaps|prob(?:ably)?|possibly|could\sbe|let['’]?s\s"
    r"say|pretend|not\s(?:quite\s|really\s)?sure|unsure|wonder(?:ing)?|either|between|whether|thinks?|guess|as\sif|had\si|"
    r"hypothetically|apparently|doubt|hope|would(?!\s(?:rather|prefer|like))|i['’]d(?!\s(?:rather|prefer|like|really))|"
    r"must\sbe|seems?|i['’]?ll\sbe)\b"
)
_JOKE: Final = re.compile(
    r"\b(?:lol|haha\w*|rofl|lmao|yeah,?\sright|as\sif|oh\sgreat|oh\ssure|obviously|at\sthis\srate|(?:now\s)?am\si$|"
    r"for\sall\si\scare|clearly)\b|^\W*sure,|😂|🤣|🙄|/s$"
)
_REPORTED: Final = re.compile(r"\b(?:says?|said|wrote|writes|claims?|told\sme|tells\sme|asked|asks|heard|read)\s*$")


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause that claims something: its words, where it begins in the message, and whether a condition is in it."""

    text: str
    start: int
    is_conditional: bool


def claims(message: str) -> Iterator[Claim]:
    """Yield the clauses that claim something, quotations blanked out; positions are those of the message."""
    written = _QUOTED.sub(lambda quoted: quoted[0] if _is_name(quoted) else " " * len(quoted[0]), message)
    for sentence in _SENTENCE.finditer(in_small(written)):
        if sentence[0].strip() and not _JOKE.search(sentence[0].strip(" .!?\n")):
            yield from _of_sentence(sentence, written)


def _is_name(quoted: re.Match[str]) -> bool:
    """Whether the quotation marks only set off what something shall be called: call it “mum's gift”."""
    return bool(_TO_BE_CALLED.search(in_small(quoted.string), 0, quoted.start()))


def _of_sentence(sentence: re.Match[str], written: str) -> Iterator[Claim]:
    clauses = list(_cut(sentence[0]))
    for place, (start, clause) in enumerate(clauses):
        led = _NOTE_THAT.match(clause)
        claimed = clause[led.end() :] if led else clause
        asks = not led and (("?" in clause and place == len(clauses) - 1) or bool(_QUESTION.match(clause)))
        is_reported = place > 0 and bool(_REPORTED.search(clauses[place - 1][1]))
        if (asks and not _REQUEST.search(clause)) or _MAYBE.search(claimed) or is_reported:
            continue
        end = sentence.start() + start + len(clause)
        begin = end - len(claimed)
        yield Claim(written[begin:end], begin, bool(_CONDITION.search(claimed)))


def _cut(sentence: str) -> Iterator[tuple[int, str]]:
    start = 0
    for joint in _JOINT.finditer(sentence):
        yield start, sentence[start : joint.start()]
        start = joint.end()
    yield start, sentence[start:]
