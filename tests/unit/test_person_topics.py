from __future__ import annotations

from pathlib import Path

import pytest

from bot.person_topics import TOPICS, BadTopics, PersonTopics
from bot.settings import PROJECT

FILE = PROJECT / "person_topics.yml"


@pytest.fixture(scope="module")
def topics() -> PersonTopics:
    return PersonTopics.read(FILE)


def written(folder: Path, topics: str, words: str = "{kin: mum|dad}") -> PersonTopics:
    path = folder / "topics.yml"
    path.write_text(f"words: {words}\ntopics: {topics}\n", "utf-8")
    return PersonTopics.read(path)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Someone used my card on your site, this is fraud!", "fraud"),
        ("is there a fraud protection on cards", None),
        ("my dad died and I need to cancel his order", "bereavement"),
        ("my dad died, how do I cancel his order?", "bereavement"),
        ("the battery died", None),
        ("your stove burnt my hand", "injury"),
        ("is the stove safe in a tent?", None),
        ("my lawyer will contact you", "legal"),
        ("I’m a journalist with the Times", "press"),
        ("which button do I press", None),
        ("I want a chargeback", "payment_dispute"),
        ("You charged me twice.", "payment_dispute"),
        ("when will I be charged", None),
        ("", None),
        ("🙂", None),
        ("a" * 20_000, None),
    ],
)
def test_a_message_is_about_a_topic_or_none(topics: PersonTopics, text: str, topic: str | None) -> None:
    assert next(iter(topics.all_in(text)), None) == topic


def test_of_several_topics_the_most_pressing_comes_first(topics: PersonTopics) -> None:
    assert topics.all_in("my lawyer will contact you. your stove burnt my hand") == ["injury", "legal"]


def test_slips_put_right_count_beside_what_was_written(topics: PersonTopics) -> None:
    assert topics.all_in("my laywer will contact you") == []
    assert topics.all_in("my laywer will contact you", "my lawyer will contact you") == ["legal"]


def test_what_is_stated_counts_neither_asked_nor_supposed(tmp_path: Path) -> None:
    topics = written(tmp_path, "{fraud: {stated: [card was stolen]}}")

    assert topics.all_in("My card was stolen.") == ["fraud"]
    assert topics.all_in("what if my card was stolen") == []
    assert topics.all_in("My card was stolen?") == []


def test_a_phrase_may_have_choices_gaps_endings_and_words_of_the_file(tmp_path: Path) -> None:
    topics = written(tmp_path, "{bereavement: {always: ['my (late)? <kin> … (died|pass* away)']}}")

    assert topics.all_in("my mum, sadly, passed away") == ["bereavement"]
    assert topics.all_in("my late dad died") == ["bereavement"]
    assert topics.all_in("my cat died") == []
    assert topics.all_in("my mum one two three four five died") == []


def test_one_phrase_that_speaks_against_it_is_enough(tmp_path: Path) -> None:
    topics = written(tmp_path, "{fraud: {always: [this is fraud], never: [just kidding]}}")

    assert topics.all_in("this is fraud. just kidding") == []


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        ("{magic: {always: [abracadabra]}}", "there is no topic magic"),
        ("{fraud: {sometimes: [a fraud]}}", "always, stated, never"),
        ("{fraud: {always: a fraud}}", "must be a list"),
        ("{fraud: {always: ['my [card]']}}", "my \\[card\\]"),
        ("{fraud: {always: [my <wallet>]}}", "my <wallet>"),
        ("{fraud: {always: [my (card]}}", "my \\(card"),
        ("[fraud]", "must have `topics`"),
        ("{fraud: {", "can't be read"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(tmp_path: Path, topics: str, said: str) -> None:
    with pytest.raises(BadTopics, match=said):
        written(tmp_path, topics)


def test_the_file_that_ships_has_phrases_for_every_topic() -> None:
    text = FILE.read_text("utf-8")

    assert all(f"\n  {topic}:\n" in text for topic in TOPICS)
