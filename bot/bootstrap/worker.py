"""The part of a process that takes turns: the dialogue and what surrounds it. Built in `running`."""

from __future__ import annotations

import asyncio

from bot.beside import side_by_side
from bot.bootstrap.common import Common
from bot.bootstrap.given import served, utc_now
from bot.bootstrap.thinking import Thinking
from bot.bootstrap.ways import WAYS
from bot.calls import Calls
from bot.faq.fresh import FreshFaq
from bot.faq.seed import faq_records
from bot.meanwhile import Meanwhile
from bot.settings import PROJECT
from bot.turn import TurnHandler
from bot.turn_runner import TurnRunner


async def answer(common: Common, ready: asyncio.Event) -> None:
    """Have the model loaded, then take turns and keep the FAQ fresh; `ready` is set while it answers."""
    thinking = Thinking(settings=common.settings, ready=ready, metrics=common.metrics)
    async with thinking.going():
        await common.memory.faq.seed(faq_records(PROJECT / "nlu_data" / "faq"))
        handler = TurnHandler(
            dialogue=thinking,
            hours=common.hours,
            calls=Calls(
                line=common.line,
                hours=common.hours,
                departments=common.settings.department_of,
                patience=common.settings.patience,
            ),
            meanwhile=Meanwhile(notices=common.memory.notices, hours=common.hours, serves=served(common.settings)),
            silence=common.settings.silence,
            abandon_after=common.settings.abandonment,
            clock=utc_now,
            escalation=common.settings.handled_otherwise,
            mail=WAYS.mail,
            answers_only=WAYS.answers_only,
        )
        runner = TurnRunner(
            turns=common.memory.turns, handler=handler, doorbell=common.memory.doorbell, metrics=common.metrics
        )
        faq = FreshFaq(entries=common.memory.faq, doorbell=common.memory.doorbell, use=thinking.use_faq, clock=utc_now)
        await side_by_side(runner.run(), faq.run(ready.set))
