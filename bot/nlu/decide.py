"""Decides what a message is taken for: a task or small talk, a question of the FAQ, a bare value, or not understood.

Called by the FAQ selector with what the classifier, the FAQ search and the entities say; knows no Rasa.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.nlu.intent_model import Guess

ASK_FAQ: Final = "ask_faq"
OUT_OF_SCOPE: Final = "out_of_scope"
INFORM: Final = "inform"
FALLBACK: Final = "nlu_fallback"


# The least a chance counts for, so that one that is ruled out does not settle everything by itself.
_LEAST_CHANCE: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough; chosen on evaluation/dev."""

    intent: float = 0.45
    """Least confidence of a task or of small talk; below it the customer is asked what was meant."""
    faq: float = 0.5
    """Least chance that the entry found answers the question; below it the customer is asked which was meant."""
    faq_certain: float = 0.9
    """From this likeness on it is the very wording of the FAQ, even if a task is somewhat more likely."""
    value: float = 0.9
    """A classifier surer than this of a task is believed even about a message that holds nothing but values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The FAQ entry that fits best: its likeness to the message, and how likely the classifier takes it to be meant.

    `chance` is None for an entry that the classifier was not trained on, one written since: it knows nothing of it.
    """

    likeness: float
    chance: float | None

    @property
    def meant(self) -> float:
        """How likely the entry is meant; of one written since by its likeness."""
        return _chance(30 * (self.likeness - 0.65)) if self.chance is None else self.chance


def decide(
    *, ranking: Sequence[Guess], answered: float, likeness: float, is_bare_value: bool, thresholds: Thresholds
) -> Guess:
    """Return the intent to act upon, `nlu_fallback` when nothing is sure enough.

    `answered` is the `chance_of_answer` of the best entry and `likeness` how like the message it is; 0 without any.
    """
    if not ranking:
        return Guess(FALLBACK, 1.0)
    first = ranking[0]
    if is_bare_value and _may_be_value(first, likeness, thresholds):
        return Guess(INFORM, thresholds.value)
    chances = {guess.intent: guess.confidence for guess in ranking}
    is_sure = first.confidence >= thresholds.intent
    is_wording = likeness >= thresholds.faq_certain and chances.get(ASK_FAQ, 0.0) >= first.confidence / 2
    if is_sure and not is_wording and first.intent not in (ASK_FAQ, OUT_OF_SCOPE):
        return first
    if is_wording or answered >= thresholds.faq:
        return Guess(ASK_FAQ, max(answered, thresholds.faq))
    if is_sure and first.intent == OUT_OF_SCOPE:
        return first
    return Guess(FALLBACK, 1.0 - max(answered, first.confidence) / 2)


def _may_be_value(first: Guess, likeness: float, thresholds: Thresholds) -> bool:
    """Whether "boots" or "refund" is an answer to a form rather than what the classifier makes of it."""
    if first.intent == INFORM:
        return True
    if first.intent in (ASK_FAQ, OUT_OF_SCOPE):
        return likeness < thresholds.faq_certain
    return first.confidence < thresholds.value


def chance_of_answer(entry: Entry, chances: Mapping[str, float], words: int) -> float:
    """Return how likely the entry answers a message of so many words: logistic regressions fitted on evaluation/dev.

    An entry that the classifier learnt: by its share of the chance that a question for the FAQ has, and by its odds
    against the message being off-topic. One written since: by its likeness. The longer the message, the more of it
    speaks of other things, so the same evidence says more.
    """
    length = math.log(max(1, words))
    if entry.chance is None:
        return _chance(-18.4 + 21.5 * entry.likeness + 2.0 * length)
    share = _log(entry.chance) - _log(chances.get(ASK_FAQ, 0.0))
    odds = _log(entry.chance) - _log(chances.get(OUT_OF_SCOPE, 0.0))
    return _chance(-2.0 + 1.3 * share + 1.05 * odds + 0.3 * length)


def _chance(evidence: float) -> float:
    return 1 / (1 + math.exp(-evidence))


def _log(chance: float) -> float:
    return math.log(max(_LEAST_CHANCE, chance))


def strength(entry: Entry) -> float:
    """Return by what entries found for a message are ordered; the classifier beside the search gains four points."""
    return entry.likeness + 0.2 * (_log(entry.meant) - _log(0.0))
