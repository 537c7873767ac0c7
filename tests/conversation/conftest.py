"""The trained model, loaded once for all conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bootstrap import load_dialogue
from bot.dialogue.port import Dialogue
from bot.settings import PROJECT
from bot.training import train
from memory.model import FaqRecord


@pytest.fixture(scope="session")
def dialogue() -> Dialogue:
    """The model of the present sources (trained here if it is not there), with the FAQ of the sample shop."""
    from bot.faq.seed import faq_records

    model = train(PROJECT / "models", on_step=lambda _: None)
    loaded = load_dialogue(Path(model))
    entries: list[FaqRecord] = faq_records(PROJECT / "nlu_data" / "faq")
    loaded.use_faq(entries)
    return loaded
