"""An edit at the desk is answered by every process within a second, without training."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from uuid import uuid4

import httpx
import pytest

from tests.callers import WEBHOOK
from tests.postgres import PostgresServer
from tests.server import ADMIN, Server

WITHIN = 1.0
"""Seconds from the desk's answer to the first customer who gets the new one."""
QUESTION = "Can I hire a llama for my trek?"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Where the desk is, then the others: one process over SQLite, or two over PostgreSQL that take turns."""
    with ExitStack() as stack:
        common = {"SHOP_PATH": str(tmp_path_factory.mktemp("shop") / "shop.sqlite")}
        roles = ["all"]
        if request.param == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            common["DATABASE_URL"] = stack.enter_context(postgres.database())
            roles = ["gateway", "worker", "worker"]
        started = []
        for role in roles:
            process = Server(tmp_path_factory.mktemp(role), {**common, "ROLE": role})
            stack.callback(process.stop, signal.SIGTERM)
            process.start(wait=False)
            started.append(process)
        for process in started:
            process.until_ready()
        yield started


@pytest.fixture
def desk(servers: list[Server]) -> Iterator[httpx.Client]:
    """The desk's API, signed in as somebody who may edit."""
    with httpx.Client(base_url=f"{servers[0].url}/api/desk", timeout=60) as client:
        token = client.post("/login", json=ADMIN).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.cookies.clear()
        yield client


def test_every_edit_is_answered_within_a_second(servers: list[Server], desk: httpx.Client) -> None:
    fields = {"question": QUESTION, "phrasings": ["llama hire"], "answer": "Yes, the grey one."}
    entry = desk.post("/faq", json=fields).json()
    until_answered(servers[0], "the grey one")

    edited = desk.put(f"/faq/{entry['id']}", json={**entry, "answer": "Yes, the brown one."})
    assert edited.status_code == 200
    until_answered(servers[0], "the brown one")

    assert desk.delete(f"/faq/{entry['id']}").status_code == 204
    until_answered(servers[0], "the brown one", gone=True)
    history = desk.get(f"/faq/{entry['id']}/versions").json()
    assert [version["deleted"] for version in history] == [True, False, False]


def test_not_one_of_the_workers_goes_on_with_the_old_answer(servers: list[Server], desk: httpx.Client) -> None:
    question = "do you repair bagpipes"
    added = desk.post("/faq", json={"question": question, "answer": "Only the green ones."})
    assert added.status_code == 201
    until_answered(servers[0], "green ones", question)
    edited = desk.put(f"/faq/{added.json()['id']}", json={**added.json(), "answer": "Only the blue ones."})
    assert edited.status_code == 200

    deadline = time.monotonic() + WITHIN
    with ThreadPoolExecutor(8) as customers:
        while not all("blue ones" in answer for answer in customers.map(partial(ask, servers[0]), [question] * 16)):
            assert time.monotonic() < deadline, f"after {WITHIN} s a worker still gives the old answer"


def test_customers_are_answered_in_their_language_and_it_is_remembered(
    servers: list[Server], desk: httpx.Client
) -> None:
    question = "do you rent out kayaks"
    for language, answer in (("en", "Yes, two."), ("de", "Ja, zwei.")):
        fields = {"question": question, "answer": answer, "language": language, "id": f"kayaks_{language}"}
        assert desk.post("/faq", json=fields).status_code == 201
    until_answered(servers[0], "Yes, two.", question)
    until_answered(servers[0], "Ja, zwei.", question, language="de")
    german = uuid4().hex

    assert "Ja, zwei." in ask(servers[0], question, german, language="de-AT")
    assert "Ja, zwei." in ask(servers[0], question, german)
    assert "Yes, two." in ask(servers[0], question, uuid4().hex, language="fr")
    desk.delete("/faq/kayaks_de")
    until_answered(servers[0], "Ja, zwei.", question, language="de", gone=True)


def ask(server: Server, question: str, sender: str | None = None, **more: str) -> str:
    """What a customer is answered; a new one if nobody is named."""
    body = {"sender": sender or uuid4().hex, "message": question, **more}
    replies = httpx.post(f"{server.url}{WEBHOOK}", json=body, timeout=60).json()
    return "\n".join(reply["text"] for reply in replies)


def until_answered(server: Server, words: str, question: str = QUESTION, *, gone: bool = False, **more: str) -> None:
    """Ask again and again; fail when the answer has not changed in time."""
    deadline = time.monotonic() + WITHIN
    while (words in ask(server, question, **more)) is gone:
        assert time.monotonic() < deadline, f"after {WITHIN} s customers still get the old answer"
