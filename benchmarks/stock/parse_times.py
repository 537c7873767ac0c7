"""Times stock Rasa's understanding of texts; run by stock Rasa's own Python: `parse_times.py MODEL < texts.json`.

Prints the milliseconds of each text as JSON, by the clock and of the processor.
"""

import asyncio
import json
import sys
import time

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage


async def main() -> None:
    """Read some texts beforehand, then time each of the others."""
    agent = Agent.load(sys.argv[1])
    texts = json.load(sys.stdin)
    took = []
    for text in texts["before"]:
        await agent.processor.parse_message(UserMessage(text))
    for text in texts["timed"]:
        begun, worked = time.perf_counter(), time.process_time()
        await agent.processor.parse_message(UserMessage(text))
        took.append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
    print(json.dumps(took))


asyncio.run(main())
