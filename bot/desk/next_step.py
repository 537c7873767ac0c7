"""What to do first, by rules from what is owed, why a person was called and what is open. Used by `brief`.

Suggestions, each with the message it rests on: the agent decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import BaseModel

from memory.model import Attempt, Brief, HandoffReason, PromiseState

MOST_STEPS: Final = 3

FIRST: Final[Mapping[HandoffReason, str]] = {
    HandoffReason.DISTRESS: "Say first that you have seen what went wrong for them, in their own words.",
    HandoffReason.REPETITION: "Don't ask for it again: what they keep saying stands here.",
    HandoffReason.LEGAL: "Don't judge the matter yourself. Say who will answer, and by when.",
    HandoffReason.INJURY: "Ask whether everybody is safe, and that the product is not used any more.",
    HandoffReason.FRAUD: "Secure the account first: change nothing that they can't prove is theirs.",
    HandoffReason.PAYMENT_DISPUTE: "Compare the payment with the order before you promise anything.",
    HandoffReason.BEREAVEMENT: "Offer your condolences, and take all you can off their hands.",
    HandoffReason.PRESS: "Answer nothing for the company. Say who will call back.",
    HandoffReason.VALUED_COMPLAINT: "They have been with you for long: say so, and make it good quickly.",
    HandoffReason.NOT_SOLVED: "Ask what is still missing, if they have not said it: it is not solved for them.",
    HandoffReason.FORM_FAILED: "Settle with them what the bot could not read, in your own words.",
    HandoffReason.POISON_MESSAGE: "Read their last message yourself: the bot could not.",
    HandoffReason.MISUNDERSTOOD: "Say back in a line what you understood, and ask whether that is it.",
}
"""For reasons that ask for something special; with the others one goes on with what is open."""


class Step(BaseModel):
    """Something to do, and the message it rests on."""

    text: str
    number: int | None


def next_steps(brief: Brief, goal_in: int | None, last_words: int | None) -> list[Step]:
    """At most three, the most pressing first; at least one."""
    return list(_steps(brief, goal_in, last_words))[:MOST_STEPS]


def _steps(brief: Brief, goal_in: int | None, last_words: int | None) -> Iterator[Step]:
    for promise in brief.promises:
        if promise.state is PromiseState.BROKEN:
            yield Step(
                text=f"Own up: “{promise.text}” was not kept. Do it now, or name a new time.", number=promise.number
            )
    asked = brief.asked_in.number if brief.asked_in else None
    if brief.reason in FIRST:
        yield Step(text=FIRST[brief.reason], number=asked)
    if brief.goal:
        yield Step(text=f"Go on with: {brief.goal}. What they gave for it stands below.", number=goal_in)
    elif (failed := _last_that_failed(brief)) is not None:
        yield Step(text=f"“{failed.title}” did not help. Answer what they asked another way.", number=failed.number)
    else:
        yield Step(text="Answer what they said last.", number=last_words or asked)


def _last_that_failed(brief: Brief) -> Attempt | None:
    return next((attempt for attempt in reversed(brief.tried) if attempt.helped is False), None)
