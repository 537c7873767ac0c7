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


# The least a chance counts for, so that one intent ruled out does not settle everything by itself.
_LEAST_CHANCE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough; chosen on held-out questions to the shop and on 1,200 off-topic ones."""

    intent: float = 0.5
    """Least confidence of a task or of small talk; below it the customer is asked what was meant."""
    faq: float = 0.66
    """Least likeness of a question to a wording of the FAQ, corrected by `faq_odds`."""
    faq_odds: float = 0.025
    """What the classifier's odds of a question for the FAQ against an off-topic one add, times their logarithm."""
    faq_certain: float = 0.9
    """From here on it is the very wording of the FAQ, even if a task is somewhat more likely."""
    value: float = 0.9
    """A classifier surer than this of a task is believed even about a message that holds nothing but values."""


def decide(*, ranking: Sequence[Guess], faq_score: float, is_bare_value: bool, thresholds: Thresholds) -> Guess:
    """Return the intent to act upon, `nlu_fallback` when nothing is sure enough."""
    if not ranking:
        return Guess(FALLBACK, 1.0)
    first = ranking[0]
    if is_bare_value and _may_be_value(first, faq_score, thresholds):
        return Guess(INFORM, thresholds.value)
    chances = {guess.intent: guess.confidence for guess in ranking}
    is_sure = first.confidence >= thresholds.intent
    is_wording = faq_score >= thresholds.faq_certain and chances.get(ASK_FAQ, 0.0) >= first.confidence / 2
    if is_sure and not is_wording and first.intent not in (ASK_FAQ, OUT_OF_SCOPE):
        return first
    if is_wording or faq_score + thresholds.faq_odds * _odds_of_faq(chances) >= thresholds.faq:
        return Guess(ASK_FAQ, faq_score)
    if is_sure and first.intent == OUT_OF_SCOPE:
        return first
    return Guess(FALLBACK, 1.0 - max(faq_score, first.confidence) / 2)


def _may_be_value(first: Guess, faq_score: float, thresholds: Thresholds) -> bool:
    """Whether "boots" or "refund" is an answer to a form rather than what the classifier makes of it."""
    if first.intent == INFORM:
        return True
    if first.intent in (ASK_FAQ, OUT_OF_SCOPE):
        return faq_score < thresholds.faq_certain
    return first.confidence < thresholds.value


def _odds_of_faq(chances: Mapping[str, float]) -> float:
    """Return the logarithm of how much likelier a question for the FAQ is than an off-topic one."""
    faq, off_topic = (max(_LEAST_CHANCE, chances.get(intent, 0.0)) for intent in (ASK_FAQ, OUT_OF_SCOPE))
    return math.log(faq / off_topic)
