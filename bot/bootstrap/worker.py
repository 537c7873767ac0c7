"""The part of a process that takes turns: the model, the customer tasks and the FAQ. Built in `running`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from actions.recollection import current as recollection
from actions.shop import current
from bot.beside import beside
from bot.bootstrap.common import Common
from bot.bootstrap.given import served, utc_now
from bot.bootstrap.opened import project_encoder
from bot.bootstrap.ways import WAYS
from bot.calls import Calls
from bot.dialogue.port import Dialogue
from bot.faq.fresh import FreshFaq
from bot.faq.seed import faq_records
from bot.meanwhile import Meanwhile
from bot.nlu.quiet import silence
from bot.person_topics import PersonTopics
from bot.recollection import TranscriptRecollection
from bot.settings import PROJECT
from bot.training import trained_model
from bot.turn import TurnHandler
from bot.turn_runner import TurnRunner
from memory.model import FaqRecord


async def answer(common: Common, ready: asyncio.Event) -> None:
    """Load the model off the request path, then take turns and keep the FAQ fresh; `ready` is set once it answers."""
    current.use(common.shop)
    recollection.use(
        TranscriptRecollection(
            transcript=common.memory.transcript, encoder=project_encoder, silence=common.settings.silence
        )
    )
    model = trained_model(common.settings.model)
    dialogue = await beside(partial(load_dialogue, model))
    await common.memory.faq.seed(faq_records(PROJECT / "nlu_data" / "faq"))
    handler = TurnHandler(
        dialogue=dialogue,
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

    async def use(entries: Sequence[FaqRecord]) -> None:
        await beside(partial(dialogue.use_faq, entries))

    faq = FreshFaq(entries=common.memory.faq, doorbell=common.memory.doorbell, use=use, clock=utc_now)
    await asyncio.gather(runner.run(), faq.run(ready.set))


def load_dialogue(model: Path) -> Dialogue:
    """Import Rasa and load a model with the customer tasks: seconds, so call it in a thread. Raises ModelMissing."""
    with silence():
        from actions.executor import InProcessActions
        from actions.spoken import values_for
        from bot.dialogue.embedded import EmbeddedDialogue

        topics = PersonTopics.read(PROJECT / "person_topics.yml")
        dialogue = EmbeddedDialogue(model=model, actions=InProcessActions(), topics=topics, values_for=values_for)
    gc.collect()
    gc.freeze()  # the model stays: to look through its half a million objects again and again would hold up turns
    return dialogue
