"""The same conversation in words as people really type them: a seeded noise over what the customer says.

About every fourth word of four letters or more has one letter swapped, left out or doubled; now and then all is in
small letters or in capitals; half of the time the signs are left out. Values stay as they are: whatever holds a digit
or an @, and what a step lists under `keep`.
"""

from __future__ import annotations

import random
import re

from tests.conversation.script import Script, Step

_SIGNS = re.compile(r"[.,!?;:'’]")
_LONG_ENOUGH = 4
_LETTERS = re.compile(r"[A-Za-z]+")


def with_noise(script: Script, seed: int) -> Script:
    """The script with its customer's words varied; the same seed varies them in the same way."""
    chance = random.Random(f"{seed} {script.name}")
    return script.model_copy(update={"steps": [_varied(step, chance) for step in script.steps]})


def _varied(step: Step, chance: random.Random) -> Step:
    if step.say is None:
        return step
    kept = "|".join(re.escape(part) for part in sorted(step.keep, key=len, reverse=True))
    pieces = re.split(f"({kept})", step.say) if kept else [step.say]
    case, unsigned = _case(chance), chance.random() < 0.5
    words = [
        piece if piece in step.keep else " ".join(_word(word, chance, case, unsigned) for word in piece.split(" "))
        for piece in pieces
    ]
    return step.model_copy(update={"say": "".join(words)})


def _case(chance: random.Random) -> str:
    return chance.choices(["as it is", "small", "capitals"], [6, 3, 1])[0]


def _word(word: str, chance: random.Random, case: str, unsigned: bool) -> str:
    if "@" in word or any(map(str.isdigit, word)):
        return word
    if unsigned:
        word = _SIGNS.sub("", word) or word
    if _LETTERS.fullmatch(word) and len(word) >= _LONG_ENOUGH and chance.random() < 0.25:
        word = _mistyped(word, chance)
    return {"small": word.lower(), "capitals": word.upper()}.get(case, word)


def _mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    letter, after = word[place], word[place + 1]
    swapped = word[:place] + after + letter + word[place + 2 :]
    missing = word[:place] + word[place + 1 :]
    doubled = word[:place] + letter + word[place:]
    return chance.choice([swapped, missing, doubled])
