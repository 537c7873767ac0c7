"""Nobody can drown the others: one visitor, one network and all together send so much a minute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.http import ApiError
from bot.limits import MINUTE, Limits, Rate


class Watch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def limits(watch: Watch, **given: float) -> Limits:
    return Limits(**{"visitor": 0, "address": 0, "everyone": 0, **given}, streams=2, now=watch)


def refused(limits: Limits, **who: str) -> float:
    with pytest.raises(ApiError) as refusal:
        limits.admit(**who)
    assert (refusal.value.status, refusal.value.code) == (429, "too_many_requests")
    assert refusal.value.retry_after is not None
    return refusal.value.retry_after


@given(st.lists(st.floats(0, 90), max_size=80), st.integers(1, 20))
def test_no_minute_ever_sees_more_than_twice_the_rate_and_the_long_run_keeps_to_it(
    gaps: list[float], per_minute: int
) -> None:
    watch, passed = Watch(), []
    rate = Rate(per_minute=per_minute, now=watch)
    for gap in gaps:
        watch.now += gap
        if not rate.seconds_to_wait("ana"):
            rate.take("ana")
            passed.append(watch.now)
    for start in passed:
        assert sum(start <= at < start + MINUTE for at in passed) <= 2 * per_minute
    if passed:
        assert len(passed) <= per_minute + (passed[-1] - passed[0]) * per_minute / MINUTE + 1e-6


def test_a_minutes_worth_may_come_at_once_and_then_one_whenever_it_is_due(watch: Watch) -> None:
    some = limits(watch, visitor=6)
    for _ in range(6):
        some.admit(visitor="ana")
    assert refused(some, visitor="ana") == 10

    watch.now += 10
    some.admit(visitor="ana")
    assert refused(some, visitor="ana") == 10


def test_one_visitor_over_the_limit_does_not_stop_another(watch: Watch) -> None:
    some = limits(watch, visitor=1)
    some.admit(visitor="ana")
    refused(some, visitor="ana")
    some.admit(visitor="ben")


def test_who_is_refused_is_not_counted_against_the_others(watch: Watch) -> None:
    some = limits(watch, visitor=1, everyone=2)
    some.admit(visitor="ana")
    for _ in range(5):
        refused(some, visitor="ana")
    some.admit(visitor="ben")
    assert refused(some, visitor="cleo") == 30


def test_a_network_is_one_address_or_the_64_bits_of_a_household(watch: Watch) -> None:
    some = limits(watch, address=1)
    some.admit(address="203.0.113.7")
    refused(some, address="203.0.113.7")
    some.admit(address="203.0.113.8")
    some.admit(address="2001:db8:1:2::1")
    refused(some, address="2001:db8:1:2:ffff::9")
    some.admit(address="2001:db8:1:3::1")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "unix", ""])
def test_this_machine_has_no_limit(watch: Watch, address: str) -> None:
    some = limits(watch, address=1)
    for _ in range(50):
        some.admit(address=address)


def test_zero_sets_no_limit(watch: Watch) -> None:
    some = limits(watch)
    for _ in range(1_000):
        some.admit(visitor="ana", address="203.0.113.7")


def test_those_at_rest_are_forgotten(watch: Watch) -> None:
    rate = Rate(per_minute=60, now=watch)
    for number in range(30_000):
        rate.take(str(number))
        watch.now += 0.01
    assert len(rate._at_rest) <= 10_000


def test_a_visitor_holds_so_many_streams_open_and_no_more(watch: Watch) -> None:
    some = limits(watch)
    with some.stream("ana"), some.stream("ana"), some.stream("ben"):
        with pytest.raises(ApiError) as refusal, some.stream("ana"):
            pass
        assert refusal.value.status == 429
    with some.stream("ana"), some.stream("ana"):
        pass
