"""Whatever shows an agent what a customer said or who they are is noted: who saw whom, by which view."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.desk.readings import REMEMBERED, Noting
from memory.model import (
    TIMER,
    Address,
    AgentId,
    Aim,
    CustomerId,
    DeliveryState,
    HandoffId,
    HandoffReason,
    HandoffState,
    Inbound,
    Look,
    NewFile,
    Outcome,
    Proof,
    ReadBy,
    Reading,
    RequestHandoff,
)
from memory.ports import Readings
from tests.unit.desk.scene import ADA, NOOR, SAM, Scene
from tests.unit.desk.test_desk_access import ROUTES
from tests.unit.desk.test_desk_events import listening

FILE = b"%PDF- about the plumbago-taken"
ORDER = "48151"
ENTRY = {"question": "Is Sunday open?", "answer": "It is."}

SIGNING = {
    ("POST", "/api/desk/login"),
    ("POST", "/api/desk/reset"),
    ("POST", "/api/desk/me/password"),
    ("GET", "/api/desk/sign-in"),
    ("GET", "/api/desk/oidc/start"),
    ("GET", "/api/desk/oidc/callback"),
}
"""Routes that know agents only, and not even who is calling."""
LIVE = ("GET", "/api/desk/events")
"""It never ends, and has a test of its own."""
THE_LOG = ("GET", "/api/desk/readings")
"""Were each customer noted whom it names, each look at it would make it longer; that somebody looked is noted."""
CUSTOMERS = ("waiting", "offered", "taken", "ended", "unhandled")
ACTS_ON = {"accept": "waiting", "decline": "offered", "take-over": "ended"}
"""In which conversation a move is legal; all others are Ada's own."""
ONLY = {"taken": (ORDER,)}
"""What else only this customer has said."""
BODIES: Mapping[str, Any] = {
    "POST /api/desk/agents": {"name": "Lin", "email": "lin@fernhill.example"},
    "PUT /api/desk/agents/{agent_id}": {"name": "Lin"},
    "POST /api/desk/canned": {"name": "hello", "text": "Hello there"},
    "PUT /api/desk/canned/{canned_id}": {"name": "hello", "text": "Hello there"},
    "POST /api/desk/dead-letters/{box}/{letter_id}/dismiss": {"why": "seen to"},
    "POST /api/desk/faq": {"question": "Is Monday open?", "answer": "It is not."},
    "POST /api/desk/faq/preview": {"answer": "It is."},
    "POST /api/desk/handoffs/{handoff_id}/attachments": FILE,
    "POST /api/desk/handoffs/{handoff_id}/note": {"text": "look at this"},
    "POST /api/desk/handoffs/{handoff_id}/presence": {"doing": "writing"},
    "POST /api/desk/handoffs/{handoff_id}/reply": {"text": "It is on its way."},
    "POST /api/desk/me/presence": {"away": True},
    "PUT /api/desk/faq/{faq_id}": {**ENTRY, "version": 1},
    "POST /api/desk/promises/recognise": {"text": "I'll call you by 11:00."},
    "POST /api/desk/promises/{promise_id}/cancel": {"why": "no need any more"},
    "POST /api/desk/promises/{promise_id}/keep": {"note": "called"},
    "PUT /api/desk/handoffs/{handoff_id}/replies/{number}": {"text": "It is on its way."},
    "PUT /api/desk/hours": {"hours": "Mon-Fri 09:00-17:00", "time_zone": "UTC"},
    "PUT /api/desk/me/filters": [],
}
QUERIES: Mapping[str, Sequence[Mapping[str, str]]] = {
    "GET /api/desk/handoffs": [{}, *({"state": state} for state in ("closed", "queued", "active", "resolved"))],
    "GET /api/desk/handoffs/{handoff_id}/messages": [{"before": "99"}],
    "GET /api/desk/promises": [{}, {"which": "closed"}, {"whose": "mine"}],
    "DELETE /api/desk/faq/{faq_id}": [{"publish_anyway": "true"}],
    "GET /api/desk/search": [{"q": "plumbago"}, {"q": "zephyrine"}],
    "POST /api/desk/handoffs/{handoff_id}/attachments": [{"name": "label.pdf"}],
}
SHOWN_BY = {
    "GET /api/desk/dead-letters": ("unhandled", ReadBy.UNDELIVERED),
    "GET /api/desk/handoffs": ("waiting", ReadBy.QUEUE),
    "GET /api/desk/handoffs state=closed": ("ended", ReadBy.ENDED),
    "GET /api/desk/handoffs/{handoff_id}": ("taken", ReadBy.OPENED),
    "GET /api/desk/handoffs/{handoff_id}/messages before=99": ("taken", ReadBy.OPENED),
    "GET /api/desk/handoffs/{handoff_id}/messages/{number}/attachments/{place}": ("taken", ReadBy.OPENED),
    "GET /api/desk/handoffs/{handoff_id}/whispers": ("taken", ReadBy.OPENED),
    "GET /api/desk/mentions": ("taken", ReadBy.MENTIONS),
    "GET /api/desk/promises": ("taken", ReadBy.PROMISES),
    "GET /api/desk/promises which=closed": ("ended", ReadBy.PROMISES),
    "GET /api/desk/search q=plumbago": ("ended", ReadBy.FOUND),
}
"""Some of the views, with one of those they show: so that a walk that shows nobody can't go unseen."""


def cases() -> list[tuple[str, Mapping[str, str]]]:
    """Every route, some with several queries."""
    walked = [route for route in ROUTES if route not in {*SIGNING, LIVE, THE_LOG}]
    return [(" ".join(route), query) for route in walked for query in QUERIES.get(" ".join(route), [{}])]


def named(case: tuple[str, Mapping[str, str]]) -> str:
    return " ".join([case[0], *(f"{name}={value}" for name, value in case[1].items())])


@dataclass(frozen=True, slots=True)
class House:
    """Customers in every state that the desk knows, and Ada's client. `places` are what paths name."""

    ada: httpx.AsyncClient
    customers: Mapping[str, CustomerId]
    handoffs: Mapping[str, HandoffId]
    places: Mapping[str, str]

    def path(self, route: str) -> str:
        """The route with what it names."""
        path = route.partition(" ")[2]
        handoff = self.handoffs[ACTS_ON.get(path.rpartition("/")[2], "taken")]
        names = {**self.places, "{handoff_id}": handoff}
        if path.endswith("/retry"):
            names["{number}"] = self.places["{failed}"]
        if "attachments" in path:
            names["{number}"] = self.places["{with_file}"]
        for name, value in names.items():
            path = path.replace(name, value)
        return path

    def shown_in(self, answer: bytes) -> set[str]:
        """Whom an answer tells of: by id, conversation, name or words."""
        return {
            who
            for who, customer_id in self.customers.items()
            for mark in (customer_id, self.handoffs.get(who, customer_id), called(who), about(who), *ONLY.get(who, ()))
            if mark.encode() in answer
        }


def called(who: str) -> str:
    return f"Zephyrine {who.title()}"


def about(who: str) -> str:
    return f"plumbago-{who}"


async def furnished(scene: Scene) -> House:
    """A house with somebody in every room."""
    ada, at = await scene.signed_in(ADA), {who: Address("telegram", f"70{who}") for who in CUSTOMERS}
    customers = {
        who: await scene.turn(f"my {about(who)} is broken", f"Is the {about(who)} wet?", at=at[who], name=called(who))
        for who in CUSTOMERS
    }
    for delivery in await scene.memory.outbox.claim(["telegram"], 100):
        fails = delivery.customer_id == customers["unhandled"]
        await scene.memory.outbox.settle(delivery.id, DeliveryState.FAILED if fails else DeliveryState.SENT, "blocked")
    handoffs = {who: HandoffId(await scene.ask_for_person(at=at[who])) for who in CUSTOMERS if who != "unhandled"}
    await scene.deliver()
    await Furnisher(scene, ada).ended(handoffs["ended"])
    await scene.memory.handoffs.move(
        handoffs["offered"],
        HandoffState.OFFERED,
        TIMER,
        aim=Aim(ADA.id, scene.now + timedelta(minutes=2)),
    )
    places = {
        **await furnish_desk(ada),
        **await Furnisher(scene, ada).taken(handoffs["taken"], at["taken"]),
    }
    (letter,) = [each for each in await scene.memory.dead_letters.all(10) if each.message.text.endswith("wet?")]
    return House(ada, customers, handoffs, {**places, "{box}": "out", "{letter_id}": str(letter.id), "{place}": "0"})


async def furnish_desk(ada: httpx.AsyncClient) -> Mapping[str, str]:
    """What the team has set up."""
    canned = (await ada.post("/api/desk/canned", json={"name": "bye", "text": "Goodbye"})).json()
    entry = (await ada.post("/api/desk/faq", json=ENTRY)).json()
    return {"{canned_id}": str(canned["id"]), "{faq_id}": entry["id"], "{agent_id}": NOOR.id}


@dataclass(frozen=True, slots=True)
class Furnisher:
    """Lets Ada work in conversations."""

    scene: Scene
    ada: httpx.AsyncClient

    async def ended(self, handoff: HandoffId) -> None:
        """One that she has ended, with a promise kept."""
        await self._do(handoff, "accept")
        promise = await self._promised(handoff, "I'll call you about the plumbago-ended by 11:00.")
        await self.ada.post(f"/api/desk/promises/{promise}/keep", json={"note": "called"})
        await self._do(handoff, "resolve")
        await self.scene.deliver()

    async def taken(self, handoff: HandoffId, at: Address) -> Mapping[str, str]:
        """One that she has: a reply that failed and one on its way, a promise, a note that calls her, a file."""
        await self._do(handoff, "accept")
        failed = await self._replied(handoff, "I am looking at it.")
        (delivery,) = await self.scene.memory.outbox.claim(["telegram"], 100)
        await self.scene.memory.outbox.settle(delivery.id, DeliveryState.FAILED, "blocked")
        promise = await self._promised(handoff, "I'll call you about the plumbago-taken by 11:00.")
        await (await self.scene.signed_in(NOOR)).post(
            f"/api/desk/handoffs/{handoff}/note", json={"text": "@Ada, mind the plumbago-taken"}
        )
        number = (await self._messages(handoff))[-1]["number"]
        with_file = await self._sends_file(handoff, at)
        places = {"{number}": number, "{failed}": failed, "{promise_id}": promise, "{with_file}": with_file}
        return {name: str(place) for name, place in places.items()}

    async def _sends_file(self, handoff: HandoffId, at: Address) -> int:
        memory = self.scene.memory
        customer_id = (await memory.handoffs.view(handoff)).handoff.customer_id
        kept = await memory.files.keep(customer_id, NewFile("label.pdf", "application/pdf", FILE))
        said = f"it is order FH-{ORDER}"
        await memory.inbox.accept(Inbound(at, "file", said, Proof.PLATFORM, attachments=(dict(kept.as_json()),)))
        async with memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome())
        return int((await self._messages(handoff))[-1]["number"])

    async def _promised(self, handoff: HandoffId, text: str) -> int:
        number = await self._replied(handoff, text)
        due = (self.scene.now + timedelta(hours=3)).isoformat()
        new = {"text": text, "due_at": due, "number": number}
        answer = await self._do(handoff, "promises", new)
        return int(answer["brief"]["promises"][0]["id"])

    async def _replied(self, handoff: HandoffId, text: str) -> int:
        return int((await self._do(handoff, "reply", {"text": text}))["messages"][-1]["number"])

    async def _messages(self, handoff: HandoffId) -> Sequence[Mapping[str, Any]]:
        answer: Mapping[str, Any] = (await self.ada.get(f"/api/desk/handoffs/{handoff}")).json()
        return list(answer["messages"])

    async def _do(self, handoff: HandoffId, what: str, body: Any = None) -> Mapping[str, Any]:
        answer = await self.ada.post(f"/api/desk/handoffs/{handoff}/{what}", json=body)
        assert answer.status_code == 200, answer.text
        told: Mapping[str, Any] = answer.json()
        return told


def body_for(house: House, route: str) -> Mapping[str, Any]:
    """What the request carries."""
    if route.endswith("/promises") and route.startswith("POST"):
        due = "2026-03-02T15:00:00Z"
        return {"json": {"text": "I will call", "due_at": due, "number": int(house.places["{number}"])}}
    body = BODIES.get(route)
    return {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}


async def noted(scene: Scene, agent: AgentId, *, beside: Collection[int] = ()) -> list[Reading]:
    """What was noted of an agent, beside what was there before."""
    latest = await scene.memory.readings.latest(500)
    return [each for each in latest if each.agent_id == agent and each.id not in beside]


@pytest.mark.parametrize("case", cases(), ids=named)
async def test_whoever_an_answer_tells_of_is_noted_and_nobody_else(
    scene: Scene, case: tuple[str, Mapping[str, str]]
) -> None:
    house, (route, query) = await furnished(scene), case
    scene.pass_time(timedelta(minutes=61))
    before = {each.id for each in await noted(scene, ADA.id)}
    method = route.partition(" ")[0]
    answer = await house.ada.request(method, house.path(route), params=query, **body_for(house, route))
    assert answer.status_code < 400, answer.text
    fresh = await noted(scene, ADA.id, beside=before)
    assert {each.customer_id for each in fresh} == {house.customers[who] for who in house.shown_in(answer.content)}
    if named(case) in SHOWN_BY:
        who, by = SHOWN_BY[named(case)]
        assert (house.customers[who], by) in {(each.customer_id, each.by) for each in fresh}


def test_the_walk_looks_at_all_it_says() -> None:
    walked = {named(case) for case in cases()}
    assert set(SHOWN_BY) <= walked
    assert set(BODIES) <= {" ".join(route) for route in ROUTES}
    assert {by for _, by in SHOWN_BY.values()} == set(ReadBy) - {ReadBy.READINGS}


async def test_who_looks_at_the_log_is_noted_once_an_hour(scene: Scene) -> None:
    await furnished(scene)
    sam = await scene.signed_in(SAM)
    for _ in range(2):
        assert (await sam.get("/api/desk/readings")).status_code == 200
    (look,) = await noted(scene, SAM.id)
    assert (look.by, look.customer_id) == (ReadBy.READINGS, None)


async def test_what_is_told_live_is_noted_and_once_more_after_an_hour(scene: Scene) -> None:
    house = await furnished(scene)
    taken, opened = house.customers["taken"], (house.customers["taken"], ReadBy.OPENED)
    in_queue = {(house.customers[who], ReadBy.QUEUE) for who in ("waiting", "offered", "taken")}
    async with listening(scene, f"?handoff={house.handoffs['taken']}", agent=ADA) as heard:
        await heard.the("queue")
        before = {each.id for each in await noted(scene, ADA.id)}
        scene.pass_time(timedelta(minutes=61))
        at = Address("telegram", "70newcomer")
        newcomer = await scene.turn(
            "a person please", "Called.", at=at, records=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
        )
        while (await heard.the("lines"))["order"] is None:
            pass
        fresh = {(each.customer_id, each.by) for each in await noted(scene, ADA.id, beside=before)}
        assert fresh >= {*in_queue, (newcomer, ReadBy.QUEUE)}
        await scene.turn("and the roof leaks", at=Address("telegram", "70taken"))
        while "roof" not in (await heard.the("handoff"))["messages"][-1]["text"]:
            pass
        again = await noted(scene, ADA.id, beside=before)
        assert opened in {(each.customer_id, each.by) for each in again}
        assert len(again) == len({(each.customer_id, each.by) for each in again}), "each once"
    assert {(taken, ReadBy.PROMISES), (taken, ReadBy.MENTIONS)} <= {
        (each.customer_id, each.by) for each in await noted(scene, ADA.id)
    }


class Book(Readings):
    """Keeps what is noted, in how many goes, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.goes: list[Collection[Look]] = []
        self.failures = 0

    async def note(self, looks: Collection[Look]) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise OSError("gone")
        self.goes.append(looks)

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        raise NotImplementedError


async def test_what_twenty_pages_show_at_once_is_written_in_one_go_and_then_known() -> None:
    book, now = Book(), 0.0
    noting = Noting(book, lambda: now)
    queue = [f"h{number}" for number in range(200)]

    async def all_look() -> None:
        await asyncio.gather(*(noting.note(AgentId(f"a{number}"), ReadBy.QUEUE, queue) for number in range(20)))

    await all_look()
    assert [len(go) for go in book.goes] == [4000]
    await all_look()
    assert len(book.goes) == 1
    queue.append("newcomer")
    await all_look()
    assert [len(go) for go in book.goes] == [4000, 20]
    now += REMEMBERED
    await all_look()
    assert [len(go) for go in book.goes] == [4000, 20, 4020]


async def test_what_cannot_be_noted_is_not_shown_and_noted_with_the_next() -> None:
    book = Book()
    noting = Noting(book)
    book.failures = 1
    with pytest.raises(OSError, match="gone"):
        await noting.note(NOOR.id, ReadBy.OPENED, ["h1"])
    await noting.note(NOOR.id, ReadBy.OPENED, ["h1"])
    assert book.goes == [{Look(NOOR.id, "h1", ReadBy.OPENED)}]
