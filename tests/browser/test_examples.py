"""The examples in docs/examples, each on a site of its own: what operators copy works as it stands."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from playwright.async_api import Browser, Page, expect

from bot.settings import PROJECT
from memory.model import Reply
from tests.browser.shopfront import log, open_chat, said, write
from tests.doubles.serving import serving
from tests.doubles.web_stage import ANA, IDENTITY_SECRET, WebStage

EXAMPLES = PROJECT / "docs" / "examples"
PLUGIN = EXAMPLES / "wordpress" / "threadkeeper-chat"


@dataclass
class Site:
    """Somebody's site, at another origin than the chat, and what its page has complained of."""

    app: FastAPI
    url: str
    server: str
    stage: WebStage
    page: Page
    complaints: list[str]

    def tells_who_is_logged_in(self) -> None:
        @self.app.get("/my/chat-identity", response_class=PlainTextResponse)
        async def identity() -> str:
            return self.stage.login(ANA)

    async def talks_as_ana(self) -> None:
        await open_chat(self.page)
        await write(self.page, "it is me")
        await self.stage.answer_next(Reply("Hello Ana."))
        await expect(said(self.page, "Hello Ana.")).to_be_visible()
        wrote = self.stage.last_answered
        assert wrote is not None
        assert wrote.identity is not None
        assert (wrote.identity.subject, wrote.identity.name) == (ANA.subject, ANA.name)


@pytest.fixture
async def site(browser: Browser) -> AsyncIterator[Site]:
    async with serving() as (app, url), serving() as (chat, server):
        context = await browser.new_context()
        page = await context.new_page()
        page.set_default_timeout(10_000)
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Site(app, url, server, WebStage(chat, site=url), page, complaints)
        await context.close()


async def test_the_plain_page(site: Site) -> None:
    text = (EXAMPLES / "plain.html").read_text().replace("https://chat.example.com", site.server)

    @site.app.get("/", response_class=HTMLResponse)
    async def home() -> str:
        return text

    site.tells_who_is_logged_in()
    async with site.page.expect_response("**/my/chat-identity"):
        await site.page.goto(site.url)
    await site.talks_as_ana()
    await site.page.get_by_role("button", name="Log out").click()
    await expect(said(site.page, "Hello Ana.")).to_have_count(0)
    assert [line for line in site.complaints if "favicon" not in line and "404" not in line] == []


@pytest.fixture
def react_page(tmp_path: Path) -> Path:
    """A page that uses the component, built as its user would."""
    built = tmp_path / "built"
    vite = [str(PROJECT / "node_modules" / ".bin" / "vite"), "build", "tests/browser/react_page", "--logLevel", "warn"]
    path = f"{os.environ['PATH']}{os.pathsep}{PROJECT / '.tools' / 'node'}"
    subprocess.run([*vite, "--outDir", str(built)], cwd=PROJECT, env={**os.environ, "PATH": path}, check=True)
    return built


async def test_the_react_component(site: Site, react_page: Path) -> None:
    site.tells_who_is_logged_in()
    site.app.mount("/", StaticFiles(directory=react_page, html=True))
    await site.page.goto(f"{site.url}/?server={site.server}")
    await open_chat(site.page)
    await write(site.page, "before the login")
    await site.stage.answer_next(Reply("Good morning."))
    await expect(site.page.locator("output")).to_have_text("customer: before the login bot: Good morning.")
    await site.page.get_by_role("button", name="Close chat").click()
    async with site.page.expect_response("**/api/visitor"):
        await site.page.get_by_role("button", name="Log in").click()
    await site.talks_as_ana()
    await site.page.get_by_role("button", name="Leave or come back").click()
    await expect(site.page.locator("threadkeeper-chat")).to_have_count(0)
    await site.page.get_by_role("button", name="Leave or come back").click()
    await open_chat(site.page)
    await expect(said(site.page, "Hello Ana.")).to_be_visible()
    await site.page.get_by_role("button", name="Log out").click()
    await expect(log(site.page)).to_contain_text("Hello, I am Fern.")
    await expect(said(site.page, "Hello Ana.")).to_have_count(0)


async def test_the_wordpress_plugin(site: Site) -> None:
    interpreter = php()  # which may have to be installed first: no page would wait for that

    def wordpress(wanted: str) -> str:
        double = PROJECT / "tests" / "browser" / "wordpress.php"
        program = [
            interpreter,
            str(double),
            str(PLUGIN / "threadkeeper-chat.php"),
            site.server,
            IDENTITY_SECRET,
            wanted,
        ]
        return subprocess.run(program, check=True, capture_output=True, text=True).stdout

    @site.app.get("/", response_class=HTMLResponse)
    async def home() -> str:
        return wordpress("page")

    @site.app.get("/wp-admin/admin-ajax.php", response_class=PlainTextResponse)
    async def ajax(action: str) -> str:
        assert action == "threadkeeper_identity"
        return wordpress("token")

    @site.app.get("/identify.js")
    async def identify() -> FileResponse:
        return FileResponse(PLUGIN / "identify.js", media_type="text/javascript")

    async with site.page.expect_response("**/wp-admin/admin-ajax.php*"):
        await site.page.goto(site.url)
    await site.talks_as_ana()


def php() -> str:
    """PHP's command; installed with apt where there is none, as Chromium is."""
    if shutil.which("php") is None and shutil.which("apt-get") is not None and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update"], ["install", "-y", "--no-install-recommends", "php-cli"]):
            subprocess.run(["apt-get", *step], env=quiet, check=False, stdout=subprocess.DEVNULL)
    found = shutil.which("php")
    assert found, "No PHP was found, and none could be installed. Install one: apt-get install php-cli."
    return found
