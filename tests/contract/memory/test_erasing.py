"""Erased is erased: no table, no column and no page of the file is forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from memory.model import (
    Address,
    Box,
    Cursor,
    CustomerId,
    DeliveryState,
    DialogueState,
    Erase,
    Extent,
    ForgetFact,
    HandoffReason,
    HandoffState,
    Inbound,
    LearnFact,
    MakePromise,
    NewFile,
    OfferAnswer,
    OfferExport,
    OpenCase,
    Proof,
    RequestHandoff,
    Topic,
)
from memory.sql.holdings import HOLDINGS, KEYS, OF_NOBODY, SECRETS
from memory.sql.tables import metadata
from tests.conftest import HandClock
from tests.contract.memory.talk import ANA, Talk
from tests.postgres import PostgresServer
from tests.remembering import open_memory

WORDS = [
    "Quixotry",
    "Zephyrine",
    "Vellichor",
    "Sonder",
    "Petrichor",
    "Limerence",
    "Ineffable",
    "Serendip",
    "Mellifluous",
    "Halcyon",
    "Apricity",
    "Susurrus",
]
"""Words that stand nowhere else in a database; each is said in another place."""
SITE, PHONE, CALLER = ("web", "v"), ("telegram", "77001122"), ("rest", "r")


def texts_of(table: sa.Table) -> Iterable[str]:
    """The columns that can hold words."""
    return (column.name for column in table.columns if isinstance(column.type, sa.Text | sa.JSON))


def test_every_table_is_known_to_erasing() -> None:
    missing = {table.name for table in metadata.sorted_tables} - {table.name for table in (*HOLDINGS, *OF_NOBODY)}
    assert not missing, f"say in memory/sql/holdings.py what erasing a customer does with {missing}"
    kept_of_nobody = [table.name for table in OF_NOBODY if "customer_id" in table.c]
    assert not kept_of_nobody, f"{kept_of_nobody} are keyed by customer: they belong to HOLDINGS"


@pytest.mark.parametrize("table", HOLDINGS, ids=lambda table: str(table.name))
def test_every_text_of_a_table_is_known_to_erasing(table: sa.Table) -> None:
    holding = HOLDINGS[table]
    known = {*holding.words, *holding.plain, *KEYS, *SECRETS}
    missing = set(texts_of(table)) - known
    assert not missing, f"say in memory/sql/holdings.py whether {missing} of {table.name} can hold a customer's words"
    gone = {*holding.words, *holding.plain} - set(table.c.keys())
    assert not gone, f"{table.name} has no {gone}: strike them from memory/sql/holdings.py"


async def lived(talk: Talk) -> CustomerId:
    """A customer of whom every table holds something, on three channels, with a word of WORDS in each place."""
    words, memory, clock = iter(WORDS), talk.memory, talk.clock
    await talk.hear(f"on the phone {next(words)}", PHONE, display_name=f"Ana {next(words)}")
    await talk.answer("ok", dialogue=DialogueState(f'{{"said":"{WORDS[0]}"}}'))
    ana = (await talk.hear(f"on the site {next(words)}", SITE, identity=ANA)).customer_id
    await talk.answer("ok", dialogue=DialogueState("{}", "return_form"))
    code = await memory.identities.issue_code(ana, clock() + timedelta(minutes=10))
    await talk.thread_at(PHONE, link_code=code)
    await memory.identities.issue_code(ana, clock() + timedelta(minutes=10))
    await talk.hear(
        f"call me {next(words)}",
        PHONE,
        attachments=[{"kind": "document", "file_name": next(words)}],
        custom={"subject": f"About {next(words)}"},
    )
    place = next(words)
    await talk.answer(
        f"Of course, {next(words)}",
        dialogue=DialogueState(f'{{"said":"{place}"}}', "return_form", f"wants {place}", {"Place": place}),
        records=[
            LearnFact("place", place),
            OpenCase("return", f"Return of {next(words)}"),
            OfferAnswer("faq", f"Where is {place}?", 0.5),
            MakePromise(f"We write to {place}", clock() + timedelta(days=1)),
            OfferExport("link"),
            RequestHandoff(HandoffReason.ASKED_FOR_PERSON),
        ],
    )
    (line,) = await memory.handoffs.queue([HandoffState.QUEUED])
    mara = await talk.agent()
    await memory.handoffs.move(line.handoff.id, HandoffState.ACCEPTED, mara, f"because of {next(words)}")
    await memory.handoffs.note(line.handoff.id, mara, f"likes {next(words)}", [mara])
    await memory.files.keep(ana, NewFile(f"at {place}.txt", "text/plain", f"the valve at {place}".encode()))
    await memory.handoffs.reply(line.handoff.id, mara, f"Hello {place}")
    await memory.handoffs.move(line.handoff.id, HandoffState.RETURNED, mara)
    (lost,) = await memory.outbox.claim([PHONE[0]], 1)
    await memory.outbox.settle(lost.id, DeliveryState.FAILED, "chat not found")
    await memory.dead_letters.dismiss(Box.OUT, lost.id, mara, f"called them about {next(words)}")
    await memory.notices.post(ana, Topic.ORDERS, f"News from {place}", "news-1")
    assert next(words, None) is None
    return ana


async def say_yes(talk: Talk, extent: Extent) -> None:
    """The customer confirms on the telephone."""
    await talk.hear(f"yes, said {WORDS[0]}", PHONE, custom={"subject": WORDS[0]})
    await talk.answer("Done.", records=[Erase(extent, "r")])


def found(text: bytes, words: Iterable[str]) -> set[str]:
    """Those of the words that stand in what was read."""
    lower = text.lower()
    return {word for word in words if word.lower().encode() in lower}


def files(path: Path) -> bytes:
    """The database file, free pages and all, with its log of changes."""
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


async def test_every_table_holds_something_of_a_customer_who_lived_here(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        talk = Talk(memory, clock)
        await lived(talk)
        assert found(files(path), WORDS) == set(WORDS)
    with closing(sqlite3.connect(path)) as connection:
        empty = {t.name for t in HOLDINGS if not connection.execute(f"SELECT count(*) FROM {t.name}").fetchone()[0]}
    assert not empty, f"let `lived` bring about a row in {empty}, so that erasing it is tested"


async def test_nothing_of_an_erased_customer_is_left_in_the_file(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        talk = Talk(memory, clock)
        await lived(talk)
        await say_yes(talk, Extent.EVERYTHING)
        assert found(files(path), [*WORDS, "ana@example.com", "ana-7"]) == set()
    assert found(files(path), [*WORDS, "ana@example.com", "ana-7"]) == set()


async def test_nothing_that_was_said_is_left_in_the_file_when_the_conversation_is_forgotten(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        talk = Talk(memory, clock)
        await lived(talk)
        await say_yes(talk, Extent.CONVERSATION)
        assert found(files(path), WORDS) == {WORDS[1]}, "only the name is left, which says who the customer is"


async def test_nothing_of_a_customer_erased_by_an_operator_is_left_in_the_file(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        talk = Talk(memory, clock)
        ana = await lived(talk)
        await memory.custody.erase(ana, "r")
        assert found(files(path), [*WORDS, "ana@example.com", "77001122"]) == set()


async def test_a_forgotten_fact_is_left_nowhere_in_the_file(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        talk = Talk(memory, clock)
        await lived(talk)
        await talk.hear("forget the place", PHONE)
        place = WORDS[6]
        assert found(files(path), [place]) == {place}
        await talk.answer("Forgotten.", records=[ForgetFact("place", "r")])
        assert found(files(path), [place]) == set()


async def test_a_reader_in_the_way_only_delays_the_cleaning(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        talk = Talk(memory, clock)
        await lived(talk)
        with closing(sqlite3.connect(path)) as backup:
            backup.execute("BEGIN")
            backup.execute("SELECT count(*) FROM messages").fetchone()
            await say_yes(talk, Extent.EVERYTHING)
            assert found(files(path), WORDS), "the reader still sees what was there when it began"
        await talk.hear("later", CALLER)
        assert found(files(path), WORDS) == set()


async def test_nothing_of_an_erased_customer_is_in_a_dump_of_postgresql(
    postgres: PostgresServer, postgres_url: str, clock: HandClock
) -> None:
    def dump() -> bytes:
        rows = [postgres.run(postgres_url, f"SELECT * FROM {table.name}") for table in metadata.sorted_tables]
        return "\n".join(rows).encode()

    async with open_memory(postgres_url, clock=clock) as memory:
        talk = Talk(memory, clock)
        await lived(talk)
        assert found(dump(), WORDS) == set(WORDS)
        await say_yes(talk, Extent.EVERYTHING)
        assert found(dump(), [*WORDS, "ana@example.com", "ana-7"]) == set()


async def test_another_process_in_the_middle_of_accepting_resurrects_nobody(
    postgres_url: str, clock: HandClock
) -> None:
    async with open_memory(postgres_url, clock=clock) as one, open_memory(postgres_url, clock=clock) as two:
        ana = await lived(Talk(one, clock))
        arriving = Inbound(Address(*SITE), "late", "am I too late?", Proof.SIGNED_TOKEN, identity=ANA)

        await asyncio.gather(
            one.custody.erase(ana, "r"),
            *(two.inbox.accept(Inbound(Address(*PHONE), f"m{n}", f"hello {n}", Proof.PLATFORM)) for n in range(20)),
            two.inbox.accept(arriving),
        )
        assert await one.transcript.after(ana, Cursor(0), 10) == []
