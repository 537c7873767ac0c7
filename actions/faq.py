"""Questions of knowledge: the best answer, whether it helped, and the next best when it did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actions.cases import leave_question_open, settle_question
from actions.commands import offer_answer, rate_answer
from actions.conversation import Buttons, Conversation, Reply, button
from actions.heard import Candidate
from actions.offers import offer_person, put_forward
from actions.person import escalate, hand_over
from actions.repeats import OFTEN, note_told, times_told
from actions.unsure import PLAUSIBLE, admit_not_knowing, keep, kept
from memory.model import Handling

_REMEMBERED: Final = 50
"""Topics followed up that are kept in mind."""
HELPED_OR_NOT: Buttons = (button("That helped", "/answer_helped"), button("Not quite", "/answer_not_helped"))
HELPED: Final = "Did that answer it?"
_NO_LONGER_ASKED: Final = 2
"""Follow-ups passed over in a row after which none is made."""


class ActionAnswerFaq(Reply):
    """Answers a question from the FAQ."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_answer_faq"

    async def answer(self, talk: Conversation) -> None:
        """Give the answer that was chosen by button, else the best one found."""
        chosen = talk.heard.value("faq_id")
        candidates = kept(talk) if chosen else talk.heard.candidates
        best = next((each for each in candidates if chosen in {None, each.id}), None)
        if best is None:
            admit_not_knowing(talk)
            return
        give(talk, best, rest=[each for each in candidates if each.id != best.id])


class ActionAnswerHelped(Reply):
    """The customer is content."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_answer_helped"

    async def answer(self, talk: Conversation) -> None:
        """Note it."""
        content(talk)


class ActionAnswerNotHelped(Reply):
    """The customer is not content."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_answer_not_helped"

    async def answer(self, talk: Conversation) -> None:
        """Try the next best, then a person."""
        discontent(talk)


def give(talk: Conversation, answer: Candidate, rest: Sequence[Candidate], lead_in: str = "") -> None:
    """Say an answer, and keep the others in case it is not the right one.

    Whether it helped is asked once per topic, and no more when nobody says; a yes or no counts for the latest answer
    all the same. The same answer again says that it is the same, and the third time a person is all there is to offer.
    Without a `lead_in` it is the answer to a new question, about which nobody has said no yet.
    """
    if not lead_in:
        talk.set("rejected_answers", 0.0)
        settle_question(talk, "solved_assumed")
    talk.set("last_answered", answer.question)
    times = times_told(talk, answer.id)
    note_told(talk, answer.id)
    talk.set("faq_answered", True)
    keep(talk, rest)
    if times and not talk.form:
        _give_again(talk, answer, times)
    elif talk.form or talk.heard.more_follows:
        _say(talk, answer, lead_in or ("As before: " if times else ""))
    else:
        _follow_up(talk, answer, lead_in)
    talk.record(offer_answer(answer.id, answer.question, answer.score))


def _say(talk: Conversation, answer: Candidate, lead_in: str, question: str = "", buttons: Buttons = ()) -> None:
    list_below = "\n" if lead_in and answer.answer.startswith("- ") else ""
    talk.say(f"{lead_in}{list_below}{answer.answer}{question}", buttons)


def _follow_up(talk: Conversation, answer: Candidate, lead_in: str) -> None:
    """Say an answer and ask whether it helped, if that may be asked; a second try has the buttons in any case."""
    followed_up = list(talk.slot("followed_up") or ())
    passed_over = int(talk.slot("unrated") or 0)
    may_ask = answer.topic not in followed_up and passed_over < _NO_LONGER_ASKED
    put_forward(talk, "rate", asked=may_ask)
    if not may_ask:
        _say(talk, answer, lead_in, buttons=HELPED_OR_NOT if lead_in else ())
        return
    _say(talk, answer, lead_in, f"\n\n{HELPED}", HELPED_OR_NOT)
    talk.set("followed_up", [*followed_up, answer.topic][-_REMEMBERED:])
    talk.set("unrated", float(passed_over + 1))


def _give_again(talk: Conversation, answer: Candidate, times: int) -> None:
    if times == 1:
        offer_person(talk, f"This is still all I have on that:\n\n{answer.answer}\n\n", "repetition")
    else:
        final = "I still have nothing more on that." if times >= OFTEN else None
        escalate(talk, "repetition", "I have nothing more on that than what I’ve told you.", final=final)


def content(talk: Conversation) -> None:
    """An answer helped."""
    if talk.slot("faq_answered"):
        talk.record(rate_answer(helped=True))
    settle_question(talk, "solved")
    talk.set("rejected_answers", 0.0)
    talk.set("unrated", 0.0)
    keep(talk, ())
    talk.say_response("utter_glad")


def discontent(talk: Conversation) -> None:
    """An answer did not help: the next plausible one, then the offer of a person, then the person."""
    if not talk.slot("faq_answered"):
        offer_person(talk, "I’m sorry I haven’t been of help.", "rejected_answers")
        return
    talk.record(rate_answer(helped=False))
    leave_question_open(talk, str(talk.slot("last_answered")))
    talk.set("unrated", 0.0)
    rejected = int(talk.slot("rejected_answers") or 0) + 1
    talk.set("rejected_answers", float(rejected))
    plausible = [each for each in kept(talk) if each.score >= PLAUSIBLE and not times_told(talk, each.id)]
    enough = {Handling.AT_ONCE: 1, Handling.OFFER: 2}.get(talk.handling("rejected_answers"))
    if enough and rejected >= enough and not talk.is_waiting_for_person:
        talk.set("rejected_answers", 0.0)
        hand_over(talk, "rejected_answers", "I’m sorry, that wasn’t it either.")
    elif plausible:
        give(talk, plausible[0], rest=plausible[1:], lead_in="Then perhaps this: ")
    else:
        offer_person(talk, "I’m sorry, then I don’t have the answer.", "rejected_answers")
