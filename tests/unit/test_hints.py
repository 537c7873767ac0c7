"""Looking messages up for agents, with the project's own FAQ, encoder and finder, as a gateway does it."""

from __future__ import annotations

import subprocess
import sys

LOOK_UP = """
import asyncio, sys
from datetime import datetime, timezone
from bot.bootstrap.opened import project_encoder, project_finder
from bot.settings import PROJECT
from bot.faq.seed import faq_records
from bot.hints import Hints
from tests.remembering import fake_memory

async def main():
    now = lambda: datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
    memory = fake_memory(clock=now)
    await memory.faq.seed(faq_records(PROJECT / "nlu_data" / "faq"))
    hints = Hints(entries=memory.faq, encoder=project_encoder, finder=project_finder, clock=now)
    print([match.entry.id for match in await hints.answers("how long have I got to send it back?", "en")])
    print([match.entry.id for match in await hints.answers("qwertz asdf yxcv", "en")])
    print([(each.entity, each.value) for each in await hints.values("FH-1042, the Ridge 2 tent, it is too small")])
    alike, other = await hints.likeness("my tent is to go back", ["Return of the Ridge 2 tent", "Gift card question"])
    print(alike > 0.4 > other)
    print([name for name in ("tensorflow", "rasa") if name in sys.modules])

asyncio.run(main())
"""


def test_messages_are_looked_up_without_the_trained_model_and_its_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK_UP], check=True, capture_output=True, text=True)
    near, far, values, alike, heavy = done.stdout.splitlines()
    assert near.startswith("['return_window'")
    assert far == "[]"
    assert values == "[('order_number', '1042'), ('product', 'ridge-2-tent'), ('return_reason', 'too_small')]"
    assert alike == "True"
    assert heavy == "[]"
