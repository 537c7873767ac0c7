"""What was told and said already: the same answer twice is put differently the second time, and leads to a person.

Called by whoever gives answers; the latest ones are kept in the slot `told`, and beside them traces of what was said.
"""

from __future__ import annotations

import re
from typing import Final
from zlib import crc32

from actions.conversation import Conversation

OFTEN: Final = 3
"""How often the same has been told or said before, when a person is called instead of offered once more."""
_REMEMBERED: Final = 6
_SAID: Final = "said "
_ALIKE: Final = 0.75
"""Share of the words of two messages from which they say the same."""
_WORD: Final = re.compile(r"\w+")
_FILLERS_LINE: Final = (
    "a an the and or but so please pls just really i im you u me my is it its do does can could would will to of for "
    "again said already told asked as now ok hello hi hey"
)
_FILLERS: Final = frozenset(_FILLERS_LINE.split())


def times_told(talk: Conversation, answer: str) -> int:
    """How often this answer was among the latest ones; after a silence they no longer count."""
    return _latest(talk).count(answer)


def note_told(talk: Conversation, answer: str) -> None:
    """Remember an answer as given."""
    talk.set("told", [*_latest(talk), answer][-_REMEMBERED:])


def times_said(talk: Conversation) -> int:
    """How often the customer has said nearly the same among what was noted lately."""
    words = _trace(talk)
    earlier = [set(each.removeprefix(_SAID).split()) for each in _latest(talk) if each.startswith(_SAID)]
    return sum(len(words & before) >= _ALIKE * len(words | before) for before in earlier if words)


def note_said(talk: Conversation) -> None:
    """Remember what the customer says now."""
    note_told(talk, _SAID + " ".join(sorted(_trace(talk))))


def _trace(talk: Conversation) -> set[str]:
    """What can be compared with words said later, and not read: two bytes of a checksum for each word that counts."""
    words = set(_WORD.findall(talk.heard.words)) - _FILLERS
    return {f"{crc32(word.encode()) & 0xFFFF:04x}" for word in words}


def _latest(talk: Conversation) -> list[str]:
    return [] if talk.slot("resuming") else list(talk.slot("told") or ())
