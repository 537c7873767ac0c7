"""Which of the buttons shown last a customer means by its place or title: "the second one", "number 3", "too smal".

Called by `bot.dialogue.embedded`. What is chosen in words is the same as what is pressed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rapidfuzz.distance import OSA


def _words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


_ORDINALS: Final[Mapping[str, int]] = {
    word: place
    for place, words in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th", "eighth 8th"),
        start=1,
    )
    for word in words.split()
}
_NUMBERS: Final[Mapping[str, int]] = {
    word: place
    for place, words in enumerate(
        ("one 1", "two 2", "three 3", "four 4", "five 5", "six 6", "seven 7", "eight 8"), start=1
    )
    for word in words.split()
}
_LAST: Final = frozenset({"last", "bottom"})
_FILLERS: Final = _words_of(
    "the a number no nr option choice answer button item i i'd i’d i'll i’ll would will take mean meant want like it "
    "it's it’s that that's that’s is please pls ok okay um erm er just let's let’s go for with say choose pick then "
    "thanks of them those these from in on list top yes yeah well so oh one think was my reason be"
)
_WORD: Final = re.compile(r"[\w'’]+")
_OF_A_CASE: Final = '{"case":'
"""What the payloads of buttons hold that stand for something the customer wants."""
_LONG_ENOUGH: Final = 5
"""Letters from which one wrong letter is forgiven."""
_LETTERS_A_SLIP: Final = 5
"""Letters of a title typed for which one slip is forgiven."""


def picked(text: str, buttons: Sequence[Mapping[str, str]]) -> str | None:
    """The payload of the button that the words stand for, by its place or its title; None when they stand for none.

    By place only buttons that hold a value count: "the second one" is no answer to "yes or no?". The last of a list of
    orders is left to the tasks, which take it for the latest.
    """
    titled = _titled(text, buttons)
    if titled is not None:
        return titled
    options = [button["payload"] for button in buttons if "{" in button.get("payload", "")]
    if len(options) < 2:
        return None
    named = _named(text, buttons)
    if named is not None:
        return named
    place = _place(_WORD.findall(text.lower()))
    if place == -1:
        return None if "order_number" in options[-1] else options[-1]
    return options[place - 1] if place is not None and place <= len(options) else None


def _titled(text: str, buttons: Sequence[Mapping[str, str]]) -> str | None:
    """The only button whose title the words are, but for slips of the keyboard: "chaanged my mid"."""
    said = " ".join(_WORD.findall(text.lower()))
    if len(said) < _LONG_ENOUGH:
        return None
    near = [
        button["payload"]
        for button in buttons
        if OSA.distance(said, " ".join(_WORD.findall(button["title"].lower()))) <= len(said) // _LETTERS_A_SLIP
    ]
    return near[0] if len(near) == 1 else None


def _named(text: str, buttons: Sequence[Mapping[str, str]]) -> str | None:
    """Of several cases the only one whose title has the words, fillers aside: "the tent please"."""
    said = {word for word in _WORD.findall(text.lower()) if not _is_filler(word)}
    cases = [each for each in buttons if _OF_A_CASE in each["payload"]]
    found = [each["payload"] for each in cases if said and said <= set(_WORD.findall(each["title"].lower()))]
    return found[0] if len(found) == 1 else None


def _place(words: Sequence[str]) -> int | None:
    """The place that the words name and nothing else; -1 for the last."""
    ordinals = [place for place in map(_ordinal, words) if place is not None]
    rest = [word for word in words if _ordinal(word) is None]
    if len(ordinals) == 1:
        return ordinals[0] if all(map(_is_filler, rest)) else None
    return None if ordinals else _numbered(words)


def _numbered(words: Sequence[str]) -> int | None:
    if "the" in words:  # "the one", "the two of them"
        return None
    numbers = [_NUMBERS[word] for word in words if word in _NUMBERS]
    rest = [word for word in words if word not in _NUMBERS]
    return numbers[0] if len(numbers) == 1 and all(map(_is_filler, rest)) else None


def _is_filler(word: str) -> bool:
    if word in _FILLERS or len(word) < _LONG_ENOUGH:
        return word in _FILLERS
    return any(OSA.distance(known, word) < 2 for known in _FILLERS if len(known) >= _LONG_ENOUGH)


def _ordinal(word: str) -> int | None:
    if word in _LAST:
        return -1
    if word in _ORDINALS or len(word) < _LONG_ENOUGH - 1:
        return _ORDINALS.get(word)
    near = (place for known, place in _ORDINALS.items() if len(known) >= _LONG_ENOUGH and OSA.distance(known, word) < 2)
    return next(near, None)
