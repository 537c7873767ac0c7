"""The words after which a person is named: "my name is", "ask for", "regards,". Used by `persons`."""

from __future__ import annotations

import re
from typing import Final

# Whatever follows these is a name, in small letters too.
_NAMED: Final = (
    r"(?:\bmy (?:full |first |last |middle |real )?names?(?:['’]s| is|:)?|"
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
    r"(?:brother|sister|son|daughter|wife|husband|partner|mum|mom|mother|dad|father|friend|mate|boyfriend|girlfriend|"
    r"neighbou?r|colleague|boss|cousin|uncle|aunt|auntie|nephew|niece|gran|nan|grandma|grandad|grandson|granddaughter|"
    r"fianc[eé]e?|kid|flatmate|housemate|assistant|manager|agent|advisor|adviser|lady|man|guy|girl|someone|person|driver|"
    r"courier|team)"
)
_SPOKEN_OF: Final = (
    rf"(?:\b(?:my|your|our|her|his|their|a|an|the)\s(?:\w{{1,12}}\s)?{_RELATIVE},?\s(?:is\s|was\s)?(?:called\s|named\s)?|"
    r"\b(?:called|named)\s|\bask(?:ing|ed)? for\s|"
    r"\b(?:spoke|speak|spoken|talk|talked|talking|chat|chatted|dealt) (?:to|with)\s|"
    r"\b(?:ring|phone|text|contact|call)\s|\border (?:is )?under\s|\bunder\s|\bput\s|\bin care of\s|\bc/o\s|\bdear\s|"
    r"\b(?:addressed|made out|registered|belongs) to\s|\battn:?\s|\bfao\s|\brecipient(?: is|:)?\s|"
    r"\bsigned (?:for )?by\s)"
)
_TITLED: Final = r"\b(?:mr|mrs|ms|miss|dr|prof)\.?\s"
_SIGNED: Final = (
    r"(?:(?:\bregards|\bwishes|\bthanks(?: again| a lot| so much)?|\bthank you|\bcheers|\bsincerely|\bfaithfully|"
    r"\bbest|\bta|\blove|\bthx|\byours)\s?[,\n.!-]?\s{1,2}[-–]?\s?|\s[-–]\s?)"
)
CUE: Final = re.compile(
    rf"(?P<named>{_NAMED})|(?P<myself>{_MYSELF})|(?P<introduced>{_INTRODUCED})|(?P<spoken>{_SPOKEN_OF})|(?P<titled>{_TITLED})|(?P<signed>{_SIGNED})",
    re.IGNORECASE,
)
FILLER: Final = re.compile(r"(?:is|only|just|me|called|again|still|actually),?\s", re.IGNORECASE)
