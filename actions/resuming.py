"""Coming back to what is open: naming it, letting the customer choose, and taking up what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actions.cases import QUESTION, Case, case_buttons, lapsed, meant, names_of, open_now
from actions.conversation import Conversation
from actions.offers import offer_person, put_forward
from actions.tasks import TASKS
from actions.waiting import bring_forward, set_aside, waiting
from actions.wording import listed

HELLOS: Final = frozenset({"greet", "continue_task"})
"""What a returning customer may begin with that asks for nothing itself."""


def welcome(talk: Conversation) -> str:
    """By name, when it is known."""
    return f"Welcome back{f', {talk.first_name}' if talk.first_name else ''}."


def still_open(names: Sequence[str]) -> str:
    """The line that names what is open."""
    last = f", and {names[-1]}" if len(names) > 1 else ""
    return f"Still open: {', '.join(names[:-1] or names)}{last}."


async def let_go_line(talk: Conversation) -> str:
    """What was just closed because it had not been touched for too long; empty when nothing was."""
    names = await names_of(talk, lapsed(talk))
    return f"It has been a while, so I’ve closed {listed(names)}; say so if you still need it." if names else ""


def must_choose(talk: Conversation) -> bool:
    """Whether somebody who comes back, and asks for nothing yet, has several things open."""
    asks_nothing = talk.heard.intent in HELLOS and talk.heard.value("case") is None
    return bool(talk.slot("resuming")) and asks_nothing and not talk.is_waiting_for_person and len(open_now(talk)) > 1


async def ask_which_first(talk: Conversation) -> bool:
    """Name what is open and ask where to go on, when there is a choice; whether that was asked."""
    if not must_choose(talk) or meant(talk, open_now(talk)):
        return False
    cases = open_now(talk)
    put_forward(talk, "which_case", first=cases[0].key)
    parts = (welcome(talk), await let_go_line(talk), still_open(await names_of(talk, cases)), "Which one first?")
    talk.wait_in_form()
    talk.say(" ".join(part for part in parts if part), await case_buttons(talk, cases, "continue_task"))
    return True


async def take_up_case(talk: Conversation, key: str) -> None:
    """Go on with this case: where it stood, or from what it is about."""
    case = next((case for case in open_now(talk) if case.key == key), None)
    if case is None:
        talk.say("That is done already. What else can I do for you?")
    elif talk.form and _is_at_hand(talk, case):
        talk.follow_with(talk.form)
    elif any(each.case == key for each in waiting(talk)):
        bring_forward(talk, key)
    elif case.task is not None:
        begin_again(talk, case, case.task.form)
    elif case.topic == QUESTION:
        offer_person(
            talk, f"You asked: “{case.title.rstrip(' ?.!')}”. I don’t have the answer to that.", "misunderstood"
        )
    else:
        offer_person(talk, f"“{case.title}” is something I can’t go on with myself.", "rejected_answers")


def _is_at_hand(talk: Conversation, case: Case) -> bool:
    return case.key in {talk.slot("case_key"), talk.form}


def begin_again(talk: Conversation, case: Case, form: str) -> None:
    """Its answers are gone, but not what it is about."""
    at_hand = TASKS.get(talk.form or "")
    if at_hand is not None:
        full = set_aside(talk, at_hand)
        if full:
            talk.say(full)
        talk.leave_form()
    for slot, value in {**case.about, "case_key": case.key}.items():
        talk.set(slot, value)
    talk.follow_with(form)
