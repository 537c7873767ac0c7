"""The brief tells the story of the conversation from its messages, each line with its number, and invents nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.brief import brief_view
from bot.desk.mood import Mood, mood_of
from bot.desk.next_step import FIRST, Situation, next_steps
from bot.desk.orders import OrderLine
from bot.desk.story import Story
from memory.model import (
    Attempt,
    Author,
    Brief,
    Case,
    CaseState,
    Cursor,
    Customer,
    CustomerId,
    DialogueState,
    Feedback,
    Given,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    Message,
    Promise,
    PromiseId,
    PromiseState,
    RequestHandoff,
)
from tests.unit.desk.scene import ANA, Scene

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
MO = Customer(CustomerId("c1"), None, "Mo", None, NINE, Cursor(9))

SAYS = [
    (Mood.THANKS, ["thanks a lot", "Thank you, that was quick", "cheers mate", "brilliant, ta"]),
    (
        Mood.REJECTION,
        ["that didn't help", "not what I asked", "no, that's not it", "you don't understand", "I told you"],
    ),
    (Mood.ANGER, ["this is ridiculous", "WHERE IS MY PARCEL", "worst shop ever", "I'm fed up with this", "wtf"]),
    (Mood.DISTRESS, ["I'm really worried", "my son got hurt", "please help me", "I'm at my wits' end"]),
]
SAYS_NOTHING = [
    "where is my order 1042?",
    "the small one",
    "no thanks",
    "OK",
    "a TENT in size L",
    "yes",
    "12 Mill Lane",
]


def said(*texts: str, author: Author = Author.CUSTOMER) -> list[Message]:
    return [
        Message(MO.id, Cursor(number), author, "web", text, NINE + timedelta(minutes=number))
        for number, text in enumerate(texts, start=1)
    ]


def brief(**changes: object) -> Brief:
    whole: dict[str, object] = {"customer": MO, "addresses": [], "goal": None, "collected": {}, "tried": []}
    whole |= {"reason": HandoffReason.ASKED_FOR_PERSON, "asked_in": None, "facts": [], "promises": [], "cases": []}
    return Brief(**{**whole, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("mood", "text"), [(mood, text) for mood, texts in SAYS for text in texts])
def test_words_that_say_how_it_goes_are_read_so(mood: Mood, text: str) -> None:
    assert mood_of(text) is mood


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_words_that_say_nothing_of_it_have_no_mood(text: str) -> None:
    assert mood_of(text) is None


def test_the_series_has_the_customers_words_with_their_numbers_and_a_rating_counts_as_one() -> None:
    messages: Sequence[Message] = said("hi", "how long?", "no", "this is useless", "thanks anyway")
    tried = [Attempt("faq", "Returns", 0.8, Cursor(2), helped=False)]
    series = [(view.number, view.mood, view.text) for view in Story(messages).moods(tried)]
    assert series == [
        (3, Mood.REJECTION, "no"),
        (4, Mood.ANGER, "this is useless"),
        (5, Mood.THANKS, "thanks anyway"),
    ]


def test_only_the_customers_own_words_are_quoted() -> None:
    messages = [*said("hello", "I want my money back"), *said("thanks for nothing", author=Author.BOT)]
    assert [quote.text for quote in Story(messages).last_words()] == ["hello", "I want my money back"]
    assert Story(said("this is useless", author=Author.AGENT)).moods([]) == []


def test_what_was_tried_has_the_reaction_in_their_words() -> None:
    messages = said("how long?", "(answer)", "that's not what I asked")
    view = brief_view(brief(tried=[Attempt("faq", "Returns", 0.8, Cursor(1), helped=False)]), messages)
    assert view.tried[0].reaction is not None
    assert (view.tried[0].reaction.number, view.tried[0].reaction.text) == (2, "(answer)")
    assert brief_view(brief(tried=[Attempt("faq", "Returns", 0.8, Cursor(1))]), messages).tried[0].reaction is None


def test_a_value_has_the_message_it_was_last_given_in_and_those_of_done_tasks_stay() -> None:
    given = [
        Given("Order", "1042", Cursor(7), NINE),
        Given("Reason", "too small", Cursor(5), NINE),
        Given("Order", "1041", Cursor(4), NINE),
        Given("Order", "1042", Cursor(2), NINE),
    ]
    view = brief_view(brief(collected={"Order": "1042", "Item": "tent"}, given=given))
    assert [(one.label, one.value, one.number) for one in view.collected] == [
        ("Order", "1042", 7),
        ("Item", "tent", None),
    ]
    assert [(one.value, one.number) for one in view.given] == [("too small", 5), ("1041", 4)]


def test_a_broken_promise_is_the_first_thing_to_do() -> None:
    owed = Promise(PromiseId(1), MO.id, "I'll call you", NINE, NINE, Cursor(3), state=PromiseState.BROKEN)
    first, second = next_steps(brief(promises=[owed]), Situation(goal="Return of the tent", goal_in=2))
    assert (first.text, first.number) == ("Own up: “I'll call you” was not kept. Do it now, or name a new time.", 3)
    assert (second.text, second.number) == ("Go on with: Return of the tent. They have given nothing for it yet.", 2)


@pytest.mark.parametrize("reason", HandoffReason)
def test_there_is_always_something_to_do_and_never_too_much(reason: HandoffReason) -> None:
    asked = said("help")[0]
    steps = next_steps(brief(reason=reason, asked_in=asked), Situation())
    assert 1 <= len(steps) <= 2
    assert (steps[0].text == FIRST.get(reason)) is (reason in FIRST)
    assert all(step.number == 1 for step in steps)


def test_an_answer_that_did_not_help_is_not_to_be_given_again() -> None:
    tried = [Attempt("faq", "Returns", 0.8, Cursor(4), helped=False)]
    (step,) = next_steps(brief(tried=tried), Situation(last_words=9))
    assert (step.text, step.number) == ("“Returns” did not help. Answer what they asked another way.", 4)


RETURN = "Return of the tent, order 1042"


def case(title: str, state: CaseState, minute: int) -> Case:
    at = NINE + timedelta(minutes=minute)
    return Case(minute, f"k{minute}", "return_item", title, at, at, "web", state)


def talk(*texts: str) -> list[Message]:
    """What was said, by turns: "ana: …", "bot: …", "mara: …"."""
    authors = {"ana": Author.CUSTOMER, "bot": Author.BOT, "mara": Author.AGENT}
    told = [text.split(": ", 1) for text in texts]
    return [
        Message(MO.id, Cursor(number), authors[who], "web", words, NINE + timedelta(minutes=number))
        for number, (who, words) in enumerate(told, start=1)
    ]


def handoff(state: HandoffState = HandoffState.ACTIVE, **changes: object) -> Handoff:
    mine = Handoff(HandoffId("h1"), MO.id, state, HandoffReason.ASKED_FOR_PERSON, NINE, Cursor(3))
    return replace(mine, **changes)  # type: ignore[arg-type]


TOLD = talk("ana: I want to return the tent", "bot: Why?", "ana: a person please", "bot: Nobody is here")


def told_next(messages: list[Message], mine: Handoff, **known: object) -> list[tuple[str, int | None]]:
    view = brief_view(brief(**{"asked_in": TOLD[2], **known}), messages, (), mine)
    return [(step.text, step.number) for step in view.next]


def test_what_is_open_is_gone_on_with_until_the_agent_has_answered() -> None:
    known = {"goal": RETURN, "cases": [case(RETURN, CaseState.HANDED_OVER, 1)], "collected": {"Order": "1042"}}
    go_on = (f"Go on with: {RETURN}. What they gave for it stands below.", 1)
    assert told_next(TOLD, handoff(HandoffState.QUEUED), **known) == [go_on]
    answered = _and_mara(TOLD)
    assert told_next(answered, handoff(), **known) == [
        ("Their last message is answered. Resolve it if that was all.", 5),
        (f"Still open: {RETURN}. The bot goes on with it if you return it.", 1),
    ]
    assert told_next(_and_ana(answered), handoff(), **known) == [go_on]


def _and_mara(messages: list[Message]) -> list[Message]:
    return [*messages, replace(messages[-1], number=Cursor(len(messages) + 1), author=Author.AGENT, text="It is free.")]


def _and_ana(messages: list[Message]) -> list[Message]:
    return [*messages, replace(messages[0], number=Cursor(len(messages) + 1), text="and how long?")]


@pytest.mark.parametrize("state", [CaseState.SOLVED, CaseState.SOLVED_ASSUMED, CaseState.ABANDONED])
def test_what_is_over_is_not_gone_on_with(state: CaseState) -> None:
    known = {"goal": RETURN, "cases": [case(RETURN, state, 1)]}
    assert told_next(TOLD, handoff(HandoffState.QUEUED), **known) == [("Answer what they said last.", 3)]
    answered = [("Their last message is answered. Resolve it if that was all.", 5)]
    assert told_next(_and_mara(TOLD), handoff(), **known) == answered
    view = brief_view(brief(**known), TOLD)
    assert (view.goal, view.goal_in, view.goal_is_over) == (RETURN, 1, True)


def test_after_a_question_was_answered_the_task_beside_it_is_the_goal_again() -> None:
    asked = "Question about delivery"
    cases = [case(asked, CaseState.SOLVED, 3), case(RETURN, CaseState.OPEN, 1)]
    view = brief_view(brief(goal=asked, cases=cases), TOLD)
    assert (view.goal, view.goal_in, view.goal_is_over) == (RETURN, 1, False)
    assert view.next[0].text.startswith(f"Go on with: {RETURN}")


@pytest.mark.parametrize(
    ("state", "over"),
    [
        (HandoffState.RESOLVED, "Nothing is left to do: it was resolved."),
        (HandoffState.RETURNED, "Nothing is left to do: the bot goes on with it."),
        (HandoffState.ABANDONED, "Nothing is left to do: they wait no longer."),
    ],
)
def test_when_it_has_ended_nothing_is_left_but_what_was_promised(state: HandoffState, over: str) -> None:
    ended = handoff(state, closed_at=NINE + timedelta(minutes=4))
    known = {"goal": RETURN, "cases": [case(RETURN, CaseState.OPEN, 1)], "reason": HandoffReason.INJURY}
    assert told_next(_and_later(TOLD), ended, **known) == [(over, 4)]
    owed = Promise(PromiseId(1), MO.id, "I'll call you", NINE, NINE, Cursor(3))
    assert told_next(TOLD, ended, **known, promises=[owed]) == [
        ("Keep what was promised: “I'll call you”.", 3),
        (over, 4),
    ]


def _and_later(messages: list[Message]) -> list[Message]:
    later = replace(messages[0], number=Cursor(5), text="another day", at=NINE + timedelta(days=1))
    return [*messages, later]


def test_what_they_say_afterwards_decides_whether_anything_is_left() -> None:
    closed = NINE + timedelta(minutes=4)
    for solved, text in ((True, "they say that it is solved"), (False, "They say that it is not solved")):
        ended = handoff(HandoffState.RESOLVED, closed_at=closed, feedback=Feedback(Cursor(5), solved, None, Cursor(6)))
        ((said, number),) = told_next(TOLD, ended)
        assert text in said
        assert number == 6


def test_what_the_reason_asks_to_say_first_is_not_asked_for_again_once_an_agent_has_written() -> None:
    known = {"reason": HandoffReason.INJURY}
    assert told_next(TOLD, handoff(HandoffState.ACCEPTED), **known)[0] == (FIRST[HandoffReason.INJURY], 3)
    assert told_next(_and_ana(_and_mara(TOLD)), handoff(), **known) == [("Answer what they said last.", 6)]


async def test_the_desk_tells_all_of_it_with_the_orders_of_the_shop(scene: Scene) -> None:
    class Shop:
        async def of(self, customer: Customer) -> Sequence[OrderLine]:
            return [OrderLine("1042", "Shipped", "Ridge 2 tent", NINE.date())] if customer.subject else []

    scene.orders = Shop()
    form = DialogueState("{}", "return_form", "Return of the Ridge 2 tent", {"Order": "1042"})
    await scene.turn("the Ridge 2 from 1042, this is ridiculous", "Why?", identity=ANA, dialogue=form)
    asked = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    customer = await scene.turn("a person", "ok", identity=ANA, dialogue=DialogueState("{}"), records=asked)
    client = await scene.signed_in()
    view = (await client.get(f"/api/desk/handoffs/{await scene.handoff_of(customer)}")).json()["brief"]
    assert [(order["number"], order["state"], order["things"]) for order in view["orders"]] == [
        ("1042", "Shipped", "Ridge 2 tent")
    ]
    assert (view["collected"], view["given"]) == ([], [{"label": "Order", "value": "1042", "number": 1}])
    assert [(mood["number"], mood["mood"]) for mood in view["moods"]] == [(1, "anger")]
    assert [quote["number"] for quote in view["said"]] == [1, 3]
    assert view["next"] == [{"text": "Answer what they said last.", "number": 3}]


async def test_a_shop_that_does_not_answer_keeps_no_conversation_closed(scene: Scene) -> None:
    class Silent:
        async def of(self, customer: Customer) -> Sequence[OrderLine]:
            await asyncio.sleep(0)
            raise ConnectionError

    scene.orders = Silent()
    handoff = await scene.ask_for_person("a person please")
    client = await scene.signed_in()
    assert (await client.get(f"/api/desk/handoffs/{handoff}")).json()["brief"]["orders"] is None
