"""The brief as agents get it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from bot.desk.brief import WHY, brief_view
from bot.desk.story import QUOTE_LENGTH, quote
from memory.model import (
    Address,
    Attempt,
    Author,
    Awaiting,
    Brief,
    Case,
    CaseMove,
    CaseState,
    Cursor,
    Customer,
    CustomerId,
    Fact,
    HandoffReason,
    Message,
    Promise,
    PromiseId,
    PromiseState,
)

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
ANA = Customer(CustomerId("c1"), "cust-ana", "Ana Petrova", "ana@example.com", NINE, Cursor(9))
ASKED = Message(ANA.id, Cursor(9), Author.CUSTOMER, "telegram", "  get me a person ", NINE)


def brief(**changes: object) -> Brief:
    whole = {
        "customer": ANA,
        "addresses": [Address("telegram", "7001"), Address("web", "v1"), Address("web", "v2")],
        "goal": "Return of the Ridge 2 tent",
        "collected": {"Order": "1042", "Item": "Ridge 2 tent"},
        "tried": [Attempt("return_window", "How long do I have?", 0.83, Cursor(4), helped=False)],
        "reason": HandoffReason.REJECTED_ANSWERS,
        "asked_in": ASKED,
        "facts": [Fact("delivery_address", "12 Mill Lane", Cursor(2), NINE)],
        "promises": [],
        "cases": [],
        **changes,
    }
    return Brief(**whole)  # type: ignore[arg-type]


def test_it_tells_who_what_was_collected_what_was_tried_and_why() -> None:
    view = brief_view(brief()).model_dump(mode="json")
    assert view["customer"] == {
        "id": "c1",
        "name": "Ana Petrova",
        "email": "ana@example.com",
        "subject": "cust-ana",
        "identified": True,
        "channels": ["telegram", "web"],
    }
    assert view["goal"] == "Return of the Ridge 2 tent"
    assert [(one["label"], one["value"]) for one in view["collected"]] == [("Order", "1042"), ("Item", "Ridge 2 tent")]
    (tried,) = view["tried"]
    assert (tried["title"], tried["confidence"], tried["helped"], tried["number"]) == (
        "How long do I have?",
        0.83,
        False,
        4,
    )
    assert view["why"] == {
        "reason": "rejected_answers",
        "text": "The bot's answers did not help them.",
        "number": 9,
        "quote": "get me a person",
    }
    assert view["facts"][0]["label"] == "Address"


def test_how_they_want_to_hear_from_a_person_stands_with_its_message() -> None:
    assert brief_view(brief()).awaiting is None
    waits = brief_view(brief(awaiting=Awaiting(Cursor(7)))).awaiting
    assert waits is not None
    assert (waits.text, waits.channel, waits.number) == ("They chose to wait.", None, 7)
    said = {
        Address("telegram", "7001"): "They chose to be written to in Telegram.",
        Address("email", "ana@example.com"): "They chose to be written to by e-mail, at ana@example.com.",
        Address("pigeon", "p1"): "They chose to be written to on pigeon.",
    }
    for address, text in said.items():
        chosen = brief_view(brief(awaiting=Awaiting(Cursor(8), address))).awaiting
        assert chosen is not None
        assert (chosen.text, chosen.channel, chosen.number) == (text, address.channel, 8)


def test_every_reason_has_a_sentence() -> None:
    for reason in HandoffReason:
        assert WHY[reason].endswith(".")


def test_without_the_message_that_asked_nothing_is_quoted() -> None:
    why = brief_view(brief(asked_in=None)).why
    assert (why.number, why.quote) == (None, None)


def test_a_long_message_is_quoted_in_part_and_an_empty_one_not_at_all() -> None:
    assert quote("a" * QUOTE_LENGTH) == "a" * QUOTE_LENGTH
    assert quote("a" * 10_000) == "a" * QUOTE_LENGTH + "…"
    assert quote("  \n ") is None


def test_an_unproved_customer_is_not_called_identified() -> None:
    stranger = Customer(CustomerId("c2"), None, None, None, NINE, Cursor(1))
    assert not brief_view(brief(customer=stranger)).customer.identified


def test_what_is_owed_soonest_comes_first_and_the_cases_that_are_open() -> None:
    hour = timedelta(hours=1)
    promises = [
        Promise(PromiseId(1), ANA.id, "kept", NINE, NINE, state=PromiseState.KEPT, closed_at=NINE),
        Promise(PromiseId(2), ANA.id, "later", NINE + 2 * hour, NINE),
        Promise(PromiseId(3), ANA.id, "soon", NINE + hour, NINE),
    ]
    cases = [
        case(1, "done", NINE + hour, CaseState.SOLVED, moves=(CaseMove(CaseState.CAME_BACK, NINE),)),
        case(2, "done before", NINE, CaseState.ABANDONED),
        case(3, "still open", NINE - hour),
        case(4, "with the team", NINE - 2 * hour, CaseState.HANDED_OVER),
    ]
    view = brief_view(brief(promises=promises, cases=cases))
    assert [promise.text for promise in view.promises] == ["soon", "later", "kept"]
    assert [case.title for case in view.cases] == ["still open", "with the team", "done", "done before"]
    assert [case.outcome for case in view.cases] == [None, "handed_over", "solved", "abandoned"]
    assert [case.came_back for case in view.cases] == [0, 0, 1, 0]


def case(number: int, title: str, touched_at: datetime, state: CaseState = CaseState.OPEN, **more: Any) -> Case:
    return Case(number, f"key-{number}", "return_item", title, NINE, touched_at, "web", state, **more)
