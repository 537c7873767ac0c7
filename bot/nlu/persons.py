"""Finds people's names: "my name is ana lopez", "ask for Jo", "cheers, Stu", "Will's birthday". Called by `finder`.

Two kinds of evidence: a cue before the words, and the given names in `given_names.txt`. No model is needed for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from bot.nlu.found import Found
from bot.nlu.no_names import NO_NAMES, NO_SURNAMES
from bot.nlu.person_cues import CUE, FILLER

_NAMES_FILE: Final = Path(__file__).with_name("given_names.txt")
_MOST_WORDS: Final = 4
_PARTICLES_LINE: Final = "van von de der den da dos di del della la le bin al el ter ten mac st"
_PARTICLES: Final = frozenset(_PARTICLES_LINE.split())
_BEFORE_FULL_NAMES: Final = frozenset({"for", "from", "of", "by", "under", "as"})
_WORD: Final = re.compile(r"(?<![\w@.#/-])[^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,4}(?![\w@#/]|\.\w)")
_OWNER: Final = re.compile(r"['’]s$", re.IGNORECASE)

_TEXT_END: Final = re.compile(r"[\s.!x,)]{0,6}(?:$|\n)")
_CLAUSE_END: Final = re.compile(r"\s?(?:$|[,.!?;:()\n-])")


@cache
def _given_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return all given names, and those of them that are everyday words too."""
    lines = [line for line in _NAMES_FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    doubtful = " ".join(line.removeprefix("ambiguous:") for line in lines if line.startswith("ambiguous:"))
    plain = " ".join(line for line in lines if not line.startswith("ambiguous:"))
    both = frozenset(doubtful.split())
    return frozenset(plain.split()) | both, both


class Persons:
    """The names of people in one message."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known, self._doubtful = _given_names()
        self._words = list(_WORD.finditer(text))
        self._at = {word.start(): place for place, word in enumerate(self._words)}
        # Who shouts, or writes every word with a capital, says nothing by it.
        capitals = sum(word[0][0].isupper() and word[0] != "I" for word in self._words[1:])
        self._capitals_count = capitals <= max(2, len(self._words) * 0.6)

    def introduced(self) -> Iterator[Found]:
        """Yield the names that follow a cue. Some may come twice."""
        for cue in CUE.finditer(self._text):
            start = cue.end()
            while filler := FILLER.match(self._text, start):
                start = filler.end()
            place = self._at.get(start)
            if place is not None and self._is_name_after(cue.lastgroup or "", place):
                yield self._person(place, is_led=cue.lastgroup not in ("spoken", "signed"))

    def guessed(self) -> Iterator[Found]:
        """Yield known given names that stand without a cue; everyday words only where the writing shows a name."""
        for place, word in enumerate(self._words):
            name = _bare(word)
            is_known = self._is_known(name) and (name.lower() not in self._doubtful or self._stands_out(place))
            if is_known or self._is_here(place):
                yield self._person(place, is_led=place > 0 and self._words[place - 1][0].lower() in _BEFORE_FULL_NAMES)

    def _is_name_after(self, cue: str, place: int) -> bool:
        low = _bare(self._words[place]).lower()
        is_capital = low[0] != self._words[place][0][0] and self._capitals_count
        if cue == "titled":
            return self._is_capital_name(place) or self._is_known(low)
        is_word_as_name = low in self._doubtful and (
            is_capital or (cue == "myself" and self._is_followed_by_talk(place))
        )
        if (low in NO_NAMES and not is_word_as_name) or self._is_lone_letter(place):
            return False
        if cue == "named":
            return is_capital or self._is_known(low) or self._ends_soon(place)
        if cue == "signed":
            return self._is_signature(place) and (is_capital or self._is_known(low))
        is_plain_name = self._is_known(low) and low not in self._doubtful
        return is_plain_name or is_word_as_name or self._is_capital_name(place)

    def _is_lone_letter(self, place: int) -> bool:
        """Whether it is one letter that begins no name: "P. Novak" does."""
        name = self._words[place][0]
        return len(name) == 1 and not (name.isupper() and self._last(place, is_led=True) > place)

    def _is_known(self, name: str) -> bool:
        """Whether it is a given name, with or without its accents."""
        low = name.lower()
        first = _plain(low.split("-")[0])
        return low in self._known or (first in self._known and (low.isalpha() or first not in self._doubtful))

    def _is_here(self, place: int) -> bool:
        """Whether it is a name before "here": "Tomas here"."""
        follows = place + 1 < len(self._words) and self._words[place + 1][0].lower() == "here"
        low = self._words[place][0].lower()
        return follows and self._adjoin(place) and low not in NO_NAMES and self._is_capital_name(place)

    def _is_capital_name(self, place: int) -> bool:
        """Whether a word we don't know is written like a name: "Oluwaseun", but not "FH", "UK" or "I"."""
        name = _bare(self._words[place])
        is_initial = len(name) == 1 and not self._is_lone_letter(place)
        return self._capitals_count and name[0].isupper() and (is_initial or (not name.isupper() and len(name) > 2))

    def _ends_soon(self, place: int) -> bool:
        """Whether one to three words are left in this part of the sentence: "name is gareth pugh"."""
        for word in self._words[place : place + 3]:
            if word[0].lower() in NO_NAMES:
                return False
            if _CLAUSE_END.match(self._text, word.end()):
                return True
        return False

    def _is_signature(self, place: int) -> bool:
        end = self._words[self._last(place, is_led=True)].end()
        return bool(_TEXT_END.match(self._text, end))

    def _is_followed_by_talk(self, place: int) -> bool:
        """Whether an everyday word after "i'm" stands where a name would: "i'm olive and i want"."""
        after = self._text[self._words[place].end() :].lower()
        return not after.strip(" .!") or bool(re.match(r"\s?,|\s(?:and i\b|here\b|again\b|from\b)", after))

    def _stands_out(self, place: int) -> bool:
        """Whether an everyday word is used as a name: "Will's birthday", "Grace Obi", "for Mark"."""
        word = self._words[place]
        if not word[0][0].isupper() or word[0].isupper() or not self._capitals_count:
            return False
        if _OWNER.search(word[0]):
            return True
        if self._last(place, is_led=False) > place:
            return True
        before = self._text[: word.start()].rstrip()
        return bool(before) and before[-1] not in ".!?:;\n-"

    def _person(self, place: int, *, is_led: bool) -> Found:
        last = self._last(place, is_led=is_led)
        start, end = self._words[place].start(), self._words[last].end()
        end -= len(self._words[last][0]) - len(_bare(self._words[last]))
        return Found("person", _in_capitals(self._text[start:end]), start, end)

    def _last(self, place: int, *, is_led: bool) -> int:
        """Return the place of the last word of the name that begins here."""
        last = place
        while last + 1 < len(self._words) and last - place < _MOST_WORDS and not _OWNER.search(self._words[last][0]):
            step = self._step(place, last, is_led=is_led)
            if step == 0:
                break
            last += step
        return last

    def _step(self, first: int, last: int, *, is_led: bool) -> int:
        """Return how many words further the name goes on: two where a particle leads to the next, none at its end."""
        following = self._words[last + 1]
        if not self._adjoin(last):
            return 0
        if following[0].lower() in _PARTICLES and last + 2 < len(self._words) and self._adjoin(last + 1):
            return 2 if self._goes_on(first, last + 2, is_led=is_led) else 0
        return 1 if self._goes_on(first, last + 1, is_led=is_led) else 0

    def _adjoin(self, place: int) -> bool:
        gap = self._text[self._words[place].end() : self._words[place + 1].start()]
        return gap == " " or (gap == ". " and len(self._words[place][0]) == 1)

    def _goes_on(self, first: int, place: int, *, is_led: bool) -> bool:
        name, low = self._words[place][0], self._words[place][0].lower()
        if low in NO_NAMES or low in NO_SURNAMES:
            return False
        if self._words[first][0][0].isupper() and self._capitals_count:
            shouts = name.isupper() and len(name) > 1 and not self._words[first][0].isupper()
            return name[0].isupper() and not shouts
        if self._is_known(low) and low not in self._doubtful:
            return is_led or place == first + 1
        is_verb = low.endswith(("ing", "ed", "n't")) and len(low) > 4
        return (is_led or name[0].isupper()) and len(low) > 1 and not is_verb and self._ends_here(place)

    def _ends_here(self, place: int) -> bool:
        """Whether a surname in small letters may stand here: the sentence ends or goes on with an everyday word."""
        if _CLAUSE_END.match(self._text, self._words[place].end()):
            return True
        return place + 1 < len(self._words) and self._words[place + 1][0].lower() in NO_NAMES


def _plain(word: str) -> str:
    """Return a word without the accents of its letters."""
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _bare(word: re.Match[str]) -> str:
    """Return a word without its genitive."""
    return _OWNER.sub("", word[0])


def _in_capitals(name: str) -> str:
    words = name.split()
    return " ".join(_capital(word, place, len(words)) for place, word in enumerate(words))


def _capital(word: str, place: int, count: int) -> str:
    """Return one word of a name as it is written in English: "McLeod", "O'Rourke", "van"; mixed letters stay."""
    if word.lower() in _PARTICLES and 0 < place < count - 1:
        return word.lower()
    if not (word.islower() or (word.isupper() and len(word) > 1)):
        return word
    parts: Sequence[str] = re.split(r"(['’-])", word.lower())
    capitals = "".join(part.capitalize() for part in parts)
    return re.sub(r"^Mc(\w)", lambda match: "Mc" + match[1].upper(), capitals)
