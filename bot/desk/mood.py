"""How a customer's words sound, by rules: thanks, rejection, anger, distress. Used by `story`.

Only what the words say themselves, never a guess at what is felt: a message without such words has no mood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final


class Mood(str, Enum):
    """What a message says of how it is going."""

    THANKS = "thanks"
    REJECTION = "rejection"  # what was said did not help
    ANGER = "anger"
    DISTRESS = "distress"  # they are worried, or something bad has happened


_CUES: Final[Mapping[Mood, re.Pattern[str]]] = {
    Mood.ANGER: re.compile(
        r"\b(?:useless|ridiculous|disgrace(?:ful)?|disgusting|appalling|terrible service|worst|joke|pathetic|"
        r"unacceptable|furious|angry|fed up|sick of|had enough|rubbish|shambles|incompetent|liars?|rip[- ]?off|scam|"
        r"stupid|idiots?|wtf|ffs|hell|damn|bloody|crap|shit\w*|bullshit|fuck\w*|third time|three times|how many times|"
        r"never again|waste of (?:time|money)|what kind of|are you (?:kidding|serious|joking))\b",
    ),
    Mood.DISTRESS: re.compile(
        r"\b(?:desperate\w*|panic\w*|worried|scared|afraid|frightened|crying|in tears|upset|heartbroken|devastated|"
        r"(?:got|was|is|been|are) (?:hurt|injured|burn(?:t|ed))|emergency|hospital|ambulance|funeral|passed away|died|"
        r"please help(?: me)?|at my wits['’]? end|don['’]?t know what to do|can['’]?t cope)\b",
    ),
    Mood.REJECTION: re.compile(
        r"\b(?:(?:did|does|do)(?: not|n['’]?t) (?:help|work|answer)|no help|not helpful|"
        r"not what i (?:asked|meant|want\w*|need\w*)|"
        r"(?:that|this|it)(?:['’]s| is| was) (?:not|n['’]?t) (?:it|right|true|what i)|that['’]?s wrong|wrong answer|"
        r"you(?: do|['’]re|r| are)?(?: not|n['’]?t) (?:understand\w*|listen\w*|get(?:ting)? it)|not quite|no use|"
        r"still (?:no|not)\b|"
        r"(?:already|just) (?:told|said|asked|tried)|i told you|no,? (?:that|this|it)|none of (?:these|those|that))",
    ),
    Mood.THANKS: re.compile(
        r"\b(?:thanks?|thank you|thx|ta|cheers|much appreciated|appreciate it|great help|very helpful|brilliant|"
        r"perfect|lovely|wonderful|you(?:['’]ve| have) been)\b",
    ),
}
_NO_THANKS: Final = re.compile(r"\b(?:no,? thanks?|thanks? for nothing|no thank you)\b")
_SHOUTED: Final = 2
"""Words in capitals, four letters and more, from which a message is shouted."""
_WORD: Final = re.compile(r"\b[A-Z]{4,}\b")


def mood_of(text: str) -> Mood | None:
    """What these words say; the strongest, where they say several things."""
    if _is_shouted(text):
        return Mood.ANGER
    text = text.lower()  # at once: to ignore the case in each pattern takes twice as long
    for mood, cues in _CUES.items():
        if cues.search(text) and not (mood is Mood.THANKS and _NO_THANKS.search(text)):
            return mood
    return None


def _is_shouted(text: str) -> bool:
    if len(_WORD.findall(text)) < _SHOUTED:  # first, since counting letters is what takes the time
        return False
    letters = [letter for letter in text if letter.isalpha()]
    return sum(map(str.isupper, letters)) > 0.8 * len(letters)
