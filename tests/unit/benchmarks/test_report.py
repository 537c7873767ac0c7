"""The page must not flatter: medians over rounds, and a bar is kept only if its figure says so."""

from __future__ import annotations

from benchmarks.measure import Latency, Timing, latency
from benchmarks.report import Comparison, Figures, page

ON = {"processor": "a processor", "cores": "2", "system": "Linux", "python": "3.10", "measured_on": "1 May 2025"}


def one(p50: float, *, per_second: float, history: dict[int, float] | None = None) -> Figures:
    return Figures(
        start_s=1.0,
        rss_mb=500.0,
        sequential=_latency(p50),
        per_second=per_second,
        history={size: _latency(ms) for size, ms in (history or {}).items()},
    )


def _latency(p50: float) -> Latency:
    return Latency(p50_ms=p50, p99_ms=2 * p50, answered=1.0, by_kind={"FAQ": p50})


def test_p50_is_the_median_and_p99_the_nearest_rank() -> None:
    timings = [Timing("FAQ", float(ms), answered=ms != 100) for ms in range(1, 101)]
    measured = latency(timings)
    assert (measured.p50_ms, measured.p99_ms, measured.answered) == (50.5, 99.0, 0.99)


def test_bars_are_judged_by_the_medians_of_the_rounds() -> None:
    ours = [one(ms, per_second=90, history={10: 5.0, 2000: 6.0}) for ms in (9.0, 10.0, 50.0)]
    stock = [one(ms, per_second=30, history={10: 40.0}) for ms in (30.0, 30.0, 31.0)]
    assert [bar.kept for bar in Comparison(ours=ours, stock=stock).bars()] == [True, True, True]


def test_a_missed_bar_says_so() -> None:
    ours = [one(11.0, per_second=80, history={10: 5.0, 2000: 6.1})]
    comparison = Comparison(ours=ours, stock=[one(30.0, per_second=30)])
    assert [bar.kept for bar in comparison.bars()] == [False, False, False]
    assert page(comparison, rounds=1, on=ON).count("**missed**") == 3


def test_what_was_not_measured_stays_open_and_out_of_the_table() -> None:
    comparison = Comparison(ours=[Figures(start_s=3.0)], stock=[Figures(start_s=30.0)])
    assert [bar.kept for bar in comparison.bars()] == [None, None, None]
    assert [(row.title, row.times) for row in comparison.rows()] == [("Start to first answered message", 10.0)]


def test_the_page_shows_both_sides_and_how_many_times_better() -> None:
    comparison = Comparison(ours=[one(5.0, per_second=120)], stock=[one(30.0, per_second=30)])
    written = page(comparison, rounds=1, on=ON)
    assert "| One message, p50 | 5.0 ms | 30.0 ms | 6.0 × |" in written
    assert "| Messages a second, 8 customers at once | 120 /s | 30.0 /s | 4.0 × |" in written
