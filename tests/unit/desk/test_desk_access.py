"""Every route of the desk, walked as a stranger and in every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from fastapi import FastAPI

from bot.desk.api import DeskMemory, DeskParts, desk_router
from bot.desk.contact_reasons import ContactReasons
from bot.desk.passwords import Passwords
from bot.desk.task_fields import TaskFields, Vocabulary
from bot.metrics import Metrics
from memory.model import Agent
from tests.unit.desk.scene import ADA, NOOR, PASSWORD, SAM, Scene

OPEN_TO_ALL = {
    ("POST", "/api/desk/login"),
    ("POST", "/api/desk/reset"),
    ("GET", "/api/desk/sign-in"),
    ("GET", "/api/desk/oidc/start"),
    ("GET", "/api/desk/oidc/callback"),
}
FOR_ADMINS = {
    ("GET", "/api/desk/agents"),
    ("POST", "/api/desk/agents"),
    ("PUT", "/api/desk/agents/{agent_id}"),
    ("POST", "/api/desk/agents/{agent_id}/reset"),
    ("PUT", "/api/desk/hours"),
}
FOR_LEADS = {
    ("GET", "/api/desk/readings"),
    ("GET", "/api/desk/figures"),
    ("GET", "/api/desk/dead-letters"),
    ("POST", "/api/desk/dead-letters/out/{letter_id}/send-again"),
    ("POST", "/api/desk/dead-letters/{box}/{letter_id}/dismiss"),
}
REFUSED_BY_WORDS = {("POST", "/api/desk/reset")}
"""Routes that refuse everybody whose secret is wrong, whatever their role."""
EDITING_FAQ = {("POST", "/api/desk/faq"), ("PUT", "/api/desk/faq/{faq_id}"), ("DELETE", "/api/desk/faq/{faq_id}")}
NOTHING_SET: dict[str, Any] = {
    "vocabulary": Vocabulary(ContactReasons({}), TaskFields()),
    "url": "",
    "metrics": Metrics(),
}


def routes() -> Iterator[tuple[str, str]]:
    memory = DeskMemory(*[None] * len(fields(DeskMemory)))  # type: ignore[arg-type] - only its routes are looked at
    given: dict[str, Any] = dict.fromkeys(("line", "orders", "publisher", "hints", "hours", "remind_before"))
    app = FastAPI()
    app.include_router(desk_router(memory, DeskParts(passwords=Passwords(), **NOTHING_SET, **given)))
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


ROUTES = sorted(routes())


def at(path: str) -> str:
    return (
        path.replace("{handoff_id}", "0" * 32)
        .replace("{faq_id}", "nothing")
        .replace("{promise_id}", "4711")
        .replace("{agent_id}", "nobody")
        .replace("{number}", "1")
        .replace("{canned_id}", "4711")
        .replace("{box}", "in")
        .replace("{letter_id}", "4711")
        .replace("{place}", "0")
    )


def test_the_walk_covers_the_whole_contract() -> None:
    moves = ("accept", "reply", "note", "transfer", "return", "resolve")
    assert {("POST", f"/api/desk/handoffs/{{handoff_id}}/{move}") for move in moves} <= set(ROUTES)
    assert {("GET", "/api/desk/handoffs"), ("GET", "/api/desk/events"), ("GET", "/api/desk/me")} <= set(ROUTES)
    assert set(ROUTES) >= EDITING_FAQ


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic bm9vcjp4"}])
async def test_a_stranger_gets_nothing_anywhere(scene: Scene, headers: dict[str, str]) -> None:
    client = scene.client()
    for method, path in (route for route in ROUTES if route not in OPEN_TO_ALL):
        answer = await client.request(method, at(path), json={"text": "x"}, headers=headers)
        refusal = (answer.status_code, answer.json()["error"]["code"])
        assert refusal == (401, "unauthorized"), f"{method} {path}"


@pytest.mark.parametrize("agent", [NOOR, SAM, ADA])
async def test_each_role_may_do_what_is_its_own_and_nothing_else(scene: Scene, agent: Agent) -> None:
    client = await scene.signed_in(agent)
    left_out = {"/api/desk/events", "/api/desk/logout", *(path for _, path in REFUSED_BY_WORDS)}
    for method, path in (route for route in ROUTES if route[1] not in left_out):
        answer = await client.request(method, at(path), json={"text": "x"})
        for_leads = (method, path) in EDITING_FAQ | FOR_LEADS
        refused = (for_leads and agent is NOOR) or ((method, path) in FOR_ADMINS and agent is not ADA)
        assert (answer.status_code == 403) == refused, f"{method} {path}"
        assert answer.status_code not in {401, 500}, f"{method} {path}"


async def test_every_change_by_cookie_needs_the_pages_own_header(scene: Scene) -> None:
    client = scene.client()
    await client.post("/api/desk/login", json={"email": ADA.email, "password": PASSWORD})
    for method, path in (route for route in ROUTES if route[0] != "GET" and route not in OPEN_TO_ALL):
        answer = await client.request(method, at(path), json={"text": "x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_origin"), f"{method} {path}"
