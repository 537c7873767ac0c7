"""Every script in scripts/ holds, from the inbox to the outbox, with the model that serves customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.port import Dialogue
from tests.conversation.script import Script, read_scripts
from tests.conversation.stage import Stage

SCRIPTS = read_scripts(Path(__file__).parent / "scripts")


@pytest.mark.parametrize("script", [pytest.param(script, id=f"{file}: {script.name}") for file, script in SCRIPTS])
async def test_conversation(script: Script, dialogue: Dialogue, tmp_path: Path) -> None:
    async with Stage(dialogue=dialogue, folder=tmp_path, script=script) as stage:
        for number, step in enumerate(script.steps, start=1):
            try:
                await stage.play(step)
            except AssertionError as exc:
                pytest.fail(f"{script.name}, step {number}: {exc}\n\n{await stage.transcript()}", pytrace=False)


def test_there_are_at_least_sixty_conversations_with_names_of_their_own() -> None:
    names = [script.name for _, script in SCRIPTS]
    assert len(set(names)) == len(names) >= 60
