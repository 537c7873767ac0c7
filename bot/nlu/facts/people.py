"""Who customers say they are, what they speak, how to ring them, whom their gifts are for. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.nlu.facts.claims import Claim
from bot.nlu.facts.stated import Stated
from bot.nlu.found import Found

NAME_WORDS: Final = "name called calls call i'm im i am this its it's go"
GIFT_WORDS: Final = "gift present surprise for birthday christmas xmas anniversary"
LANGUAGE_WORDS: Final = "speak speaking language tongue write talk reply answer prefer rather fine better"
PHONE_WORDS: Final = "number mobile phone reach ring call text tel telephone cell"

_END: Final = r"(?=\s*(?:$|[,.;!?)]|(?:and|but|by\sthe\sway|btw|please|pls|thanks|not|i|here|speaking)\b))"
_NAMED: Final = re.compile(
    r"(?:\bmy\sname(?:\sis|['’]?s)|^\W*(?:the\s)?name(?:\sis|['’]?s|:)|\bi(?:['’]?m|\sam)\scalled|\bi\sgo\sby(?:\sthe\sname)?(?:\sof)?|"
    r"\b(?:everyone|everybody|people|friends|they\sall)\scalls?\sme|(?:^|\b(?:you\s(?:can|may)|please|just|but|pls)\s)call\sme|"
    r"\bi(?:['’]d|\swould)?\s(?:rather|prefer)\s(?:be|to\sbe)\scalled|\b(?:it|that|name)(?:['’]?s|\sis)\s(?:spelt|spelled|written))"
    r"\s(?:just\s|actually\s|now\s)?",
    re.IGNORECASE,
)
_INTRODUCED: Final = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|good\s(?:morning|afternoon|evening)|there|again|all|dear\steam|actually|no|sorry|well|oh)\W+){0,3}"
    r"(?:i['’]?m|i\sam|this\sis|it['’]?s|its)\s",
    re.IGNORECASE,
)
_WRITTEN_NAME: Final = re.compile(
    rf"(?P<name>[A-ZÀ-Ý][\w'’-]{{1,20}}(?:\s[A-ZÀ-Ý][\w'’-]{{1,20}}){{0,2}}){_END}", re.UNICODE
)
_AFTER_INTRODUCTION: Final = re.compile(
    r"\s?(?:$|[,.;!]|(?:here|speaking|from|and|again|not|please|now|by\sthe\sway|btw)\b)", re.IGNORECASE
)
_NOT_CALLED: Final = re.compile(
    r"\b(?:don['’]?t|do\snot|never|stop)\s(?:please\s|ever\s)?call(?:ing)?\sme\s", re.IGNORECASE
)
ANOTHER_NAME: Final = re.compile(
    r"\b(?:not|isn['’]?t|(?:don['’]?t|stop)\scall(?:ing)?\sme)\s(?!my\b)[\w'’-]+|\b(?:not|got)\smy\sname\b",
    re.IGNORECASE,
)
"""What may stand beside a name that is put right: "not Ana", "you got my name wrong"."""
_NO_NAMES: Final = frozenset(
    {"I", "A", "The", "Back", "Later", "When", "Crazy", "Tomorrow", "Sir", "Madam", "Dr", "ASAP", "On", "At"}
)

_KIN: Final = (
    r"(?P<kin>(?:step|grand|god)?(?:mother|father|mum|mom|dad|son|daughter|child)|mummy|daddy|brother|sister|wife|husband|hubby|"
    r"partner|girlfriend|boyfriend|fianc[eé]e?|uncle|aunt(?:ie)?|cousin|nephew|niece|gran(?:ny|dpa|dma|dad)?|nan(?:a)?|"
    r"friend|mate|colleague|boss|neighbou?r|kids?|children|in-laws|(?:mother|father|sister|brother)-in-law|teacher)\b"
)
_SOMEONE: Final = re.compile(_KIN, re.IGNORECASE)
_HIS: Final = (
    r"(?:(?:my|our|a|one\sof\smy)\s)?(?:(?:older|younger|little|big|best|dear|good|old|eldest|youngest|other)\s){0,2}"
)
_FEAST: Final = (
    r"(?:birthday|christmas|xmas|anniversary|wedding|graduation|retirement|mother['’]?s\sday|father['’]?s\sday)"
)
_GIVEN: Final = r"(?:gift|present|surprise|treat)"
_GIFTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"\b{_GIVEN}\sfor\s{_HIS}{_KIN}", 1.0),
        (rf"\bfor\s{_HIS}{_KIN}(?:['’]?s)\s(?:\d+\w*\s)?{_FEAST}", 1.0),
        (rf"\bfor\s{_HIS}{_KIN}\sas\san?\s(?:{_FEAST}\s)?{_GIVEN}", 1.0),
        (rf"\b(?:give|giving)\s(?:it|this|them|the\s\w+)\sto\s{_HIS}{_KIN}\s(?:for|as)\b", 1.0),
        (
            rf"\b(?:it['’]?s|it\sis|this\sis|they['’]?re|that['’]?s|(?:is|are)(?:\s(?:all|both|meant))?)\sfor\smy\s(?:\w+\s)?{_KIN}(?!['’])",
            0.8,
        ),
        (
            rf"\b(?:bought|got|ordered|buying|getting|ordering)\s(?:it|this|them|these|one|(?:the|some|a)\s(?:\w+\s){{1,3}})\s?for\smy\s{_KIN}(?!['’])",
            0.8,
        ),
        (rf"\bmy\s{_KIN}['’]?s\s(?:\d+\w*\s)?{_FEAST}\s(?:gift|present)", 0.8),
    )
)
_NO_GIFT: Final = re.compile(r"\b(?:not|n['’]t|never)\s(?:an?\s|really\s|meant\s)*(?:\w+\s)?$", re.IGNORECASE)

_LANGUAGE: Final = (
    r"(?P<language>english|german|french|spanish|italian|portuguese|dutch|polish|swedish|norwegian|danish|finnish|croatian|serbian|"
    r"czech|slovak|hungarian|romanian|bulgarian|greek|turkish|russian|ukrainian|irish|welsh|arabic|chinese|japanese|hindi|urdu)\b"
)
_LANGUAGES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"\bi\s(?:only\s|mostly\s|also\s|mainly\s|actually\s)?speak\s(?:only\s|mainly\s)?{_LANGUAGE}", 1.0),
        (rf"\bmy\s(?:first\s|native\s|mother\s|own\s|home\s|preferred\s)?(?:language|tongue)\sis\s{_LANGUAGE}", 1.0),
        (rf"^\W*(?:please\s|pls\s)?(?:write|talk|reply|answer|speak|respond)\s(?:to\sme\s)?in\s{_LANGUAGE}", 1.0),
        (
            rf"\bi(?:['’]d|\swould)?\s(?:prefer|rather)\s(?:to\s)?(?:talk|speak|write|chat|have\s(?:it|this)|use)?\s?(?:in\s)?{_LANGUAGE}(?:\splease|\sif\spossible|\W*$)",
            0.9,
        ),
        (rf"\bi(?:['’]?m|\sam)\s(?:a\s)?(?:native\s)?{_LANGUAGE}(?:\s|-)(?:speaking|speaker)", 1.0),
        (rf"^\W*{_LANGUAGE}\sis\s(?:fine|better|easier|best)\s(?:for|with)\sme", 0.9),
    )
)
_RING: Final = re.compile(
    r"(?:\bmy\s(?:mobile|phone|tel|telephone|cell|contact|home|new)?\s?(?:number|mobile|phone)?(?:\sis|['’]s|:)|"
    r"\b(?:reach|call|ring|text|phone|contact)\sme\s(?:on|at|under))\s*(?:now\s)?$",
    re.IGNORECASE,
)
EMAIL_WORDS: Final = "mail email e-mail reach write"
_WRITE_TO: Final = re.compile(
    r"(?:\bmy\s(?:new\s|own\s|private\s|work\s)?(?:e-?\s?mail)(?:\saddress)?(?:\sis|['’]s|:)|"
    r"\b(?:reach|write\sto|e-?mail|contact)\sme\s(?:on|at|under|by\se-?mail\sat))\s*(?:now\s)?$",
    re.IGNORECASE,
)


def names(claim: Claim, entities: Sequence[Found]) -> Iterator[Stated]:
    """Yield what the customer is called."""
    if claim.is_conditional:
        return
    people = [found for found in entities if found.entity == "person"]
    denied = _NOT_CALLED.search(claim.text)
    if denied:
        yield from _no_longer(claim, denied, people)
        return
    for cue in _NAMED.finditer(claim.text):
        here = claim.start + cue.end()
        person = next((found for found in people if found.start == here), None)
        written = _WRITTEN_NAME.match(claim.text, cue.end())
        if person:
            yield Stated("name", person.value, claim.start + cue.start(), person.end)
        elif written and written["name"] not in _NO_NAMES:
            yield Stated("name", written["name"], claim.start + cue.start(), claim.start + written.end())
        return
    led = _INTRODUCED.match(claim.text)
    person = next((found for found in people if led and found.start == claim.start + led.end()), None)
    if person and _AFTER_INTRODUCTION.match(claim.text, person.end - claim.start):
        yield Stated("name", person.value, claim.start, person.end, 0.9)


def _no_longer(claim: Claim, denied: re.Match[str], people: Sequence[Found]) -> Iterator[Stated]:
    """Yield the name by which they don't want to be called, if it is one."""
    person = next((found for found in people if found.start == claim.start + denied.end()), None)
    if person:
        yield Stated("name", person.value, claim.start + denied.start(), person.end, ended=True)


def gifts(claim: Claim) -> Iterator[Stated]:
    """Yield whom something is a gift for."""
    if not _SOMEONE.search(claim.text):
        return
    for pattern, confidence in _GIFTS:
        match = pattern.search(claim.text)
        if match:
            if not claim.is_conditional and not _NO_GIFT.search(claim.text, 0, match.start()):
                yield Stated(
                    "gift_for", match["kin"].lower(), claim.start + match.start(), claim.start + match.end(), confidence
                )
            return


def languages(claim: Claim) -> Iterator[Stated]:
    """Yield the language a customer speaks or wants to be answered in."""
    for pattern, confidence in _LANGUAGES:
        match = pattern.search(claim.text)
        if match and not claim.is_conditional:
            yield Stated(
                "spoken_language",
                match["language"].capitalize(),
                claim.start + match.start(),
                claim.start + match.end(),
                confidence,
            )
            return


def phones(claim: Claim, entities: Sequence[Found]) -> Iterator[Stated]:
    """Yield the telephone number a customer gives as theirs."""
    yield from _after_cue("phone", _RING, claim, entities)


def emails(claim: Claim, entities: Sequence[Found]) -> Iterator[Stated]:
    """Yield the e-mail address a customer gives as theirs."""
    yield from _after_cue("email", _WRITE_TO, claim, entities)


def _after_cue(kind: str, cue: re.Pattern[str], claim: Claim, entities: Sequence[Found]) -> Iterator[Stated]:
    """Yield the entities of a kind that stand right behind words which say that they are the customer's."""
    for found in entities:
        led = cue.search(claim.text, 0, max(0, found.start - claim.start)) if found.entity == kind else None
        if led and claim.start <= found.start < claim.start + len(claim.text):
            yield Stated(kind, found.value, claim.start + led.start(), found.end)
