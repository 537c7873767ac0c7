"""What is read of how a customer wants to be written to, and that nothing is read into other words."""

from __future__ import annotations

import pytest

from actions.contact_wishes import Around, wishes_in
from memory.model import Topic, Wish

WEB = Around("web")


def read(words: str, around: Around = WEB) -> dict[str, str]:
    return {stated.wish.name: stated.value for stated in wishes_in(words, around)}


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("please don't write to me after 9pm", "21:00-08:00"),
        ("no messages after nine in the evening pls", "21:00-08:00"),
        ("nothing after 10 pm thx", "22:00-08:00"),
        ("nothing after 22:30", "22:30-08:00"),
        ("not before 8 in the morning please", "00:00-08:00"),
        ("dont bother me before noon", "00:00-12:00"),
        ("don't text between 10pm and 7am", "22:00-07:00"),
        ("set quiet hours 10pm to 8am", "22:00-08:00"),
        ("i'd like quiet hours from 21:00 to 7:30", "21:00-07:30"),
        ("only message me between 9 and 5", "17:00-09:00"),
        ("don't message me at night", "21:00-08:00"),
        ("keep it quiet overnight", "21:00-08:00"),
        ("please only write in the evenings", "23:00-18:00"),
        ("from now on write to me only in the mornings", "12:00-06:00"),
        ("can you not ping me while i'm at work", "09:00-17:00"),
        ("you can write to me at any hour again", "any"),
        ("turn off the quiet hours again", "any"),
    ],
)
def test_quiet_hours(words: str, hours: str) -> None:
    assert read(words) == {"QUIET_HOURS": hours}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("no notifications at the weekend", "Sat, Sun"),
        ("don't contact me on sundays", "Sun"),
        ("weekdays only please", "Sat, Sun"),
        ("only write on mondays and fridays", "Tue, Wed, Thu, Sat, Sun"),
    ],
)
def test_quiet_days(words: str, days: str) -> None:
    assert read(words) == {"QUIET_DAYS": days}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("message me once a week at most", 7),
        ("not more than one message a month please", 30),
        ("twice a month is plenty", 15),
        ("every two weeks is enough", 14),
        ("every 10 days", 10),
        ("you write too often", 7),
    ],
)
def test_how_often(words: str, days: int) -> None:
    assert read(words) == {"EVERY": f"{days} days"}


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        ("no more offers please", "offers"),
        ("no surveys please", "feedback"),
        ("no ads and no surveys", "offers, feedback"),
        ("only message me about my orders", "offers, feedback"),
        ("just order updates, nothing else", "offers, feedback"),
        ("stop messaging me", "orders, offers, feedback, promises"),
        ("dont contact me unless i ask", "orders, offers, feedback, promises"),
    ],
)
def test_what_about(words: str, unwanted: str) -> None:
    assert read(words) == {"NOT_ABOUT": unwanted}


def test_what_is_not_wanted_adds_up_and_can_be_taken_back() -> None:
    around = Around("web", frozenset({Topic.FEEDBACK}))
    assert read("no more offers please", around) == {"NOT_ABOUT": "offers, feedback"}
    both = Around("web", frozenset({Topic.FEEDBACK, Topic.OFFERS}))
    assert read("you can send me offers again", both) == {"NOT_ABOUT": "feedback"}
    assert read("you can write to me again", both) == {"NOT_ABOUT": "any"}


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("only contact me on telegram", "telegram"),
        ("i prefer telegram", "telegram"),
        ("telegram please", "telegram"),
        ("please reply on the website only", "web"),
        ("i'd rather get messages here", "web"),
        ("not on telegram please", "web"),
    ],
)
def test_where(words: str, channel: str) -> None:
    assert read(words) == {"CHANNEL": channel}


def test_here_is_where_it_is_said() -> None:
    assert read("write to me here only", Around("telegram")) == {"CHANNEL": "telegram"}
    assert read("write to me here only", Around("rest")) == {}
    assert read("only write to me by e-mail", Around("email")) == {"CHANNEL": "email"}
    assert read("please don't write to me by email", Around("email")) == {"CHANNEL": "web"}
    assert read("only write to me by e-mail", Around("web")) == {}, "whether mails are answered is not known there"


@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        ("don't greet me by name", {"GREETING": "without name"}),
        ("stop using my name", {"GREETING": "without name"}),
        ("you can use my name again", {"GREETING": "any"}),
        ("can we do this in german", {"LANGUAGE": "de"}),
        ("reply in english please", {"LANGUAGE": "en"}),
        ("my time zone is madrid", {"TIME_ZONE": "Europe/Madrid"}),
        ("i'm on new york time", {"TIME_ZONE": "America/New_York"}),
    ],
)
def test_names_languages_and_zones(words: str, read_as: dict[str, str]) -> None:
    assert read(words) == read_as


def test_several_wishes_at_once() -> None:
    assert read("only telegram, not after 9pm and no offers") == {
        "QUIET_HOURS": "21:00-08:00",
        "NOT_ABOUT": "offers",
        "CHANNEL": "telegram",
    }


@pytest.mark.parametrize("words", ["change how you message me", "i want to set when you may write", "hello", "25:99"])
def test_what_is_not_surely_read_is_no_wish(words: str) -> None:
    assert read(words) == {}


def test_every_wish_is_acknowledged_in_a_sentence_of_its_own() -> None:
    words = "only telegram, not after 9pm, not on sundays, no offers, once a week, in german, not my name"
    for stated in wishes_in(words, WEB):
        assert stated.noted.endswith("."), stated
        assert "!" not in stated.noted
    assert {stated.wish for stated in wishes_in(words, WEB)} >= {Wish.QUIET_DAYS, Wish.EVERY, Wish.LANGUAGE}
