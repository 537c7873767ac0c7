"""What the customer says about how it went: that something is done, or that it is not done after all."""

from __future__ import annotations

from collections.abc import Sequence

from actions.cases import Case, case_buttons, meant, named, open_now, remembered
from actions.commands import close_case, open_case
from actions.conversation import Conversation, Reply
from actions.faq import content, give
from actions.offers import offer_person, offered
from actions.resuming import begin_again, take_up_case
from actions.tasks import forget_answers
from actions.unsure import PLAUSIBLE, admit_not_knowing
from actions.waiting import go_on, strike


class ActionCaseDone(Reply):
    """That's done."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_case_done"

    async def answer(self, talk: Conversation) -> None:
        """Close what is said to be done as solved; ask which, when it may be several; else it is about an answer."""
        done = _said_to_be_done(talk)
        if len(done) > 1:
            talk.wait_in_form()
            talk.say("Which one is done?", await case_buttons(talk, done, "case_done"))
        elif done:
            await _close(talk, done[0])
        else:
            content(talk)


class ActionCaseBack(Reply):
    """It isn't done after all."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_case_back"

    async def answer(self, talk: Conversation) -> None:
        """Go on with what is open, or open again what was closed in the last days; else it is a question."""
        if still_open := meant(talk, open_now(talk)):
            await take_up_case(talk, still_open[0].key)
            return
        case = _said_to_be_back(talk)
        if case is None:
            _answer_as_question(talk)
        elif case.state == "abandoned" and case.task is not None:
            begin_again(talk, case, case.task.form)
        else:
            talk.record(open_case(case.topic, case.title, case.key, case.about))
            text = f"I’m sorry to hear that. I’ve opened {await named(talk, case)} again."
            offer_person(talk, text, "rejected_answers")


def _said_to_be_done(talk: Conversation) -> Sequence[Case]:
    """What is named; else what is at hand, all that is open, or what was finished last and not confirmed."""
    left = open_now(talk)
    assumed = [case for case in remembered(talk) if case.state == "solved_assumed"]
    if found := meant(talk, [*left, *assumed]):
        return found[:1]
    if offered(talk).get("kind") == "rate":
        return ()
    return left[:1] if talk.form and offered(talk).get("kind") != "which_case" else left or assumed[:1]


async def _close(talk: Conversation, case: Case) -> None:
    name, at_hand = await named(talk, case), case.key == talk.slot("case_key") and talk.form is not None
    talk.record(close_case(case.topic, "solved", case.key))
    talk.say(f"Good, I’ve noted {name} as done.")
    if not at_hand:
        strike(talk, case.key)
        return
    forget_answers(talk)
    talk.leave_form()
    go_on(talk)


def _said_to_be_back(talk: Conversation) -> Case | None:
    """What is named among the cases closed lately; the last one, when nothing is named at all."""
    closed = [case for case in remembered(talk) if not case.is_open and case.state != "handed_over"]
    names_other = talk.heard.value("order_number") or talk.heard.value("product")
    found = meant(talk, closed) or ([] if names_other else closed)
    return found[0] if found else None


def _answer_as_question(talk: Conversation) -> None:
    best = next(iter(talk.heard.candidates), None)
    if best is not None and best.score >= PLAUSIBLE:
        give(talk, best, rest=talk.heard.candidates[1:])
    else:
        admit_not_knowing(talk)
