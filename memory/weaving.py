"""How the threads of two customers are told as one: in the order in which their messages were accepted. Pure.

Used by the merging of `memory.sql` and `memory.fakes`, and for the numbers that each gets back when they are parted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What of a message decides its place. `answers`: it is the bot's answer to what stands before it."""

    number: int
    at: datetime
    answers: bool


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the numbers of a thread change: `old` ones, rising, and what each becomes.

    A number between two old ones is a place in the thread: it becomes that of the message before it. Below all of
    them it stays, but not above `untouched`.
    """

    old: Sequence[int]
    new: Sequence[int]
    untouched: int = 0

    @classmethod
    def by_rank(cls, old: Sequence[int]) -> Numbering:
        """Without gaps, from 1."""
        return cls(old, range(1, len(old) + 1))

    def __call__(self, number: int) -> int:
        """What a number becomes. 0, which is no message, stays 0."""
        place = bisect_right(self.old, number)
        return self.new[place - 1] if place else min(number, self.untouched)

    @property
    def changes(self) -> bool:
        """Whether any number becomes another."""
        return list(self.old) != list(self.new)


def weave(kept: Sequence[Said], absorbed: Sequence[Said]) -> tuple[Numbering, Numbering]:
    """The numbers of both in one thread. Of the kept one its end will do, from the place that `begins` tells."""
    untouched = kept[0].number - 1 if kept else 0
    placed = sorted(
        [(at, 0, said.number) for at, said in zip(accepted(kept), kept, strict=True)]
        + [(at, 1, said.number) for at, said in zip(accepted(absorbed), absorbed, strict=True)]
    )
    numbers: tuple[list[int], list[int]] = ([], [])
    for number, (_, whose, _old) in enumerate(placed, start=untouched + 1):
        numbers[whose].append(number)
    mine, theirs = ([said.number for said in thread] for thread in (kept, absorbed))
    return Numbering(mine, numbers[0], untouched), Numbering(theirs, numbers[1])


def accepted(thread: Sequence[Said]) -> Sequence[datetime]:
    """When what a thread says was accepted: an answer goes with its question, and nothing with what came after it.

    A message may have waited while other things were said: the order within a thread is never changed.
    """
    times: list[datetime] = []
    for said in thread:
        times.append(times[-1] if said.answers and times else said.at)
    for place in reversed(range(len(times) - 1)):
        times[place] = min(times[place], times[place + 1])
    return times
