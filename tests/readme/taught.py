"""Trains the project in the current folder and says each given line to it; prints what came of it as JSON.

Run by `test_snippets` in a copy of the project, in a process of its own: every action class that exists is registered.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bot.dialogue.port import Said
from bot.nlu.quiet import silence
from bot.person_topics import PersonTopics
from memory.model import CustomerId


async def main(lines: list[str]) -> None:
    """Each line is said by Ana, who is logged in, in a conversation of its own."""
    with silence():
        from rasa.model_training import train

        trained = train(domain="domain.yml", config="config.yml", training_files=["nlu_data"], output="models")
        assert trained.model, "nothing was trained"
        from actions.executor import InProcessActions
        from bot.dialogue.embedded import EmbeddedDialogue

        dialogue = EmbeddedDialogue(model=Path(trained.model), actions=InProcessActions(), topics=PersonTopics({}))
        told = []
        for number, (who, line) in enumerate(zip([None, *["c-101"] * len(lines)], [lines[0], *lines], strict=True)):
            said = Said(CustomerId(f"customer-{number}"), f"turn-{number}", line, context={"shop_customer_id": who})
            outcome = await dialogue.respond(said, None)
            told.append({"replies": [r.text for r in outcome.replies], "records": [repr(r) for r in outcome.records]})
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
