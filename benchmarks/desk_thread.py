"""How smoothly a long conversation scrolls at the desk: `uv run python -m benchmarks.desk_thread`.

A Chromium scrolls through a thread of 5,000 messages and one of 100, in turns in the same run, and notes the time from
frame to frame. Writes docs/desk-thread.md.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright

from benchmarks.desk_load import PASSWORD, email_of, hire
from benchmarks.report import machine
from benchmarks.served import database_url, serving
from bot.bootstrap.given import utc_now
from bot.bootstrap.ways import WAYS
from bot.settings import PROJECT
from memory.model import Address, HandoffId, HandoffReason, HandoffState, Inbound, Outcome, Proof, Reply, RequestHandoff
from memory.sql import SqlMemory, open_memory
from tests.chromium import chromium

PAGE: Final = PROJECT / "docs" / "desk-thread.md"
LONG: Final = 5_000
SHORT: Final = 100
SLOW_MS: Final = 50.0
STEPS: Final = 400
PIXELS: Final = 60
"""What a wheel that is turned quickly scrolls by in a frame."""
STORY: Final = "I had hoped that it would be here by the end of the week, and now the weekend is over. "

SCROLL: Final = """async ([steps, pixels]) => {
    const box = document.querySelector('.thread');
    const frame = () => new Promise(requestAnimationFrame);
    const took = [];
    let way = -1, most = 0, last = await frame();
    for (let step = 0; step < steps; step++) {
        if (box.scrollTop <= 0) way = 1;
        if (box.scrollTop >= box.scrollHeight - box.clientHeight - 1) way = -1;
        box.scrollTop += way * pixels;
        const now = await frame();
        took.push(now - last);
        last = now;
        most = Math.max(most, box.querySelectorAll('.rows > *').length);
    }
    return { took, most };
}"""


@dataclass(slots=True)
class Frames:
    """Milliseconds from frame to frame, and how many rows the page held at most."""

    took: list[float] = field(default_factory=list)
    rows: int = 0

    def at(self, percent: int) -> float:
        """A percentile, by nearest rank."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

    @property
    def slow(self) -> float:
        """The share of frames that took longer than `SLOW_MS`."""
        return sum(took > SLOW_MS for took in self.took) / len(self.took)


async def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.desk_thread", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        short, long = await measured(Path(folder), given.rounds)
    page = report(short, long, given.rounds)
    given.page.write_text(page, "utf-8")
    print(page)


async def measured(folder: Path, rounds: int) -> tuple[Frames, Frames]:
    """The frames of the short thread and of the long one."""
    url = database_url(folder)
    await hire(url, 1)
    async with open_memory(url, clock=utc_now, ways=WAYS) as memory:
        ids = [await talk(memory, f"customer-{length}", length) for length in (SHORT, LONG)]
    async with serving(folder) as server:
        return await scrolled(server.base, ids, rounds)


async def talk(memory: SqlMemory, who: str, length: int) -> HandoffId:
    """A customer and the bot say so much to each other; in the end a person is asked for."""
    at = Address("rest", who)
    for number in range(1, length // 2 + 1):
        said = f"{who}, {number}: " + STORY * (number % 5)
        accepted = await memory.inbox.accept(Inbound(at, f"{who}-{number}", said, Proof.NONE))
        last = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)] if number == length // 2 else []
        async with memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome([Reply(f"answer {number}" + "\nand a line" * (number % 3))], records=last))
    open_ones = await memory.handoffs.queue([HandoffState.QUEUED, HandoffState.REQUESTED])
    return next(entry.handoff.id for entry in open_ones if entry.customer.id == accepted.customer_id)


async def scrolled(base: str, ids: Sequence[HandoffId], rounds: int) -> tuple[Frames, Frames]:
    """Both threads in turns, each in a fresh page whose first messages are loaded."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        signed_in = await context.request.post(
            f"{base}/api/desk/login",
            data={"email": email_of(0), "password": PASSWORD},
            headers={"X-Requested-With": "threadkeeper"},
        )
        assert signed_in.ok, await signed_in.text()
        frames = (Frames(), Frames())
        for _ in range(rounds):
            for one, handoff, length in zip(frames, ids, (SHORT, LONG), strict=True):
                page = await context.new_page()
                await page.goto(f"{base}/desk/h/{handoff}")
                await page.locator(f"#message-{length}").wait_for()
                await scroll(page, one)
                await page.close()
        await browser.close()
        return frames


async def scroll(page: Page, frames: Frames) -> None:
    """Scroll back and, from the top, forth again."""
    found = await page.evaluate(SCROLL, [STEPS, PIXELS])
    frames.took += found["took"]
    frames.rows = max(frames.rows, found["most"])


def report(short: Frames, long: Frames, rounds: int) -> str:
    """The page."""
    on = machine()
    rows = [
        ("from frame to frame, p50", short.at(50), long.at(50), "ms"),
        ("from frame to frame, p95", short.at(95), long.at(95), "ms"),
        ("mean", statistics.mean(short.took), statistics.mean(long.took), "ms"),
    ]
    lines = [f"| {name} | {a:.1f} {unit} | {b:.1f} {unit} | {b / a:.2f} × |" for name, a, b, unit in rows]
    slow = f"| frames over {SLOW_MS:.0f} ms | {short.slow:.2%} | {long.slow:.2%} | |"
    held = f"| rows in the page at most | {short.rows} | {long.rows} | |"
    return f"""# A long conversation at the desk

How smoothly {LONG:,} messages scroll beside {SHORT}. Written by `uv run python -m benchmarks.desk_thread`.

Measured on {on["measured_on"]}: {on["processor"]}, {on["cores"]} cores, {on["system"]}, Chromium without a window or
a graphics card; {rounds} rounds in turns of {STEPS} frames each, {PIXELS} pixels a frame, back from the end. What was
said before is fetched from the server meanwhile.

| | {SHORT} messages | {LONG:,} messages | ratio |
|---|---:|---:|---:|
{chr(10).join([*lines, slow, held])}

A test scrolls through all {LONG:,} messages and checks that none is missing or out of order, that never more than 200
rows are in the page, and that what one reads never moves by itself: `tests/unit/desk/test_desk_long_thread_page.py`.
[How it is done](decisions/0020-long-conversations-are-windowed-by-hand.md).
"""


if __name__ == "__main__":
    asyncio.run(main())
