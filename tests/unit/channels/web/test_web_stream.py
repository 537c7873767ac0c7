"""A visitor's stream: everything exactly once, in order, whatever is cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import datetime, timedelta, timezone
from typing import cast

import httpx
import pytest
from sse_starlette import ServerSentEvent

from bot.channels.web.threads import Threads
from bot.channels.web.views import provider_id
from bot.identity import Visitor
from bot.standing import FRESH_FOR
from memory.model import Address, AwaitPerson, Customer, CustomerId, Doing, Identity, Inbound, Proof, Reply, Sign
from memory.ports import Identities
from tests.doubles.serving import serving
from tests.doubles.web_stage import ANA, WebStage

SECONDS = 10.0
WEB = Visitor("v-one")


class CountedIdentities:
    """Counts how often somebody is looked for."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self.asked = 0

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None) -> Customer | None:
        self.asked += 1
        return await self._identities.customer_for(address, proof, identity)

    async def customer(self, customer_id: CustomerId) -> Customer:
        return await self._identities.customer(customer_id)


class Follower:
    """A stream that is read event by event."""

    def __init__(self, threads: Threads, visitor: Visitor, cursor: int) -> None:
        self._events = threads.follow(visitor, cursor)

    async def next(self) -> tuple[str | None, str]:
        event = await asyncio.wait_for(anext(self._events), SECONDS)
        assert isinstance(event, ServerSentEvent)
        return event.event, str(event.data)

    async def numbers(self, count: int) -> list[int]:
        found: list[int] = []
        while len(found) < count:
            kind, data = await self.next()
            if kind == "message":
                found.append(json.loads(data)["number"])
        return found

    async def next_of(self, wanted: str) -> str:
        """The data of the next event of this kind."""
        while True:
            kind, data = await self.next()
            if kind == wanted:
                return data

    async def read_to_the_end(self) -> None:
        with suppress(StopAsyncIteration):
            while True:
                await self.next()

    async def close(self) -> None:
        await self._events.aclose()  # type: ignore[attr-defined]


async def anext(events: AsyncIterator[ServerSentEvent]) -> ServerSentEvent:
    return await events.__anext__()


async def while_others_run() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


@pytest.fixture
def threads(stage: WebStage) -> Threads:
    memory = stage.memory
    return Threads(
        transcript=memory.transcript,
        identities=memory.identities,
        doorbell=memory.doorbell,
        signs=memory.signs,
        standings=stage.standings,
    )


async def say(stage: WebStage, text: str, visitor: Visitor = WEB) -> None:
    proof = Proof.SIGNED_TOKEN if visitor.identity else Proof.NONE
    inbound = Inbound(
        Address("web", visitor.id), provider_id(visitor, text), text, proof=proof, identity=visitor.identity
    )
    await stage.memory.inbox.accept(inbound)


async def exchange(stage: WebStage, text: str) -> None:
    await say(stage, text)
    await stage.answer(Reply(f"You said {text}."))


@pytest.mark.parametrize("cursor", range(9))
async def test_a_reconnect_gets_exactly_what_it_missed(stage: WebStage, threads: Threads, cursor: int) -> None:
    for turn in range(4):
        await exchange(stage, f"{turn}")
    follower = Follower(threads, WEB, cursor)
    assert await follower.numbers(8 - cursor) == list(range(cursor + 1, 9))
    await exchange(stage, "later")
    assert await follower.numbers(2) == [9, 10]
    await follower.close()


async def test_nothing_is_missed_or_doubled_while_the_line_is_cut_all_the_time(
    stage: WebStage, threads: Threads
) -> None:
    total = 120

    async def chat() -> None:
        for turn in range(total // 2):
            await exchange(stage, f"{turn}")
            await asyncio.sleep(0)

    talking = asyncio.create_task(chat())
    heard: list[int] = []
    while len(heard) < total:
        follower = Follower(threads, WEB, heard[-1] if heard else 0)
        heard += await follower.numbers(min(1 + len(heard) % 5, total - len(heard)))
        await follower.close()
    await talking
    assert heard == list(range(1, total + 1))


async def test_more_than_a_page_is_caught_up_at_once(stage: WebStage, threads: Threads) -> None:
    for turn in range(130):
        await exchange(stage, f"{turn}")
    follower = Follower(threads, WEB, 0)
    assert await follower.numbers(260) == list(range(1, 261))
    await follower.close()


async def test_a_stream_opened_too_early_waits_for_the_first_message(stage: WebStage, threads: Threads) -> None:
    follower = Follower(threads, WEB, 0)
    reading = asyncio.create_task(follower.numbers(2))
    await asyncio.sleep(0)
    await exchange(stage, "hello")
    assert await reading == [1, 2]
    await follower.close()


async def test_a_stream_opened_too_early_hears_of_what_its_customer_writes_elsewhere(
    stage: WebStage, threads: Threads
) -> None:
    follower = Follower(threads, Visitor("v-two", ANA), 0)
    reading = asyncio.create_task(follower.numbers(2))
    await asyncio.sleep(0)
    await say(stage, "hello", Visitor("v-one", ANA))
    await stage.answer(Reply("Hello Ana."))
    assert await reading == [1, 2]
    await follower.close()


async def test_a_stream_without_a_thread_does_not_stir_for_others(stage: WebStage) -> None:
    identities = CountedIdentities(stage.memory.identities)
    threads = Threads(
        transcript=stage.memory.transcript,
        identities=cast(Identities, identities),
        doorbell=stage.memory.doorbell,
        signs=stage.memory.signs,
        standings=stage.standings,
    )
    follower = Follower(threads, Visitor("v-silent"), 0)
    reading = asyncio.create_task(follower.next())
    await while_others_run()
    for number in range(5):
        await exchange(stage, f"hello {number}")
        await while_others_run()
    assert identities.asked == 1
    await say(stage, "and I", Visitor("v-silent"))
    assert (await reading)[0] == "thread"
    await follower.close()


async def test_the_threads_name_comes_first_and_tells_threads_apart(stage: WebStage, threads: Threads) -> None:
    other = Visitor("v-two")
    await exchange(stage, "hello")
    await say(stage, "hello too", other)
    await stage.answer()
    names = []
    for visitor in (WEB, WEB, other):
        follower = Follower(threads, visitor, 0)
        names.append(await follower.next())
        await follower.close()
    assert names[0] == names[1] != names[2]
    assert names[0][0] == "thread"


async def test_a_stream_ends_when_its_visitor_became_somebody_else(stage: WebStage, threads: Threads) -> None:
    """Ana's anonymous thread is merged into the one she has from before: the numbers are others now."""
    elsewhere = Visitor("v-old", ANA)
    await say(stage, "long ago", elsewhere)
    await stage.answer(Reply("Hello Ana."))
    await exchange(stage, "hello")
    logged_in = Visitor(WEB.id, ANA)
    follower = Follower(threads, WEB, 0)
    assert await follower.numbers(2) == [1, 2]
    await say(stage, "it is me", logged_in)
    await stage.answer(Reply("Welcome back."))
    await follower.read_to_the_end()


async def test_over_http_events_carry_their_numbers_and_last_event_id_counts() -> None:
    async with serving() as (app, url), httpx.AsyncClient(base_url=url, timeout=SECONDS) as http:
        stage = WebStage(app)
        token = (await http.post("/api/visitor")).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        for turn in range(3):
            body = {"client_id": f"m-{turn}", "text": f"question {turn}"}
            assert (await http.post("/api/visitor/messages", json=body, headers=headers)).status_code == 202
            await stage.answer(Reply("Yes."))
        asked = {**headers, "Last-Event-ID": "4"}
        async with http.stream("GET", "/api/visitor/events?after=2", headers=asked) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            async with aclosing(stream.aiter_lines()) as lines:
                heard = [line async for line in _until(lines, "id: 6")]
    assert [line for line in heard if line.startswith("id: ")] == ["id: 5", "id: 6"]


async def test_a_senseless_last_event_id_is_refused() -> None:
    stage = WebStage()
    transport = httpx.ASGITransport(app=stage.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as http:
        token = (await http.post("/api/visitor")).json()["token"]
        headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": "five"}
        assert (await http.get("/api/visitor/events", headers=headers)).status_code == 422


async def _until(lines: AsyncIterator[str], last: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line == last:
            return


# Writing


async def test_a_person_who_writes_is_named_and_one_who_notes_is_not_shown(stage: WebStage, threads: Threads) -> None:
    await exchange(stage, "hello")
    follower = Follower(threads, WEB, 2)
    customer = await threads.customer_of(WEB)
    assert customer is not None
    until = datetime.now(timezone.utc) + timedelta(seconds=6)
    await stage.memory.signs.give(Sign(customer, "sam", "Sam", Doing.NOTING, until))
    await stage.memory.signs.give(Sign(customer, "", "", Doing.WRITING, until))
    await stage.memory.signs.give(Sign(customer, "mara", "Mara", Doing.WRITING, until))
    event = await follower.next_of("writing")
    assert json.loads(event) == {"name": "Mara", "seconds": 6.0}
    await follower.close()


async def test_a_visitor_who_writes_gives_a_sign_but_not_at_every_stroke(stage: WebStage, threads: Threads) -> None:
    await exchange(stage, "hello")
    customer = await threads.customer_of(WEB)
    assert customer is not None
    now = datetime.now(timezone.utc)
    with stage.memory.doorbell.listen(f"customer:{customer}") as bell:
        await threads.writes(WEB, now)
        assert await bell.wait(SECONDS)
        await threads.writes(WEB, now + timedelta(seconds=1))
        assert not await bell.wait(0)
    (sign,) = await stage.memory.signs.of(customer)
    assert (sign.by, sign.doing, sign.until) == ("", Doing.WRITING, now + timedelta(seconds=6))


async def test_a_visitor_nobody_knows_gives_no_sign(stage: WebStage, threads: Threads) -> None:
    await threads.writes(Visitor("v-nobody"), datetime.now(timezone.utc))
    assert stage.memory.doorbell.board.of(CustomerId(""), datetime.now(timezone.utc)) == []


async def test_who_waits_for_a_person_is_told_their_place_and_when_it_is_over(
    stage: WebStage, threads: Threads
) -> None:
    await exchange(stage, "hello")
    follower = Follower(threads, WEB, 2)
    assert (await follower.next())[0] == "thread"
    other = Visitor("v-first")
    await say(stage, "me first", other)
    await stage.call_person()
    await say(stage, "a person please")
    await stage.call_person(Reply("Of course."))
    stage.seconds += FRESH_FOR
    assert await follower.numbers(2) == [3, 4]
    assert json.loads(await follower.next_of("waiting")) == {"number": 2, "minutes": None, "opens": None}

    await say(stage, "and now?")
    await stage.answer(Reply("Still waiting."))
    assert await follower.numbers(2) == [5, 6]
    await stage.mara_takes()
    await stage.mara_takes()
    stage.seconds += FRESH_FOR
    await stage.mara_says("Hello, Mara here.")
    assert await follower.next_of("waiting") == "null"
    assert await follower.numbers(1) == [7]
    await follower.close()


async def test_who_chose_to_be_written_to_elsewhere_does_not_wait_here(stage: WebStage, threads: Threads) -> None:
    await say(stage, "a person please")
    await stage.call_person()
    await say(stage, "write me elsewhere")
    await stage.answer_with(AwaitPerson(Address("web", "v-one")))
    stage.seconds += FRESH_FOR
    follower = Follower(threads, WEB, 0)
    kinds = [(await follower.next())[0] for _ in range(3)]
    assert kinds == ["thread", "message", "message"]
    reading = asyncio.create_task(follower.next())
    await while_others_run()
    await exchange(stage, "hello")
    assert (await reading)[0] == "message"
    await follower.close()
