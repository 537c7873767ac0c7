"""What is set at the desk: hours for all, and filters of each agent."""

from __future__ import annotations

from memory.model import AgentId, SavedFilter, WrittenHours
from tests.contract.memory.talk import Talk

MARA, SAM = AgentId("mara"), AgentId("sam")
SUMMER = WrittenHours("Mon-Fri 10:00-16:00", "Europe/London", "08-15")
WINTER = WrittenHours("Mon-Sat 09:00-18:00", "Europe/Paris")


async def test_the_hours_that_were_set_last_come_first_and_none_is_forgotten(talk: Talk) -> None:
    book = talk.memory.hours_book
    assert list(await book.latest(5)) == []
    summer = await book.keep(SUMMER, "Mara")
    talk.clock.advance(hours=3)
    winter = await book.keep(WINTER, "Sam")
    assert list(await book.latest(5)) == [winter, summer]
    assert list(await book.latest(1)) == [winter]
    assert (winter.written, winter.by, summer.written) == (WINTER, "Sam", SUMMER)
    assert winter.at > summer.at


async def test_a_change_of_hours_rings(talk: Talk) -> None:
    with talk.memory.doorbell.listen("hours") as bell:
        await talk.memory.hours_book.keep(SUMMER, "Mara")
        assert await bell.wait(timeout=10)


async def test_each_agent_has_filters_of_their_own_in_their_order(talk: Talk) -> None:
    filters = talk.memory.filters
    mine = [
        SavedFilter("returns", department="returns"),
        SavedFilter("Telegram, German", "", "telegram", "de", "distress"),
    ]
    await filters.keep(MARA, mine)
    await filters.keep(SAM, [SavedFilter("all of it")])
    assert list(await filters.of(MARA)) == mine
    await filters.keep(MARA, mine[1:])
    assert list(await filters.of(MARA)) == mine[1:]
    await filters.keep(MARA, [])
    assert list(await filters.of(MARA)) == []
    assert list(await filters.of(SAM)) == [SavedFilter("all of it")]
