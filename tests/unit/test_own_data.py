"""What counts as an order about one's own data, and what is meant for the person who has the conversation."""

from __future__ import annotations

import pytest

from bot.own_data import order_about_data
from memory.model import Address, Inbound


def inbound(text: str) -> Inbound:
    return Inbound(Address("web", "ana"), "m-1", text)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("forget me", '/forget{"what": "everything"}'),
        ("Please forget me!", '/forget{"what": "everything"}'),
        ("/forget", '/forget{"what": "everything"}'),
        ("Forget this conversation.", '/forget{"what": "conversation"}'),
        ("Download my data, please", "/send_my_data"),
        ("What do you know about me?", "/ask_known"),
        ("/privacy", "/privacy"),
    ],
)
def test_a_message_that_is_nothing_but_the_order_is_one(text: str, order: str) -> None:
    assert order_about_data(inbound(text), None) == order


@pytest.mark.parametrize(
    "text",
    ["yes", "forget it", "forget me for a moment, what about Ben", "/stop", '/forget{"confirmed": "everything"}', ""],
)
def test_what_may_be_meant_for_the_person_is_none(text: str) -> None:
    assert order_about_data(inbound(text), None) is None


@pytest.mark.parametrize(
    ("pressed", "is_order"),
    [('/forget{"confirmed": "everything"}', True), ("/send_my_data", True), ("/affirm", False), ("/ask_person", False)],
)
def test_of_the_buttons_those_about_data_are(pressed: str, is_order: bool) -> None:
    assert (order_about_data(inbound("a title"), pressed) == pressed) is is_order
