"""How parcels should come: by which carrier, where they may be left, to which address. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.nlu.facts.claims import Claim
from bot.nlu.facts.stated import Stated
from bot.nlu.found import Found

CARRIER_WORDS: Final = (
    "dhl dpd ups fedex evri hermes yodel royal parcelforce gls post postnord postnl ctt colissimo inpost correos"
)
PLACE_WORDS: Final = "leave left put pop drop hide hand place safe deliveries parcels"
ADDRESS_WORDS: Final = "address live living moved home based at parcels orders deliver send"

_CARRIERS: Final[Mapping[str, str]] = {
    "dhl": "DHL",
    "dpd": "DPD",
    "ups": "UPS",
    "fedex": "FedEx",
    "evri": "Evri",
    "hermes": "Evri",  # as it was called before
    "yodel": "Yodel",
    "royal mail": "Royal Mail",
    "parcelforce": "Parcelforce",
    "gls": "GLS",
    "an post": "An Post",
    "postnord": "PostNord",
    "postnl": "PostNL",
    "ctt": "CTT",
    "colissimo": "Colissimo",
    "inpost": "InPost",
    "correos": "Correos",
}
_CARRIER: Final = rf"(?P<carrier>\b(?:{'|'.join(name.replace(' ', chr(92) + 's') for name in _CARRIERS)})\b)"
_ANY_CARRIER: Final = re.compile(_CARRIER, re.IGNORECASE)
_MINE: Final = (
    r"(?:my|all\s(?:of\s)?my|all\sthe|the)\s(?:stuff|orders?|parcels?|packages?|deliver(?:y|ies)|things)|everything"
)
_SENT: Final = (
    rf"(?:use|send|ship|deliver|choose|pick|go\swith|post|dispatch)(?:\s(?:{_MINE}|it|them|things|stuff|anything))?"
)
_BY: Final = r"(?:\s(?:with|by|via|through|using))?"
_LASTING: Final = (
    r"(?:from\snow\son|in\s(?:the\s)?future|for\s(?:all\s(?:of\s)?my\s(?:orders|parcels|deliveries)|everything(?:\si\sorder)?)|"
    r"every\stime|going\sforward|whenever\spossible|where\spossible)"
)
_PREFERRED: Final = r"(?:preferred|favou?rite|usual|chosen)\s(?:carrier|courier|delivery\s(?:company|service)|shipper)"
_WANTED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"(?<!you\s)(?<!they\s)\balways\s(?:{_SENT}{_BY}\s)?{_CARRIER}", 1.0),
        (
            rf"\bi\s(?:only\s|really\s|always\s|generally\s|usually\s|much\s)?(?:prefer|like|go\sfor|choose|want)\s"
            rf"(?:(?:{_MINE}|it|deliver(?:y|ies)|them)\s(?:sent\s|delivered\s)?(?:with|by|via)\s|using\s)?{_CARRIER}",
            1.0,
        ),
        (
            rf"\bi(?:['’]d|\swould)\s(?:much\s|really\s)?(?:rather|prefer|like)\s(?:(?:to\s)?(?:have|get|use)\s)?"
            rf"(?:(?:{_MINE}|it|them)\s)?(?:(?:to\sbe\s)?(?:sent|delivered|shipped|come)\s)?(?:(?:with|by|via)\s)?{_CARRIER}",
            1.0,
        ),
        (rf"\bmy\s{_PREFERRED}\sis\s{_CARRIER}", 1.0),
        (rf"{_CARRIER}\sis\smy\s{_PREFERRED}", 1.0),
        (rf"{_CARRIER}\s(?:works|is)\s(?:always\s)?(?:the\s)?best\sfor\s(?:me|us)", 0.9),
        (rf"\b{_LASTING},?\s(?:please\s|pls\s)?(?:just\s|only\s)?{_SENT}{_BY}\s{_CARRIER}", 1.0),
        (rf"\b(?:please\s|pls\s|just\s|only\s)*{_SENT}{_BY}\s{_CARRIER}\s(?:please\s)?{_LASTING}", 1.0),
        (rf"{_CARRIER}\s(?:please|pls|only),?\s(?:not\s\w+,?\s)?{_LASTING}", 1.0),
    )
)
_UNWANTED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"\b(?:never|don['’]?t|do\snot)(?:\s(?:ever|please))?\s{_SENT}{_BY}\s{_CARRIER}", 1.0),
        (
            rf"\bi\s(?:don['’]?t|do\snot|never)\swant\s(?:(?:{_MINE}|anything)\s)?(?:to\s)?(?:come\s|sent\s|be\s)*{_BY}\s?{_CARRIER}",
            1.0,
        ),
        (rf"\b(?:no\smore|avoid|stop\susing|any(?:one|thing|body)\s(?:but|except)|not\swith)\s{_CARRIER}", 1.0),
        (rf"\bi\s(?:hate|can['’]?t\sstand)\s{_CARRIER}", 0.8),
    )
)
_NOT_AS_BEFORE: Final = re.compile(rf"\bi\s(?:don['’]?t|do\snot|no\slonger)\sprefer\s{_CARRIER}", re.IGNORECASE)
_AND_NOT: Final = re.compile(rf"(?:,|\sand)?\s(?:please\s)?(?:not|never|and\snot)\s{_CARRIER}", re.IGNORECASE)
_ONLY_THIS: Final = re.compile(r"\b(?:this|that)\s(?:one|order|time|parcel)\b", re.IGNORECASE)

_SPOT: Final = (
    r"neighbou?rs?|nieghbou?rs?|porch|sheds?|garage|greenhouse|bins?|bin\sstore|doors?|doorsteps?|step|gate|fence|concierge|"
    r"reception|receptionist|porter|lobby|hall(?:way)?|store|cupboard|letter\s?box|mail\s?box|post\s?box|parcel\s?box|"
    r"conservatory|garden|car\s?port|bench|mat|pot|hedge|wall|stairs|balcony|verandah?|office|desk|security|caretaker|"
    r"landlord|landlady|next\sdoor|shop|pub|mail\s?room|post\s?room|lockers?|barn|outhouse|summerhouse|utility\sroom|"
    r"trampoline|number\s\d{1,4}|no\.?\s\d{1,4}|downstairs|upstairs|side|back|front|drive(?:way)?|tree|box|safe|outbuilding"
)
_PLACED: Final = (
    rf"(?P<place>(?:with|in|on|at|behind|under|underneath|by|inside|over|outside|to|beside|next\sto|round|around|near)\s"
    rf"(?:(?:the|my|our|a|one\sof\s(?:my|the))\s)?(?:[\w'’-]+\s){{0,2}}?(?:{_SPOT})\b"
    rf"(?:\s(?:door|gate|store|cupboard|box|pot|step|desk|shed|room)\b)?"
    rf"(?:\s(?:at|of|in|by|next\sto)\s(?:(?:the|my|our)\s)?(?:number\s|no\.?\s)?(?:\d{{1,4}}[a-z]?|{_SPOT})\b)?)"
)
_THING: Final = (
    r"(?:(?:it|them|everything|(?:any|the|my|all\s(?:of\s)?my)?\s?(?:parcels?|packages?|deliver(?:y|ies)|orders?|stuff|"
    r"things|post))\s)?"
)
_LEAVE: Final = r"(?:leave|put|pop|drop|hide|hand|place|stick)"
_LEFT: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"(?<!\w)(?P<told>{_LEAVE}\s(?:\bit\soff\s)?{_THING}(?:off\s)?{_PLACED})", 0.9),
        (
            r"\b(?:parcels|deliver(?:y|ies)|packages|everything|orders|things)\s(?:can|should|may|must|could)\s(?:always\s|all\s)?"
            rf"(?:go|be\s(?:left|put|dropped|placed))\s{_PLACED}",
            1.0,
        ),
        (rf"\bi\s(?:want|['’]d\slike|would\slike|prefer)\s{_THING}(?:to\sbe\s)?left\s{_PLACED}", 1.0),
    )
)
_SAFE: Final = re.compile(
    r"(?:\bmy\s|^\W*)safe\s?place(?:\sis|\swould\sbe|:)?\s(?P<place>(?:[\w'’-]+\s?){1,5}?)(?=\s*(?:$|[,.;!]|\b(?:please|thanks)\b))",
    re.I,
)
_OTHERS_DO: Final = re.compile(
    r"\b(?:they|he|she|we|i|i['’]ll|who|you|will|did|didn['’]?t|drivers?\salways|always\sjust|to\sjust|would|to\sme|can['’]?t|cannot)\s*$",
    re.I,
)
_MAY: Final = re.compile(
    r"\byou\s(?:can|may|could)\s(?:always\s|just\s|also\s)?$|\b(?:can|could|would|will)\syou\s(?:please\s|always\s|just\s)*$|\b(?:can|may|could|should)\s(?:just\s|always\s)?$",
    re.I,
)
_DENIED: Final = re.compile(
    r"\b(?:don['’]?t|do\snot|never|not|stop|no\slonger)\s(?:(?:ever|just|please|want|you|to|them|him)\s)*$",
    re.IGNORECASE,
)
_OURS: Final = re.compile(r"\b(?:my|our)\b", re.IGNORECASE)

_AT_HOME: Final = re.compile(
    rf"(?:\b(?:my|our|the)\s(?:new\s|current\s|home\s|delivery\s|shipping\s|postal\s|correct\s|right\s)*address"
    rf"(?:\sfor\s(?:{_MINE}|deliveries|parcels))?(?:\sis|\shas\schanged\sto|:)?"
    r"|\b(?:i|we)(?:['’]ve|\shave)?\s(?:just\s|recently\s)?moved(?:\shouse)?\s(?:to|into)"
    r"|\bmoved(?:\shouse)?,?\s(?:and\s)?(?:it['’]?s|we['’]?re|i['’]?m|now|it\sis)(?:\snow)?(?:\sat)?"
    r"|\b(?:i|we)\s(?:now\s)?(?:live|stay)\s(?:now\s)?(?:at|in)|\b(?:i['’]?m|we['’]?re|i\sam)\s(?:now\s)?(?:living\s|based\s)?at"
    rf"|\b(?:deliver|send|ship)\s(?:{_MINE})\sto|\bchange\sof\saddress:?|^\W*(?:my\s)?home\sis)\s*(?:now\s|at\s|:\s?)*$",
    re.IGNORECASE,
)
_ONCE: Final = re.compile(r"\b(?:this|that|one)\s(?:one\s)?order|\bthis\stime|\bold\saddress", re.IGNORECASE)


def carriers(claim: Claim) -> Iterator[Stated]:
    """Yield by whom parcels should always come, and by whom never."""
    if not _ANY_CARRIER.search(claim.text) or claim.is_conditional or _ONLY_THIS.search(claim.text):
        return
    denied = _NOT_AS_BEFORE.search(claim.text)
    if denied:
        yield _carried(claim, denied, "carrier", 1.0, ended=True)
        return
    for match, confidence in _first_of(_UNWANTED, claim.text):
        yield _carried(claim, match, "avoided_carrier", confidence)
    for match, confidence in _first_of(_WANTED, claim.text):
        if not _DENIED.search(claim.text, 0, match.start()):
            yield _carried(claim, match, "carrier", confidence)
            also = _AND_NOT.search(claim.text)
            if also:
                yield _carried(claim, also, "avoided_carrier", confidence)


def _first_of(patterns: Sequence[tuple[re.Pattern[str], float]], text: str) -> Iterator[tuple[re.Match[str], float]]:
    for pattern, confidence in patterns:
        match = pattern.search(text)
        if match:
            yield match, confidence
            return


def _carried(claim: Claim, match: re.Match[str], kind: str, confidence: float, *, ended: bool = False) -> Stated:
    value = _CARRIERS[re.sub(r"\s", " ", match["carrier"].lower())]
    return Stated(kind, value, claim.start + match.start(), claim.start + match.end(), confidence, ended)


def places(claim: Claim) -> Iterator[Stated]:
    """Yield where a parcel may be left; a condition such as "if I'm out" belongs to it."""
    for match, confidence in _first_of(_LEFT, claim.text):
        before = claim.text[: match.start()]
        if not _OTHERS_DO.search(before) or _MAY.search(before):
            yield _left(claim, match, confidence, ended=bool(_DENIED.search(before)))
        return
    safe = _SAFE.search(claim.text)
    if safe:
        yield _left(claim, safe, 1.0)


def _left(claim: Claim, match: re.Match[str], confidence: float, *, ended: bool = False) -> Stated:
    value = _OURS.sub("the", " ".join(match["place"].lower().split()))
    return Stated("delivery_place", value, claim.start + match.start(), claim.start + match.end(), confidence, ended)


def addresses(claim: Claim, entities: Sequence[Found]) -> Iterator[Stated]:
    """Yield where the customer says they live, or where all their parcels go."""
    if claim.is_conditional or _ONCE.search(claim.text):
        return
    for found in entities:
        place = found.start - claim.start
        if found.entity != "address" or not 0 <= place <= len(claim.text):
            continue
        cue = _AT_HOME.search(claim.text, 0, place)
        if cue and not _DENIED.search(claim.text, 0, cue.start()):
            yield Stated("delivery_address", found.value, claim.start + cue.start(), found.end)
