"""A customer's data leaves by a link that works once, and by no other way."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from bot.custody.document import as_html, as_json
from bot.custody.links import ExportLinks, LinkedInbox, LinkedOutbox, LinkedTranscript
from bot.custody.page import my_data_router
from bot.http import prepare
from memory.fakes import FakeMemory
from memory.model import (
    Address,
    Cursor,
    CustomerId,
    Export,
    Inbound,
    InboxId,
    OfferExport,
    Outcome,
    Proof,
    Reply,
    Section,
)
from tests.conftest import HandClock
from tests.remembering import fake_memory

LINKS = ExportLinks(secret="a secret of this shop", base_url="https://chat.example/")
NASTY = "<script>alert('Ana & co')</script>"


@dataclass
class Scene:
    """A customer who has just asked for their data."""

    memory: FakeMemory
    http: httpx.AsyncClient
    customer_id: CustomerId
    inbox_id: InboxId
    url: str


@pytest.fixture
async def scene(clock: HandClock) -> AsyncIterator[Scene]:
    memory = fake_memory(clock=clock)
    accepted = await memory.inbox.accept(Inbound(Address("telegram", "7"), "m-1", NASTY, Proof.PLATFORM))
    async with memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome([Reply("Here.", custom={"export": "id-1"})], records=[OfferExport("id-1")]))
    app = FastAPI()
    prepare(app)
    app.include_router(my_data_router(custody=memory.custody, links=LINKS))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.example") as http:
        yield Scene(memory, http, accepted.customer_id, accepted.inbox_id, LINKS.url("id-1"))


async def test_every_way_out_shows_the_link_and_memory_never_holds_it(scene: Scene) -> None:
    (reply,) = await scene.memory.transcript.before(scene.customer_id, None, 1)
    assert scene.url not in f"{reply}"
    token = scene.url.rpartition(".")[2]
    replies = await LinkedInbox(scene.memory.inbox, LINKS).replies(scene.inbox_id)
    assert replies is not None
    (delivery,) = await LinkedOutbox(scene.memory.outbox, LINKS).claim(["telegram"], 1)
    transcript = LinkedTranscript(scene.memory.transcript, LINKS)
    for shown in (
        replies[0],
        delivery.message,
        (await transcript.before(scene.customer_id, None, 1))[0],
        (await transcript.after(scene.customer_id, Cursor(1), 1))[0],
    ):
        assert shown.text == f"Here.\n\n[Open my data]({scene.url})"
        assert shown.custom is None
    assert token not in str(await scene.memory.custody.export(scene.customer_id))


async def test_looking_at_the_link_uses_nothing_up(scene: Scene) -> None:
    for _ in range(2):
        page = await scene.http.get(scene.url)
        assert page.status_code == 200
        assert '<form method="post">' in page.text
        assert NASTY not in page.text


async def test_the_button_hands_everything_out_once(scene: Scene) -> None:
    answer = await scene.http.post(scene.url)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        read, page = json.loads(archive.read("my-data.json")), archive.read("my-data.html").decode()
    assert [said["text"] for said in read["messages"]] == [NASTY, "Here."]
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    again = await scene.http.post(scene.url)
    assert (again.status_code, "no longer works" in again.text) == (410, True)


def test_on_the_page_facts_have_words_and_in_the_file_for_programs_their_keys(clock: HandClock) -> None:
    kept = [{"key": "quiet_hours", "value": "21:00-08:00 Europe/London"}, {"key": "allergy:wool", "value": "wool"}]
    export = Export(clock.now, [Section("facts", "What was learnt about you", kept)])

    page = as_html(export)
    assert "<dd>Quiet hours</dd>" in page
    assert "<dd>21:00 to 08:00, London time</dd>" in page
    assert "quiet_hours" not in page
    assert json.loads(as_json(export))["facts"] == kept


async def test_nothing_about_the_data_is_kept_on_the_way(scene: Scene) -> None:
    for answer in (await scene.http.get(scene.url), await scene.http.post(scene.url)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.zip"'


async def test_a_link_is_good_for_an_hour(scene: Scene, clock: HandClock) -> None:
    clock.advance(hours=1)
    assert (await scene.http.post(scene.url)).status_code == 410


@pytest.mark.parametrize(
    "token", ["id-1", "id-1.", "id-1.AAAA", "x.y.z", "id-2." + LINKS.url("id-1").rpartition(".")[2]]
)
async def test_a_link_of_somebody_elses_making_opens_nothing(scene: Scene, token: str) -> None:
    for answer in (await scene.http.get(f"/my-data/{token}"), await scene.http.post(f"/my-data/{token}")):
        assert answer.status_code == 410
    assert (await scene.http.post(scene.url)).status_code == 200, "and the right one still works"


def test_another_secret_makes_other_links() -> None:
    other = ExportLinks(secret="another secret", base_url="https://chat.example")
    assert other.export_id(LINKS.url("id-1").rpartition("/")[2]) is None
