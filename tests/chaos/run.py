"""One chaos run from beginning to end: the short form in `test_chaos`, the long one by `python -m tests.chaos`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.bootstrap.given import utc_now
from tests.chaos.balancer import Balancer
from tests.chaos.books import ARRIVED, LAST_OF_VISITORS, UNHANDLED, UNSENT, Books
from tests.chaos.customers import (
    SESSION_SECRET,
    Customer,
    RestCustomer,
    TelegramCustomer,
    WebCustomer,
)
from tests.chaos.fleet import Fleet
from tests.chaos.plan import Plan, Tally
from tests.chaos.troubles import Troubles
from tests.chaos.verdict import Verdict, judge
from tests.doubles.telegram import BotApi
from tests.remembering import open_memory
from tests.server import Server

PATIENCE = 120.0
"""Seconds in which something must get done once all has been said, or it never will be."""
LOOK_AGAIN = 0.2
PROGRAM = ("tests.chaos.victim", "serve")
ALONE = ("all",)
SHARED = ("gateway", "gateway", "worker", "worker")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to."""

    verdict: Verdict
    tally: Tally
    seconds: float


async def run(*, plan: Plan, books: Books, roles: Sequence[str], folder: Path) -> Result:
    """Let customers write while everything fails, wait until all is settled, and judge."""
    tally, began = Tally(), time.monotonic()
    with BotApi(limits=True) as api:
        async with installation(plan=plan, books=books, roles=roles, folder=folder, api=api, tally=tally) as (
            fleet,
            url,
        ):
            await fleet.begin()
            api.troubles = Troubles(chance=plan.chance("troubles"), share=plan.trouble, tally=tally)
            async with connected(url) as http:
                customers = crowd(plan, tally, api, http, polled=len(roles) == 1)
                watching = asyncio.create_task(fleet.watch())
                killing = asyncio.create_task(fleet.kill())
                try:
                    await asyncio.gather(*(customer.live() for customer in customers))
                    await settled(books, customers, tally, killing)
                finally:
                    await ended(
                        [watching, killing, *(each.reading for each in customers if isinstance(each, WebCustomer))]
                    )
                fleet.stop()
        async with open_memory(books.url, clock=utc_now) as memory:
            verdict = await judge(memory=memory, books=books, plan=plan, tally=tally, customers=customers)
    return Result(verdict, tally, time.monotonic() - began)


@asynccontextmanager
async def installation(
    *, plan: Plan, books: Books, roles: Sequence[str], folder: Path, api: BotApi, tally: Tally
) -> AsyncIterator[tuple[Fleet, str]]:
    """The processes, not started yet, and where customers reach them. Several gateways stand behind a balancer."""
    async with AsyncExitStack() as stack:
        servers = [_server(books, role, folder / f"{role}-{number}", api) for number, role in enumerate(roles)]
        fleet = Fleet(servers=servers, books=books, plan=plan, tally=tally)
        stack.callback(fleet.abandon)
        gateways = [server for server, role in zip(servers, roles, strict=True) if role != "worker"]
        url = gateways[0].url
        if len(gateways) > 1:
            url = (await stack.enter_async_context(Balancer([server.port for server in gateways]))).url
            for gateway in gateways:
                gateway.environ["THREADKEEPER_TELEGRAM_WEBHOOK_URL"] = f"{url}/webhooks/telegram"
        yield fleet, url


def _server(books: Books, role: str, folder: Path, api: BotApi) -> Server:
    folder.mkdir()
    given = {
        "DATABASE_URL": books.url,
        "ROLE": role,
        "SHOP_PATH": str(folder.parent / "shop.sqlite"),
        "SESSION_SECRET": SESSION_SECRET,
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_BASE_URL": api.base_url,
        "VISITOR_PER_MINUTE": "0",
    }
    return Server(folder, given, PROGRAM)


def connected(url: str) -> aiohttp.ClientSession:
    """Browsers and callers."""
    return aiohttp.ClientSession(
        url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=40.0)
    )


def crowd(plan: Plan, tally: Tally, api: BotApi, http: aiohttp.ClientSession, *, polled: bool) -> Sequence[Customer]:
    """Four in ten write over Telegram, three over the website, three over REST."""
    customers: list[Customer] = []
    for number in range(plan.customers):
        common: dict[str, Any] = {"number": number, "plan": plan, "tally": tally}
        if number % 10 < 4:
            customers.append(TelegramCustomer(api=api, polled=polled, **common))
        else:
            kind = WebCustomer if number % 10 < 7 else RestCustomer
            customers.append(kind(http=http, **common))
    return customers


async def settled(books: Books, customers: Sequence[Customer], tally: Tally, killing: asyncio.Task[None]) -> None:
    """Return when all is handled, sent and read, or when nothing gets done any more, which is a fault."""
    before, deadline = "", time.monotonic() + PATIENCE
    while left := await _left(books, customers) or ("" if killing.done() else "kills are still to be made"):
        if left != before:
            before, deadline = left, time.monotonic() + PATIENCE
        elif time.monotonic() > deadline:
            tally.faults.append(f"for {PATIENCE:.0f} s {left}")
            return
        await asyncio.sleep(LOOK_AGAIN)


async def _left(books: Books, customers: Sequence[Customer]) -> str:
    """What is not done yet, in words."""
    arrived = await books.number(ARRIVED)
    if arrived < sum(len(customer.said) for customer in customers):
        return f"{arrived} messages have arrived"
    for query, what in ((UNHANDLED, "messages wait for their turn"), (UNSENT, "replies wait to be sent")):
        if number := await books.number(query):
            return f"{number} {what}"
    last = dict(await books.rows(LAST_OF_VISITORS))
    behind = sum(each.cursor < last[each.address.id] for each in customers if isinstance(each, WebCustomer))
    return f"{behind} visitors have not read everything" if behind else ""


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel what still runs; a task that broke raises."""
    for task in tasks:
        task.cancel()
    for found in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(found, Exception):
            raise found
