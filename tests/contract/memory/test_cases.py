"""What customers want, from the asking to the end and back again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from memory.errors import IllegalCaseMove
from memory.model import CASE_MOVES, Case, CaseState, CloseCase, HandoffState, OpenCase, Record
from memory.rules import KNOWN_CASES, check_case_move
from memory.sql.schema import configuration
from tests.conftest import HandClock
from tests.contract.memory.talk import ANA, Talk
from tests.remembering import open_memory

TENT = OpenCase("return_item", "Return of the tent", "k-tent", {"order_number": "1031", "return_item": "ridge-2-tent"})
MAT = OpenCase("return_item", "Return of the mat", "k-mat", {"order_number": "1031", "return_item": "tarn-mat"})


def end(case: OpenCase, state: CaseState) -> CloseCase:
    return CloseCase(case.topic, state, case.key)


async def record(talk: Talk, *records: Record) -> None:
    """One turn in which these are recorded."""
    await talk.hear()
    await talk.answer(records=records)


async def known(talk: Talk) -> dict[str, Case]:
    """What the next turn knows, by key."""
    return {case.key: case for case in (await talk.thread_at()).cases}


async def told(talk: Talk) -> Case:
    """The one case of the customer's brief."""
    (waiting,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    (case,) = (await talk.memory.handoffs.view(waiting.handoff.id)).brief.cases
    return case


@pytest.mark.parametrize(("current", "wanted"), product(CaseState, CaseState))
def test_a_case_moves_as_the_table_says_and_a_refused_move_names_the_state(
    current: CaseState, wanted: CaseState
) -> None:
    if wanted in CASE_MOVES[current]:
        check_case_move(current, wanted)
        return
    with pytest.raises(IllegalCaseMove, match=f"that is {current.value} can't become {wanted.value}"):
        check_case_move(current, wanted)


async def test_a_turn_knows_the_open_cases_the_last_touched_first(talk: Talk) -> None:
    await record(talk, TENT)
    opened = talk.clock.now
    talk.clock.advance(minutes=1)
    await record(talk, MAT)
    talk.clock.advance(minutes=1)
    await record(talk, OpenCase("return_item", "Return of the Ridge 2 tent", "k-tent", TENT.about))
    tent, mat = (await talk.thread_at()).cases
    assert (tent.title, tent.opened_at, tent.touched_at) == ("Return of the Ridge 2 tent", opened, talk.clock.now)
    assert (mat.key, mat.state, mat.about, mat.channel) == ("k-mat", CaseState.OPEN, MAT.about, "telegram")


async def test_several_of_a_topic_are_closed_one_by_one(talk: Talk) -> None:
    await record(talk, TENT, MAT, end(MAT, CaseState.SOLVED_ASSUMED))
    cases = await known(talk)
    assert (cases["k-tent"].state, cases["k-tent"].closed_at) == (CaseState.OPEN, None)
    assert (cases["k-mat"].state, cases["k-mat"].closed_at) == (CaseState.SOLVED_ASSUMED, talk.clock.now)


async def test_a_case_that_comes_back_is_open_again_with_its_history(talk: Talk) -> None:
    await record(talk, TENT)
    await record(talk, end(TENT, CaseState.SOLVED_ASSUMED))
    talk.clock.advance(hours=71)
    await record(talk, TENT)
    case = (await known(talk))["k-tent"]
    assert (case.state, case.closed_at) == (CaseState.CAME_BACK, None)
    await talk.ask_for_person()
    moves = [move.to for move in (await told(talk)).moves]
    assert moves == [CaseState.SOLVED_ASSUMED, CaseState.CAME_BACK, CaseState.HANDED_OVER]


async def test_after_three_days_a_closed_case_is_known_no_more_and_an_open_one_still_is(talk: Talk) -> None:
    await record(talk, TENT, MAT, end(MAT, CaseState.SOLVED))
    talk.clock.advance(hours=71)
    assert set(await known(talk)) == {"k-tent", "k-mat"}
    talk.clock.advance(hours=2)
    assert set(await known(talk)) == {"k-tent"}


async def test_what_a_turn_knows_is_bounded_and_open_cases_go_first(talk: Talk) -> None:
    await record(talk, TENT)
    for number in range(KNOWN_CASES + 5):
        talk.clock.advance(minutes=1)
        case = OpenCase("order_status", f"Where is order {number}", f"k-{number}")
        await record(talk, case, end(case, CaseState.SOLVED_ASSUMED))
    keys = list(await known(talk))
    assert keys == ["k-tent", *(f"k-{number}" for number in range(KNOWN_CASES + 4, 5, -1))]


async def test_ending_a_case_twice_in_the_same_way_or_one_that_never_was_changes_nothing(talk: Talk) -> None:
    await record(talk, TENT, end(TENT, CaseState.SOLVED))
    closed = talk.clock.now
    talk.clock.advance(minutes=1)
    await record(talk, end(TENT, CaseState.SOLVED), end(MAT, CaseState.SOLVED))
    assert {key: case.closed_at for key, case in (await known(talk)).items()} == {"k-tent": closed}


async def test_what_is_confirmed_is_no_longer_assumed_and_an_illegal_end_leaves_the_turn_undone(talk: Talk) -> None:
    await record(talk, TENT, end(TENT, CaseState.SOLVED_ASSUMED))
    await record(talk, end(TENT, CaseState.SOLVED))
    accepted = await talk.hear("once more")
    with pytest.raises(IllegalCaseMove, match="A case that is solved can't become abandoned"):
        await talk.answer("hm", records=[end(TENT, CaseState.ABANDONED)])
    assert await talk.memory.inbox.replies(accepted.inbox_id) is None
    await talk.answer("ok")
    assert (await known(talk))["k-tent"].state is CaseState.SOLVED


async def test_a_case_that_is_with_the_team_can_still_be_finished_by_the_bot(talk: Talk) -> None:
    await record(talk, TENT, MAT)
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, HandoffState.RETURNED, mara)
    assert {case.state for case in (await known(talk)).values()} == {CaseState.OPEN}
    await talk.ask_for_person()
    await record(talk, TENT, end(TENT, CaseState.SOLVED_ASSUMED))
    states = {key: case.state for key, case in (await known(talk)).items()}
    assert states == {"k-tent": CaseState.SOLVED_ASSUMED, "k-mat": CaseState.HANDED_OVER}


async def test_what_the_bot_finished_meanwhile_stays_so_when_the_person_is_done(talk: Talk) -> None:
    await record(talk, TENT, MAT)
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await record(talk, end(TENT, CaseState.SOLVED_ASSUMED))
    for state in (HandoffState.ACCEPTED, HandoffState.RESOLVED):
        await talk.memory.handoffs.move(handoff.id, state, mara)
    states = {key: case.state for key, case in (await known(talk)).items()}
    assert states == {"k-tent": CaseState.SOLVED_ASSUMED, "k-mat": CaseState.SOLVED}


async def test_merged_customers_have_all_cases_of_both_with_their_history(talk: Talk) -> None:
    await talk.hear(at=("web", "visitor"))
    await talk.answer(records=[TENT, end(TENT, CaseState.SOLVED_ASSUMED)])
    await talk.hear(at=("web", "home"), identity=ANA)
    await talk.answer(records=[MAT])
    await talk.hear(at=("web", "visitor"), identity=ANA)
    cases = (await talk.answer()).cases
    assert [(case.key, case.state) for case in cases] == [
        ("k-mat", CaseState.OPEN),
        ("k-tent", CaseState.SOLVED_ASSUMED),
    ]
    await talk.hear(at=("web", "home"), identity=ANA)
    await talk.answer(records=[TENT, end(MAT, CaseState.ABANDONED)])
    await talk.ask_for_person(("web", "home"), identity=ANA)
    (waiting,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    brief = (await talk.memory.handoffs.view(waiting.handoff.id)).brief
    assert {case.key: [move.to for move in case.moves] for case in brief.cases} == {
        "k-tent": [CaseState.SOLVED_ASSUMED, CaseState.CAME_BACK, CaseState.HANDED_OVER],
        "k-mat": [CaseState.ABANDONED],
    }


async def test_cases_of_an_older_database_are_kept_when_its_schema_is_brought_up(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "memory.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0003")
        opened, closed = f"'{clock.now:%Y-%m-%d} 00:00:00.000000'", f"'{clock.now:%Y-%m-%d} 01:00:00.000000'"
        connection.exec_driver_sql(
            f"INSERT INTO customers VALUES ('c', NULL, NULL, NULL, {opened}, 0, {'NULL,' * 3} NULL)"
        )
        for case_id, outcome, ended in ((1, "NULL", "NULL"), (2, "'solved'", closed)):
            values = f"'c', {case_id}, 'return_item', 'A return', 'web', {opened}, {outcome}, {ended}, NULL, NULL"
            connection.exec_driver_sql(f"INSERT INTO cases VALUES ({values})")
    engine.dispose()
    async with open_memory(f"sqlite:///{path}", clock=clock):
        pass
    with closing(sqlite3.connect(path)) as stored:
        rows = stored.execute("SELECT key, state, touched_at, about FROM cases ORDER BY id").fetchall()
    assert rows == [("case-1", "open", opened.strip("'"), "{}"), ("case-2", "solved", closed.strip("'"), "{}")]
