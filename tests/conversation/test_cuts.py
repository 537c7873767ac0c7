"""Cuts don't matter: whatever happens between two messages, slots, records and questions end up as if it had not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from bot.dialogue.port import Dialogue
from tests.conftest import CUTS_IN_CI
from tests.conversation.cuts import Course, Cut, Kill, play
from tests.conversation.script import Script, Step, read_scripts
from tests.conversation.stage import GIVEN_UP_AFTER

FOLDER = Path(__file__).parent / "scripts"
IN_MEMORY = Path("/dev/shm")
GROUPS = 10
"""Of scripts, each with its share of the cuts, so that few cuts fall into many conversations, too."""
SILENCES = [timedelta(0), timedelta(minutes=31), timedelta(days=1), timedelta(days=3), timedelta(weeks=4)]


def is_message(step: Step) -> bool:
    """Whether a step is a customer's message and nothing else."""
    happens = step.wait or step.restart or step.log_in or step.link_telegram or step.agent or step.via
    return not happens and (step.say is not None or step.press is not None)


def suitable() -> Sequence[Script]:
    """The scripts that are talk from begin to end, with two places to cut at least."""
    written = [*read_scripts(FOLDER), *read_scripts(FOLDER / "manners")]
    return [script for _, script in written if len(script.steps) > 2 and all(map(is_message, script.steps))]


SCRIPTS = suitable()


@st.composite
def cut_scripts(draw: st.DrawFn, group: int) -> tuple[Script, Sequence[Cut]]:
    """A conversation of a group, and two cuts in it or more."""
    scripts = SCRIPTS[group::GROUPS]
    script = scripts[draw(st.sampled_from(range(len(scripts))))]  # Hypothesis writes out what it chooses from
    places = draw(st.sets(st.integers(1, len(script.steps) - 1), min_size=2))
    cuts = [draw(cut_at(place, channels_of(script, place))) for place in sorted(places)]
    assume(sum((cut.silence for cut in cuts), timedelta(0)) < GIVEN_UP_AFTER)
    return script, cuts


def channels_of(script: Script, place: int) -> Sequence[str]:
    """Where its customer can go on. REST knows somebody by their login only: there is no code to link it by.

    The choice of who waits is not put again on another channel where a task has a question open.
    """
    if script.steps[place].press == "Leave it":
        return []
    if script.customer:
        return ["web", "telegram", "rest"]
    return [] if script.via == "rest" else ["web", "telegram"]


def cut_at(place: int, channels: Sequence[str]) -> st.SearchStrategy[Cut]:
    """Anything that can happen there, alone or at once; mostly something does."""
    return st.builds(
        Cut,
        place=st.just(place),
        silence=st.sampled_from(SILENCES),
        channel=st.sampled_from([None, *channels]),
        is_compacted=st.booleans(),
        is_retrained=st.booleans(),
        kill=st.sampled_from([None, *Kill]),
    ).filter(lambda cut: cut != Cut(place))


class Uncut:
    """Each conversation without cuts, played when it is first asked for."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._courses: dict[str, Course] = {}

    @property
    def number(self) -> int:
        """How many were played."""
        return len(self._courses)

    def course(self, script: Script) -> Course:
        """How it goes."""
        if script.name not in self._courses:
            self._courses[script.name] = played(script, [], [self._dialogue])
        return self._courses[script.name]


def played(script: Script, cuts: Sequence[Cut], models: Sequence[Dialogue]) -> Course:
    """Play it on new databases; in memory, where there is such a folder: cuts of the power itself are not for here."""
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        return asyncio.run(play(script, cuts, models, Path(folder)))


def assert_the_same(cut: Course, uncut: Course) -> None:
    """Message by message, then in the books."""
    for ours, theirs in zip(cut.exchanges, uncut.exchanges, strict=True):
        assert ours == theirs, f"after “{ours.said}”"
    assert cut.kept == uncut.kept
    assert cut.most_resume_lines <= 1


@pytest.mark.parametrize("group", range(GROUPS))
def test_cuts_do_not_matter(
    group: int, dialogue: Dialogue, retrained: Dialogue, request: pytest.FixtureRequest
) -> None:
    """Half as many conversations as cuts are wanted, since each has two at least. At random when there are many."""
    asked_for = int(request.config.getoption("--cuts"))
    wanted = asked_for // GROUPS
    uncut, made = Uncut(dialogue), 0

    @settings(
        max_examples=wanted // 2,
        derandomize=asked_for <= CUTS_IN_CI,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cut_scripts(group))
    def it_ends_as_if_nothing_had_happened(drawn: tuple[Script, Sequence[Cut]]) -> None:
        nonlocal made
        script, cuts = drawn
        note(script.name)
        expected = uncut.course(script)
        assume(not (expected.repeats and any(cut.silence for cut in cuts)))  # after a silence it is not said again
        assert_the_same(played(script, cuts, [dialogue, retrained]), expected)
        made += len(cuts)

    it_ends_as_if_nothing_had_happened()
    print(f"{made} cuts in conversations of {uncut.number} scripts")
    assert made >= wanted


def test_there_are_conversations_enough_to_be_cut_and_of_every_task() -> None:
    spoken = " ".join(step.say or "" for script in SCRIPTS for step in script.steps)
    assert len(SCRIPTS) >= 40
    assert all(word in spoken for word in ("return", "cancel", "address", "where is", "person"))
