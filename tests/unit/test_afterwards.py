"""What words and buttons mean after a customer was asked whether it is solved."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.afterwards import LONGEST_LINE, QUESTION, STANDS_FOR, Afterwards
from bot.hours import SupportHours
from memory.model import (
    Address,
    AgentId,
    AnswerFeedback,
    Button,
    Cursor,
    Customer,
    CustomerId,
    Feedback,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    Inbound,
    Outcome,
    RequestHandoff,
    Thread,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
ASKED = Cursor(9)
JUST_ASKED = Feedback(ASKED)
AFTERWARDS = Afterwards(SupportHours.parse("Mon-Fri 09:00-17:00", "UTC"), answers_only={"rest"})
RESOLVED = HandoffId("h1")


def handoff(feedback: Feedback | None, closed: datetime = NOW) -> Handoff:
    return Handoff(
        id=RESOLVED,
        customer_id=CustomerId("ana"),
        state=HandoffState.RESOLVED,
        reason=HandoffReason.DISTRESS,
        requested_at=closed,
        requested_number=Cursor(3),
        agent_id=AgentId("mara"),
        agent_name="Mara",
        closed_at=closed,
        department="returns",
        language="en",
        feedback=feedback,
    )


def answer(
    text: str,
    *,
    feedback: Feedback | None = JUST_ASKED,
    payload: str | None = None,
    last: int = ASKED,
    agents: int = 1,
    after: timedelta = timedelta(),
    channel: str = "web",
) -> Outcome | None:
    customer = Customer(CustomerId("ana"), None, None, None, NOW, Cursor(last))
    thread = Thread(customer, last_handoff=handoff(feedback), agents_present=agents)
    return AFTERWARDS.answer(thread, Inbound(Address(channel, "v"), "p1", text, payload=payload), NOW + after)


def verdict(outcome: Outcome | None) -> bool | None:
    """What it says of the handoff; None for what is left to the dialogue."""
    said = [record for record in outcome.records if isinstance(record, AnswerFeedback)] if outcome else []
    return said[0].solved if said else None


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, it’s solved",
        "yep all good thanks",
        "It's sorted now, thank you very much",
        "yes, Mara was brilliant",
        "YES",
    ],
)
def test_a_yes_in_many_words(text: str) -> None:
    assert verdict(answer(text)) is True


@pytest.mark.parametrize(
    "text",
    ["no", "No, not yet", "nope", "not really", "it isn't", "still waiting for the refund", "No the zip broke again"],
)
def test_a_no_in_many_words(text: str) -> None:
    assert verdict(answer(text)) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "where is my order",
        "no problem",
        "no thanks",
        "no, where is my order?",
        "yes but the zip broke",
        "yes, and cancel order 1042",
        "yes I still need my refund",
        "thanks",
        "human please",
        "no " * LONGEST_LINE,
    ],
)
def test_what_may_mean_something_else_is_for_the_dialogue(text: str) -> None:
    assert answer(text) is None


def test_words_count_only_while_the_question_is_the_last_thing_said() -> None:
    assert answer("no", last=ASKED + 2) is None
    assert verdict(answer("No, not yet", last=ASKED + 2)) is False, "its button says it at any time"
    assert verdict(answer("", payload="/solved_yes", last=ASKED + 2)) is True


def test_words_count_for_a_week_and_the_buttons_always() -> None:
    late = STANDS_FOR + timedelta(seconds=1)
    assert answer("no", after=late) is None
    assert verdict(answer("", payload="/solved_no", after=late)) is False


def test_who_was_never_asked_has_nothing_to_answer() -> None:
    assert answer("no", feedback=None) is None
    assert answer("", payload="/solved_no", feedback=None) is None


def test_a_no_asks_for_the_same_people_again() -> None:
    outcome = answer("no")
    assert outcome is not None
    assert outcome.records == (
        AnswerFeedback(RESOLVED, solved=False, asks_line=True),
        RequestHandoff(HandoffReason.NOT_SOLVED, "returns", "en"),
    )
    assert "Mara or a colleague" in outcome.replies[0].text


def test_a_no_that_says_what_is_missing_is_its_own_line() -> None:
    outcome = answer("no, the refund has not come to my card")
    assert outcome is not None
    assert outcome.records[0] == AnswerFeedback(RESOLVED, solved=False, is_line=True)
    assert "?" not in outcome.replies[0].text


def test_with_nobody_there_a_no_hears_by_when_somebody_writes() -> None:
    outcome = answer("no", agents=0)
    assert outcome is not None
    assert "today by" in outcome.replies[0].text


def test_after_a_no_the_next_words_are_the_line_and_only_those() -> None:
    asked = Feedback(ASKED, solved=False, line_asked_in=Cursor(11))
    outcome = answer("get me someone who knows tents", feedback=asked, last=11)
    assert outcome is not None
    assert outcome.records == (AnswerFeedback(RESOLVED, is_line=True),)
    assert answer("how long will it take?", feedback=asked, last=11) is None, "a question is answered"
    assert answer("x" * (LONGEST_LINE + 1), feedback=asked, last=11) is None, "a story is heard as one"
    assert answer("and another thing", feedback=asked, last=13) is None


@pytest.mark.parametrize("text", ["I want to talk to a person", "human", "agent please", "get me someone"])
def test_after_a_yes_a_call_for_a_person_is_never_taken_for_the_line(text: str) -> None:
    assert answer(text, feedback=Feedback(ASKED, solved=True, line_asked_in=Cursor(11)), last=11) is None


def test_who_changes_their_mind_is_heard_and_not_asked_for_a_second_line() -> None:
    told = Feedback(ASKED, solved=True, line_asked_in=Cursor(11), line_in=Cursor(12))
    outcome = answer("", payload="/solved_no", feedback=told, last=13)
    assert verdict(outcome) is False
    assert outcome is not None
    assert "?" not in outcome.replies[0].text


def test_the_question_has_a_yes_and_a_no() -> None:
    assert [verdict(answer(button.title)) for button in QUESTION.buttons] == [True, False]


@pytest.mark.parametrize("text", ["yes please", "no", "still broken, and it has come apart at the other seam, too"])
def test_where_the_question_comes_with_the_next_answer_words_before_it_are_none(text: str) -> None:
    assert answer(text, channel="rest") is None
    assert answer(text, channel="rest", last=11) is None


@pytest.mark.parametrize(("button", "solved"), zip(QUESTION.buttons, (True, False), strict=True))
def test_there_a_button_answers(button: Button, solved: bool) -> None:
    assert verdict(answer("", payload=button.payload, channel="rest", last=11)) is solved
    assert verdict(answer(button.title, channel="rest", last=11)) is solved
