"""Publishing over memory that forgets, with an encoder without a model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.faq.publish import FaqRegression, Publisher
from memory.errors import FaqConflict
from memory.fakes import FakeMemory
from memory.model import FaqRecord
from tests.conftest import HandClock
from tests.remembering import fake_memory
from tests.unit.faq.letters import LetterEncoder

WRAP = FaqRecord("wrap", "wrap gifts", (), "Yes.", tests=("gift wrap",))
THIEF = FaqRecord("thief", "gift wrap", (), "Me.")


@pytest.fixture
async def memory(clock: HandClock) -> FakeMemory:
    memory = fake_memory(clock=clock)
    await memory.faq.seed([WRAP])
    return memory


@pytest.fixture
def publisher(memory: FakeMemory, clock: HandClock) -> Publisher:
    return Publisher(entries=memory.faq, encoder=LetterEncoder, clock=clock)


async def ids(memory: FakeMemory) -> list[str]:
    return [record.id for record in await memory.faq.all()]


async def test_a_regression_is_refused_and_nothing_is_kept(memory: FakeMemory, publisher: Publisher) -> None:
    boots = FaqRecord("boots", "boots wet", (), "Wax.")

    with pytest.raises(FaqRegression, match="gift wrap") as caught:
        await publisher.publish([boots, THIEF], by="Mara")

    assert [(lost.question, lost.entry.id) for lost in caught.value.questions] == [("gift wrap", "wrap")]
    assert await ids(memory) == ["wrap"]


async def test_a_regression_can_be_published_anyway(memory: FakeMemory, publisher: Publisher) -> None:
    await publisher.publish([THIEF], by="Mara", anyway=True)

    assert await ids(memory) == ["thief", "wrap"]
    assert [version.by for version in await memory.faq.versions("thief")] == ["Mara"]


MEND = FaqRecord("mend", "mend boots", (), "Yes.", tests=("pay mend",))
PITCH = FaqRecord("pitch", "pitch pay", (), "No.")
FEE = FaqRecord("fee", "pay pitch", ("tents wet",), "None.", tests=("fee please",))
"""While it is there, "pay" is a common word; without it, "pay mend" is nearer to PITCH than to MEND."""


async def test_a_deletion_that_spoils_an_answer_is_refused_too(memory: FakeMemory, publisher: Publisher) -> None:
    await publisher.publish([MEND, PITCH, FEE], by="Mara", anyway=True)

    with pytest.raises(FaqRegression, match="pay mend"):
        await publisher.delete("fee", by="Mara")
    assert "fee" in await ids(memory)

    assert await publisher.delete("fee", by="Mara", anyway=True)
    assert "fee" not in await ids(memory)
    assert (await memory.faq.versions("fee"))[0].by == "Mara"


async def test_the_questions_of_an_entry_go_with_it(memory: FakeMemory, publisher: Publisher) -> None:
    await publisher.publish([THIEF], by="Mara", anyway=True)

    assert await publisher.delete("wrap", by="Mara")
    assert await publisher.delete("thief", by="Mara")
    assert not await publisher.delete("thief", by="Mara")
    assert await ids(memory) == []


async def test_what_has_expired_neither_takes_questions_nor_is_asked(
    memory: FakeMemory, publisher: Publisher, clock: HandClock
) -> None:
    await publisher.publish([replace(THIEF, valid_until=clock.now)], by="Mara")
    await publisher.publish([replace(WRAP, valid_until=clock.now, version=1)], by="Mara")

    await publisher.publish([replace(THIEF, version=1)], by="Mara")

    assert await ids(memory) == ["thief", "wrap"]


async def test_what_begins_later_is_tested_today(publisher: Publisher, clock: HandClock) -> None:
    with pytest.raises(FaqRegression):
        await publisher.publish([replace(THIEF, valid_from=clock.now + timedelta(days=30))], by="Mara")


async def test_a_conflict_is_told_and_nothing_is_kept(memory: FakeMemory, publisher: Publisher) -> None:
    with pytest.raises(FaqConflict):
        await publisher.publish([replace(WRAP, version=7, answer="never")], by="Mara")

    assert (await memory.faq.all())[0].answer == "Yes."


async def test_of_two_changes_that_spoil_each_other_only_the_first_is_published(
    memory: FakeMemory, publisher: Publisher
) -> None:
    tents = FaqRecord("tents", "pitch tents", (), "Grass.", tests=("tents pitch",))
    other = FaqRecord("other", "tents pitch", (), "Stones.")

    first, second = await asyncio.gather(
        publisher.publish([tents], by="Mara"), publisher.publish([other], by="Sam"), return_exceptions=True
    )

    assert [record.id for record in first] == ["tents"]  # type: ignore[union-attr]
    assert isinstance(second, FaqRegression)


async def test_warming_encodes_everything_beforehand(memory: FakeMemory, clock: HandClock) -> None:
    letters = LetterEncoder()
    publisher = Publisher(entries=memory.faq, encoder=lambda: letters, clock=clock)
    await publisher.warm()
    assert set(letters.asked) == {"wrap gifts", "gift wrap"}
    letters.asked.clear()

    await publisher.publish([FaqRecord("boots", "boots wet", (), "Wax.")], by="Mara")

    assert letters.asked == ["boots wet"]


async def test_nothing_to_publish_opens_no_encoder(memory: FakeMemory, clock: HandClock) -> None:
    def refuse() -> LetterEncoder:
        raise AssertionError("the encoder was opened")

    assert await Publisher(entries=memory.faq, encoder=refuse, clock=clock).publish([], by="Mara") == []
