"""Opens a database and holds its ports. Called by the bootstrap, the CLI and the contract suite."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from memory.bell import Bell
from memory.model import Ways
from memory.ports import (
    Agents,
    Answers,
    Archive,
    Canned,
    Custody,
    DeadLetters,
    Doorbell,
    Endings,
    Facts,
    FaqEntries,
    Files,
    Filters,
    Gateways,
    Handoffs,
    HoursBook,
    Identities,
    Inbox,
    Keys,
    Links,
    Mentions,
    Notices,
    Offers,
    Outbox,
    Places,
    Promises,
    PromiseTimes,
    Readings,
    Replies,
    Search,
    Signs,
    TakeOvers,
    Team,
    Turns,
)
from memory.sql.agents import SqlAgents
from memory.sql.answers import SqlAnswers
from memory.sql.canned import SqlCanned
from memory.sql.custody import SqlCustody
from memory.sql.desk_settings import SqlFilters, SqlHoursBook
from memory.sql.endings import SqlEndings
from memory.sql.engine import Clock, Database
from memory.sql.facts import SqlFacts
from memory.sql.faq import SqlFaqEntries
from memory.sql.files import SqlFiles
from memory.sql.gateways import Join, SqlGateways
from memory.sql.handoffs import SqlHandoffs
from memory.sql.identities import SqlIdentities
from memory.sql.inbox import SqlInbox
from memory.sql.keys import SqlKeys
from memory.sql.letters import SqlDeadLetters
from memory.sql.links import SqlLinks
from memory.sql.mentions import SqlMentions
from memory.sql.notices import SqlNotices
from memory.sql.offers import SqlOffers
from memory.sql.outbox import SqlOutbox
from memory.sql.places import SqlPlaces
from memory.sql.postgres import Listener, PostgresDatabase, migrate
from memory.sql.promises import SqlPromises, SqlPromiseTimes
from memory.sql.readings import SqlReadings
from memory.sql.replies import SqlReplies
from memory.sql.schema import upgrade
from memory.sql.search import SqlSearch
from memory.sql.signs import SqlSigns
from memory.sql.sqlite import SqliteDatabase
from memory.sql.take_overs import SqlTakeOvers
from memory.sql.team import SqlTeam
from memory.sql.transcript import SqlTranscript
from memory.sql.turns import PostgresTurns, SqliteTurns


@dataclass(frozen=True, slots=True)
class SqlMemory:
    """One open database as the ports the rest asks."""

    inbox: Inbox
    turns: Turns
    transcript: Archive
    facts: Facts
    identities: Identities
    links: Links
    notices: Notices
    outbox: Outbox
    gateways: Gateways
    handoffs: Handoffs
    search: Search
    answers: Answers
    replies: Replies
    dead_letters: DeadLetters
    endings: Endings
    canned: Canned
    files: Files
    mentions: Mentions
    signs: Signs
    hours_book: HoursBook
    filters: Filters
    offers: Offers
    places: Places
    take_overs: TakeOvers
    promises: Promises
    promise_times: PromiseTimes
    agents: Agents
    keys: Keys
    readings: Readings
    team: Team
    faq: FaqEntries
    custody: Custody
    doorbell: Doorbell
    close: Callable[[], Awaitable[None]]


@asynccontextmanager
async def open_memory(url: str, *, clock: Clock, ways: Ways, code_key: bytes | None = None) -> AsyncIterator[SqlMemory]:
    """Open a database, brought to the newest schema, until the block ends. Raises CannotOpen, SchemaTooNew.

    `code_key` seals one-time codes; all processes that share a database need the same (None: codes are good in this
    process only). `url` is SQLAlchemy's: "sqlite:///file.db" (also "sqlite+aiosqlite:///…") or "postgresql+asyncpg://…".
    """
    memory = await start_memory(url, clock=clock, ways=ways, code_key=code_key)
    try:
        yield memory
    finally:
        await memory.close()


def transcript_of(url: str, *, clock: Clock) -> Archive:
    """What was said, for a process that reads nothing else, until it ends. `url` as for `open_memory`, which has
    brought the database to the newest schema before.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqlTranscript(database=SqliteDatabase(str(parsed.database), clock=clock, bell=Bell()))
    return SqlTranscript(database=PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"), clock=clock))


async def start_memory(url: str, *, clock: Clock, ways: Ways, code_key: bytes | None = None) -> SqlMemory:
    """Like `open_memory`, for callers without a block: they call `close` themselves."""
    parsed, key = sa.make_url(url), code_key or secrets.token_bytes(32)
    if parsed.get_backend_name() == "sqlite":
        return await _start_sqlite(parsed, clock, ways, key)
    if parsed.get_backend_name() == "postgresql":
        return await _start_postgres(parsed.set(drivername="postgresql+asyncpg"), clock, ways, key)
    raise ValueError(f"Memory lives in SQLite or PostgreSQL, not in {parsed.get_backend_name()}.")


async def _start_sqlite(url: sa.URL, clock: Clock, ways: Ways, code_key: bytes) -> SqlMemory:
    if url.database is None or url.database in {"", ":memory:"}:
        raise ValueError("Memory needs a file: sqlite:///path/to/memory.db")
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    bell = Bell()
    database = SqliteDatabase(str(path), clock=clock, bell=bell)
    try:
        await database.write(lambda tx: upgrade(tx.conn))
    except BaseException:
        await database.close()
        raise
    turns = SqliteTurns(database=database, ways=ways)
    return _ports(database, turns, bell, ways, code_key=code_key, process_id=0, close=database.close)


async def _start_postgres(url: sa.URL, clock: Clock, ways: Ways, code_key: bytes) -> SqlMemory:
    await migrate(url)
    bell = Bell()
    database = PostgresDatabase(url, clock=clock)
    listener = Listener(url, bell=bell)

    async def close() -> None:
        await listener.close()
        await database.close()

    try:
        await listener.start()
    except BaseException:
        await asyncio.shield(close())
        raise
    turns = PostgresTurns(database=database, ways=ways)
    process_id = listener.process_id
    return _ports(
        database, turns, bell, ways, code_key=code_key, process_id=process_id, join=listener.join, close=close
    )


def _ports(  # noqa: PLR0913 - one place where the store's parts meet
    database: Database,
    turns: Turns,
    bell: Bell,
    ways: Ways,
    *,
    code_key: bytes,
    process_id: int,
    join: Join | None = None,
    close: Callable[[], Awaitable[None]],
) -> SqlMemory:
    return SqlMemory(
        inbox=SqlInbox(database=database, code_key=code_key),
        turns=turns,
        transcript=SqlTranscript(database=database),
        facts=SqlFacts(database=database),
        identities=SqlIdentities(database=database, code_key=code_key),
        links=SqlLinks(database=database),
        notices=SqlNotices(database=database, ways=ways),
        outbox=SqlOutbox(database=database, process_id=process_id),
        gateways=SqlGateways(database=database, join=join),
        handoffs=SqlHandoffs(database=database, ways=ways),
        answers=SqlAnswers(database=database),
        replies=SqlReplies(database=database),
        dead_letters=SqlDeadLetters(database=database),
        search=SqlSearch(database=database),
        endings=SqlEndings(database=database, ways=ways),
        canned=SqlCanned(database=database),
        files=SqlFiles(database=database),
        mentions=SqlMentions(database=database),
        signs=SqlSigns(database=database, board=bell.board, clock=database.clock),
        hours_book=SqlHoursBook(database=database),
        filters=SqlFilters(database=database),
        offers=SqlOffers(database=database),
        places=SqlPlaces(database=database, ways=ways),
        take_overs=SqlTakeOvers(database=database),
        promises=SqlPromises(database=database),
        promise_times=SqlPromiseTimes(database=database, ways=ways),
        agents=SqlAgents(database=database),
        keys=SqlKeys(database=database),
        readings=SqlReadings(database=database),
        team=SqlTeam(database=database),
        faq=SqlFaqEntries(database=database),
        custody=SqlCustody(database=database),
        doorbell=bell,
        close=close,
    )
