"""Counts the questions that a conversation asks for what the customer has given already: there must be none.

A question is the open form's pending one, counted when it is new: put again after a digression, a cut or an answer that
was none, it is the same question. "Shall I do it?" asks for a yes, not for a value, and is never counted. Given is

- what the open task, or one that waits, held an answer to, until that task ends;
- what a script says was given (`gives`), on whatever channel and however long ago, until it says `takes_back`.

It is no repetition when the very message takes the answer back: by going back, starting over, saying no, choosing what
to change, naming another order, or by number and e-mail address that don't belong together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.conversation.watched import Turn

TAKES_BACK = frozenset({"go_back", "start_over", "stop", "deny"})
_CHANGES = re.compile(r'"change"|\b(?:change|wrong|different|other|not that|instead|meant|another)\b', re.IGNORECASE)


@dataclass(slots=True)
class Tally:
    """Over all conversations that were played."""

    questions: int = 0
    repeated: int = 0


TALLY = Tally()
"""Of this run of the tests; told at its end."""


@dataclass(slots=True)
class Given:
    """What one customer has given so far."""

    named: set[str] = field(default_factory=set)
    """By the script."""
    held: dict[str, set[str]] = field(default_factory=dict)
    """By the task: the slots that had an answer."""
    tally: Tally = TALLY

    def repeats(self, turn: Turn, gives: Sequence[str], takes_back: Sequence[str]) -> str | None:
        """The slot that this turn asked for although it had been given; None when it did not."""
        self.named |= set(gives)
        self.named -= set(takes_back)
        self.held = {form: slots - set(takes_back) for form, slots in self.held.items()}
        asked = _new_question(turn)
        given = self.named | self.held.get(turn.after.form or "", set())
        repeated = asked if asked in given and not _is_taken_back(turn) else None
        self._keep(turn)
        self.tally.questions += asked is not None
        self.tally.repeated += repeated is not None
        return repeated

    def _keep(self, turn: Turn) -> None:
        after = turn.after
        open_still = {after.form, *(each["form"] for each in after.slots.get("waiting_tasks") or ())}
        self.held = {form: slots for form, slots in self.held.items() if form in open_still}
        if after.form:
            before = set() if _is_taken_back(turn) else self.held.get(after.form, set())
            self.held[after.form] = before | set(after.slots)


def _new_question(turn: Turn) -> str | None:
    asked, before = turn.after.asked, turn.before
    if asked is None or asked.endswith("_confirmed"):
        return None
    return None if (turn.after.form, asked) == (before.form, before.asked) else asked


def _is_taken_back(turn: Turn) -> bool:
    before, after = turn.before.slots, turn.after.slots
    another = before.get("order_number") not in {None, after.get("order_number")}
    said = turn.said.payload or turn.said.text
    return another or bool(TAKES_BACK & set(turn.after.intents[-1:])) or bool(_CHANGES.search(said))
