"""What was said is found by meaning, in one's own thread only, and never a look back itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.bootstrap.opened import project_encoder
from bot.recollection import NEWEST, TranscriptRecollection, words_of
from memory.model import Author, CustomerId, Exchange
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import fake_memory

SILENCE = timedelta(minutes=30)


class Past:
    """Ana's thread, and the way to look back at it."""

    def __init__(self, clock: HandClock) -> None:
        self.memory = fake_memory(clock=clock)
        self.talk = Talk(self.memory, clock)
        self.clock = clock
        self.ana = CustomerId("")
        self.recollection = TranscriptRecollection(
            transcript=self.memory.transcript, encoder=project_encoder, silence=SILENCE
        )

    async def said(
        self, text: str, answer: str = "ok", *, later: timedelta = timedelta(days=1), at: str = "ana"
    ) -> None:
        """Ana writes and is answered; then time passes."""
        self.ana = (await self.talk.hear(text, ("telegram", at))).customer_id
        await self.talk.answer(answer)
        self.clock.now += later

    async def about(self, topic: str) -> Exchange | None:
        return await self.recollection.about(self.ana, topic)

    async def last_time(self) -> Exchange | None:
        return await self.recollection.last_time(self.ana, self.clock.now)


@pytest.fixture
def past(clock: HandClock) -> Past:
    return Past(clock)


def asked(found: Exchange | None) -> str | None:
    return None if found is None else found.asked.text


async def test_the_nearest_in_meaning_is_found_with_its_answer_and_day(past: Past) -> None:
    await past.said("how long does a refund take", "Five working days.")
    day = past.clock.now
    await past.said("is the Ridge 2 tent waterproof", "Yes, to 3,000 mm.")
    await past.said("do you have gift cards", "Yes.")
    found = await past.about("the tent")
    assert found is not None
    assert (found.asked.text, found.asked.at, found.asked.channel) == (
        "is the Ridge 2 tent waterproof",
        day,
        "telegram",
    )
    assert found.answer is not None
    assert found.answer.text == "Yes, to 3,000 mm."
    assert asked(await past.about("getting my money back")) == "how long does a refund take"


async def test_of_equals_the_latest_is_meant(past: Past) -> None:
    for _ in range(3):
        await past.said("is the tent waterproof", "Yes.")
    found = await past.about("the tent")
    assert found is not None
    assert found.asked.number == 5


async def test_an_answer_that_names_it_is_found_with_what_was_asked(past: Past) -> None:
    await past.said("where's my order", "Order 1042 (Scree Walking Boots) is on its way.")
    await past.said("do you have gift cards", "Yes.")
    assert asked(await past.about("the boots")) == "where's my order"


async def test_nothing_near_is_nothing_found(past: Past) -> None:
    await past.said("how long does a refund take", "Five working days.")
    assert await past.about("a kayak") is None
    assert await past.recollection.about(CustomerId("nobody"), "the tent") is None


async def test_looking_back_does_not_find_earlier_looks_back_nor_buttons(past: Past) -> None:
    await past.said("is the tent waterproof", "Yes.")
    await past.said("when did I ask about the tent?", "Yesterday.")
    await past.said("what did you tell me about the tent", "Yes.")
    await past.talk.hear("Ridge 2 Tent", payload='/inform{"product": "ridge-2-tent"}')
    await past.talk.answer("Noted.")
    assert asked(await past.about("the tent")) == "is the tent waterproof"


async def test_another_customers_words_are_never_found(past: Past) -> None:
    await past.said("is the tent waterproof", "Yes.", at="ben")
    await past.said("do you have gift cards", "Yes.", at="ana")
    assert await past.about("the tent") is None


async def test_what_lies_far_back_is_found_by_its_words(past: Past) -> None:
    await past.said("are the crampons in stock", "Yes.")
    for number in range(NEWEST):
        await past.said(f"where is order {number}", "On its way.", later=timedelta(minutes=1))
    assert asked(await past.about("the crampons")) == "are the crampons in stock"


async def test_last_time_is_the_visit_before_this_one(past: Past) -> None:
    assert await past.recollection.last_time(CustomerId("nobody"), past.clock.now) is None
    await past.said("is the tent waterproof", "Yes.", later=timedelta(minutes=5))
    assert await past.last_time() is None
    await past.said("and how heavy is it", "2 kg.", later=timedelta(minutes=1))
    await past.said("thanks", "Gladly.")
    await past.said("where is my order", "On its way.", later=timedelta(minutes=1))
    found = await past.last_time()
    assert asked(found) == "and how heavy is it"
    assert found is not None
    assert found.answer is not None
    assert (found.answer.author, found.answer.text) == (Author.BOT, "2 kg.")


def test_the_words_that_tell_something_are_without_the_s_of_many() -> None:
    assert words_of("the boots and your gas bottles") == ["boot", "gas", "bottle"]
