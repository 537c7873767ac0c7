"""What is kept under keys of ours reads as words, wherever people see it."""

from __future__ import annotations

import pytest

from memory.model import Wish, fact_in_words, fact_label, is_taken_back


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (Wish.QUIET_HOURS.value, "21:00-08:00 Europe/London", "Quiet hours: 21:00 to 08:00, London time"),
        (Wish.QUIET_HOURS.value, "21:00-08:00", "Quiet hours: 21:00 to 08:00"),
        (Wish.QUIET_DAYS.value, "Sat, Sun America/New_York", "Quiet days: Saturdays and Sundays, New York time"),
        (Wish.TIME_ZONE.value, "Europe/Madrid", "Time zone: Madrid"),
        (Wish.EVERY.value, "1 days", "How often to be written to: at most once a day"),
        (Wish.EVERY.value, "7 days", "How often to be written to: at most once in 7 days"),
        (Wish.NOT_ABOUT.value, "offers, feedback", "No messages about: offers and feedback"),
        (Wish.CHANNEL.value, "telegram", "Messages not asked for: in Telegram"),
        (Wish.GREETING.value, "without name", "Greeting: without name"),
        (Wish.LANGUAGE.value, "de", "Answers in: German"),
        (Wish.LANGUAGE.value, "fi", "Answers in: fi"),
        (Wish.NOT_ABOUT.value, "any", "No messages about: no wish any more"),
        ("allergy:wool", "wool", "Allergy: wool"),
        ("delivery_address", "2 Elm Row", "Address: 2 Elm Row"),
        ("shoe_size", "44", "Shoe size: 44"),
        ("of_a_later_version", "any", "Of a later version: any"),
    ],
)
def test_a_fact_reads_as_a_line(key: str, value: str, words: str) -> None:
    assert f"{fact_label(key)}: {fact_in_words(key, value)}" == words


def test_every_wish_has_words() -> None:
    for wish in Wish:
        assert fact_label(wish.value)
        assert is_taken_back(wish.value, "any"), f"{wish} would be shown by its key"


def test_only_a_wish_can_be_taken_back() -> None:
    assert not is_taken_back("name", "any")
