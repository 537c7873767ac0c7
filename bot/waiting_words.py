"""Reads in a message what who waits for a person wants: to wait, to leave it, or to be written to elsewhere.

Rules over the words, no model: what is not surely read is for the dialogue. Used by `bot.meanwhile`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Wants(Enum):
    """What somebody who waits may want."""

    WAIT = "wait"
    LEAVE = "leave"
    ELSEWHERE = "elsewhere"


HERE: Final = "here"
"""Stands for the channel on which one is writing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen; `channel` is where they want to be written to."""

    wants: Wants
    channel: str = HERE


MOST_WORDS: Final = 16
"""Of a message that chooses; a longer one tells something, which is for the dialogue."""
_FEW: Final = 7
"""Words of a message that only the standing question makes a choice: "leave it", but not a story with that in it."""

_CHANNELS: Final[Mapping[str, re.Pattern[str]]] = {
    "telegram": re.compile(r"\b(?:telegram|tg)\b"),
    "email": re.compile(r"\b(?:e[- ]?mail|mail|gmail)\b"),
    "web": re.compile(r"\b(?:website|web ?site|web ?chat|your site)\b"),
    HERE: re.compile(r"\b(?:here|this chat)\b"),
}
_ANY: Final = "|".join(pattern.pattern for pattern in _CHANNELS.values())
_WRITE: Final = re.compile(
    r"(?:(?P<not>don't|do not|not|never|stop)\s+(?:\w+\s+)?)?"
    r"(?:\b(?:writ(?:e|ing)|messag(?:e|ing)|text|contact|answer|reply|reach|ping|tell|get back|come back)"
    r"(?:\s+to)?\s+(?:me|us)|\bsend\s+(?:me\s+|us\s+)?(?:the|their|your|an)\s+(?:answer|reply|response))"
    r"(?:,?\s+(?:back|please|instead|then|rather|to me))*"
    rf"(?:\s+(?:on|in|via|by|through|over|at|to|using))?(?:\s+(?:my|your|the))?\s+(?P<where>{_ANY})"
)
_MAIL_ME: Final = re.compile(
    r"(?<!don't )(?<!not )\be?[- ]?mail\s+(?:me|us)(?:\W+(?:back|please|instead|then|rather))*\W*$"
)
_LASTING: Final = re.compile(r"\b(?:only|always|from now on|in (?:the )?future|generally|unless)\b")
"""Such words state a wish for all that is written, which is for the dialogue."""
_ASIDE: Final = re.compile(
    r"\b(?:on|in|via|by|through|over|at|to|using|use|the|my|your|please|pls|rather|then|ok|okay|yes|instead|better|fine|"
    r"good|great|is|would be|thanks|thank you|i prefer|i'd prefer|i'd like|app|over there)\b|\W"
)
"""What may stand beside the name of a channel that is all one says."""
_NOT: Final = re.compile(r"\b(?:\w+n't|not?|never|stop|without)\b")

_WAIT: Final = re.compile(
    r"\b(?:i'?ll|i will|i can|i'?m happy to|i am happy to|happy to|i'?d rather|let me|gonna|going to)\s+(?:just\s+)?"
    r"(?:wait|hold|hang on)\b"
)
_OKAY: Final = re.compile(
    r"\W*(?:ok(?:ay)?|fine|alright|all right|sure|good|great|yes|yep|yeah|that'?s (?:fine|ok(?:ay)?|good)|no problem|"
    r"works for me|that works|sounds good|(?:just )?wait|i wait)"
    r"(?:\W+(?:then|with me|by me|thanks?|thank you|for me))*\W*"
)
_LEAVE: Final = re.compile(
    r"\b(?:never ?mind|nvm|leave it|forget (?:about )?it|drop it|no,? (?:thanks?|thank you)|don'?t bother|"
    r"do not bother|(?:it'?s |it is )?not (?:needed|necessary|important|worth it)|no need|doesn'?t matter|"
    r"cancel (?:it|that|this|my request|the request)|i'?ll (?:sort|figure) it (?:out )?(?:myself)?)\b"
)
_NOBODY: Final = re.compile(
    r"\b(?:don'?t|do not|no longer)\s+(?:need|want)\s+(?:to (?:talk|speak) to\s+)?(?:a |an |any |the |your )?"
    r"(?:person|human|agent|someone|somebody|anyone|anybody|colleague|team)\b|"
    r"\bno need (?:for|to have|to get)\s+(?:a |an |any )?(?:person|human|agent|someone|somebody|anyone|anybody)\b|"
    r"\b(?:nobody|no one|no-one) (?:needs|has) to (?:write|answer|get back|contact)\b|"
    r"\b(?:cancel|withdraw|take back|call off)\s+(?:my|the|that)\s+(?:request|call)\s+"
    r"(?:for|to|with)\s+(?:a |an |the |your )?(?:person|human|agent|someone|team|colleague)\b"
)


def wanted(text: str, *, stands: bool) -> Choice | None:
    """What the message chooses; `stands`: the choice is the last thing that was said. None: nothing, or not surely."""
    said = text.casefold().replace("’", "'").strip()
    words = len(said.split())
    if not 0 < words <= MOST_WORDS:
        return None
    few = stands and words <= _FEW
    if _NOBODY.search(said):
        return Choice(Wants.LEAVE)
    if (channel := _channel(said, stands=few)) is not None:
        return Choice(Wants.WAIT if channel == HERE else Wants.ELSEWHERE, channel)
    return None if "?" in said else _without_channel(said, stands=few)


def _without_channel(said: str, *, stands: bool) -> Choice | None:
    waits = _WAIT.search(said) is not None and not _NOT.search(said)
    if waits or (stands and _OKAY.fullmatch(said)):
        return Choice(Wants.WAIT)
    return Choice(Wants.LEAVE) if stands and _LEAVE.search(said) else None


def _channel(said: str, *, stands: bool) -> str | None:
    """The channel they want to be written to on. Its name alone is enough while the choice stands."""
    if _LASTING.search(said):
        return None
    if _MAIL_ME.search(said):
        return "email"
    if (write := _WRITE.search(said)) is not None:
        named = _named(said)
        return None if write["not"] else HERE if _named(write["where"]) == [HERE] else _only(named)
    return _only(_named(said)) if stands and not _rest(said) else None


def _named(said: str) -> list[str]:
    return [channel for channel, pattern in _CHANNELS.items() if pattern.search(said)]


def _only(named: list[str]) -> str | None:
    """The one channel that is named, besides the one they write on."""
    others = [channel for channel in named if channel != HERE] or named
    return others[0] if len(others) == 1 else None


def _rest(said: str) -> str:
    """What is said besides the name of a channel."""
    return _ASIDE.sub("", re.sub(_ANY, "", said))
