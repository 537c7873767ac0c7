"""Whatever a customer gave in any of the scripts, the agent finds it in the brief, with the message it came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.brief import brief_view
from bot.dialogue.port import Dialogue
from memory.rules import TRIED_WITHIN
from tests.conversation.script import Script
from tests.conversation.stage import Stage
from tests.conversation.test_conversations import SCRIPTS

TAKEN_AWAY = frozenset({"forget", "privacy", "linking"})
"""Scripts in which what was given is erased, or given back to another customer: there it must not be in the brief."""


@pytest.mark.parametrize(
    "script", [pytest.param(script, id=f"{file}: {script.name}") for file, script in SCRIPTS if file not in TAKEN_AWAY]
)
async def test_the_agent_finds_what_the_customer_gave(script: Script, dialogue: Dialogue, tmp_path: Path) -> None:
    async with Stage(dialogue=dialogue, folder=tmp_path, script=script) as stage:
        given = {}
        for step in script.steps:
            await stage.play(step)
            for label, value in stage.collected().items():
                given.setdefault((label, value), stage.now)
        view = await stage.brief()
        lately = {pair for pair, at in given.items() if at > stage.now - TRIED_WITHIN}
    told = brief_view(view.brief, view.messages)
    known = {(one.label, one.value): one.number for one in (*told.collected, *told.given)}
    assert lately - known.keys() == set(), f"an agent would have to ask again; the brief has {known}"
    numbers = [known[pair] for pair in lately]
    assert all(number and number <= view.brief.customer.last_number for number in numbers), known


def test_the_scripts_give_values_in_several_tasks() -> None:
    marked = {
        slot for file, script in SCRIPTS for step in script.steps for slot in step.gives if file not in TAKEN_AWAY
    }
    assert {"order_number", "return_reason", "new_address"} <= marked
