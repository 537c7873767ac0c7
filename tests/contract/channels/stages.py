"""One customer and one bot on every channel, each over what the channel really talks to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any, Literal, Protocol

import httpx
from fastapi import FastAPI

from bot.channels.port import Sender
from bot.channels.rest.api import RestChannel
from bot.identity import IdentityTokens
from bot.limits import NO_LIMITS
from memory.fakes import FakeMemory
from memory.model import Delivery, Outcome, Reply
from tests.doubles import email_stage, telegram_stage
from tests.doubles.email_stage import EmailStage, plain, post_office
from tests.doubles.telegram import BotApi
from tests.doubles.web_stage import WebStage
from tests.remembering import fake_memory

Failure = Literal["for now", "for good", "silent"]
PATIENCE = 20.0


class Line(Protocol):
    """A channel between a customer and the bot."""

    memory: FakeMemory

    async def says(self, text: str) -> None:
        """The customer writes; returns when the inbox has it."""

    async def comes_again(self) -> None:
        """The provider delivers the last message once more; returns when the channel is done with it."""

    async def answers(self, text: str) -> str | None:
        """The bot answers the message that waits longest, and the answer goes out; returns what was asked."""

    async def read(self) -> Sequence[str]:
        """What the customer has got, as plain text."""


class PushedLine(Line, Protocol):
    """One whose provider is called."""

    sender: Sender

    def fails(self, how: Failure) -> None:
        """The provider refuses what comes next, or takes it and does not say so."""

    def delivery(self, text: str) -> Delivery:
        """A message to the customer, as the outbox hands it over."""


class TelegramLine:
    """Over HTTP to a double of the Bot API."""

    def __init__(self, stage: telegram_stage.Stage) -> None:
        self.memory, self.sender = stage.memory, stage.channel
        self._stage = stage
        self._ana = stage.api.user("Ana")

    async def says(self, text: str) -> None:
        self._ana.says(text)
        await self._stage.ear.hears(len(self._stage.ear.heard) + 1)

    async def comes_again(self) -> None:
        self._stage.api.redeliver()
        await self._stage.api.until_confirmed()

    async def answers(self, text: str) -> str | None:
        return await answered(self.memory, lambda: self._stage.answers(text))

    async def read(self) -> Sequence[str]:
        return self._ana.texts

    def fails(self, how: Failure) -> None:
        if how == "silent":
            self._stage.api.fail_next("reset", after_delivery=True)
        else:
            self._stage.api.fail_next(502 if how == "for now" else 403)

    def delivery(self, text: str) -> Delivery:
        return telegram_stage.delivery(self._ana, text)


class EmailLine:
    """Over IMAP and SMTP to two mail servers' doubles."""

    def __init__(self, stage: EmailStage) -> None:
        self.memory, self.sender = stage.memory, stage.channel
        self._stage = stage
        self._ana = stage.office.person()
        self._mails: list[bytes] = []

    async def says(self, text: str) -> None:
        letters = self._ana.letters
        self._mails.append(self._ana.writes(text, answering=letters[-1] if letters else None))
        await self._stage.ear.hears(len(self._mails))

    async def comes_again(self) -> None:
        imap = self._stage.office.imap
        await asyncio.to_thread(imap.until_read, imap.deliver(self._mails[-1]))

    async def answers(self, text: str) -> str | None:
        return await answered(self.memory, lambda: self._stage.answers(text))

    async def read(self) -> Sequence[str]:
        return [plain(mail) for mail in self._ana.letters]

    def fails(self, how: Failure) -> None:
        smtp = self._stage.office.smtp
        if how == "silent":
            smtp.falls_silent = True
        else:
            smtp.refuses_with = "451 try later" if how == "for now" else "550 no such mailbox"

    def delivery(self, text: str) -> Delivery:
        return email_stage.delivery(self._ana.address, text)


class WebLine:
    """The website's API."""

    def __init__(self, stage: WebStage, http: httpx.AsyncClient, token: str) -> None:
        self.memory = stage.memory
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ids = count(1)
        self._last: dict[str, Any] = {}

    async def says(self, text: str) -> None:
        self._last = {"client_id": f"m-{next(self._ids)}", "text": text}
        await self.comes_again()

    async def comes_again(self) -> None:
        answer = await self._http.post("/api/visitor/messages", json=self._last, headers=self._headers)
        assert answer.is_success, answer.text

    async def answers(self, text: str) -> str | None:
        return await answered(self.memory, lambda: commit(self.memory, text))

    async def read(self) -> Sequence[str]:
        answer = await self._http.get("/api/visitor/messages", headers=self._headers)
        return [said["text"] for said in answer.json()["messages"] if said["author"] == "bot"]


class RestLine:
    """The webhook, whose caller waits for the answer."""

    def __init__(self, memory: FakeMemory, http: httpx.AsyncClient) -> None:
        self.memory = memory
        self._http = http
        self._calls: list[asyncio.Task[httpx.Response]] = []
        self._ids = count(1)

    async def says(self, text: str) -> None:
        self._last = {"sender": "ana", "message": text, "message_id": str(next(self._ids))}
        with self.memory.doorbell.listen("inbox") as bell:
            self._calls.append(asyncio.create_task(self._post()))
            assert await bell.wait(PATIENCE), "it was not stored"

    async def comes_again(self) -> None:
        """What a caller repeats is answered when its turn is; the first call's answer is read."""
        self._again = asyncio.create_task(self._post())
        await asyncio.sleep(0)

    async def answers(self, text: str) -> str | None:
        return await answered(self.memory, lambda: commit(self.memory, text))

    async def read(self) -> Sequence[str]:
        done = [await call for call in self._calls if call.done() or await self._is_answered(call)]
        return [reply["text"] for answer in done for reply in answer.json()]

    async def _is_answered(self, call: asyncio.Task[httpx.Response]) -> bool:
        finished, _ = await asyncio.wait([call], timeout=PATIENCE)
        return bool(finished)

    async def _post(self) -> httpx.Response:
        answer = await self._http.post("/webhooks/rest/webhook", json=self._last)
        assert answer.is_success, answer.text
        return answer


async def commit(memory: FakeMemory, text: str) -> None:
    """Answer the message that waits longest."""
    async with memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome([Reply(text)]))


async def answered(memory: FakeMemory, answer: Callable[[], Any]) -> str | None:
    """What was asked, after it was answered; None when nothing waits."""
    async with memory.turns.claim() as turn:
        asked = None if turn is None else turn.inbound.text
    if asked is not None:
        await answer()
    return asked


@asynccontextmanager
async def telegram() -> AsyncIterator[Line]:
    with BotApi(limits=False) as api:
        async with telegram_stage.staged(api) as stage, stage.running():
            yield TelegramLine(stage)


@asynccontextmanager
async def email() -> AsyncIterator[Line]:
    with post_office() as office:
        stage = email_stage.email_stage(office)
        async with stage.running():
            yield EmailLine(stage)


@asynccontextmanager
async def web() -> AsyncIterator[Line]:
    stage = WebStage()
    async with _client(stage.app) as http:
        token = (await http.post("/api/visitor", json={})).json()["token"]
        yield WebLine(stage, http, token)


@asynccontextmanager
async def rest() -> AsyncIterator[Line]:
    memory, app = fake_memory(clock=email_stage.now), FastAPI()
    tokens = IdentityTokens(secret=None)
    channel = RestChannel(inbox=memory.inbox, doorbell=memory.doorbell, tokens=tokens, api_token=None, limits=NO_LIMITS)
    app.include_router(channel.router())
    async with _client(app) as http:
        yield RestLine(memory, http)


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://chat.example")


LINES: dict[str, Callable[[], AbstractAsyncContextManager[Line]]] = {
    "telegram": telegram,
    "email": email,
    "web": web,
    "rest": rest,
}
PUSHED = ("telegram", "email")
"""Those whose provider is called; the others are asked for their messages."""
