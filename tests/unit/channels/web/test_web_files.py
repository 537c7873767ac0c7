"""Files between a visitor's browser and an agent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.http import MAX_BODY, MAX_FILE
from memory.model import NewFile, Reply
from tests.doubles.web_stage import MARA, WebStage
from tests.unit.channels.web.test_web_api import Browser

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * MAX_BODY


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


@pytest.fixture
async def http(stage: WebStage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=stage.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as client:
        yield client


async def visitor(stage: WebStage, http: httpx.AsyncClient) -> Browser:
    """A visitor whom Mara has."""
    browser = Browser(http)
    await browser.register()
    await browser.say("a person please")
    await stage.hand_over(Reply("of course"))
    return browser


async def upload(browser: Browser, content: bytes = PNG, name: str = "valve.png") -> Any:
    return await browser.http.post(
        "/api/visitor/attachments", params={"name": name}, content=content, headers=browser.headers
    )


async def test_a_file_larger_than_a_message_may_be_is_sent_and_comes_back(
    stage: WebStage, http: httpx.AsyncClient
) -> None:
    browser = await visitor(stage, http)
    uploaded = (await upload(browser)).json()
    answer = await browser.post({"client_id": "m-2", "attachments": [uploaded["id"]]})
    assert answer.status_code == 202
    await stage.answer()
    said = (await browser.history())["messages"][-1]
    assert (said["author"], said["text"]) == ("customer", "")
    assert said["attachments"] == [{"place": 0, "name": "valve.png", "type": "image/png", "size": len(PNG)}]
    got = await http.get(f"/api/visitor/attachments/{said['number']}/0", headers=browser.headers)
    assert (got.status_code, got.content) == (200, PNG)
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_a_card_number_in_the_name_of_a_file_is_kept_nowhere(stage: WebStage, http: httpx.AsyncClient) -> None:
    browser = await visitor(stage, http)
    uploaded = (await upload(browser, name="card_4111_1111_1111_1111.png")).json()
    assert uploaded["name"] == "card [card number removed].png"
    await browser.post({"client_id": "m-2", "attachments": [uploaded["id"]]})
    await stage.answer()
    said = (await browser.history())["messages"][-1]
    assert [file["name"] for file in said["attachments"]] == ["card [card number removed].png"]
    got = await http.get(f"/api/visitor/attachments/{said['number']}/0", headers=browser.headers)
    assert "4111" not in got.headers["content-disposition"]


async def test_an_agents_file_is_for_their_customer_only(stage: WebStage, http: httpx.AsyncClient) -> None:
    browser, other = await visitor(stage, http), Browser(http)
    kept = await stage.memory.files.keep(await stage.customer(), NewFile("label.pdf", "application/pdf", b"%PDF-"))
    assert kept.file_id is not None
    said = await stage.memory.handoffs.reply(stage.handoff, MARA.id, "Here", [kept.file_id])
    place = f"/api/visitor/attachments/{said.number}/0"
    assert (await http.get(place, headers=browser.headers)).content == b"%PDF-"
    assert (await http.get(place)).status_code == 401
    await other.register()
    assert (await http.get(place, headers=other.headers)).status_code == 404
    await other.say("hello")
    await stage.answer(*[Reply(f"{number}") for number in range(said.number)])
    assert (await http.get(place, headers=other.headers)).status_code == 404
    stolen = await other.post({"client_id": "m-9", "attachments": [kept.file_id]})
    assert (stolen.status_code, stolen.json()["error"]["code"]) == (422, "unknown_file")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty_file"), (b"MZ\x90", 415, "unsupported_type"), (b"x" * (MAX_FILE + 1), 413, "too_large")],
)
async def test_what_is_not_taken_is_refused(
    stage: WebStage, http: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await upload(await visitor(stage, http), content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_who_has_said_nothing_yet_sends_no_files(http: httpx.AsyncClient) -> None:
    browser = Browser(http)
    assert (await upload(browser)).status_code == 401
    await browser.register()
    answer = await upload(browser)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_conversation")


@pytest.mark.parametrize("files", [["../x"], ["0" * 32] * 6, "0" * 32, [1]])
async def test_malformed_files_are_refused(stage: WebStage, http: httpx.AsyncClient, files: object) -> None:
    browser = await visitor(stage, http)
    assert (await browser.post({"client_id": "m-2", "attachments": files})).status_code == 422
