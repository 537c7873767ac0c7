"""The process in which the dialogue thinks: `python -m bot.bootstrap.thinker`, started by `bot.bootstrap.thinking`."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from actions.recollection import current as recollection
from actions.shop import current
from actions.shop.open import open_shop
from bot.apart import serve_part
from bot.beside import beside
from bot.bootstrap.given import utc_now
from bot.bootstrap.opened import project_encoder
from bot.dialogue.port import Said
from bot.logs import log_at
from bot.nlu.quiet import silence
from bot.person_topics import PersonTopics
from bot.recollection import TranscriptRecollection
from bot.settings import PROJECT, Settings
from bot.training import trained_model
from memory.model import DialogueState, FaqRecord, Outcome
from memory.sql import transcript_of

if TYPE_CHECKING:
    from bot.dialogue.embedded import EmbeddedDialogue


class Thinker:
    """The loaded model, as it is called from the other process."""

    def __init__(self, dialogue: EmbeddedDialogue) -> None:
        self._dialogue = dialogue

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        """Answer one message."""
        return await self._dialogue.respond(said, state)

    async def use_faq(self, entries: Sequence[FaqRecord]) -> None:
        """Answer from these entries; messages go on being answered meanwhile."""
        await beside(partial(self._dialogue.use_faq, entries))


async def open_thinker(given: tuple[Settings, Sequence[FaqRecord] | None]) -> Thinker:
    """Load the model, with the entries of the FAQ where they are known. Raises Refused and ModelMissing."""
    settings, entries = given
    log_at(settings.log_level)
    dialogue = load_dialogue(trained_model(settings.model))
    current.use(await open_shop(settings.shop_path))
    transcript = transcript_of(settings.database_url.get_secret_value(), clock=utc_now)
    recollection.use(TranscriptRecollection(transcript=transcript, encoder=project_encoder, silence=settings.silence))
    thinker = Thinker(dialogue)
    if entries is not None:
        await thinker.use_faq(entries)
    return thinker


def load_dialogue(model: Path) -> EmbeddedDialogue:
    """Import Rasa and load a model with the customer tasks: seconds. Raises ModelMissing."""
    with silence():
        from actions.executor import InProcessActions
        from actions.spoken import values_for
        from bot.dialogue.embedded import EmbeddedDialogue

        topics = PersonTopics.read(PROJECT / "person_topics.yml")
        dialogue = EmbeddedDialogue(model=model, actions=InProcessActions(), topics=topics, values_for=values_for)
    gc.collect()
    gc.freeze()  # the model stays: to look through its half a million objects again and again would hold up turns
    return dialogue


if __name__ == "__main__":
    serve_part(open_thinker)
