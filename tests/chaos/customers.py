"""Customers who write on and on, over three channels, and who send again what nobody acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channels.telegram.outgoing import compose
from bot.markdown import to_plain
from memory.model import Address, Author, DeliveryState, Message, Proof
from tests.chaos.plan import Plan, Tally
from tests.doubles.telegram import BotApi

AGAIN_IN = 0.2
SESSION_SECRET = "signs the visitors of this test, and nobody else's"
EXPECTED = {429, 502, 503, 504}
"""Answers after which a client asks again."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a transcript as it was delivered: its number, words, and what became of it."""

    message: Message
    state: DeliveryState | None
    half_sent: int
    """How often a process was killed while it was on its way."""


class Customer(ABC):
    """Somebody whose messages are numbered from 1."""

    channel: str
    proof = Proof.NONE

    def __init__(self, *, number: int, plan: Plan, tally: Tally) -> None:
        self.name = f"{self.channel}-{number}"
        self.plan = plan
        self.tally = tally
        self.said = [self.words(count) for count in range(1, plan.each + 1)]
        self.chance: random.Random = plan.chance(self.name)

    def words(self, count: int) -> str:
        """The message with this number; the real dialogue gets something it knows."""
        talk = ("hello", "do you ship to Ireland?", "thanks", "what is the return policy?")
        return f"note {count}" if self.plan.dialogue == "counting" else f"{talk[count % len(talk)]} ({count})"

    async def live(self) -> None:
        """Write everything, with pauses."""
        for count, text in enumerate(self.said, start=1):
            await asyncio.sleep(self.chance.uniform(0, 2 * self.plan.pause))
            await self.say(count, text)
            self.tally.sent += 1
            if self.chance.random() < self.plan.redelivered:
                self.tally.redelivered += 1
                await self.repeat(self.chance.randint(1, count))

    @property
    @abstractmethod
    def address(self) -> Address:
        """Where they write from."""

    @abstractmethod
    async def say(self, count: int, text: str) -> None:
        """Send a message until it is acknowledged."""

    @abstractmethod
    async def repeat(self, count: int) -> None:
        """Have an earlier message delivered once more."""

    @abstractmethod
    def hears(self, said: Sequence[Said]) -> Sequence[str]:
        """What is wrong with what they were told, held against the transcript."""


class TelegramCustomer(Customer):
    """Writes to Telegram, which delivers it when it can."""

    channel = "telegram"
    proof = Proof.PLATFORM

    def __init__(self, *, api: BotApi, polled: bool, **more: Any) -> None:
        super().__init__(**more)
        self._api = api
        self._polled = polled
        self._user = api.user(self.name)
        self.doubled_by_kill = self.doubled_in_doubt = 0

    @property
    def address(self) -> Address:
        return Address("telegram", str(self._user.id))

    async def say(self, count: int, text: str) -> None:
        self._user.says(text)

    async def repeat(self, count: int) -> None:
        """Any update so far, of whomever. One that was confirmed comes to a poll only under a new id."""
        self._api.redeliver(self.chance.randrange(self._api.delivered), anew=self._polled)

    def hears(self, said: Sequence[Said]) -> Sequence[str]:
        """Each answer once and in order; not at all or once if unknown; twice only where nobody knew if it
        arrived: a kill left it half sent, or Telegram delivered it and said that it broke.
        """
        seen, faults = self._user.texts, []
        for each in said:
            for part in compose(each.message):
                times = 0
                while seen and seen[0] == part.text:
                    del seen[0]
                    times += 1
                in_doubt = self.tally.in_doubt[self.address.id, part.text]
                again = max(0, times - 1)
                self.doubled_in_doubt += min(again, in_doubt)
                self.doubled_by_kill += max(0, again - in_doubt)
                faults += _wrong(each, times, in_doubt)
        return [*faults, *(f"read out of order or from nowhere: {text!r}" for text in seen)]


def _wrong(said: Said, times: int, in_doubt: int) -> Sequence[str]:
    fewest = 0 if said.state is DeliveryState.UNKNOWN else 1
    most = 1 + said.half_sent + in_doubt
    if said.state is None or said.state not in {DeliveryState.SENT, DeliveryState.UNKNOWN}:
        return [f"{said.message.text!r} is {said.state} in the end"]
    return [] if fewest <= times <= most else [f"read {times} times: {said.message.text!r} ({said.state.value})"]


class HttpCustomer(Customer):
    """Reaches the server by HTTP."""

    def __init__(self, *, http: aiohttp.ClientSession, **more: Any) -> None:
        super().__init__(**more)
        self._http = http

    async def until_answered(self, path: str, body: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """Send the same again until there is an answer."""
        while True:
            try:
                async with self._http.post(path, json=body, headers=headers) as answer:
                    if answer.status < 300:
                        return await answer.json()
                    if answer.status not in EXPECTED:
                        self.tally.faults.append(f"{self.name} was answered {answer.status}: {await answer.text()}")
                self.tally.sent_again += 1
            except aiohttp.ClientConnectorError:
                pass  # nobody is there, so nothing was sent
            except (aiohttp.ClientError, asyncio.TimeoutError):
                self.tally.sent_again += 1
            await asyncio.sleep(AGAIN_IN)


class RestCustomer(HttpCustomer):
    """Waits for the answer to each message before they go on."""

    channel = "rest"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._heard: dict[int, list[str]] = {}

    @property
    def address(self) -> Address:
        return Address("rest", self.name)

    async def say(self, count: int, text: str) -> None:
        self._heard[count] = await self._ask(count)

    async def repeat(self, count: int) -> None:
        again = await self._ask(count)
        if again != self._heard[count]:
            self.tally.faults.append(f"{self.name} got {again} for message {count}, and before {self._heard[count]}")

    def hears(self, said: Sequence[Said]) -> Sequence[str]:
        heard = [text for count in sorted(self._heard) for text in self._heard[count]]
        told = [to_plain(each.message.text) for each in said]
        return [] if heard == told else [f"was told {heard} instead of {told}"]

    async def _ask(self, count: int) -> list[str]:
        body = {"sender": self.name, "message": self.said[count - 1], "message_id": str(count)}
        replies = await self.until_answered("/webhooks/rest/webhook", body, {})
        return [reply["text"] for reply in replies]


class WebCustomer(HttpCustomer):
    """Has the widget open: a stream that comes back where it was cut, and messages that are sent until accepted."""

    channel = "web"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._token = self._visitor = ""
        self._numbers: list[int] = []
        self._heard: list[str] = []

    @property
    def address(self) -> Address:
        return Address("web", self._visitor)

    @property
    def cursor(self) -> int:
        """The number of the last message they have."""
        return self._numbers[-1] if self._numbers else 0

    async def live(self) -> None:
        """Get a token first, and read along."""
        welcome = await self.until_answered("/api/visitor", {}, {})
        self._token, self._visitor = welcome["token"], welcome["visitor"]
        self.reading = asyncio.create_task(self._read())
        await super().live()

    async def say(self, count: int, text: str) -> None:
        await self._post(count)

    async def repeat(self, count: int) -> None:
        if not (await self._post(count))["duplicate"]:
            self.tally.faults.append(f"{self.name}: message {count} was new when it was sent again")

    def hears(self, said: Sequence[Said]) -> Sequence[str]:
        told = [each.message.text for each in said]
        if self._numbers != list(range(1, len(self._numbers) + 1)):
            return [f"got the numbers {self._numbers}"]
        return [] if self._heard == told else [f"was told {self._heard} instead of {told}"]

    async def _post(self, count: int) -> Any:
        body = {"client_id": f"message-{count}", "text": self.said[count - 1]}
        return await self.until_answered("/api/visitor/messages", body, self._signed)

    @property
    def _signed(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _read(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, asyncio.TimeoutError):
                await self._read_once()
            await asyncio.sleep(AGAIN_IN)

    async def _read_once(self) -> None:
        path = f"/api/visitor/events?after={self.cursor}"
        async with self._http.get(path, headers=self._signed, timeout=aiohttp.ClientTimeout(total=None)) as stream:
            event, data = "", ""
            async for raw in stream.content:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif not line and event == "message":
                    self._take(json.loads(data))
                    event = ""

    def _take(self, message: Mapping[str, Any]) -> None:
        self._numbers.append(message["number"])
        if message["author"] == Author.BOT.value:
            self._heard.append(message["text"])
