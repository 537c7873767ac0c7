"""Who is offered what, and the line that says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.routing import ANYBODY_AFTER, ASK_AGAIN_AFTER, choose, next_look
from bot.line import in_order, place_of
from memory.model import (
    Agent,
    AgentId,
    Colleague,
    Cursor,
    CustomerId,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    Presence,
    Role,
    Waiting,
)

NOW = datetime(2030, 3, 14, 12, 0, tzinfo=timezone.utc)
MARA, TOM, OLA = AgentId("mara"), AgentId("tom"), AgentId("ola")
_numbers = count(1)


def agent(agent_id: AgentId, *departments: str, speaks: str = "", load: int = 0, **more: Any) -> Colleague:
    """An agent who is there."""
    presence, offers = more.pop("presence", Presence.PRESENT), more.pop("offers", 0)
    who = Agent(
        id=agent_id,
        email=f"{agent_id}@example.com",
        name=agent_id.title(),
        role=Role.AGENT,
        departments=frozenset(departments),
        languages=frozenset(speaks.split()),
        **more,
    )
    return Colleague(who, presence, NOW, load, offers)


def waits(
    minutes: float = 1,
    department: str | None = None,
    *,
    language: str | None = None,
    reason: HandoffReason = HandoffReason.ASKED_FOR_PERSON,
    comes_back: bool = False,
    **more: Any,
) -> Waiting:
    """Somebody who asked so many minutes ago."""
    asked = NOW - timedelta(minutes=minutes)
    handoff = Handoff(
        id=HandoffId(f"h{next(_numbers):04}"),
        customer_id=CustomerId("c"),
        state=HandoffState.QUEUED,
        reason=reason,
        requested_at=asked,
        requested_number=Cursor(1),
        department=department,
        language=language,
        follows=HandoffId("before") if comes_back else None,
    )
    return Waiting(handoff, more.pop("since", asked), **more)


def chosen(waiting: Sequence[Waiting], team: Sequence[Colleague]) -> list[AgentId | None]:
    """Who is offered each of those who wait."""
    offered = {choice.handoff.id: choice.agent_id for choice in choose(waiting, team, NOW)}
    return [offered.get(each.handoff.id) for each in waiting]


def why(waiting: Waiting, *team: Colleague) -> str:
    """The line that says why the agent was chosen."""
    (choice,) = choose([waiting], team, NOW)
    return choice.why


def test_with_nobody_there_everybody_waits_on() -> None:
    assert chosen([waits()], []) == [None]
    gone, away = agent(MARA, presence=Presence.GONE), agent(TOM, presence=Presence.AWAY)
    assert chosen([waits(60)], [gone, away]) == [None]


def test_who_knows_the_department_is_asked_before_who_takes_anything() -> None:
    assert chosen([waits(1, "returns")], [agent(MARA), agent(TOM, "returns", load=2)]) == [TOM]


def test_who_knows_other_departments_is_not_asked_at_first_and_after_two_minutes_anybody_is() -> None:
    others = [agent(MARA, "orders")]
    assert chosen([waits(1.9, "returns")], others) == [None]
    assert chosen([waits(2, "returns")], others) == [MARA]
    assert why(waits(2, "returns"), *others) == "nobody who knows more about it was free, has 0 of 3"


def test_after_two_minutes_who_knows_it_is_still_asked_first() -> None:
    assert chosen([waits(30, "returns")], [agent(MARA, "orders"), agent(TOM, "returns", load=2)]) == [TOM]


def test_the_two_minutes_begin_anew_when_it_is_passed_on_to_another_department() -> None:
    passed_on = waits(30, "workshop", since=NOW - timedelta(minutes=1))
    assert chosen([passed_on], [agent(MARA, "orders")]) == [None]


@pytest.mark.parametrize("department", [None, "general"])
def test_what_belongs_to_no_department_in_particular_is_anybodys(department: str | None) -> None:
    assert chosen([waits(0, department)], [agent(MARA, "orders")]) == [MARA]


def test_the_language_counts_like_the_department() -> None:
    team = [agent(MARA, speaks="en"), agent(TOM, speaks="en de", load=2)]
    assert chosen([waits(1, language="de")], team) == [TOM]
    assert chosen([waits(1, language="fr")], team) == [None]
    assert chosen([waits(1, language="fr")], [agent(OLA)]) == [OLA]


def test_among_equals_the_least_busy_for_their_capacity_is_asked() -> None:
    assert chosen([waits()], [agent(MARA, load=2, capacity=8), agent(TOM, load=1, capacity=2)]) == [MARA]


def test_an_offer_that_is_not_answered_yet_counts_as_load() -> None:
    assert chosen([waits()], [agent(MARA, offers=1), agent(TOM)]) == [TOM]


def test_nobody_is_offered_more_than_they_have_room_for() -> None:
    line = [waits(3), waits(2), waits(1)]
    assert chosen(line, [agent(MARA, capacity=2, load=1), agent(TOM, capacity=1)]) == [TOM, MARA, None]


def test_who_waited_longest_comes_first() -> None:
    assert chosen([waits(1), waits(5)], [agent(MARA, capacity=1)]) == [None, MARA]


@pytest.mark.parametrize(
    ("who", "minutes_ahead"),
    [
        ({"is_valued": True}, 5),
        ({"comes_back": True}, 10),
        ({"reason": HandoffReason.BROKEN_PROMISE}, 10),
        ({"reason": HandoffReason.DISTRESS}, 15),
        ({"reason": HandoffReason.INJURY}, 30),
        ({"is_valued": True, "reason": HandoffReason.DISTRESS}, 20),
    ],
)
def test_who_can_wait_less_comes_minutes_earlier_but_not_before_everybody(
    who: dict[str, Any], minutes_ahead: int
) -> None:
    just_before, just_after = waits(1 + minutes_ahead + 0.1), waits(1 + minutes_ahead - 0.1)
    them = waits(1, **who)
    assert list(in_order([them, just_after, just_before])) == [just_before, them, just_after]


def test_who_comes_back_within_three_days_goes_to_the_agent_who_had_them_whatever_they_are_doing() -> None:
    team = [agent(MARA, "orders", load=2), agent(TOM, "returns")]
    again = waits(0, "returns", comes_back=True, knew=MARA)
    assert chosen([again], team) == [MARA]
    assert why(again, *team).startswith("had them within 72 hours")


def test_if_that_agent_is_not_there_or_full_another_helps_at_once() -> None:
    again = waits(0, comes_back=True, knew=MARA)
    assert chosen([again], [agent(MARA, presence=Presence.GONE), agent(TOM)]) == [TOM]
    assert chosen([again], [agent(MARA, load=3), agent(TOM)]) == [TOM]


def test_who_knew_the_customer_longer_ago_is_preferred_among_those_who_fit() -> None:
    old_friend = waits(0, "returns", knew=MARA)
    assert chosen([old_friend], [agent(MARA, load=2), agent(TOM, "returns")]) == [MARA]
    assert why(old_friend, agent(MARA, load=2)) == "knows them from before, has 2 of 3"
    assert chosen([old_friend], [agent(MARA, "orders"), agent(TOM, "returns", load=2)]) == [TOM]


def test_who_let_it_pass_is_not_asked_again_while_there_is_another() -> None:
    passed = waits(10, "returns", passed={TOM: NOW - timedelta(minutes=9)})
    assert chosen([passed], [agent(MARA, "orders"), agent(TOM, "returns")]) == [MARA]


def test_when_all_have_let_it_pass_the_one_asked_longest_ago_is_asked_again_after_a_pause() -> None:
    passed = waits(30, passed={TOM: NOW - timedelta(minutes=6), MARA: NOW - timedelta(minutes=7)})
    assert chosen([passed], [agent(MARA), agent(TOM)]) == [MARA]
    too_soon = waits(30, passed={TOM: NOW - timedelta(minutes=4)})
    assert chosen([too_soon], [agent(TOM)]) == [None]


def test_even_who_brings_the_customer_back_is_not_asked_twice_in_a_row() -> None:
    again = waits(10, comes_back=True, knew=MARA, passed={MARA: NOW - timedelta(minutes=6)})
    assert chosen([again], [agent(MARA), agent(TOM)]) == [TOM]


def test_the_reason_is_one_line_that_names_what_spoke_for_them() -> None:
    line = waits(1, "returns", language="de", knew=MARA)
    assert why(line, agent(MARA, "returns", speaks="de", load=1)) == (
        "knows them from before, knows returns, speaks de, has 1 of 3"
    )


def test_the_next_look_is_when_time_alone_changes_who_may_be_asked() -> None:
    assert next_look([], NOW) is None
    new = waits(0.5)
    assert next_look([new], NOW) == new.since + ANYBODY_AFTER
    passed_at = NOW - timedelta(minutes=1)
    assert next_look([waits(30, passed={MARA: passed_at})], NOW) == passed_at + ASK_AGAIN_AFTER
    assert next_look([waits(30)], NOW) is None


def test_a_place_counts_those_ahead_in_the_same_department() -> None:
    first, other, second = waits(5, "returns"), waits(4, "orders"), waits(3, "returns")
    general, none = waits(2, "general"), waits(1)
    line = [first, other, second, general, none]
    assert [place_of(each.handoff.id, line) for each in line] == [1, 1, 2, 1, 2]
    assert place_of(HandoffId("unknown"), line) is None


AGENTS = st.lists(
    st.builds(
        lambda place, departments, load, offers, capacity, presence: agent(
            AgentId(f"a{place}"), *departments, load=load, offers=offers, capacity=capacity, presence=presence
        ),
        st.integers(0, 5),
        st.sets(st.sampled_from(["returns", "orders"])),
        st.integers(0, 3),
        st.integers(0, 2),
        st.integers(0, 4),
        st.sampled_from(Presence),
    ),
    max_size=5,
    unique_by=lambda colleague: colleague.agent.id,
)
LINES = st.lists(
    st.builds(
        lambda minutes, department, passed, knew: waits(
            minutes, department, passed={who: NOW - timedelta(minutes=ago) for who, ago in passed.items()}, knew=knew
        ),
        st.floats(0, 60),
        st.sampled_from([None, "general", "returns", "orders"]),
        st.dictionaries(st.sampled_from([AgentId(f"a{place}") for place in range(6)]), st.integers(0, 10), max_size=3),
        st.sampled_from([None, AgentId("a0"), AgentId("a1")]),
    ),
    max_size=8,
)


@given(LINES, AGENTS)
def test_whatever_the_line_and_the_team_no_choice_breaks_a_rule(line: list[Waiting], team: list[Colleague]) -> None:
    choices = choose(line, team, NOW)
    assert len({choice.handoff.id for choice in choices}) == len(choices)
    people, waiting = {each.agent.id: each for each in team}, {each.handoff.id: each for each in line}
    for agent_id, colleague in people.items():
        offered = sum(choice.agent_id == agent_id for choice in choices)
        assert offered <= (colleague.room if colleague.presence is Presence.PRESENT else 0)
    for choice in choices:
        passed = waiting[choice.handoff.id].passed.get(choice.agent_id)
        assert passed is None or NOW - passed >= ASK_AGAIN_AFTER
        assert "\n" not in choice.why
    assert choose(line[::-1], team[::-1], NOW) == choices, "the order in which they are told must not count"


@given(LINES, AGENTS)
def test_nobody_who_may_be_asked_has_room_while_somebody_waits_who_waited_long_enough(
    line: list[Waiting], team: list[Colleague]
) -> None:
    choices = choose(line, team, NOW)
    served = {choice.handoff.id for choice in choices}
    for colleague in team:
        offered = sum(choice.agent_id == colleague.agent.id for choice in choices)
        if colleague.presence is not Presence.PRESENT or offered >= colleague.room:
            continue
        left = [each for each in line if each.handoff.id not in served and NOW - each.since >= ANYBODY_AFTER]
        assert all(colleague.agent.id in each.passed for each in left)
