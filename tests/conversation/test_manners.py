"""How the bot behaves while it works: every script of scripts/manners, and each again in words as people type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.port import Dialogue
from tests.conversation.noise import with_noise
from tests.conversation.script import Script, read_scripts
from tests.conversation.stage import Stage

SCRIPTS = read_scripts(Path(__file__).parent / "scripts" / "manners")
SEED = 20
AT_MOST_LOST = 0.03
"""Share of the conversations that may fail with noise; without it none may."""


@pytest.mark.parametrize("script", [pytest.param(script, id=f"{file}: {script.name}") for file, script in SCRIPTS])
async def test_the_manners_hold(script: Script, dialogue: Dialogue, tmp_path: Path) -> None:
    broken = await _broken(script, dialogue, tmp_path)
    if broken:
        pytest.fail(broken, pytrace=False)


async def test_they_hold_as_well_in_words_as_people_type_them(dialogue: Dialogue, tmp_path: Path) -> None:
    broken = []
    for number, (_, script) in enumerate(SCRIPTS):
        (folder := tmp_path / str(number)).mkdir()
        problem = await _broken(with_noise(script, SEED), dialogue, folder)
        broken += [problem] if problem else []

    share = len(broken) / len(SCRIPTS)
    assert share <= AT_MOST_LOST, f"{len(broken)} of {len(SCRIPTS)} fail with noise:\n\n" + "\n\n".join(broken)


def test_there_are_at_least_a_hundred_conversations_with_names_of_their_own() -> None:
    names = [script.name for _, script in SCRIPTS]
    assert len(set(names)) == len(names) >= 100


def test_noise_varies_words_and_keeps_values() -> None:
    said = "I'd like to change the address of order 1050 to 14 Fossgate, York, I am ana@example.com"
    step = {"say": said, "keep": "14 Fossgate, York"}
    script = Script.model_validate({"name": "someone", "steps": [step] * 20})

    varied = [step.say for step in with_noise(script, SEED).steps]

    assert all("14 Fossgate, York" in say and " 1050 " in say and "ana@example.com" in say for say in varied if say)
    assert len(set(varied)) > 10
    assert varied == [step.say for step in with_noise(script, SEED).steps]


async def _broken(script: Script, dialogue: Dialogue, folder: Path) -> str | None:
    """What goes wrong in a conversation, with all that was said; None when all is well."""
    async with Stage(dialogue=dialogue, folder=folder, script=script) as stage:
        for number, step in enumerate(script.steps, start=1):
            try:
                await stage.play(step)
            except AssertionError as exc:
                return f"{script.name}, step {number}: {exc}\n\n{await stage.transcript()}"
    return None
