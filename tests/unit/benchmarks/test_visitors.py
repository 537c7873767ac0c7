"""What the load of visitors is judged by."""

from __future__ import annotations

from benchmarks.visitors import questions
from benchmarks.visitors_page import Plan, Tally, by_minute, growth, missed, report

PLAN = Plan(visitors=2, rate=1, seconds=120)


def tally(answered: list[float], memory: list[float]) -> Tally:
    return Tally(received=[1.0] * len(answered), answered=answered, memory=memory, took=50.0, cpu=1.5)


def test_memory_that_is_warm_and_stays_is_flat_and_warming_up_does_not_count() -> None:
    assert growth([100, 500, 800, 801, 800, 802, 800, 801, 800, 800]) < 0.01
    assert growth([800, 800, 800, 810, 820, 830, 840, 850, 900, 900]) > 0.1


def test_memory_is_told_at_the_beginning_after_each_minute_and_at_the_end() -> None:
    assert by_minute([float(second) for second in range(0, 121, 10)], 120) == [0, 60, 120]
    assert by_minute([float(second) for second in range(0, 91, 10)], 90) == [0, 60, 90]
    assert by_minute([800.0], 30) == [800.0]


def test_late_answers_growing_memory_and_lost_messages_miss_the_bars() -> None:
    fine = tally([10.0] * 100, [800.0] * 10)
    assert missed(fine) == []
    assert "Nothing was lost" in report([(PLAN, fine)])
    late = tally([10.0] * 98 + [1_200.0] * 2, [800.0] * 10)
    assert missed(late) == ["p99 is 1,200 ms"]
    grown = tally([10.0], [800.0] * 5 + [1_000.0] * 5)
    grown.lost, grown.disordered = 1, 2
    assert missed(grown) == ["1 messages were lost", "2 messages were out of order", "memory grew by 25.0%"]
    assert "- p99 is 1,200 ms" in report([(PLAN, late)])


def test_each_set_up_has_its_own_figures() -> None:
    page = report([(PLAN, tally([10.0] * 100, [800.0] * 10)), (Plan(2, 1, 120, workers=2), tally([20.0], [900.0]))])
    assert page.index("## SQLite, one server") < page.index("## PostgreSQL, a gateway and 2 workers")
    assert "| answered a second | 2.0 |" in page
    assert "| processor time a message: server / visitors | 15.0 / 0.0 ms |" in page


def test_no_answer_at_all_is_no_good_time() -> None:
    assert missed(tally([], [800.0]))[0] == "p99 is inf ms"


def test_there_are_enough_questions_for_ten_minutes_of_one_visitor() -> None:
    assert len(set(questions())) >= 60
