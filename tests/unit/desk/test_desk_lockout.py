"""How long a guesser of passwords is made to wait."""

from __future__ import annotations

from bot.desk.lockout import FIRST_WAIT, FORGET_AFTER, FREE_TRIES, LONGEST_WAIT, Lockout


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def fail(lockout: Lockout, times: int, email: str = "a@b.example") -> None:
    for _ in range(times):
        assert lockout.begin(email) == 0.0


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    watch = Watch()
    lockout = Lockout(monotonic=watch)
    fail(lockout, FREE_TRIES)
    waits = []
    for _ in range(8):
        waits.append(wait := lockout.begin("a@b.example"))
        watch.seconds += wait
        fail(lockout, 1)
    assert waits[:4] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]
    assert waits[-1] == LONGEST_WAIT


def test_trying_while_locked_does_not_prolong_the_wait() -> None:
    watch = Watch()
    lockout = Lockout(monotonic=watch)
    fail(lockout, FREE_TRIES)
    watch.seconds += 10
    assert lockout.begin("a@b.example") == FIRST_WAIT - 10
    assert lockout.begin("a@b.example") == FIRST_WAIT - 10


def test_tries_at_the_same_moment_count_before_any_of_them_has_failed() -> None:
    lockout = Lockout(monotonic=Watch())
    waits = [lockout.begin("a@b.example") for _ in range(50)]
    assert waits.count(0.0) == FREE_TRIES


def test_after_a_quiet_hour_an_email_starts_afresh() -> None:
    watch = Watch()
    lockout = Lockout(monotonic=watch)
    fail(lockout, FREE_TRIES)
    watch.seconds += FORGET_AFTER + 1
    fail(lockout, FREE_TRIES)


def test_only_so_many_emails_are_remembered() -> None:
    lockout = Lockout(monotonic=Watch())
    fail(lockout, FREE_TRIES, "first@b.example")
    for number in range(10_000):
        lockout.begin(f"{number}@b.example")
    assert lockout.begin("first@b.example") == 0.0
