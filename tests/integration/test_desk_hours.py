"""Hours that were set at the desk, in a real process: they win over the settings, and customers are told by them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.bootstrap.given import utc_now
from bot.hours import SupportHours
from memory.model import WrittenHours
from tests.remembering import open_memory
from tests.server import ADMIN, Server


def only_in(days: int) -> WrittenHours:
    """Open on one day of the week only, so many days from now."""
    return WrittenHours(f"{utc_now() + timedelta(days=days):%a} 10:00-16:00", "UTC")


def promised(written: WrittenHours) -> str:
    """By when an answer is promised to who asks now."""
    hours = SupportHours.parse(written.hours, written.time_zone)
    return hours.in_words(hours.answer_by(utc_now()), utc_now())


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    running = Server(tmp_path, {"SUPPORT_HOURS": "Mon-Sun 00:00-23:59", "TIME_ZONE": "UTC"})
    async with open_memory(running.database_url, clock=utc_now) as memory:
        await memory.hours_book.keep(only_in(2), "Mara")
    with running:
        yield running


async def test_customers_are_told_by_the_hours_that_were_set_last(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=40) as http:

        async def asks_for_person(sender: str) -> str:
            body = {"sender": sender, "message": "I want to talk to a person"}
            return " ".join(reply["text"] for reply in (await http.post("/webhooks/rest/webhook", json=body)).json())

        assert promised(only_in(2)) in await asks_for_person("ana")
        token = (await http.post("/api/desk/login", json=ADMIN)).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        written = only_in(3)
        body = {"hours": written.hours, "time_zone": written.time_zone}
        assert (await http.put("/api/desk/hours", json=body)).status_code == 200
        await http.post("/api/desk/logout", headers={"X-Requested-With": "threadkeeper"})
        del http.headers["Authorization"]
        assert promised(written) in await asks_for_person("ben")
