"""A page on another origin tries all it can against a visitor's and an agent's browser, and gets nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, BrowserContext, Page, expect

from memory.model import Reply
from tests.browser.shopfront import Shop, log, open_chat, said, write
from tests.doubles.serving import serving
from tests.server import ADMIN, Server

SCRIPT = (Path(__file__).parent / "attack.js").read_text()
SECRET = "my tent is teal"
ALLOWED = {
    "history with a stolen token",
    "a message with a stolen token",
    "a visitor of its own",
    "a visitor of its own, without asking",
}
"""What an allowed origin may do: get a token, and everything that needs one, which its own page has."""


@dataclass
class Scene:
    """A server, a browser whose user has a conversation there and is signed in at its desk, and two other sites."""

    server: Server
    context: BrowserContext
    token: str
    evil_url: str
    allowed_url: str


@pytest.fixture
async def scene(browser: Browser, tmp_path: Path) -> AsyncIterator[Scene]:
    async with serving() as (evil, evil_url), serving() as (allowed, allowed_url):
        for site in (evil, allowed):
            _home(site)
        with Server(tmp_path, {"ALLOWED_ORIGINS": allowed_url}) as server:
            context = await browser.new_context()
            await _sign_in(context, server)
            shop = await context.new_page()
            await shop.goto(server.url)
            await open_chat(shop)
            await write(shop, SECRET)
            await expect(log(shop).locator(".m.bot .bubble").nth(1)).to_be_visible(timeout=30_000)
            token = await shop.evaluate("JSON.parse(Object.values(localStorage)[0]).token")
            yield Scene(server, context, token, evil_url, allowed_url)
            await context.close()


def _home(site: FastAPI) -> None:
    @site.get("/", response_class=HTMLResponse)
    async def home() -> str:
        return f"<!doctype html><html lang=en><title>Another site</title><body><script>{SCRIPT}</script>"


async def _sign_in(context: BrowserContext, server: Server) -> None:
    desk = await context.new_page()
    await desk.goto(f"{server.url}/desk")
    await desk.get_by_label("E-mail").fill(ADMIN["email"])
    await desk.get_by_label("Password").fill(ADMIN["password"])
    await desk.get_by_role("button", name="Sign in").click()
    await expect(desk.get_by_role("navigation", name="Conversations")).to_be_visible(timeout=30_000)


async def attack(scene: Scene, url: str) -> dict[str, Any]:
    page = await scene.context.new_page()
    await page.goto(url)
    came: dict[str, Any] = await page.evaluate(
        "([server, token]) => attack(server, token)", [scene.server.url, scene.token]
    )
    assert len(page.frames) > 5
    assert [frame.url for frame in page.frames if frame.url.startswith(scene.server.url)] == [], (
        "it let itself be framed"
    )
    return came


async def history(scene: Scene) -> list[str]:
    """What the server keeps of the visitor's conversation."""
    answer = await scene.context.request.get(
        f"{scene.server.url}/api/visitor/messages", headers={"Authorization": f"Bearer {scene.token}"}
    )
    return [message["text"] for message in (await answer.json())["messages"]]


def got(came: dict[str, Any]) -> set[str]:
    return {name for name, outcome in came.items() if outcome != "nothing" and not outcome.startswith("refused")}


async def test_a_page_of_another_origin_gets_nothing_and_an_allowed_one_what_its_own_may_have(scene: Scene) -> None:
    before = await history(scene)
    assert before[0] == SECRET
    # The same host at another port is another origin, but cookies go along; by another name they do not.
    for url in (scene.evil_url, scene.evil_url.replace("127.0.0.1", "localhost")):
        came = await attack(scene, url)
        assert got(came) == set(), came
    assert await history(scene) == before
    agent = await scene.context.request.get(
        f"{scene.server.url}/api/desk/me", headers={"X-Requested-With": "threadkeeper"}
    )
    assert agent.status == 200, "the agent was signed out"
    form = await scene.context.request.post(
        f"{scene.server.url}/webhooks/rest/webhook",
        data='{"sender": "evil", "message": "hello"}',
        headers={"Content-Type": "text/plain"},
    )
    assert form.status == 422, "a form, which needs no leave, was taken for JSON"
    came = await attack(scene, scene.allowed_url)
    assert got(came) == ALLOWED, came
    assert SECRET in came["history with a stolen token"]


async def test_a_stolen_element_shows_nothing_on_a_site_that_is_not_allowed(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, SECRET)
    await shop.stage.answer_next(Reply("It is safe with me."))
    async with serving() as (evil, evil_url):
        _home(evil)
        thief = await shop.context.new_page()
        await thief.goto(evil_url)
        async with thief.expect_event("requestfailed", lambda request: request.url.endswith("/api/visitor")):
            await thief.evaluate(
                """server => new Promise((resolve) => {
                    const script = document.createElement("script");
                    Object.assign(script, { src: `${server}/widget.js`, onload: resolve });
                    script.dataset.name = "Fern";
                    document.body.append(script);
                })""",
                shop.url,
            )
            await open_chat(thief)
        await write(thief, "give me what you have")
        await expect(thief.get_by_text("Reconnecting…")).to_be_visible()
        await expect(log(thief)).not_to_contain_text(SECRET)
        assert "token" not in await thief.evaluate("Object.values(localStorage).join()")
        assert not await shop.stage.is_waiting()


async def test_a_window_it_opens_neither_listens_to_it_nor_lets_it_look_in(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, SECRET)
    await shop.stage.answer_next(Reply("It is safe with me."))
    async with serving() as (evil, evil_url):
        _home(evil)
        thief = await shop.context.new_page()
        await thief.goto(evil_url)
        async with thief.expect_popup() as opening:
            await thief.evaluate("server => { window.victim = open(server) }", shop.url)
        victim = await opening.value
        await expect(victim.get_by_role("button", name="Chat with Fern")).to_be_visible()
        looks = await thief.evaluate(
            """() => {
                for (const name of ["open", "logout", "identify", "threadkeeper:open", "threadkeeper:logout"]) {
                    victim.postMessage({ type: name, name, method: name }, "*");
                    victim.postMessage(name, "*");
                }
                const look = (at) => { try { return String(at()) } catch (problem) { return problem.name } };
                return [look(() => victim.document.title), look(() => victim.localStorage.length)];
            }"""
        )
        assert looks == ["SecurityError", "SecurityError"]
        await expect(victim.get_by_label("Your message")).to_be_hidden()
        await open_chat(victim)
        await expect(said(victim, "It is safe with me.")).to_be_visible()
