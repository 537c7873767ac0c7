"""What customers can't wear: allergies to materials, and that one is over. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.nlu.facts.claims import Claim
from bot.nlu.facts.stated import Stated

WORDS: Final = (
    "allergic allergy allergies alergic react reacts rash hives itch itchy eczema intolerant intolerance tolerate "
    "sensitive wear stand"
)

_NAMES: Final[Mapping[str, str]] = {
    "merino wool": "merino",
    "feather": "feathers",
    "goose down": "down",
    "duck down": "down",
    "synthetic": "synthetics",
    "synthetic fabric": "synthetics",
    "synthetic fabrics": "synthetics",
    "synthetic materials": "synthetics",
    "man-made fibres": "synthetics",
}
_MATERIAL: Final = (
    r"(?:merino(?:\swool)?|sheep['’]?s\swool|wool|(?:goose\s|duck\s)?down(?!\s(?:for|to|with))|feathers?|latex|rubber|neoprene|nickel|"
    r"zinc|chrome|chromium|polyester|polyamide|nylon|acrylic|elastane|lycra|spandex|synthetic(?:\s(?:fabrics?|materials|fibres))?s?|"
    r"man-made\sfibres|leather|suede|cotton|linen|silk|cashmere|mohair|angora|alpaca|lanolin|silicone|bamboo|viscose)"
)
_LIST: Final = rf"(?P<materials>(?:{_MATERIAL})(?:(?:\s?,\s?|\s?/\s?|\s(?:and|or|&)\s)(?:{_MATERIAL}))*)\b"
_HOW: Final = (
    r"(?:(?:highly|very|severely|really|quite|badly|terribly|extremely|actually|also|still|slightly|mildly|a\sbit|super|"
    r"just)\s)*"
)
_ILL: Final = r"(?:a\s(?:bad\s|terrible\s|nasty\s)?rash|hives|eczema|(?:an?\s)?(?:allergic\s)?reactions?|itchy|spots)"
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"(?:\bi(?:['’]?m|\sam)\s|^\W*(?:\w+\W+)?){_HOW}all?ergic\sto\s{_LIST}", 1.0),
        (
            rf"\bi(?:['’]ve|\shave)\s(?:got\s)?(?:an?\s)?(?:severe\s|bad\s|strong\s)?(?:allergy|intolerance|sensitivity)\s(?:to|against)\s{_LIST}",
            1.0,
        ),
        (rf"\bi(?:['’]ve|\shave)\s(?:got\s)?an?\s(?:severe\s|bad\s|strong\s)?{_LIST}\s(?:allergy|intolerance)", 1.0),
        (rf"^\W*(?:my\s)?allerg(?:y|ies)(?:\sto)?\s?(?:are|is|:)?\s{_LIST}", 1.0),
        (rf"\bi(?:['’]?m|\sam)\s{_HOW}(?:intolerant|sensitive)\sto\s{_LIST}", 0.9),
        (
            rf"\bi\s(?:just\s|really\s)?(?:can['’]?t|cannot|can\snot|mustn['’]?t)\s(?:wear|tolerate|stand|touch|have)\s(?:any\s|anything\swith\s)?{_LIST}(?!\s\w+s\b)",
            0.9,
        ),
        (rf"\b(?:i|my\sskin)\s{_HOW}reacts?\s{_HOW}to\s{_LIST}", 1.0),
        (
            rf"{_LIST}\s(?:always\s)?(?:gives?\sme|brings?\sme\sout\sin|makes?\sme\s(?:come\sout\sin|break\sout\sin|itch)|causes?\sme)(?:\s{_ILL})?",
            0.9,
        ),
        (
            rf"\bi\s(?:always\s)?(?:get|come\sout\sin|break\sout\sin|develop)\s{_ILL}\s(?:from|with|when\si\swear)\s{_LIST}",
            0.9,
        ),
    )
)
_OVER: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bi(?:['’]?m|\sam)\s(?:not|no\slonger)\s(?:really\s|actually\s)?all?ergic\sto\s{_LIST}(?:\sany\s?more)?",
        rf"\bi\s(?:don['’]?t|do\snot)\shave\s(?:an?\s|my\s)?(?:{_LIST}\sallergy|allergy\sto\s(?P<more>{_MATERIAL}))(?:\sany\s?more)?",
        rf"\bmy\s{_LIST}\sallergy\s(?:is|has)\s(?:gone|over|disappeared|cleared\sup)(?:\saway)?",
        rf"\bi\scan\s(?:now\s)?(?:wear|tolerate)\s{_LIST}\s(?:again|now)",
    )
)
_EACH: Final = re.compile(_MATERIAL, re.IGNORECASE)
_NOT_SO: Final = re.compile(r"\b(?:not|never|no\slonger|used\sto\sbe)\s(?:\w+\s)?$", re.IGNORECASE)


def allergies(claim: Claim) -> Iterator[Stated]:
    """Yield the materials that a customer can't wear, and those they can again."""
    if claim.is_conditional or not _EACH.search(claim.text):
        return
    over = next((match for pattern in _OVER if (match := pattern.search(claim.text))), None)
    if over:
        yield from _each(claim, over, 1.0, ended=True)
        return
    for pattern, confidence in _PATTERNS:
        match = pattern.search(claim.text)
        if match and not _NOT_SO.search(claim.text, 0, match.start()):
            yield from _each(claim, match, confidence)
            return


def _each(claim: Claim, match: re.Match[str], confidence: float, *, ended: bool = False) -> Iterator[Stated]:
    listed = match.groupdict().get("more") or match["materials"]
    for material in _EACH.findall(listed):
        name = re.sub(r"\s+", " ", material.lower())
        yield Stated(
            "allergy", _NAMES.get(name, name), claim.start + match.start(), claim.start + match.end(), confidence, ended
        )
