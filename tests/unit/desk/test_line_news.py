"""Who has come to be next in line hears it, once, unasked, and nobody else hears anything."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.line_news import NEXT, LineNews
from bot.hours import SupportHours
from bot.line import Line
from bot.standing import FRESH_FOR, Standings
from memory.model import (
    Address,
    Agent,
    AgentId,
    AwaitPerson,
    Cursor,
    HandoffId,
    HandoffReason,
    HandoffState,
    Inbound,
    Outcome,
    Proof,
    Record,
    Reply,
    RequestHandoff,
    Role,
)
from tests.conftest import HandClock
from tests.remembering import fake_memory

MARA = Agent(AgentId("mara"), "mara@example.com", "Mara", Role.AGENT)
ASKED = RequestHandoff(HandoffReason.ASKED_FOR_PERSON)


class Evening:
    """Three who wait in Telegram, Mara at the desk, and a clock."""

    def __init__(self, clock: HandClock, hours: str = "Mon-Sun 00:00-23:59") -> None:
        self.clock, self.seconds = clock, 0.0
        self.memory = fake_memory(clock=clock)
        line = Line(offers=self.memory.offers, hours=SupportHours.parse(hours, "UTC"))
        standings = Standings(line=line, places=self.memory.places, now=clock, clock=lambda: self.seconds)
        self.news = LineNews(standings=standings, places=self.memory.places, team=self.memory.team, now=clock)

    async def begin(self, *people: str, mara: bool = True, channel: str = "telegram") -> None:
        await self.memory.agents.add(MARA, "hash")
        if mara:
            await self.mara_comes()
        for who in people:
            await self.says(who, "a person", ASKED, channel=channel)
            self.pass_time(seconds=1)

    async def mara_comes(self) -> None:
        await self.memory.agents.open_session(MARA.id, "s", self.clock() + timedelta(hours=12))
        await self.memory.agents.by_session("s")

    async def says(self, who: str, text: str, *records: Record, channel: str = "telegram") -> None:
        arrived = Inbound(Address(channel, who), f"{who}-{self.clock()}", text, proof=Proof.PLATFORM)
        await self.memory.inbox.accept(arrived)
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome((Reply("ok"),), records=records))

    def pass_time(self, **passed: float) -> None:
        self.clock.advance(**passed)
        self.seconds += timedelta(**passed).total_seconds()

    async def look(self, **passed: float) -> None:
        self.pass_time(**(passed or {"seconds": FRESH_FOR}))
        await self.memory.agents.by_session("s")  # she is still there, if she ever came
        await self.news.look()

    async def taken(self, who: str) -> None:
        await self.memory.handoffs.move(await self.handoff(who), HandoffState.ACCEPTED, MARA.id)

    async def handoff(self, who: str, channel: str = "telegram") -> HandoffId:
        customer = await self.memory.identities.customer_for(Address(channel, who), Proof.PLATFORM)
        assert customer is not None
        queue = await self.memory.handoffs.queue(list(HandoffState))
        return next(line.handoff.id for line in queue if line.handoff.customer_id == customer.id)

    async def told(self, who: str, channel: str = "telegram") -> int:
        customer = await self.memory.identities.customer_for(Address(channel, who), Proof.PLATFORM)
        assert customer is not None
        said = await self.memory.transcript.after(customer.id, Cursor(0), 100)
        return sum(message.text == NEXT for message in said)


async def test_who_comes_to_be_next_is_told_once(clock: HandClock) -> None:
    evening = Evening(clock)
    await evening.begin("ana", "ben", "cleo")
    await evening.look()
    await evening.look(minutes=2)
    assert [await evening.told(who) for who in ("ana", "ben", "cleo")] == [0, 0, 0], "nobody has come nearer"

    await evening.taken("ana")
    for _ in range(3):
        await evening.look(seconds=20)
    assert [await evening.told(who) for who in ("ana", "ben", "cleo")] == [0, 1, 0]
    assert (await evening.memory.outbox.claim(["telegram"], 9))[-1].address.channel == "telegram"

    await evening.taken("ben")
    await evening.look()
    assert [await evening.told(who) for who in ("ana", "ben", "cleo")] == [0, 1, 1]


async def test_who_asked_a_moment_ago_knows_where_they_stand(clock: HandClock) -> None:
    evening = Evening(clock)
    await evening.begin("ana", "ben")
    await evening.look()
    await evening.taken("ana")
    await evening.look()
    assert await evening.told("ben") == 0
    await evening.look(minutes=1)
    assert await evening.told("ben") == 1


async def test_nobody_is_told_while_the_desk_is_closed_or_empty(clock: HandClock) -> None:
    closed = Evening(clock, hours="Mon 00:00-00:01")
    empty = Evening(clock)
    await closed.begin("ana", "ben")
    await empty.begin("ana", "ben", mara=False)
    for evening in (closed, empty):
        await evening.look()
        await evening.taken("ana")
        await evening.look(minutes=5)
        assert await evening.told("ben") == 0
    await empty.mara_comes()
    await empty.look()
    assert await empty.told("ben") == 1, "as soon as somebody is there"


async def test_a_mail_and_the_website_are_left_alone(clock: HandClock) -> None:
    for channel in ("email", "web"):
        evening = Evening(clock)
        await evening.begin("ana", "ben", channel=channel)
        await evening.look()
        first = (await evening.memory.handoffs.queue([HandoffState.QUEUED]))[0].handoff
        await evening.memory.handoffs.move(first.id, HandoffState.ACCEPTED, MARA.id)
        await evening.look(minutes=2)
        assert await evening.told("ben", channel) == 0


async def test_who_wants_to_be_written_to_elsewhere_is_left_alone(clock: HandClock) -> None:
    evening = Evening(clock)
    await evening.begin("ana", "ben")
    await evening.says("ben", "write me there", AwaitPerson(Address("telegram", "ben")))
    await evening.look()
    await evening.taken("ana")
    await evening.look(minutes=2)
    assert await evening.told("ben") == 0
