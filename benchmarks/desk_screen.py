"""From a customer's sending to an agent's screen: `uv run python -m benchmarks.desk_screen`.

One agent has many conversations open and one of them on the screen, in a real Chromium; all customers write on. What is
measured is the time from sending a message to the conversation on the screen until the page shows it. Writes
docs/desk-screen.md.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from playwright.async_api import Page, async_playwright

from benchmarks.desk_load import PASSWORD, agents_at, email_of, hire
from benchmarks.report import machine
from benchmarks.served import connected, database_url, serving
from bot.settings import PROJECT
from tests.chromium import chromium

PAGE: Final = PROJECT / "docs" / "desk-screen.md"
WATCHER: Final = """() => {
  window.seen = {};
  const look = () => {
    const now = Date.now();
    for (const row of document.querySelectorAll('.said .words')) {
      if (row.textContent.startsWith('marked ')) window.seen[row.textContent] ??= now;
    }
  };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document, {subtree: true, childList: true});
}"""
"""Notes when a message is first there as a frame is drawn, in ms since 1970."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many conversations are open, messages a second in all of them, and how many are timed."""

    conversations: int
    rate: float
    timed: int


async def main() -> None:
    """Run it, write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.desk_screen", description=__doc__.splitlines()[0])
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second, of all customers together")
    parser.add_argument("--timed", type=int, default=100)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    plan = Plan(given.conversations, given.rate, given.timed)
    with tempfile.TemporaryDirectory() as folder:
        alone = await measured(Path(folder), Plan(1, 0, plan.timed))
    with tempfile.TemporaryDirectory() as folder:
        many = await measured(Path(folder), plan)
    page = report(plan, alone, many)
    given.page.write_text(page, "utf-8")
    print(page)


async def measured(folder: Path, plan: Plan) -> Sequence[float]:
    """Milliseconds until each timed message was on the screen."""
    await hire(database_url(folder), 1)
    async with (
        serving(folder) as server,
        connected(server.base) as customers,
        agents_at(server.base, 1) as (agent,),
        window() as page,
    ):
        for number in range(plan.conversations):
            await say(customers, number, "I want to talk to a person")
        handoffs = await accepted(agent)
        await open_one(page, server.base, handoffs[0])
        others = asyncio.create_task(chatter(customers, plan))
        times = [await timed(customers, page, count) for count in range(plan.timed)]
        others.cancel()
        await asyncio.gather(others, return_exceptions=True)
        return times


@asynccontextmanager
async def window() -> AsyncIterator[Page]:
    """A browser's window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield await browser.new_page(viewport={"width": 1440, "height": 900})
        await browser.close()


async def open_one(page: Page, base: str, handoff: str) -> None:
    """Sign in and put a conversation on the screen."""
    await page.goto(f"{base}/desk")
    await page.get_by_label("E-mail").fill(email_of(0))
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("main").first.wait_for()
    await page.locator(f'a[href*="{handoff}"]').first.click()
    await page.locator(".said .words").first.wait_for()
    await page.evaluate(WATCHER)


async def accepted(agent: aiohttp.ClientSession) -> Sequence[str]:
    """Take everybody on; their handoffs, who asked first first."""
    async with agent.get("/api/desk/handoffs") as answer:
        answer.raise_for_status()
        handoffs = [str(entry["id"]) for entry in await answer.json()]
    for handoff in handoffs:
        async with agent.post(f"/api/desk/handoffs/{handoff}/accept") as answer:
            answer.raise_for_status()
    return handoffs


async def say(http: aiohttp.ClientSession, number: int, text: str) -> None:
    """Write as a customer."""
    async with http.post("/webhooks/rest/webhook", json={"sender": f"customer-{number}", "message": text}) as answer:
        answer.raise_for_status()


async def chatter(http: aiohttp.ClientSession, plan: Plan) -> None:
    """All the others write, one after another in no order, at this rate."""
    if plan.rate == 0:
        return
    for count in itertools.count():
        await asyncio.sleep(random.expovariate(plan.rate))
        await say(http, random.randrange(1, plan.conversations), f"one more thing, number {count}")


async def timed(http: aiohttp.ClientSession, page: Page, count: int) -> float:
    """Write to the conversation on the screen and wait until it shows."""
    text = f"marked message {count}"
    await asyncio.sleep(random.uniform(0.2, 0.6))
    begun = time.time() * 1000
    await say(http, 0, text)
    shown = await page.wait_for_function("text => window.seen[text]", arg=text)
    return float(await shown.json_value()) - begun


def report(plan: Plan, alone: Sequence[float], many: Sequence[float]) -> str:
    """The page."""
    there = machine()
    rows = "\n".join(
        f"| {name} | {statistics.median(times):.0f} ms | {sorted(times)[int(len(times) * 0.95)]:.0f} ms |"
        for name, times in (
            ("one conversation, nobody else writes", alone),
            (f"{plan.conversations} conversations, {plan.rate:g} messages a second", many),
        )
    )
    return f"""# From a customer's sending to an agent's screen

Written by `uv run python -m benchmarks.desk_screen`; run it yourself, the figures depend on the machine. Measured on
{there["measured_on"]}: {there["processor"]}, {there["cores"]} cores for the server, the browser and the customers
together; SQLite, one server. {plan.timed} messages each, from sending one over REST until Chromium draws it.

| open at the desk | p50 | p95 |
|---|---:|---:|
{rows}
"""


if __name__ == "__main__":
    asyncio.run(main())
