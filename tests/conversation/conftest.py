"""The trained model, loaded once for all conversations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.bootstrap.thinker import load_dialogue
from bot.dialogue.port import Dialogue
from bot.faq.seed import faq_records
from bot.settings import PROJECT
from bot.training import train
from memory.model import FaqRecord
from tests.conversation.models import trained_anew

if TYPE_CHECKING:
    from bot.dialogue.embedded import EmbeddedDialogue


@pytest.fixture(scope="session")
def dialogue() -> Dialogue:
    """The model of the present sources (trained here if it is not there), with the FAQ of the sample shop."""
    return _with_faq(train(PROJECT / "models", on_step=lambda _: None))


@pytest.fixture(scope="session")
def retrained() -> Dialogue:
    """Another model of the same sources: what a new version is, as far as a conversation can tell."""
    return _with_faq(trained_anew())


def _with_faq(model: Path) -> EmbeddedDialogue:
    loaded = load_dialogue(model)
    entries: list[FaqRecord] = faq_records(PROJECT / "nlu_data" / "faq")
    loaded.use_faq(entries)
    return loaded
