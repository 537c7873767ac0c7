"""A desk over a memory of its own: customers write, the bot answers and hands over, agents sign in."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta, timezone

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from bot.desk.api import DeskClock, DeskMemory, DeskParts, desk_router
from bot.desk.contact_reasons import ContactReasons
from bot.desk.oidc import Oidc
from bot.desk.orders import NoOrders, Orders
from bot.desk.pages import desk_pages
from bot.desk.passwords import Passwords, add_agent
from bot.desk.task_fields import TaskFields, Vocabulary
from bot.faq.publish import Publisher
from bot.faq.rows import Encodes
from bot.hints import Hints
from bot.hours import SupportHours
from bot.http import prepare
from bot.line import Line
from bot.metrics import Metrics
from bot.nlu.finder import EntityFinder
from bot.settings import PROJECT
from memory.model import (
    Address,
    Agent,
    AgentId,
    CustomerId,
    DeliveryState,
    DialogueState,
    HandoffReason,
    Identity,
    Inbound,
    Outcome,
    Proof,
    Record,
    Reply,
    RequestHandoff,
    Role,
)
from tests.remembering import fake_memory
from tests.unit.faq.letters import LetterEncoder

NOOR = Agent(AgentId("noor"), "noor@fernhill.example", "Noor Haddad", Role.AGENT)
SAM = Agent(AgentId("sam"), "sam@fernhill.example", "Sam Reyes", Role.LEAD)
ADA = Agent(AgentId("ada"), "ada@fernhill.example", "Ada Quill", Role.ADMIN)
PASSWORD = "correct horse battery"
PAGE = {"X-Requested-With": "threadkeeper"}

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANA = Identity("cust-ana", "Ana Petrova", "ana@example.com")
ANAS_BROWSER = Address("web", "v-ana")
ANAS_PHONE = Address("telegram", "7001")
SOMEBODY = Address("web", "v-somebody")


class Scene:
    """Everything a test of the desk does to the world."""

    def __init__(self, *, start: datetime) -> None:
        self.memory = fake_memory(clock=lambda: self.now)
        self.now = start
        self.seconds = 0.0
        self.metrics = Metrics()
        self.passwords = Passwords(hasher=QUICK_HASHER)
        self.orders: Orders = NoOrders()
        self.asks_if_solved = True
        self.hours = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")
        self.oidc: Oidc | None = None
        self.encoder: Callable[[], Encodes] = LetterEncoder
        self.finder_opened = threading.Event()
        self._ids = itertools.count(1)
        self._app: FastAPI | None = None
        self.shown_writing: list[Address] = []
        self.remote: dict[str, bytes | Exception] = {}

    def pass_time(self, passed: timedelta) -> None:
        """Let both clocks go on."""
        self.now += passed
        self.seconds += passed.total_seconds()

    def inbound(self, text: str, *, at: Address, identity: Identity | None = None, name: str | None = None) -> Inbound:
        """A message as a channel receives it."""
        proof = Proof.PLATFORM if at.channel == "telegram" else Proof.SIGNED_TOKEN if identity else Proof.NONE
        return Inbound(at, f"p{next(self._ids)}", text, proof, identity=identity, display_name=name)

    async def turn(
        self,
        text: str,
        *replies: Reply | str,
        at: Address = ANAS_BROWSER,
        identity: Identity | None = None,
        name: str | None = None,
        records: Sequence[Record] = (),
        dialogue: DialogueState | None = None,
    ) -> CustomerId:
        """A customer writes, and the bot's turn comes to this."""
        accepted = await self.memory.inbox.accept(self.inbound(text, at=at, identity=identity, name=name))
        said = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome(said, dialogue, records))
        return accepted.customer_id

    async def link(self, at: Address, code: str) -> None:
        """The customer opens another channel with a one-time code."""
        opened = Inbound(at, f"p{next(self._ids)}", "hello again, on my phone now", Proof.PLATFORM, link_code=code)
        await self.memory.inbox.accept(opened)
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome([Reply("We go on here.")]))

    async def deliver(self) -> None:
        """Everything on its way arrives."""
        while deliveries := await self.memory.outbox.claim(["telegram"], 100):
            for delivery in deliveries:
                await self.memory.outbox.settle(delivery.id, DeliveryState.SENT)

    async def ask_for_person(
        self,
        text: str = "a person please",
        *,
        at: Address = SOMEBODY,
        reason: HandoffReason = HandoffReason.ASKED_FOR_PERSON,
        name: str | None = None,
    ) -> str:
        """A customer is put into the queue; the id of their handoff."""
        called = "I have called a colleague."
        customer_id = await self.turn(text, called, at=at, name=name, records=[RequestHandoff(reason)])
        return await self.handoff_of(customer_id)

    async def handoff_of(self, customer_id: CustomerId) -> str:
        """The customer's newest open handoff."""
        from bot.desk.conversations import OPEN_STATES

        queue = await self.memory.handoffs.queue(OPEN_STATES)
        return next(entry.handoff.id for entry in queue if entry.customer.id == customer_id)

    def application(self, pulse: float = 20.0) -> FastAPI:
        """The desk as the bootstrap builds it."""
        memory = self.memory
        desk = DeskMemory(**{field.name: getattr(memory, field.name) for field in fields(DeskMemory)})
        hours = self.hours
        line = Line(offers=memory.offers, hours=hours)
        clock = DeskClock(now=lambda: self.now, monotonic=lambda: self.seconds, pulse=pulse)
        app = FastAPI()
        prepare(app)
        publisher = Publisher(entries=memory.faq, encoder=self.encoder, clock=lambda: self.now)
        parts = DeskParts(
            line=line,
            remind_before=timedelta(minutes=30),
            orders=self.orders,
            passwords=self.passwords,
            publisher=publisher,
            hints=self._hints(),
            show_writing={"telegram": self._show_writing},
            hours=hours,
            metrics=self.metrics,
            url="http://desk.test",
            oidc=self.oidc,
            fetch={"telegram": self._fetch},
            asks_if_solved=self.asks_if_solved,
            vocabulary=Vocabulary(
                ContactReasons.read(PROJECT / "contact_reasons.yml"), TaskFields.read(PROJECT / "domain.yml")
            ),
            clock=clock,
        )
        app.include_router(desk_router(desk, parts))
        app.include_router(desk_pages())
        return app

    async def _fetch(self, file_id: str) -> bytes:
        kept = self.remote[file_id]
        if isinstance(kept, Exception):
            raise kept
        return kept

    async def _show_writing(self, address: Address) -> None:
        self.shown_writing.append(address)

    def _hints(self) -> Hints:
        return Hints(entries=self.memory.faq, encoder=self.encoder, finder=self._open_finder, clock=lambda: self.now)

    def _open_finder(self) -> EntityFinder:
        self.finder_opened.set()
        return EntityFinder(config={"order_prefix": "FH"}, synonyms={})

    def client(self, base_url: str = "http://desk.test") -> httpx.AsyncClient:
        """A caller who has not signed in."""
        self._app = self._app or self.application()
        return httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url=base_url)

    async def signed_in(self, agent: Agent = NOOR) -> httpx.AsyncClient:
        """A caller with the agent's bearer token."""
        client = self.client()
        answer = await client.post("/api/desk/login", json={"email": agent.email, "password": PASSWORD})
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


async def new_scene(start: datetime | None = None) -> Scene:
    """A scene with three agents and no customers yet."""
    scene = Scene(start=start or datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc))
    for agent in (NOOR, SAM, ADA):
        await add_agent(scene.memory.agents, scene.passwords, agent, PASSWORD)
    return scene
