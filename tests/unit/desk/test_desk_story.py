"""The brief tells the story of the conversation from its messages, each line with its number, and invents nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.brief import brief_view
from bot.desk.mood import Mood, mood_of
from bot.desk.next_step import FIRST, next_steps
from bot.desk.orders import OrderLine
from bot.desk.story import Story
from memory.model import (
    Attempt,
    Author,
    Brief,
    Cursor,
    Customer,
    CustomerId,
    DialogueState,
    Given,
    HandoffReason,
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
    first, second = next_steps(brief(promises=[owed], goal="Return of the tent"), 2, 9)
    assert (first.text, first.number) == ("Own up: “I'll call you” was not kept. Do it now, or name a new time.", 3)
    assert (second.text, second.number) == ("Go on with: Return of the tent. What they gave for it stands below.", 2)


@pytest.mark.parametrize("reason", HandoffReason)
def test_there_is_always_something_to_do_and_never_too_much(reason: HandoffReason) -> None:
    asked = said("help")[0]
    steps = next_steps(brief(reason=reason, asked_in=asked), None, None)
    assert 1 <= len(steps) <= 2
    assert (steps[0].text == FIRST.get(reason)) is (reason in FIRST)
    assert all(step.number == 1 for step in steps)


def test_an_answer_that_did_not_help_is_not_to_be_given_again() -> None:
    tried = [Attempt("faq", "Returns", 0.8, Cursor(4), helped=False)]
    (step,) = next_steps(brief(tried=tried), None, 9)
    assert (step.text, step.number) == ("“Returns” did not help. Answer what they asked another way.", 4)


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
