"""Updates by webhook: Telegram shows its secret, and 200 means stored."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.http import MAX_BODY, prepare
from tests.doubles.serving import serving
from tests.doubles.telegram import BotApi
from tests.doubles.telegram_stage import Stage, staged

SECRET = "a-secret-of-the-operator"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
TEXT = (Path(__file__).parents[1] / "fixtures" / "telegram" / "text.json").read_text(encoding="utf-8")


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
async def stage(api: BotApi) -> AsyncIterator[Stage]:
    async with staged(api, webhook_url="https://bot.example/webhooks/telegram", webhook_secret=SECRET) as stage:
        yield stage


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served(stage)), base_url="http://here") as client:
        yield client


def served(stage: Stage) -> FastAPI:
    app = FastAPI()
    prepare(app)
    app.include_router(stage.channel.webhook_router())
    return app


async def test_a_message_travels_from_telegram_to_the_inbox_and_a_failing_inbox_gets_it_again(api: BotApi) -> None:
    async with serving() as (app, url), staged(api, webhook_url=f"{url}/webhooks/telegram") as stage:
        prepare(app)
        app.include_router(stage.channel.webhook_router())
        stage.ear.failures = 2
        async with stage.running():
            ana = api.user("Ana")
            ana.says("hello")
            ana.says("and again")
            assert [said.text for said in await stage.ear.hears(2)] == ["hello", "and again"]
            await api.until_confirmed()
    assert api.webhook["allowed_updates"] == ["message", "edited_message", "callback_query"]
    assert len(api.webhook["secret_token"]) == 64
    assert api.called("getUpdates") == []


async def test_an_update_with_the_secret_is_stored_once_however_often_it_comes(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    for _ in range(2):
        answer = await client.post("/webhooks/telegram", content=TEXT, headers=HEADERS)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert [said.text for said in stage.ear.heard] == ["Where is my order 1042? 🙂"]


@pytest.mark.parametrize("secret", [None, "", "guess", SECRET + "x", "geheimnis-ü".encode()])
async def test_nobody_without_the_secret_is_heard(
    client: httpx.AsyncClient, stage: Stage, secret: str | bytes | None
) -> None:
    headers = {} if secret is None else {b"X-Telegram-Bot-Api-Secret-Token": secret}
    answer = await client.post("/webhooks/telegram", content=TEXT, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert stage.ear.heard == []


@pytest.mark.parametrize("body", ["", "{", "\xff", "nonsense", "[" * 20_000])
async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient, body: str) -> None:
    answer = await client.post("/webhooks/telegram", content=body.encode("latin-1"), headers=HEADERS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_json")


@pytest.mark.parametrize(
    "body",
    [
        [],
        3,
        None,
        {},
        {"update_id": "7"},
        {"update_id": 7, "message": {"text": "no chat"}},
        {"update_id": 7, "message": []},
        {"update_id": 7, "message": "x"},
        {"update_id": 7, "callback_query": {"id": 3}},
    ],
)
async def test_json_that_is_no_update_is_refused(client: httpx.AsyncClient, stage: Stage, body: object) -> None:
    answer = await client.post("/webhooks/telegram", content=json.dumps(body), headers=HEADERS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert stage.ear.heard == []


async def test_an_update_of_a_kind_we_do_not_know_is_taken_and_left(client: httpx.AsyncClient, stage: Stage) -> None:
    answer = await client.post("/webhooks/telegram", json={"update_id": 7, "novelty": {"a": 1}}, headers=HEADERS)
    assert answer.status_code == 200
    assert stage.ear.heard == []


async def test_when_storing_fails_telegram_is_asked_to_send_it_again(client: httpx.AsyncClient, stage: Stage) -> None:
    stage.ear.failures = 1
    answer = await client.post("/webhooks/telegram", content=TEXT, headers=HEADERS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_stored")
    assert answer.headers["Retry-After"] == "1"
    assert (await client.post("/webhooks/telegram", content=TEXT, headers=HEADERS)).status_code == 200
    assert len(stage.ear.heard) == 1


async def test_a_body_larger_than_any_update_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhooks/telegram", content=b" " * (MAX_BODY + 1), headers=HEADERS)
    assert answer.status_code == 413


async def test_a_webhook_address_that_telegram_refuses_is_named(api: BotApi) -> None:
    async with staged(api, webhook_url="ftp://nowhere") as stage:
        assert "THREADKEEPER_TELEGRAM_WEBHOOK_URL" in await stage.channel.receive()
