"""What the customer is after, whether that is over, and where the conversation stands with it. Used by `brief`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.next_step import Situation
from memory.model import Author, Case, Handoff, Message


@dataclass(frozen=True, slots=True)
class Goal:
    """In a line, with its case where there is one; it `is_over` when that is done or given up."""

    text: str | None
    case: Case | None = None
    is_over: bool = False


def goal_of(said: str | None, cases: Sequence[Case]) -> Goal:
    """What they are after: what the dialogue was at last or, when that is over, what else is open.

    `cases` come with those that stand first.
    """
    if said is None:
        return Goal(None)
    mine = next((case for case in cases if case.title == said), None)
    if mine is None:
        return Goal(said, cases[0] if cases else None)
    if mine.stands or not cases[0].stands:
        return Goal(said, mine, is_over=not mine.stands)
    return Goal(cases[0].title, cases[0])


def situation(
    goal: Goal, goal_in: int | None, last_words: int | None, messages: Sequence[Message], handoff: Handoff | None
) -> Situation:
    """Where the conversation stands, by its latest messages."""
    since = handoff.requested_number if handoff else 0
    by_agents = [said.number for said in messages if said.author is Author.AGENT and said.text and said.number >= since]
    by_customer = [said.number for said in messages if said.author is Author.CUSTOMER]
    written_in = by_agents[-1] if by_agents else None
    ended = handoff if handoff is not None and not handoff.state.is_open else None
    return Situation(
        goal=None if goal.is_over else goal.text,
        goal_in=goal_in,
        last_words=last_words,
        written_in=written_in,
        answered=written_in is not None and written_in > max(by_customer, default=0),
        ended=ended,
        ended_in=_last_before_the_end(messages, ended) if ended else None,
    )


def _last_before_the_end(messages: Sequence[Message], ended: Handoff) -> int | None:
    """The last thing that was said in it."""
    said = [message.number for message in messages if ended.closed_at is None or message.at <= ended.closed_at]
    return said[-1] if said else None
