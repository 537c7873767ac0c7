"""Codes in the widget: one typed from Telegram, and one that came by e-mail."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from bot.channels.web.api import CODE_TYPED
from bot.channels.web.sign_in import EmailSignIn
from bot.mail import MailServer, SmtpMailer
from memory.model import Address, CustomerId, Inbound, LinkResult, Proof, Reply
from tests.doubles.mail import MailServerDouble, mail_server
from tests.doubles.web_stage import ANA, WebStage


@pytest.fixture
def post() -> Iterator[MailServerDouble]:
    with mail_server() as double:
        yield double


@pytest.fixture
def stage(post: MailServerDouble) -> WebStage:
    return WebStage(mailer=SmtpMailer(server=MailServer.parse(post.url), sender="help@fernhill.example"))


@pytest.fixture
async def browser(stage: WebStage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=stage.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as client:
        token = (await client.post("/api/visitor")).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def say(browser: httpx.AsyncClient, stage: WebStage, text: str, client_id: str) -> None:
    assert (await browser.post("/api/visitor/messages", json={"client_id": client_id, "text": text})).status_code == 202
    await stage.answer(Reply(f"re {text}"))


async def telegram_customer(stage: WebStage) -> CustomerId:
    chat = Inbound(Address("telegram", "42"), "m1", "from the phone", Proof.PLATFORM)
    customer_id = (await stage.memory.inbox.accept(chat)).customer_id
    await stage.answer(Reply("hello phone"))
    return customer_id


async def test_a_code_from_telegram_typed_as_a_message_makes_it_one_conversation(
    stage: WebStage, browser: httpx.AsyncClient
) -> None:
    expires_at = datetime.now(timezone.utc) + timedelta(minutes=10)
    code = await stage.memory.identities.issue_code(await telegram_customer(stage), expires_at, short=True)
    await say(browser, stage, "from the website", "c1")

    typed = f"my code is {code.lower()}"
    await browser.post("/api/visitor/messages", json={"client_id": "c2", "text": typed})
    async with stage.memory.turns.claim() as turn:
        assert turn is not None
        assert (turn.thread.link, turn.inbound.command, turn.inbound.text) == (
            LinkResult.LINKED,
            "continue_task",
            CODE_TYPED,
        )
    await stage.answer(Reply("one conversation"))

    texts = [message["text"] for message in (await browser.get("/api/visitor/messages")).json()["messages"]]
    assert {"from the phone", "from the website", "one conversation"} <= set(texts)
    assert not any(code in text.upper() for text in texts)


async def test_what_only_looks_a_little_like_a_code_is_said_as_it_is(
    stage: WebStage, browser: httpx.AsyncClient
) -> None:
    for number, text in enumerate(["tracking", "YO10 3HS", "order 1042", "S42-L", "RO251615714GB"]):
        await browser.post("/api/visitor/messages", json={"client_id": f"c{number}", "text": text})
        assert await stage.answer(Reply("ok")) == text


async def known_ana(stage: WebStage, browser: httpx.AsyncClient) -> None:
    """Ana has talked with us before, logged in, in another browser."""
    other = (
        await browser.post("/api/visitor", json={"identity": stage.login(ANA)}, headers={"Authorization": ""})
    ).json()
    headers = {"Authorization": f"Bearer {other['token']}"}
    await browser.post("/api/visitor/messages", json={"client_id": "a1", "text": "from my account"}, headers=headers)
    await stage.answer(Reply("hello Ana"))


async def test_a_code_by_email_opens_the_conversation_of_the_customer_whose_mail_it_is(
    stage: WebStage, browser: httpx.AsyncClient, post: MailServerDouble
) -> None:
    await known_ana(stage, browser)
    await say(browser, stage, "before I said who I am", "c1")

    assert (await browser.post("/api/visitor/email", json={"email": "Ana@Example.com"})).json() == {"accepted": True}
    await mails_sent(stage)
    (mail,) = post.received
    assert mail["To"] == "ana@example.com"
    (code,) = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.get_content())
    answer = (await browser.post("/api/visitor/code", json={"code": code})).json()
    assert (answer["identified"], answer["name"]) == (True, "Ana Moreno")

    browser.headers["Authorization"] = f"Bearer {answer['token']}"
    await say(browser, stage, "and now?", "c2")
    texts = [message["text"] for message in (await browser.get("/api/visitor/messages")).json()["messages"]]
    assert texts[::2] == ["from my account", "before I said who I am", "and now?"]
    ana = await stage.memory.identities.customer_for(Address("web", "any"), Proof.NONE, ANA)
    assert ana is not None
    (link,) = await stage.memory.links.of(ana.id)
    assert link.proof is Proof.EMAIL_CODE
    assert (await browser.post("/api/visitor/code", json={"code": code})).status_code == 401, "a code works once"


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    stage: WebStage, browser: httpx.AsyncClient, post: MailServerDouble
) -> None:
    await known_ana(stage, browser)
    known = await browser.post("/api/visitor/email", json={"email": "ana@example.com"})
    unknown = await browser.post("/api/visitor/email", json={"email": "nobody@example.com"})
    await mails_sent(stage)
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert [mail["To"] for mail in post.received] == ["ana@example.com"]


async def test_an_address_that_was_only_claimed_leads_nowhere(
    stage: WebStage, browser: httpx.AsyncClient, post: MailServerDouble
) -> None:
    await say(browser, stage, "I'm Ana, my e-mail is ana@example.com", "c1")
    await browser.post("/api/visitor/email", json={"email": "ana@example.com"})
    await mails_sent(stage)
    assert post.received == []


async def test_guessing_codes_comes_to_an_end(
    stage: WebStage, browser: httpx.AsyncClient, post: MailServerDouble
) -> None:
    await known_ana(stage, browser)
    await browser.post("/api/visitor/email", json={"email": "ana@example.com"})
    await mails_sent(stage)
    (code,) = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", post.received[0].get_content())
    for _ in range(5):
        assert (await browser.post("/api/visitor/code", json={"code": "BBBB-2222"})).status_code == 401
    assert (await browser.post("/api/visitor/code", json={"code": code})).status_code == 401, (
        "good, but after five wrong ones"
    )


async def test_a_visitor_cannot_have_codes_sent_without_end(stage: WebStage, browser: httpx.AsyncClient) -> None:
    answers = [await browser.post("/api/visitor/email", json={"email": f"{n}@example.com"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]


async def test_without_a_mail_server_there_is_no_such_way(browser: httpx.AsyncClient) -> None:
    plain = WebStage()
    transport = httpx.ASGITransport(app=plain.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as client:
        opened = (await client.post("/api/visitor")).json()
        assert not opened["email"]
        headers = {"Authorization": f"Bearer {opened['token']}"}
        refused = await client.post("/api/visitor/email", json={"email": "ana@example.com"}, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "no_email")


async def mails_sent(stage: WebStage) -> None:
    """Wait for what is sent beside the answers."""
    sign_in: EmailSignIn | None = stage.sign_in
    assert sign_in is not None
    await sign_in.drain()
