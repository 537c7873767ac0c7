"""The real server: nobody is there, a customer chooses e-mail, and the agent’s reply leaves by e-mail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from bot.bootstrap.given import utc_now
from tests.doubles.email_stage import SENDER, SERVER, PostOffice, plain, post_office
from tests.doubles.telegram_people import PATIENCE
from tests.server import ADMIN, IDENTITY_SECRET, LOOK_AGAIN, Server

ANA = {"sub": "c-101", "name": "Ana Novak", "email": "Ana.Novak@example.com"}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def server(tmp_path: Path, office: PostOffice) -> Iterator[Server]:
    mail = {"EMAIL_IMAP_URL": office.imap.url, "EMAIL_AUTHSERV_ID": SERVER}
    mail |= {"SMTP_URL": office.smtp.url, "MAIL_FROM": SENDER}
    with Server(tmp_path, mail) as running:
        yield running


async def test_the_agents_reply_leaves_on_the_channel_that_the_customer_chose(
    server: Server, office: PostOffice
) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=40) as http:
        said = await _says(http, "I want to talk to a person")
        assert "You can wait for that" in said[-1]["text"]
        assert "Write to me by e-mail" in [button["title"] for button in said[-1]["buttons"]]
        (chosen,) = await _says(http, "write me by e-mail please")
        assert "by e-mail, to ana.novak@example.com" in chosen["text"]

        token = (await http.post("/api/desk/login", json=ADMIN)).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        (waiting,) = (await http.get("/api/desk/handoffs", params={"state": "queued"})).json()
        handoff = f"/api/desk/handoffs/{waiting['id']}"
        view = (await http.get(handoff)).json()
        assert view["brief"]["awaiting"]["text"] == "They chose to be written to by e-mail, at ana.novak@example.com."
        assert view["messages"][view["brief"]["awaiting"]["number"] - 1]["text"] == "write me by e-mail please"
        assert [(promise["state"], promise["channel"]) for promise in view["brief"]["promises"]] == [("open", "email")]
        assert view["reply_channel"] == "email"

        await http.post(f"{handoff}/accept")
        replied = (await http.post(f"{handoff}/reply", json={"text": "Hello Ana, Mara here."})).json()
        assert replied["messages"][-1]["channel"] == "email"
        assert [promise["state"] for promise in replied["brief"]["promises"]] == ["kept"]

        ana = office.person("Ana Novak", "ana.novak@example.com")
        letter = await ana.next_letter()
        assert plain(letter).startswith("Hello Ana, Mara here.")
        ana.writes("Thank you Mara", answering=letter)
        answer = await _until_said(http, handoff, "Thank you Mara")
        assert (answer["author"], answer["channel"]) == ("customer", "email")


async def _says(http: httpx.AsyncClient, words: str) -> list[dict[str, Any]]:
    """Ana writes where nobody can be written to first; what is answered."""
    token = jwt.encode({**ANA, "exp": utc_now() + timedelta(hours=1)}, IDENTITY_SECRET, "HS256")
    body = {"sender": "ana", "message": words, "identity": token}
    replies: list[dict[str, Any]] = (await http.post("/webhooks/rest/webhook", json=body)).json()
    return replies


async def _until_said(http: httpx.AsyncClient, handoff: str, words: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        messages: list[dict[str, Any]] = (await http.get(handoff)).json()["messages"]
        if messages[-1]["text"] == words:
            return messages[-1]
        await asyncio.sleep(LOOK_AGAIN)
    raise AssertionError(f"“{words}” never came into the conversation of {handoff}")
