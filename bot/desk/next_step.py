"""What to do first, by rules from what is owed, why a person was called and what is open. Used by `brief`.

Suggestions, each with the message it rests on: the agent decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pydantic import BaseModel

from memory.model import Attempt, Brief, Handoff, HandoffReason, HandoffState, PromiseState

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


_OVER: Final[Mapping[HandoffState, str]] = {
    HandoffState.RESOLVED: "Nothing is left to do: it was resolved.",
    HandoffState.RETURNED: "Nothing is left to do: the bot goes on with it.",
    HandoffState.ABANDONED: "Nothing is left to do: they wait no longer.",
}
_SAID_AFTERWARDS: Final[Mapping[bool, str]] = {
    True: "Nothing is left to do: they say that it is solved.",
    False: "They say that it is not solved. Go on in their newer request.",
}


class Step(BaseModel):
    """Something to do, and the message it rests on."""

    text: str
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where the conversation stands; all numbers are of messages.

    `goal` is what is still open. `written_in` is the last message of an agent since a person was called, `answered`
    whether it came after the customer's last. `ended` is the handoff once it is over, and `ended_in` its last message.
    """

    goal: str | None = None
    goal_in: int | None = None
    last_words: int | None = None
    written_in: int | None = None
    answered: bool = False
    ended: Handoff | None = None
    ended_in: int | None = None


def next_steps(brief: Brief, now: Situation) -> list[Step]:
    """At most three, the most pressing first; at least one."""
    steps = _afterwards(brief, now, now.ended) if now.ended else _steps(brief, now)
    return list(chain(_broken(brief), steps))[:MOST_STEPS]


def _broken(brief: Brief) -> Iterator[Step]:
    for promise in brief.promises:
        if promise.state is PromiseState.BROKEN:
            yield Step(
                text=f"Own up: “{promise.text}” was not kept. Do it now, or name a new time.", number=promise.number
            )


def _afterwards(brief: Brief, now: Situation, ended: Handoff) -> Iterator[Step]:
    """It is over: what is still owed, and that there is nothing else."""
    for promise in brief.promises:
        if promise.state is PromiseState.OPEN:
            yield Step(text=f"Keep what was promised: “{promise.text}”.", number=promise.number)
    feedback = ended.feedback
    if feedback is not None and feedback.solved is not None:
        said = _SAID_AFTERWARDS[feedback.solved]
        yield Step(text=said, number=feedback.line_in or feedback.asked_in)
    else:
        yield Step(text=_OVER[ended.state], number=now.ended_in)


def _steps(brief: Brief, now: Situation) -> Iterator[Step]:
    asked = brief.asked_in.number if brief.asked_in else None
    if now.answered:
        yield Step(text="Their last message is answered. Resolve it if that was all.", number=now.written_in)
        if now.goal:
            yield Step(text=f"Still open: {now.goal}. The bot goes on with it if you return it.", number=now.goal_in)
        return
    has_begun = now.written_in is not None
    if brief.reason in FIRST and not has_begun:
        yield Step(text=FIRST[brief.reason], number=asked)
    if now.goal:
        given = "What they gave for it stands below." if brief.collected else "They have given nothing for it yet."
        yield Step(text=f"Go on with: {now.goal}. {given}", number=now.goal_in)
    elif not has_begun and (failed := _last_that_failed(brief)) is not None:
        yield Step(text=f"“{failed.title}” did not help. Answer what they asked another way.", number=failed.number)
    else:
        yield Step(text="Answer what they said last.", number=now.last_words or asked)


def _last_that_failed(brief: Brief) -> Attempt | None:
    return next((attempt for attempt in reversed(brief.tried) if attempt.helped is False), None)
