"""Recognises what an agent commits to, and by when: "I'll get back to you by Friday noon". Used by `ledger`.

By rules, so that the same words always mean the same: a sentence with a commitment of ours and a time that belongs to
it. Conditions, questions, hopes and what others will do are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.desk.deadlines import deadlines
from bot.hours import SupportHours


@dataclass(frozen=True, slots=True)
class Commitment:
    """A sentence that commits us, in the agent's own words, and the time by which it is due."""

    text: str
    due_at: datetime


LONGEST_SENTENCE: Final = 600
"""Characters of a sentence that is read: nobody promises in longer ones, and reading them would hold up others."""

_SENTENCE: Final = re.compile(r"(?:[^.!?;\n]|(?<=[ap]\.m)\.|(?<=[ap])\.(?=m\b)|(?<=\d)\.(?=\d))+[.!?]?")
_WE: Final = (
    r"(?:i|we|someone|somebody|(?:someone|somebody|one|a\scolleague|the\smanager)\s(?:of|from|in|on)\s(?:us|our\s\w+|my\s\w+|"
    r"the\steam)|(?:a|my|our)\s(?:colleague|manager|team|supervisor|workshop|lead)(?:\s\w+)?|our\s\w+\steam)"
)
_WILL: Final = (
    r"(?:['’]ll|\swill|\sshall|(?:['’]m|\sam|['’]re|\sare|['’]s|\sis)\sgoing\sto|(?:['’]m|\sam|['’]re|\sare)\sgonna|"
    r"\spromise\sto)"
)
_DEED: Final = (
    r"(?:get\sback|come\sback\sto\syou|get\sin\stouch|be\sin\stouch|be\sback\sin\stouch|be\sback\swith|"
    r"be\s(?:calling|ringing|writing|sending|e-?mailing)|do\s(?:this|that|it)|touch\sbase|follow\sup|"
    r"keep\syou\s(?:posted|updated|informed)|let\syou\sknow|give\syou\s(?:a\s(?:call|ring|shout|bell)|an?\s(?:update|answer))|"
    r"drop\syou\sa\s(?:line|message|note|mail)|report\sback|have\s(?:an?\s(?:answer|update|reply|solution)|news|it|this|that)|"
    r"have\s(?:a\scolleague|someone|somebody)\s(?:call|ring|write|e-?mail|contact)|ask\s(?:a\scolleague|someone|somebody)\sto|"
    r"sort|send|post|call|ring|phone|e-?mail|write|reply|respond|answer|update|message|text|contact|inform|confirm|check|"
    r"look\sinto|find\sout|chase|investigate|refund|credit|transfer|pay|replace|exchange|ship|dispatch|deliver|arrange|book|fix|"
    r"repair|resolve|cancel|process|issue|forward|pass|escalate|reach\sout|finish|complete|make\ssure|see\sto|return\syour\scall|"
    r"get\s(?:this|that|it|the\s\w+|an?\s\w+)|take\scare|order|call\sback|try\sagain|put)"
)
_ADVERB: Final = (
    r"(?:\s(?:also|then|personally|definitely|certainly|gladly|happily|just|be\ssure\sto|make\ssure\sto|now|still|again|both|"
    r"all|quickly|immediately|go\sahead\sand|of\scourse))?"
)
_OURS: Final = re.compile(
    rf"(?<![\w'’]){_WE}{_WILL}{_ADVERB}\s{_DEED}\b"
    r"|\blet\sme\s(?:get\sback|come\sback\sto\syou|check\b.{0,40}\band\s(?:get|come)\sback)"
    r"|\byou(?:['’]ll|\swill|\sshall)\s(?:hear\s(?:back\b(?!\sfrom)|(?:back\s)?from\s(?:me|us|my|our)\b)"
    r"|(?:have|get|receive)\s(?:an?\s|the\s|your\s|my\s|our\s|more\s)?(?:\w+\s)?"
    r"(?:answer|reply|response|update|news|call|e-?mail|message|refund|money|voucher|label|confirmation|invoice)\b)"
    r"|\b(?:you\scan\s)?expect\s(?:an?|my|our|the)\s(?:\w+\s)?(?:answer|reply|response|update|call|e-?mail|message)"
    r"(?:\sfrom\s(?:me|us|my\s\w+|our\s\w+))?",
    re.IGNORECASE,
)
_MORE: Final = re.compile(rf"\b(?:and|then)\s{_DEED}\b", re.IGNORECASE)
_NOT: Final = re.compile(
    r"\b(?:can['’]?t|cannot|can\snot|won['’]?t|will\snot|not\sgoing\sto|never|unable|not\sable|not\ssure|don['’]t\sthink|"
    r"do\snot\sthink|no\spromise|don['’]t\spromise|doubt|nobody|no\sone)\b",
    re.IGNORECASE,
)
_HEDGE: Final = re.compile(
    r"\b(?:hope(?:fully)?|maybe|perhaps|might|may|possibly|probably|try\sto|trying\sto|aim\sto|should\sbe\sable|would|could|"
    r"i['’]d|we['’]d|likely|with\sluck|ideally|plan\sto)\b",
    re.IGNORECASE,
)
_AM_PM: Final = re.compile(r"(?<![a-z])([ap])\.m\b\.?", re.IGNORECASE)
_POLITE: Final = re.compile(
    r"[,–-]?\s?if\s(?:that['’]s|that\sis|it['’]s|that|it)\s?(?:is\s)?(?:ok|okay|all\sright|alright|fine|works|suits|good|helps)"
    r"(?:\s(?:with|for|by)\syou|\syou)?",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\b(?:if|unless|in\scase|provided|assuming|depending|otherwise|(?:once|when|whenever|as\ssoon\sas|after)\s"
    r"(?:you|they|he|she|it|the|your|that|this|we\s(?:have|get|receive|hear)|i\s(?:have|get|receive|hear)))\b",
    re.IGNORECASE,
)
_REPORTED: Final = re.compile(
    r"\b(?:said|says|told|wrote|thought|promised|asked|mentioned|understood|heard|read|states?|according)\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"^(?:\W|and|or|so|but|ok)*\s*(?:shall|will|would|could|can|should|do|does|did|may|is|are|what|when|who|how|why|where|which)\b",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r",\s?(?:ok|okay|all\sright|alright|right|deal|yes)\s?\?$", re.IGNORECASE)
_SUBORDINATE: Final = re.compile(
    r"\b(?:whether|that|which|who|what|why|how|where|because|since|for|from|until|till|of|you\s(?:\w+ed|sent|wrote|made|paid|"
    r"bought|got|have|had|want|need|can|were|are|gave|told|left|chose|put|kept|took|saw|did))\b",
    re.IGNORECASE,
)
_MAKE_SURE: Final = re.compile(r"\bmake\ssure\b|\bsee\sto\sit\b", re.IGNORECASE)


def commitments(text: str, now: datetime, hours: SupportHours) -> list[Commitment]:
    """What these words commit us to, in their order; `now` is aware. A time that is over commits to nothing."""
    return [found for match in _SENTENCE.finditer(text) if (found := _in_sentence(match[0].strip(), now, hours))]


def _in_sentence(sentence: str, now: datetime, hours: SupportHours) -> Commitment | None:
    if len(sentence) > LONGEST_SENTENCE:
        return None
    plain = _POLITE.sub("", _AM_PM.sub(r"\1m", sentence))
    if _is_question(plain) or _CONDITION.search(plain):
        return None
    for ours, end in _clauses(plain):
        said = plain[ours.start() : end]
        before = plain[: ours.start()]
        if (
            _NOT.search(said)
            or _HEDGE.search(said)
            or _NOT.search(before)
            or _REPORTED.search(before)
            or _HEDGE.search(before)
        ):
            continue
        due = _due(plain, ours, end, now, hours)
        if due is not None:
            return Commitment(sentence, due)
    return None


def _clauses(sentence: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each commitment of a sentence, and where the next begins."""
    found = list(_OURS.finditer(sentence))
    ends = [*(match.start() for match in found[1:]), len(sentence)]
    yield from zip(found, ends[-len(found) :] if found else (), strict=True)


def _is_question(sentence: str) -> bool:
    return sentence.endswith("?") and (bool(_ASKS.match(sentence)) or not _TAG.search(sentence))


def _due(sentence: str, ours: re.Match[str], end: int, now: datetime, hours: SupportHours) -> datetime | None:
    """The time that belongs to a commitment: not to something told of in the same breath."""
    for deadline in deadlines(sentence[:end], now, hours):
        between = sentence[ours.end() : deadline.start] if deadline.start >= ours.end() else ""
        if deadline.start < ours.start() and not _opens(sentence, deadline.start, ours.start()):
            continue
        told_of = _SUBORDINATE.search(between) and not deadline.is_limit and not _MAKE_SURE.search(sentence)
        if not told_of and deadline.at > now:
            return deadline.at
    return None


def _opens(sentence: str, start: int, ours: int) -> bool:
    """Whether a time before the commitment opens it: "Tomorrow I'll call you", "By Friday you'll hear from us"."""
    before = sentence[:start].rsplit(",", maxsplit=1)[-1]
    return ours - start <= 40 and len(before.split()) <= 2
