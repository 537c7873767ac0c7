"""What many ask for at the same time is read once, and never from before they asked."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk.together import Together


class Book:
    """Something that changes and takes a while to read."""

    def __init__(self) -> None:
        self.page = 0
        self.readings = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def read(self) -> int:
        self.readings += 1
        self.begun.set()
        page = self.page
        await self.may_end.wait()
        return page


async def test_all_who_ask_meanwhile_share_the_next_reading() -> None:
    book = Book()
    together = Together(book.read)
    first = asyncio.create_task(together.fresh())
    await book.begun.wait()
    book.page = 1
    later = [asyncio.create_task(together.fresh()) for _ in range(50)]
    book.may_end.set()

    assert await first == 0
    assert set(await asyncio.gather(*later)) == {1}, "they asked after the change"
    assert book.readings == 2


async def test_one_who_leaves_takes_nothing_from_the_others() -> None:
    book = Book()
    together = Together(book.read)
    leaver, stayer = asyncio.create_task(together.fresh()), asyncio.create_task(together.fresh())
    await book.begun.wait()
    leaver.cancel()
    book.may_end.set()

    assert await stayer == 0


async def test_a_reading_that_fails_fails_for_those_who_asked_and_the_next_is_tried_again() -> None:
    failures = [OSError("gone"), None]

    async def read() -> str:
        failure = failures.pop(0)
        if failure is not None:
            raise failure
        return "there"

    together = Together(read)
    both = await asyncio.gather(together.fresh(), together.fresh(), return_exceptions=True)
    assert [type(each) for each in both] == [OSError, OSError]
    assert await together.fresh() == "there"


@pytest.mark.parametrize("rings", [1, 20])
async def test_it_ends_up_to_date_however_often_it_rings(rings: int) -> None:
    book = Book()
    book.may_end.set()
    together = Together(book.read)
    for number in range(rings):
        book.page = number
        asked = asyncio.create_task(together.fresh())
    assert await asked == rings - 1


async def test_it_rests_as_long_as_a_reading_took() -> None:
    now, rests = 0.0, []

    async def read() -> None:
        nonlocal now
        now += 0.25

    async def rest(seconds: float) -> None:
        nonlocal now
        rests.append(seconds)
        now += seconds

    together = Together(read, clock=lambda: now, sleep=rest)
    await together.fresh()
    await together.fresh()
    now += 10
    await together.fresh()
    assert rests == [0.25], "one right after another; none after a while"
