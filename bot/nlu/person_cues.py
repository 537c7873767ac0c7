"""The words after which a person is named: "my name is", "ask for", "regards,". Used by `persons`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Whatever follows these is a name, in small letters too.
_OWN: Final = r"(?:full |first |last |middle |real |family |second |birth |maiden )?"
_NAMED: Final = (
    rf"(?:\b(?:my|his|her|their) {_OWN}names?(?:['’]s| is| was|:)?|\b(?:first|last|family|full)\sname(?:['’]?s| is| "
    rf"was|:)?|"
    r"\bsurname(?:['’]?s| is| was|:)?|{kin}['’]?s name(?:['’]?s| is| was|:)|"
    r"(?:^|[,.;:!?(\n-]\s?)(?:the )?name(?:['’]?s| is|:)|"
    r"\bname on (?:it|the (?:order|account|parcel|label|card)) (?:is|was)|"
    r"\bname (?:should|must|has to|needs to) (?:be|say|read)|\bin the name of|\bunder the name(?: of)?)\s"
)
# A capital or a known given name must follow these.
_MYSELF: Final = r"(?:\bi['’]?m|\bi am)\s"
_INTRODUCED: Final = (
    r"(?:\bthis is|\bits|\bit['’]s|\bit is|\bthat['’]s|\bhere is|\bspeaking (?:to|with)|\bi['’]?m called)\s"
)
_RELATIVE: Final = (
    r"(?:brother|sister|son|daughter|wife|husband|hubby|partner|mum|mom|mother|dad|father|friend|mate|boyfriend|"
    r"girlfriend|"
    r"neighbou?r|colleague|boss|cousin|uncle|aunt|auntie|nephew|niece|gran|nan|grandma|grandad|grandson|granddaughter|"
    r"fianc[eé]e?|kid|flatmate|housemate|assistant|manager|agent|advisor|adviser|lady|man|guy|girl|someone|person|"
    r"driver|"
    r"courier|team|twin|stepson|stepdad|stepmum|godson|goddaughter|secretary|lodger|landlady|landlord)"
)
# Here small letters do, even for a name that is an everyday word too: "my wife joy", "ask for jo".
_KIN: Final = (
    rf"(?:\b(?:my|your|our|her|his|their|a|an|the)\s(?:\w{{1,12}}\s)?{_RELATIVE},?\s(?:is\s|was\s)?(?:called\s|"
    rf"named\s)?|"
    r"\b(?:(?:is|was|are|['’]s|she|he|someone|somebody)\s)(?:called|named)\s|\bask(?:ing)? for\s|"
    r"\b(?:spoke|speak|spoken|talk|talked|talking|chat|chatted|dealt) (?:to|with)\s(?:an?\s(?=m[rs]|dr))?)"
)
_SPOKEN_OF: Final = (
    r"(?:\b(?:called|named)\s|\basked for\s|\b(?:ring|phone|text|contact|call)\s|\border (?:is )?under\s|\bunder\s|"
    r"\bput\s|"
    r"\bin care of\s|\bc/o\s|\bdear\s|\b(?:addressed|address it|made out|registered|belongs) to\s|\battn:?\s|\bfao:?\s|"
    r"\brecipient(?: is|:)?\s|\b(?:recipient|name|contact)(?: on it| on the \w+)? to\s|\b(?:tell|let|ask|thank|asked|"
    r"told)\s|\bsigned (?:for )?by\s|\bon behalf of\s|\b(?:placed|made|ordered|bought|paid) by\s)"
)
_TITLED: Final = r"\b(?:mr|mrs|ms|miss|dr|prof)\.?\s"
_SIGNED: Final = (
    r"(?:(?:\bregards|\bwishes|\bthanks(?: again| a lot| so much| in advance)?|\bthank you|\bcheers|\bsincerely|"
    r"\bfaithfully|\bbest|\bta|\blove(?: from)?|\bthx|\byours)\s?[,\n.!-]?\s{1,2}[-–]?\s?|\s[-–]\s?)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A kind of words before a name; the pattern is for small letters."""

    kind: str
    pattern: re.Pattern[str]


def _cue(kind: str, words: str, pattern: str) -> tuple[str, Cue]:
    return words, Cue(kind, re.compile(pattern))


_KIN_WORDS: Final = re.sub(r"\W+", " ", _RELATIVE) + " called named ask spoke talk chat dealt"
CUES: Final = (
    _cue("named", "name surname first last family full", _NAMED.replace("{kin}", _RELATIVE)),
    _cue("titled", "mr mrs ms miss dr prof", _TITLED),
    _cue("kin", _KIN_WORDS, _KIN),
    _cue(
        "spoken",
        "called named asked ring phone text contact call under put care c dear addressed made registered belongs "
        "attn "
        "fao recipient name tell let ask thank told signed behalf by",
        _SPOKEN_OF,
    ),
    _cue("introduced", "this its it that here speaking i im", _INTRODUCED),
    _cue("myself", "i im", _MYSELF),
    _cue("signed", "regards wishes thanks thank cheers sincerely faithfully best ta love thx yours - –", _SIGNED),
)
FILLER: Final = re.compile(
    r"(?:is|only|just|me|called|again|still|actually|(?:mr|mrs|ms|dr|prof)\.?|(?:mr|mrs)\.? (?:and|&) (?:mrs|mr)\.?)"
    r",?\s",
    re.IGNORECASE,
)
ANIMAL: Final = re.compile(r"\b(?:dog|puppy|pup|cat|kitten|horse|pony|pet)(?:['’]?s)?\s(?:\w+\s)?$", re.IGNORECASE)
"""Ends before "is called" that tells no person's name."""

SELF_TALK: Final = re.compile(r"\s(?:here|again|speaking|calling|ringing|btw|by the way)\b", re.IGNORECASE)
"""What follows someone's own name: "its grace again"."""

DOES: Final = re.compile(
    r"\s(?:said|says|told|asked|promised|rang|called|phoned|texted|emailed|ordered|bought|wants|needs|helped|sent|"
    r"replied|thinks|loves|never (?:got|had|came|received|rang|replied))\b",
    re.IGNORECASE,
)
"""What only people do; at the beginning of a sentence it tells Grace from grace."""
