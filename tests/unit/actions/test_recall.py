"""What did we say last time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from actions.recall import topic_of
from actions.recollection import current
from actions.recollection.fakes import FakeRecollection
from memory.model import Author, Cursor, CustomerId, Exchange, Message
from tests.unit.actions.conftest import ANA, Stage, Talker

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def no_past() -> Iterator[None]:
    yield
    current.use(None)


def exchange(of: str, asked: str, answer: str, ago: timedelta, **more: str) -> Exchange:
    """Something asked a while ago, in Telegram, and its answer."""
    author, at = Author.AGENT if more else Author.BOT, NOW - ago
    first = Message(CustomerId(of), Cursor(1), Author.CUSTOMER, "telegram", asked, at)
    return Exchange(first, Message(CustomerId(of), Cursor(2), author, "telegram", answer, at, **more))  # type: ignore[arg-type]


def remembering(ana: Talker, *exchanges: Exchange) -> None:
    current.use(FakeRecollection(exchanges))
    ana.remember(now=NOW.isoformat())


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("when did I ask about the tent?", "the tent"),
        ("what did you tell me about the boots again", "the boots"),
        ("What was it you said about refunds, please?", "refunds"),
        ("what did we say last time about the mat", "the mat"),
        ("what did we say last time?", None),
        ("what did you say about it", None),
    ],
)
def test_the_topic_is_what_was_asked_about(text: str, topic: str | None) -> None:
    assert topic_of(text) == topic


@pytest.mark.parametrize(
    ("ago", "when"),
    [
        (timedelta(minutes=106), "today at 10:14 in Telegram"),
        (timedelta(days=1), "yesterday, 4 March in Telegram"),
        (timedelta(days=3), "on Monday 2 March in Telegram"),
        (timedelta(days=365), "on Wednesday 5 March 2025 in Telegram"),
    ],
)
async def test_the_day_is_said_as_people_say_it(talker: Stage, ago: timedelta, when: str) -> None:
    ana = talker(ANA)
    remembering(ana, exchange(ana.id, "is the tent waterproof?", "Yes.\n\nDid that answer it?", ago))
    said = await ana.say("when did I ask about the tent?", "recall")
    assert said.text == f"That was {when}. You wrote: “is the tent waterproof”. I answered: “Yes”."


async def test_a_persons_answer_is_theirs(talker: Stage) -> None:
    ana = talker(ANA)
    remembering(ana, exchange(ana.id, "and the zip?", "Send it in.", timedelta(days=1), agent_name="Mara"))
    assert "Mara answered: “Send it in”." in (await ana.say("what was said about the zip", "recall")).text


async def test_what_another_customer_said_is_never_told(talker: Stage) -> None:
    ana = talker(ANA)
    remembering(ana, exchange("ben", "is the tent waterproof?", "Yes.", timedelta(days=1)))
    said = await ana.say("when did I ask about the tent?", "recall")
    assert said.text == "I can’t find anything about the tent in what we’ve written to each other."
    assert (await ana.say("what did we say last time", "recall")).text == (
        "I can’t find an earlier conversation with you."
    )


async def test_a_long_answer_is_cut_between_words(talker: Stage) -> None:
    ana = talker(ANA)
    remembering(ana, exchange(ana.id, "how do I wash it?", "Gently " * 100, timedelta(days=1)))
    said = await ana.say("what did you say last time", "recall")
    assert said.text.endswith("Gently …”.")
    assert len(said.text) < 400


async def test_without_a_past_to_look_at_that_is_said(talker: Stage) -> None:
    said = await talker(ANA).say("what did we say last time", "recall")
    assert said.text == "I can’t look back at earlier conversations here."
