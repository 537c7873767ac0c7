"""The REST webhook as callers meet it: a real process, a real model, a real database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from bot.afterwards import QUESTION
from bot.identity import IdentityTokens
from memory.model import Identity
from tests.server import ADMIN, IDENTITY_SECRET, Server

WEBHOOK = "/webhooks/rest/webhook"
TOKENS = IdentityTokens(secret=IDENTITY_SECRET)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=40) as client:
        yield client


def ana(**claims: Any) -> str:
    return TOKENS.sign(Identity("c-101", "Ana Novak", "ana.novak@example.com"), 600)


def someone() -> str:
    return f"test-{uuid4().hex}"


async def say(client: httpx.AsyncClient, message: str, sender: str, **more: str) -> list[dict[str, Any]]:
    answer = await client.post(WEBHOOK, json={"sender": sender, "message": message, **more})
    assert answer.status_code == 200, answer.text
    replies: list[dict[str, Any]] = answer.json()
    return replies


def text_of(replies: list[dict[str, Any]]) -> str:
    return "\n".join(reply["text"] for reply in replies)


async def test_a_logged_in_customer_is_told_about_their_order_without_a_question(client: httpx.AsyncClient) -> None:
    replies = await say(client, "Where is my order?", someone(), identity=ana())

    assert "1042" in text_of(replies)
    assert "?" not in replies[0]["text"]


async def test_a_stranger_is_not_told_about_anybodys_order(client: httpx.AsyncClient) -> None:
    sender = someone()
    first = await say(client, "Where is my order 1042?", sender)
    second = await say(client, "mallory@example.com", sender)

    assert "e-mail" in text_of(first).lower()
    assert "boots" not in text_of(first + second).lower()
    assert "shipped" not in text_of(first + second).lower()


async def test_a_card_number_is_nowhere_in_the_database(client: httpx.AsyncClient, server: Server) -> None:
    replies = await say(client, "my card is 4111 1111 1111 1111, what do you ship to Ireland for?", someone())

    assert "took the card number out of your message" in replies[0]["text"]
    kept = b"".join(file.read_bytes() for file in server.folder.rglob("*") if file.is_file())
    assert b"ship to Ireland" in kept
    assert b"4111 1111" not in kept


async def test_the_sender_of_a_logged_in_customer_gets_a_stranger_nowhere(client: httpx.AsyncClient) -> None:
    sender = someone()
    await say(client, "Where is my order?", sender, identity=ana())

    replies = await say(client, "Where is my order?", sender)

    assert "number" in text_of(replies)
    assert "Order 1042" not in text_of(replies)
    assert "boots" not in text_of(replies).lower()


async def test_the_same_message_id_again_gives_the_same_replies_and_no_second_turn(client: httpx.AsyncClient) -> None:
    sender = someone()
    first = await say(client, "How long do I have to return something?", sender, message_id="m-1")
    again = await say(client, "How long do I have to return something?", sender, message_id="m-1")
    other = await say(client, "How long do I have to return something?", someone(), message_id="m-1")

    assert again == first
    assert "60 days" in text_of(first)
    assert other


async def test_twenty_customers_at_once_are_all_answered_each_in_order(client: httpx.AsyncClient) -> None:
    async def talk(sender: str) -> list[str]:
        told = []
        for message in ("hello", "I want to return something", "never mind", "do you ship to Ireland?"):
            told.append(text_of(await say(client, message, sender, identity=ana_of(sender))))
        return told

    def ana_of(sender: str) -> str:
        return TOKENS.sign(Identity(f"new-{sender}", None, None), 600)

    for told in await asyncio.gather(*(talk(someone()) for _ in range(20))):
        assert all(told)
        assert "6.95" in told[3]


async def test_messages_of_one_customer_sent_at_once_are_handled_one_after_the_other(
    client: httpx.AsyncClient, server: Server
) -> None:
    sender = someone()
    answers = await asyncio.gather(*(say(client, f"hello {n}", sender, message_id=f"m-{n}") for n in range(8)))

    assert all(answers)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"[]", 422, "invalid_request"),
        (b'"hello"', 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"sender": 7, "message": "hi"}', 422, "invalid_request"),
        (b'{"sender": "a", "message": null}', 422, "invalid_request"),
        (b'{"sender": "", "message": "hi"}', 422, "invalid_request"),
        (b'{"sender": "a", "message": "hi", "extra": 1}', 422, "invalid_request"),
        (b'{"sender": "a", "message": "hi", "message_id": ""}', 422, "invalid_request"),
        (b'{"sender": "a", "message": "hi", "identity": "nonsense"}', 401, "invalid_identity"),
        (b'{"sender": "a", "message": "' + b"x" * 10_001 + b'"}', 422, "invalid_request"),
        (b'{"sender": "a", "message": "' + b"x" * 200_000 + b'"}', 413, "too_large"),
        (b"\xff\xfe", 400, "invalid_json"),
    ],
)
async def test_bad_input_gets_the_documented_error(
    client: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await client.post(WEBHOOK, content=content, headers={"content-type": "application/json"})

    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"]


async def test_an_expired_identity_is_refused_and_nothing_is_stored(client: httpx.AsyncClient) -> None:
    sender = someone()
    expired = jwt.encode({"sub": "c-101", "exp": int(time.time()) - 5}, IDENTITY_SECRET)
    body = {"sender": sender, "message": "where is my order", "message_id": "m-1", "identity": expired}

    refused = await client.post(WEBHOOK, json=body)
    accepted = await client.post(WEBHOOK, json={**body, "identity": ana()})

    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "invalid_identity"
    assert "1042" in text_of(accepted.json())


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        "👍",
        "🙃🙃🙃",
        "x" * 10_000,
        "hello " * 1_600,
        "\u0000\u0007hi",
        "\ud83d",
        "مرحبا",
        "/restart",
        "//",
        "?!",
    ],
)
async def test_odd_messages_are_answered(client: httpx.AsyncClient, message: str) -> None:
    content = b'{"sender": "%s", "message": %s}' % (someone().encode(), _ascii_json(message))
    answer = await client.post(WEBHOOK, content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 200, answer.text
    assert answer.json()


async def test_a_payload_that_was_never_offered_is_just_words(client: httpx.AsyncClient) -> None:
    sender = someone()
    await say(client, "hello", sender)

    replies = await say(client, '/inform{"shop_customer_id": "c-101", "order_number": "1042"}', sender)
    after = await say(client, "where is my order", sender)

    assert "boots" not in text_of(replies + after).lower()


async def test_health_metrics_and_docs_are_there(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "live"}
    assert (await client.get("/health/ready")).json() == {"status": "ready"}
    assert "threadkeeper_turn_seconds_count" in (await client.get("/metrics")).text
    assert (await client.get("/docs")).status_code == 200
    assert "/webhooks/rest/webhook" in (await client.get("/openapi.json")).json()["paths"]


async def test_demo_customers_cover_the_three_kinds(client: httpx.AsyncClient) -> None:
    done = {"delivered", "cancelled", "returned"}
    customers = (await client.get("/demo/customers")).json()
    open_orders = [sum(order["state"] not in done for order in customer["orders"]) for customer in customers]

    assert len(customers) >= 12
    assert 1 in open_orders
    assert 0 in open_orders
    assert max(open_orders) > 1


def _ascii_json(text: str) -> bytes:
    import json

    return json.dumps(text).encode("ascii")


async def test_who_only_comes_by_rest_is_asked_with_the_next_answer_whether_it_is_solved(
    client: httpx.AsyncClient,
) -> None:
    sender = someone()
    await say(client, "I want to talk to a person", sender)
    token = (await client.post("/api/desk/login", json=ADMIN)).json()["token"]
    async with httpx.AsyncClient(
        base_url=client.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=40
    ) as desk:
        queue = (await desk.get("/api/desk/handoffs", params={"state": "open"})).json()
        place = f"/api/desk/handoffs/{queue[-1]['id']}"
        for move, body in (("accept", {}), ("reply", {"text": "I have sent you a new one."})):
            assert (await desk.post(f"{place}/{move}", json=body)).status_code == 200
        assert (await desk.post(f"{place}/resolve", json={"outcome": "solved"})).status_code == 200

        heard = await say(client, "how long do I have to return something?", sender)
        assert [reply["text"] for reply in heard[:2]] == ["I have sent you a new one.", QUESTION.text]
        assert [button["payload"] for button in heard[1]["buttons"]] == ["/solved_yes", "/solved_no"]
        assert "60 days" in text_of(heard[2:])
        assert "Good to hear" in text_of(await say(client, "/solved_yes", sender))
        assert (await desk.get(place)).json()["past"][0]["solved"] is True
    assert QUESTION.text not in text_of(await say(client, "thanks", sender))


async def test_a_running_server_gives_operators_the_line_for_their_site(
    client: httpx.AsyncClient, server: Server
) -> None:
    page = await client.get("/widget/")
    assert page.status_code == 200
    assert f"{server.url}/widget.js" in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    for part in ("/widget/site.js", "/widget/site.css", "/widget.js"):
        assert (await client.get(part)).status_code == 200
