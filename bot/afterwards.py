"""What comes after a person is done: one question, whether it is solved, and at most one line about it.

The desk asks when a handoff is resolved; `bot.turn` hands every message here before the dialogue gets it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.hours import SupportHours
from memory.model import (
    AnswerFeedback,
    Button,
    Feedback,
    Handoff,
    HandoffReason,
    Inbound,
    Outcome,
    Record,
    Reply,
    RequestHandoff,
    Thread,
)

_YES: Final = Button("Yes, it’s solved", "/solved_yes")
_NO: Final = Button("No, not yet", "/solved_no")
_LINE: Final = Button("Add a line", "/solved_line")
QUESTION: Final = Reply("One question, now that our team is done: is it solved?", (_YES, _NO))
"""What a customer is asked once a person has resolved their request."""

STANDS_FOR: Final = timedelta(days=7)
"""How long after the end words count as an answer, or a button; later ones are a new matter."""

LONGEST_LINE: Final = 1000
"""Characters of a message that is taken for the line asked for; a longer one tells a story of its own."""

_WORDS_OF_A_NO: Final = 4
"""Words up to which a no says nothing of what is missing: "no it is not"."""

_YES_WORDS: Final = frozenset({"yes", "yep", "yeah", "yup", "solved", "sorted", "resolved", "fixed"})
_BESIDE_A_YES: Final = _YES_WORDS | {
    *("ya", "aye", "sure", "it", "is", "it’s", "it's", "that’s", "that's", "all", "everything", "totally", "fully"),
    *("completely", "done", "good", "great", "perfect", "fine", "now", "thank", "thanks", "you", "very", "much", "so"),
    *("ok", "okay", "cheers", "please", "and"),
}
_YES_AND: Final = re.compile(
    r"(?!.*(?:\b(?:not?|still|but|however|also|another|order|return|cancel|can|could|need|want)\b|n[’']t\b|\d))"
    r"(?:yes|yep|yeah|yup)\b\W+\w",
    re.IGNORECASE | re.DOTALL,
)
"""A yes with a kind word; what may ask for something else is for the dialogue."""
_PERSON: Final = re.compile(
    r"\b(?:get|want|need|like|speak|talk|connect|put|give|fetch|call)\b.*\b(?:person|human|someone|somebody|anyone|agent|"
    r"staff|team|colleague)\b|^\W*(?:a |an |the )?(?:person|human|agent|operator)\b\W*(?:please|now)?\W*$",
    re.IGNORECASE,
)
_IS_NO: Final = re.compile(
    r"(?:no|nope|nah|not (?:yet|really|at all|quite|solved|sorted|fixed|done)|it(?:’s|'s| is) (?:still )?not|"
    r"it isn(?:’|')?t|still (?:not|no|waiting|open|broken|the same)|unfortunately not|sadly not)\b",
    re.IGNORECASE,
)
_NO_OTHER: Final = re.compile(r"no\W+(?:problem|worries|thanks?|thank you|need|more)\b", re.IGNORECASE)
_ASKS: Final = re.compile(r"\?\s*$")


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Reads answers to the question; `hours` tell by when somebody will write where nobody is there.

    On a channel of `answers_only` the question comes with the next answer: what was written before is none to it.
    """

    hours: SupportHours
    answers_only: Collection[str] = frozenset()

    def answer(self, thread: Thread, inbound: Inbound, now: datetime) -> Outcome | None:
        """What the message comes to, if it is about how the last handoff was; None: it is for the dialogue."""
        handoff = thread.last_handoff
        if handoff is None or handoff.feedback is None or handoff.closed_at is None:
            return None
        pressed = _pressed(inbound)
        if pressed is None and now - handoff.closed_at > STANDS_FOR:
            return None
        if pressed is None and _is_asked_for_line(handoff.feedback, thread):
            return _thank(handoff, inbound)
        if pressed is None and inbound.address.channel in self.answers_only:
            return None
        said = pressed or _said(handoff.feedback, thread, inbound)
        if said is None:
            return None
        return self._answered(said, thread, inbound, now)

    def _answered(self, said: Button, thread: Thread, inbound: Inbound, now: datetime) -> Outcome:
        handoff = thread.last_handoff
        assert handoff is not None
        assert handoff.feedback is not None
        with_line = inbound.payload is None and _rest(inbound.text) is not None
        if said is _LINE:
            return _outcome("Go ahead, one line is enough.", AnswerFeedback(handoff.id, asks_line=True))
        if said is _YES:
            solved = AnswerFeedback(handoff.id, solved=True, is_line=with_line)
            if with_line or handoff.feedback.line_in is not None:
                return _outcome("Good to hear. Thank you for telling us.", solved)
            return Outcome((Reply("Good to hear. Thank you for telling us.", (_LINE,)),), records=(solved,))
        return self._reopened(handoff, thread, now, with_line=with_line)

    def _reopened(self, handoff: Handoff, thread: Thread, now: datetime, *, with_line: bool) -> Outcome:
        """It goes back to the team, first to who had it, and does not begin at the end of the line."""
        known = with_line or (handoff.feedback is not None and handoff.feedback.line_in is not None)
        unsolved = AnswerFeedback(handoff.id, solved=False, asks_line=not known, is_line=with_line)
        words = f"I’m sorry that it isn’t. {self._what_next(handoff, thread, now)}"
        asks = "" if known else " What is still missing? One line is enough."
        if thread.handoff is not None:
            return _outcome(words + asks, unsolved)
        again = RequestHandoff(HandoffReason.NOT_SOLVED, handoff.department, handoff.language)
        return _outcome(words + asks, unsolved, again)

    def _what_next(self, handoff: Handoff, thread: Thread, now: datetime) -> str:
        if thread.handoff is not None:
            return "Your request is with our team already, and they will see this."
        if thread.agents_present:
            who = f"{handoff.agent_name} or a colleague" if handoff.agent_name else "a colleague"
            return f"I’m getting {who} back to you, and you don’t start at the end of the line."
        by = self.hours.in_words(self.hours.answer_by(now), now)
        return f"Nobody from our team is here right now; someone will write {by}, and you don’t start again."


def _pressed(inbound: Inbound) -> Button | None:
    """The button of ours that was pressed, or typed; what it does is the customer's own, so it need not be checked."""
    for button in (_YES, _NO, _LINE):
        typed = inbound.text.strip().casefold() == button.title.casefold()
        if inbound.payload == button.payload or (inbound.payload is None and typed):
            return button
    return None


def _is_asked_for_line(feedback: Feedback, thread: Thread) -> bool:
    """Whether nothing has been said since the line was asked for."""
    return feedback.line_asked_in is not None and feedback.line_asked_in == thread.customer.last_number


def _thank(handoff: Handoff, inbound: Inbound) -> Outcome | None:
    """The line, unless it is a question or a story, which are for the dialogue."""
    text = inbound.text.strip()
    is_line = inbound.payload is None and inbound.command is None and not inbound.attachments
    if not is_line or not text or len(text) > LONGEST_LINE or _ASKS.search(text):
        return None
    if _PERSON.search(text) and handoff.feedback is not None and handoff.feedback.solved is not False:
        return None  # nobody is on their way yet
    return _outcome("Thank you, I’ve noted that for our team.", AnswerFeedback(handoff.id, is_line=True))


def _said(feedback: Feedback, thread: Thread, inbound: Inbound) -> Button | None:
    """What words stand for while the question is the last thing that was said."""
    if feedback.asked_in != thread.customer.last_number or inbound.payload is not None or inbound.command is not None:
        return None
    text = inbound.text.strip()
    if len(text) > LONGEST_LINE or _ASKS.search(text):
        return None
    if _is_yes(text) or _YES_AND.match(text):
        return _YES
    return _NO if _IS_NO.match(text) and not _NO_OTHER.match(text) else None


def _is_yes(text: str) -> bool:
    """Whether it says yes and nothing else."""
    words = re.findall(r"[\w’']+", text.lower())
    return not _YES_WORDS.isdisjoint(words) and _BESIDE_A_YES.issuperset(words)


def _rest(text: str) -> str | None:
    """What is said besides yes or no, if it is more than a word or two: "no, the refund has not come"."""
    if text.strip().casefold() in {_YES.title.casefold(), _NO.title.casefold()} or _is_yes(text):
        return None
    words = re.findall(r"[\w’']+", text)
    return text if len(words) > _WORDS_OF_A_NO else None


def _outcome(text: str, *records: Record) -> Outcome:
    return Outcome((Reply(text),), records=records)
