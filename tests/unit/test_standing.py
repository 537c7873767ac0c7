"""Where all who wait stand, and what of it is news to one of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.hours import SupportHours
from bot.line import Line, Place
from bot.standing import AT_MOST_EVERY, FRESH_FOR, Standings, Telling
from memory.model import (
    BOT,
    Address,
    Agent,
    AgentId,
    Aim,
    CustomerId,
    HandoffId,
    HandoffReason,
    HandoffState,
    Inbound,
    Outcome,
    RequestHandoff,
    Role,
)
from tests.conftest import HandClock
from tests.remembering import fake_memory

MONDAY = datetime(2030, 3, 18, 9, 0, tzinfo=timezone.utc)


class Seconds:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def place(number: int, minutes: float | None = None, opens_at: datetime | None = None) -> Place:
    return Place(number, None if minutes is None else timedelta(minutes=minutes), opens_at)


def test_the_first_place_is_told_at_once_and_nothing_is_said_of_who_never_waited() -> None:
    telling = Telling(clock=Seconds())
    assert not telling.has_news(None)
    assert telling.has_news(place(3))
    assert not telling.has_news(place(3))


def test_another_place_is_told_at_most_once_a_minute() -> None:
    seconds = Seconds()
    telling = Telling(clock=seconds)
    assert telling.has_news(place(3))
    seconds.now = AT_MOST_EVERY - 1
    assert not telling.has_news(place(2))
    seconds.now = AT_MOST_EVERY
    assert telling.has_news(place(1)), "the place as it is by then"
    assert not telling.has_news(place(1))


def test_that_somebody_has_come_is_told_at_once() -> None:
    telling = Telling(clock=Seconds())
    assert telling.has_news(place(3))
    assert telling.has_news(None)
    assert not telling.has_news(None)
    assert telling.has_news(place(3)), "who waits again"


def test_an_estimate_is_news_by_itself_only_when_it_grew_a_lot() -> None:
    seconds = Seconds()
    telling = Telling(clock=seconds)
    telling.has_news(place(3, 10))
    seconds.now = AT_MOST_EVERY
    assert not telling.has_news(place(3, 14))
    assert not telling.has_news(place(3, 4))
    assert not telling.has_news(place(3, None))
    assert telling.has_news(place(3, 16))


def test_that_the_desk_closes_is_news() -> None:
    seconds = Seconds()
    telling = Telling(clock=seconds)
    telling.has_news(place(3))
    seconds.now = AT_MOST_EVERY
    assert telling.has_news(place(3, opens_at=MONDAY))


class Crowd:
    """People who wait, in memory."""

    def __init__(self, clock: HandClock) -> None:
        self.memory = fake_memory(clock=clock)
        self.clock, self.seconds = clock, Seconds()
        hours = SupportHours.parse("Mon-Sun 00:00-23:59", "UTC")
        line = Line(offers=self.memory.offers, hours=hours)
        self.standings = Standings(line=line, places=self.memory.places, now=clock, clock=self.seconds)

    async def calls(self, who: str, department: str | None = None) -> tuple[CustomerId, HandoffId]:
        accepted = await self.memory.inbox.accept(Inbound(Address("web", who), f"m-{who}", "a person"))
        wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, department)
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome(records=(wanted,)))
        self.clock.advance(seconds=1)
        queue = await self.memory.handoffs.queue([HandoffState.QUEUED])
        mine = next(line.handoff.id for line in queue if line.handoff.customer_id == accepted.customer_id)
        return accepted.customer_id, mine

    async def number(self, customer_id: CustomerId) -> int | None:
        standing = await self.standings.of(customer_id)
        return None if standing is None else standing.place.number


async def test_everybody_has_the_place_that_the_line_gives_them(clock: HandClock) -> None:
    crowd = Crowd(clock)
    ana, ben = await crowd.calls("ana"), await crowd.calls("ben")
    cleo = await crowd.calls("cleo", "returns")
    assert [await crowd.number(who) for who, _ in (ana, ben, cleo)] == [1, 2, 1]
    for who, handoff_id in (ana, ben, cleo):
        handoff = (await crowd.memory.handoffs.view(handoff_id)).handoff
        line = Line(offers=crowd.memory.offers, hours=SupportHours.parse("Mon-Sun 00:00-23:59", "UTC"))
        standing = await crowd.standings.of(who)
        assert standing is not None
        assert await line.place(handoff, clock()) == standing.place, "one by one and all at once it is the same"


async def test_who_is_offered_to_somebody_comes_next_and_does_not_vanish(clock: HandClock) -> None:
    crowd = Crowd(clock)
    (ana, handoff), (ben, _) = await crowd.calls("ana"), await crowd.calls("ben")
    await crowd.memory.agents.add(Agent(AgentId("mara"), "mara@example.com", "Mara", Role.AGENT), "hash")
    aim = Aim(AgentId("mara"), clock() + timedelta(minutes=1))
    await crowd.memory.handoffs.move(handoff, HandoffState.OFFERED, BOT, "is free", aim=aim)
    assert (await crowd.number(ana), await crowd.number(ben)) == (1, 1)


async def test_the_line_is_read_once_for_all_who_ask_within_some_seconds(clock: HandClock) -> None:
    crowd = Crowd(clock)
    ana, _ = await crowd.calls("ana")
    assert await crowd.number(ana) == 1
    ben, _ = await crowd.calls("ben")
    crowd.seconds.now = FRESH_FOR - 0.1
    assert await crowd.number(ben) is None
    crowd.seconds.now = FRESH_FOR
    assert await crowd.number(ben) == 2
