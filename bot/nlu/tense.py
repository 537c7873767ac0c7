"""Tells from the words around it whether a day lies ahead or behind: "arrived on friday", "need it by friday".

Called by `times` and `dates`; a rule of thumb for short messages, not a grammar.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class Tense(Enum):
    """Where a day is looked for."""

    PAST = "past"
    FUTURE = "future"
    UNKNOWN = "unknown"


_CLAUSE_END: Final = re.compile(r"[.?!;\n](?:\s|$)")
_HAD_BEEN_TO_COME: Final = re.compile(
    r"\b(?:was|were)(?:n['’]?t)?\s(?:\w{1,12}\s)?(?:supposed|sposed|meant|due|promised|expected|scheduled|going|coming|arriving|being)\b"
    r"|\bdid(?:n['’]?t)?\b|\bshould(?:['’]?ve| have| of)\b"
)
# "Promised for the 5th, still nothing": the day is over.
_PROMISED: Final = re.compile(r"\b(?:promised|due|booked|scheduled|expected|told|said)\b")
_NOT_KEPT: Final = re.compile(r"\b(?:still|never|nothing|no sign|not here|hasn['’]?t|haven['’]?t|didn['’]?t|nowhere)\b")
_SINCE: Final = re.compile(r"\bsince\s(?:the\s|about\s)?$")
_UNTIL: Final = re.compile(r"\b(?:before|by|until|untill?|till?|til|from|for)\s(?:the\s)?$")
_VERB: Final = re.compile(
    r"\b(?:(?P<past>(?<!\bbe\s)(?<!\bget\s)(?<!\bbeing\s)(?:"
    r"ordered|bought|purchased|paid|payed|placed|arrived|came|received|recieved|returned|sent|shipped|"
    r"dispatched|despatched|delivered|posted|collected|picked|dropped|called|rang|phoned|spoke|spoken|chatted|talked|"
    r"emailed|wrote|written|said|told|promised|charged|billed|refunded|cancelled|canceled|was|were|wasn['’]?t|had|been|"
    r"went|happened|broke|started|stopped|moved|tried|missed|saw|signed|lost|asked|wore|washed|hasn['’]?t|haven['’]?t|"
    r"noticed|got(?<!you got)(?<!have got)(?<!u got)|since|ago|last|born|joined|became|gave))"
    r"|(?P<future>will|won['’]?t|[a-z]{1,5}['’]ll|shall|can|could|would|gonna|need|needs|want|wanna|deliver|arrive|come|"
    r"coming|be|get|send|ship|collect|pick|call|ring|please|pls|reserve|expect|leave|leaving|book|travel|travelling|"
    r"hoping|hope|plan|planning|when['’]?s|appointment|have to|away|due|expected|fly|flying|next|before|until|till|"
    r"going|available|ready|open|in time))\b"
)


def tense_at(text: str, start: int, end: int) -> Tense:
    """Return the tense of what is said of the day at these places of a text."""
    clause_start = max((match.end() for match in _CLAUSE_END.finditer(text, 0, start)), default=0)
    before = text[clause_start:start]
    if _HAD_BEEN_TO_COME.search(before) or _SINCE.search(before):
        return Tense.PAST
    if _PROMISED.search(before) and _NOT_KEPT.search(_CLAUSE_END.split(text[end:], maxsplit=1)[0]):
        return Tense.PAST
    if _UNTIL.search(before):
        return Tense.FUTURE
    verbs = list(_VERB.finditer(before))
    if verbs:
        return _of(verbs[-1])
    after = _CLAUSE_END.split(text[end:], maxsplit=1)[0]
    following = _VERB.search(after)
    return _of(following) if following else Tense.UNKNOWN


def _of(verb: re.Match[str]) -> Tense:
    return Tense.PAST if verb["past"] else Tense.FUTURE
