"""The website channel on an in-memory memory, with a bot that says what a test tells it to say."""

from __future__ import annotations

from datetime import datetime, timezone

from fastapi import FastAPI

from bot.attachments import Attachments
from bot.channels.web.api import WebParts, allow_origins, web_router
from bot.channels.web.demo import demo_router
from bot.channels.web.sign_in import EmailSignIn
from bot.channels.web.site import site_router
from bot.hours import SupportHours
from bot.http import prepare
from bot.identity import IdentityTokens, VisitorTokens
from bot.limits import NO_LIMITS, Limits
from bot.line import Line
from bot.mail import Mailer
from bot.masking import MaskingInbox
from bot.standing import Standings
from memory.model import (
    Agent,
    AgentId,
    CustomerId,
    HandoffReason,
    HandoffState,
    Identity,
    Inbound,
    Outcome,
    Record,
    Reply,
    RequestHandoff,
    Role,
)
from tests.remembering import fake_memory

SITE = "https://shop.example"
PICTURES = "https://pictures.example"
IDENTITY_SECRET = "shared with the shop, for tests only"
PATIENCE = 10.0
MARA = Agent(AgentId("mara"), "mara@fernhill.example", "Mara", Role.AGENT)
ANA = Identity("c-1", "Ana Moreno", "ana@example.com")
BEN = Identity("c-2", "Ben Hughes", "ben@example.com")


def _now() -> datetime:
    return datetime.now(timezone.utc)


async def _customers() -> list[dict[str, object]]:
    return [
        {"id": who.subject, "name": who.name, "email": who.email, "orders": [{"number": "1042"}]} for who in (ANA, BEN)
    ]


async def _telegram_name() -> str:
    return "fernhill_bot"


class WebStage:
    """An application with the website channel and the demo shop; `with_telegram` also offers the way there."""

    def __init__(
        self,
        app: FastAPI | None = None,
        *,
        site: str = SITE,
        with_telegram: bool = True,
        mailer: Mailer | None = None,
        limits: Limits = NO_LIMITS,
    ) -> None:
        self.memory = fake_memory(clock=_now)
        self.last_answered: Inbound | None = None
        self.seconds = 0.0
        line = Line(offers=self.memory.offers, hours=SupportHours.parse("Mon-Sun 00:00-23:59", "UTC"))
        self.standings = Standings(line=line, places=self.memory.places, now=_now, clock=lambda: self.seconds)
        self.sign_in = mailer and EmailSignIn(identities=self.memory.identities, mailer=mailer, clock=_now)
        self.tokens = IdentityTokens(secret=IDENTITY_SECRET)
        self.visitors = VisitorTokens(secret="of this server only, and for tests")
        self.app = app or FastAPI()
        prepare(self.app)
        parts = WebParts(
            inbox=MaskingInbox(self.memory.inbox),
            transcript=self.memory.transcript,
            identities=self.memory.identities,
            doorbell=self.memory.doorbell,
            signs=self.memory.signs,
            standings=self.standings,
            attachments=Attachments(files=self.memory.files, transcript=self.memory.transcript, fetch={}),
            limits=limits,
            images_from=frozenset({PICTURES}),
            visitors=self.visitors,
            tokens=self.tokens,
            telegram_name=_telegram_name if with_telegram else None,
            sign_in=self.sign_in,
        )
        self.app.include_router(site_router(server="https://chat.example", origins=[SITE]))
        self.app.include_router(web_router(parts))
        self.app.include_router(demo_router(customers=_customers, tokens=self.tokens))
        allow_origins(self.app, [site])

    def login(self, identity: Identity, seconds: float = 60) -> str:
        """What the shop's page would hand to the widget."""
        return self.tokens.sign(identity, seconds)

    async def answer(self, *replies: Reply) -> str:
        """Take the next waiting message and answer it. Returns what the customer wrote."""
        return await self._commit(Outcome(replies=replies))

    async def answer_next(self, *replies: Reply) -> str:
        """Like `answer`, as soon as a message arrives."""
        await self._arrival()
        return await self.answer(*replies)

    async def _arrival(self) -> None:
        with self.memory.doorbell.listen("inbox") as ring:
            while not await self.is_waiting():
                assert await ring.wait(PATIENCE), "no message arrived"

    async def hand_over(self, *replies: Reply) -> None:
        """Answer the next waiting message by calling a person; Mara takes it."""
        await self.call_person(*replies)
        await self.mara_takes()

    async def call_person(self, *replies: Reply) -> None:
        """Answer the next waiting message by calling a person, who does not come yet."""
        await self._commit(Outcome(replies, records=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]))

    async def call_person_next(self, *replies: Reply) -> None:
        """The same, as soon as a message arrives."""
        await self._arrival()
        await self.call_person(*replies)

    async def answer_with(self, *records: Record) -> None:
        """Take the next waiting message and record this, without a word."""
        await self._commit(Outcome(records=records))

    async def mara_takes(self) -> None:
        """Mara takes who waits longest."""
        if await self.memory.agents.credentials(MARA.email) is None:
            await self.memory.agents.add(MARA, "no password")
        self.handoff = (await self.memory.handoffs.queue([HandoffState.QUEUED]))[0].handoff.id
        await self.memory.handoffs.move(self.handoff, HandoffState.ACCEPTED, MARA.id)

    async def mara_says(self, text: str) -> None:
        """Mara writes to the customer she has."""
        await self.memory.handoffs.reply(self.handoff, MARA.id, text)

    async def customer(self) -> CustomerId:
        """The customer whom Mara has."""
        return (await self.memory.handoffs.view(self.handoff)).handoff.customer_id

    async def is_waiting(self) -> bool:
        """Whether a message is still to be answered."""
        async with self.memory.turns.claim() as turn:
            return turn is not None

    async def _commit(self, outcome: Outcome) -> str:
        async with self.memory.turns.claim() as turn:
            assert turn is not None, "no message is waiting"
            await turn.commit(outcome)
            self.last_answered = turn.inbound
            return turn.inbound.text
