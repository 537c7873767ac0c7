"""Finds people's names: "my name is ana lopez", "ask for Jo", "cheers, Stu", "Will's birthday". Called by `finder`.

Two kinds of evidence: a cue before the words, and the given names in `given_names.txt`. No model is needed for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.nlu.found import Found
from bot.nlu.gates import Gate
from bot.nlu.given_names import given_names
from bot.nlu.name_case import PARTICLES, in_capitals, without_accents
from bot.nlu.no_names import COLOURED, NO_NAMES, NO_PEOPLE, NO_SURNAMES, VERBS
from bot.nlu.person_cues import ANIMAL, CUES, DOES, FILLER, SELF_TALK
from bot.nlu.text import in_small

_CUES: Final = Gate(CUES)
_MOST_WORDS: Final = 4
_BEFORE_FULL_NAMES: Final = frozenset({"for", "from", "of", "by", "under", "as"})
_BEFORE_PEOPLE: Final = frozenset({"for", "by"})
_SIZES: Final = frozenset("SML")
_WORD: Final = re.compile(r"(?<![\w@.#/-])[^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,4}(?![\w@#/]|\.\w)")
_OWNER: Final = re.compile(r"['’]s$", re.IGNORECASE)

_TEXT_END: Final = re.compile(r"[\s.!x,)]{0,6}(?:$|\n)")
_CLAUSE_END: Final = re.compile(r"\s?(?:$|[,.!?;:()\n-])")


class Persons:
    """The names of people in one message."""

    def __init__(self, text: str, *, taken: Sequence[Found] = (), everyday: frozenset[str] = frozenset()) -> None:
        """Take what is surely something else (an address says nothing by its capitals), and the words of English."""
        self._text = text
        self._everyday = everyday
        self._known, self._doubtful = given_names()
        self._words = list(_WORD.finditer(text))
        self._at = {word.start(): place for place, word in enumerate(self._words)}
        # Who shouts, or writes every word with a capital, says nothing by it.
        free = [word for word in self._words if not any(other.start <= word.start() < other.end for other in taken)]
        capitals = sum(word[0][0].isupper() and word[0] != "I" for word in free[1:])
        self._capitals_count = capitals <= max(2, len(free) * 0.6)

    def introduced(self) -> Iterator[Found]:
        """Yield the names that follow a cue. Some may come twice."""
        small = in_small(self._text)
        for cue in _CUES.open_to(small):
            for match in cue.pattern.finditer(small):
                place = self._place_after(match)
                if place is not None and self._is_name_after(cue.kind, place, match):
                    yield self._person(place, is_led=cue.kind not in ("kin", "spoken", "signed"))

    def _place_after(self, cue: re.Match[str]) -> int | None:
        """Return the place of the word behind a cue, fillers left out: Ana's in "my name is just Ana"."""
        start = cue.end()
        while filler := FILLER.match(self._text, start):
            start = filler.end()
        return self._at.get(start)

    def guessed(self) -> Iterator[Found]:
        """Yield known given names that stand without a cue; everyday words only where the writing shows a name."""
        for place, word in enumerate(self._words):
            low = word[0].lower()
            if low == word[0] and low not in self._known and low.isalpha() and low.isascii():
                continue
            name = _bare(word)
            is_known = self._is_known(name) and (name.lower() not in self._doubtful or self._stands_out(place))
            is_meant = is_known or self._is_here(place) or self._is_full_name(place) or self._is_owner(place)
            if is_meant and not self._is_no_person(word):
                before = self._words[place - 1][0].lower() if place else ""
                yield self._person(place, is_led=before in _BEFORE_FULL_NAMES or self._is_said_here(place + 1))

    def _is_no_person(self, word: re.Match[str]) -> bool:
        return any(other.start() <= word.start() < other.end() for other in NO_PEOPLE.finditer(self._text))

    def _is_name_after(self, cue: str, place: int, match: re.Match[str]) -> bool:
        if cue in ("kin", "spoken") and ANIMAL.search(self._text, 0, match.start()):
            return False
        low = _bare(self._words[place]).lower()
        is_capital = low[0] != self._words[place][0][0] and self._capitals_count
        if cue == "titled":
            is_plain = match[0].startswith(("mr", "ms")) and len(low) > 2 and low not in NO_NAMES | NO_SURNAMES
            return is_plain or self._is_capital_name(place) or self._is_known(low)
        is_word_as_name = low in self._doubtful and (is_capital or self._is_meant_as_name(cue, place))
        if (low in NO_NAMES and not is_word_as_name) or self._is_lone_letter(place):
            return False
        if cue == "named":
            return is_capital or self._is_known(low) or self._ends_soon(place)
        if cue == "signed":
            is_formal = not match[0].startswith(("th", "ta", " ")) and self._is_unheard(place)
            return self._is_signature(place) and (is_capital or self._is_known(low) or is_formal)
        is_plain_name = self._is_known(low) and low not in self._doubtful
        is_unheard = cue == "kin" and self._is_unheard(place)
        return is_plain_name or is_word_as_name or is_unheard or self._is_capital_name(place)

    def _is_meant_as_name(self, cue: str, place: int) -> bool:
        """Whether the words around an everyday word in small letters make it a name: "my wife joy", "grace here"."""
        if cue == "myself":
            return self._is_followed_by_talk(place)
        if cue == "introduced":
            return bool(SELF_TALK.match(self._text, self._words[place].end()))
        is_verb = _bare(self._words[place]).lower() in VERBS
        return cue == "kin" and not is_verb and (self._ends_here(place) or self._is_followed_by_verb(place))

    def _is_followed_by_verb(self, place: int) -> bool:
        return place + 1 < len(self._words) and self._words[place + 1][0].lower() in NO_SURNAMES

    def _is_unheard(self, place: int) -> bool:
        """Whether it is no word of English where a name may stand: "ask for oluchi", "my wife oluchi ordered it"."""
        name = self._words[place][0].lower()
        is_last = bool(_CLAUSE_END.match(self._text, self._words[place].end())) or self._is_followed_by_verb(place)
        return bool(self._everyday) and name not in self._everyday and len(name) > 2 and is_last

    def _is_full_name(self, place: int) -> bool:
        """Whether it begins a name by its form: "P. Hughes" anywhere, "Wei Zhang" after "for" and "by"."""
        if place + 1 >= len(self._words) or not self._adjoin(place) or not self._is_capital_name(place + 1):
            return False
        name, before = self._words[place][0], self._words[place - 1][0].lower() if place else ""
        if any(self._words[at][0].lower() in NO_NAMES for at in (place, place + 1)):
            return False
        if len(name) == 1:
            has_dot = self._text[self._words[place].end()] == "."
            return name.isupper() and has_dot and (name not in _SIZES or before in _BEFORE_FULL_NAMES)
        return before in _BEFORE_PEOPLE and self._is_capital_name(place)

    def _is_owner(self, place: int) -> bool:
        """Whether it is a name we don't know that something belongs to: "this order is Gwenllian's"."""
        name = _bare(self._words[place]).lower()
        is_word = not self._everyday or name in self._everyday or name in NO_NAMES
        return place > 0 and bool(_OWNER.search(self._words[place][0])) and not is_word and self._is_capital_name(place)

    def _is_said_here(self, place: int) -> bool:
        """Whether "here" follows the word at this place: "sanjay patel here"."""
        return place + 1 < len(self._words) and self._words[place + 1][0].lower() == "here"

    def _is_lone_letter(self, place: int) -> bool:
        """Whether it is one letter that begins no name: "P. Novak" does."""
        name = self._words[place][0]
        return len(name) == 1 and not (name.isupper() and self._last(place, is_led=True) > place)

    def _is_known(self, name: str) -> bool:
        """Whether it is a given name, with or without its accents."""
        low = name.lower()
        first = without_accents(low.split("-")[0])
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
        is_talk = re.match(r"\s?,|\s(?:and i|here|again|from|btw|by the way|lol|calling|speaking)\b", after)
        return not after.strip(" .!") or bool(is_talk)

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
        if before and before[-1] not in ".!?:;\n-":
            return True
        return bool(DOES.match(self._text, word.end()))

    def _person(self, place: int, *, is_led: bool) -> Found:
        last = self._last(place, is_led=is_led)
        start, end = self._words[place].start(), self._words[last].end()
        end -= len(self._words[last][0]) - len(_bare(self._words[last]))
        return Found("person", in_capitals(self._text[start:end]), start, end)

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
        if following[0].lower() in PARTICLES and last + 2 < len(self._words) and self._adjoin(last + 1):
            return 2 if self._goes_on(first, last + 2, is_led=is_led) else 0
        return 1 if self._goes_on(first, last + 1, is_led=is_led) else 0

    def _adjoin(self, place: int) -> bool:
        gap = self._text[self._words[place].end() : self._words[place + 1].start()]
        return gap == " " or (gap == ". " and len(self._words[place][0]) == 1)

    def _goes_on(self, first: int, place: int, *, is_led: bool) -> bool:
        name, low = self._words[place][0], self._words[place][0].lower()
        if low in COLOURED:
            ends = bool(_CLAUSE_END.match(self._text, self._words[place].end()))
            is_written_so = name[0].isupper() and self._words[first][0][0].isupper() and self._capitals_count
            return is_written_so or (is_led and ends and place == first + 1)
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


def _bare(word: re.Match[str]) -> str:
    """Return a word without its genitive."""
    return _OWNER.sub("", word[0])
