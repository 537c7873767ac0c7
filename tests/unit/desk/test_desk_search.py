"""Searching conversations at the desk, and what goes on in figures."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.searching import figures_of
from memory.model import AgentId, Ending, HandoffId, HandoffOutcome, HandoffReason, HandoffState, RequestHandoff
from memory.ports import Course
from tests.unit.desk.scene import ANA, ANAS_BROWSER, SAM, Address, Scene

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=timezone.utc)


async def test_a_conversation_is_found_with_the_message_that_has_the_words(scene: Scene) -> None:
    await scene.turn("where is order 1042, the Ridge tent", "On its way.", at=ANAS_BROWSER, identity=ANA)
    asked = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    customer = await scene.turn("a person please", "Of course.", at=ANAS_BROWSER, identity=ANA, records=asked)
    handoff, noor = await scene.handoff_of(customer), await scene.signed_in()
    for query in ("1042 ridge", "petrova tent"):
        page = (await noor.get("/api/desk/search", params={"q": query})).json()
        ((hit,), before) = page["found"], page["before"]
        assert (hit["entry"]["id"], before) == (handoff, None)
        assert hit["message"]["text"] == "where is order 1042, the Ridge tent"
    by_name = (await noor.get("/api/desk/search", params={"q": "petro"})).json()
    assert by_name["found"][0]["message"] is None
    assert (await noor.get("/api/desk/search", params={"q": "boots"})).json() == {"found": [], "before": None}


async def test_whoever_is_found_is_noted_as_read_once_each_and_only_when_shown(scene: Scene) -> None:
    ids = []
    for number in range(3):
        scene.pass_time(timedelta(minutes=1))
        ids.append(await scene.ask_for_person(at=Address("web", f"v{number}"), name=f"Person {number}"))
    again = HandoffId(ids[0])
    noor, sam = await scene.signed_in(), await scene.signed_in(SAM)
    await scene.memory.handoffs.move(again, HandoffState.ACCEPTED, AgentId("noor"))
    await scene.memory.endings.resolve(again, AgentId("noor"), Ending(HandoffOutcome.NO_ANSWER))
    scene.pass_time(timedelta(minutes=1))
    ids.append(await scene.ask_for_person(at=Address("web", "v0"), name="Person 0"))

    async def noted() -> list[tuple[str, str, str, str | None]]:
        listed = (await sam.get("/api/desk/readings")).json()
        shown = [each for each in listed if each["by"] != "readings"]
        return [(each["agent"], each["by"], each["handoff"], each["customer"]) for each in shown]

    for _ in range(2):
        await noor.get("/api/desk/search", params={"q": "person", "limit": "3"})
    assert sorted(await noted()) == sorted(
        [
            ("Noor Haddad", "found", ids[3], "Person 0"),
            ("Noor Haddad", "found", ids[2], "Person 2"),
            ("Noor Haddad", "found", ids[1], "Person 1"),
        ]
    ), "one line for each customer who was shown, the one found twice by their newest conversation"
    assert (await noor.get("/api/desk/search", params={"q": "nothing like it"})).json()["found"] == []
    assert len(await noted()) == 3
    await noor.get(f"/api/desk/handoffs/{ids[1]}")
    assert (await noted())[0] == ("Noor Haddad", "opened", ids[1], "Person 1")


async def test_many_are_found_page_by_page(scene: Scene) -> None:
    ids = []
    for number in range(5):
        scene.pass_time(timedelta(minutes=1))
        ids.append(await scene.ask_for_person(at=Address("web", f"v{number}")))
    noor, shown, before = await scene.signed_in(), [], None
    for _ in range(3):
        params = {"q": "person", "limit": "2", **({"before": before} if before else {})}
        page = (await noor.get("/api/desk/search", params=params)).json()
        shown += [hit["entry"]["id"] for hit in page["found"]]
        before = page["before"]
    assert (shown, before) == (ids[::-1], None)


@pytest.mark.parametrize(
    "params", [{}, {"q": ""}, {"q": "?!"}, {"q": "x" * 201}, {"q": "a\0b"}, {"q": "a", "before": "/"}]
)
async def test_a_search_for_nothing_is_refused(scene: Scene, params: dict[str, str]) -> None:
    noor = await scene.signed_in()
    answer = await noor.get("/api/desk/search", params=params)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")


def course(hours_ago: float, state: HandoffState, wait: float | None = None, **more: object) -> Course:
    at = NOW - timedelta(hours=hours_ago)
    taken = None if wait is None else at + timedelta(seconds=wait)
    return Course(at, taken, None, state, **more)  # type: ignore[arg-type]


def test_the_figures_are_those_of_the_requests() -> None:
    resolved, solved = HandoffState.RESOLVED, HandoffOutcome.SOLVED
    figures = figures_of(
        [
            course(0, HandoffState.QUEUED),
            course(1, HandoffState.ACTIVE, 60),
            course(2, resolved, 120, outcome=solved, asked=True, solved=True),
            course(2.1, resolved, 600, outcome=solved, asked=True, solved=False),
            course(30, resolved, 9000, outcome=solved, asked=True),
            course(50, resolved, 1),
            course(60, HandoffState.RETURNED, 1),
            course(70, HandoffState.ABANDONED),
        ],
        NOW,
    )
    assert (figures.median_wait, figures.longest_wait) == (120, 600)
    assert [(hour.asked, hour.taken) for hour in figures.hours[-3:]] == [(2, 2), (1, 1), (1, 0)]
    assert len(figures.hours) == 24
    assert figures.outcomes[solved] == 3
    assert (figures.unsaid, figures.returned, figures.left) == (1, 1, 1)
    assert (figures.solved, figures.not_solved, figures.unanswered) == (1, 1, 1)


def test_with_nothing_going_on_nothing_is_claimed() -> None:
    figures = figures_of([], NOW)
    assert (figures.median_wait, figures.longest_wait, sum(hour.asked for hour in figures.hours)) == (None, None, 0)


async def test_a_lead_reads_the_figures(scene: Scene) -> None:
    await scene.ask_for_person()
    sam = await scene.signed_in(SAM)
    figures = (await sam.get("/api/desk/figures")).json()
    assert figures["hours"][-1]["asked"] == 1
    assert figures["outcomes"]["solved"] == 0


async def test_everybody_reads_the_hours_as_they_are_set(scene: Scene) -> None:
    noor = await scene.signed_in()
    assert (await noor.get("/api/desk/hours")).json() == {
        "hours": "Mon-Fri 09:00-17:00",
        "time_zone": "UTC",
        "holidays": "",
        "is_open": True,
        "opens_at": None,
        "changes": [],
    }
    scene.pass_time(timedelta(hours=10))
    noor = await scene.signed_in()
    closed = (await noor.get("/api/desk/hours")).json()
    assert (closed["is_open"], closed["opens_at"]) == (False, "2026-03-03T09:00:00Z")
