"""What the load of visitors is judged by."""

from __future__ import annotations

from benchmarks.visitors import Plan, Tally, growth, missed, questions, report

PLAN = Plan(visitors=2, rate=1, seconds=4)


def tally(answered: list[float], memory: list[float]) -> Tally:
    return Tally(received=[1.0] * len(answered), answered=answered, memory=memory)


def test_memory_that_is_warm_and_stays_is_flat_and_warming_up_does_not_count() -> None:
    assert growth([100, 500, 800, 801, 800, 802, 800, 801, 800, 800]) < 0.01
    assert growth([800, 800, 800, 810, 820, 830, 840, 850, 900, 900]) > 0.1


def test_late_answers_growing_memory_and_lost_messages_miss_the_bars() -> None:
    fine = tally([10.0] * 100, [800.0] * 10)
    assert missed(fine, []) == []
    assert "Nothing was lost" in report(PLAN, fine, [])
    late = tally([10.0] * 98 + [1_200.0] * 2, [800.0] * 10)
    assert missed(late, []) == ["p99 is 1200 ms"]
    grown = tally([10.0], [800.0] * 5 + [1_000.0] * 5)
    assert missed(grown, ["visitor-1 was never answered to m-1"]) == [
        "visitor-1 was never answered to m-1",
        "memory grew by 25.0%",
    ]
    assert "- p99 is 1200 ms" in report(PLAN, late, [])


def test_no_answer_at_all_is_no_good_time() -> None:
    assert missed(tally([], [800.0]), [])[0] == "p99 is inf ms"


def test_there_are_enough_questions_for_ten_minutes_of_one_visitor() -> None:
    assert len(set(questions())) >= 60
