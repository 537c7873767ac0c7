"""Memory, FAQ and encoder as the command line and the gateway open them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import yaml

from bot.beside import beside
from bot.bootstrap.given import utc_now
from bot.bootstrap.ways import WAYS
from bot.faq.publish import Publisher
from bot.hints import Finds
from bot.nlu.encoder import DEFAULT_CACHE, Encoder
from bot.settings import PROJECT, Settings
from memory.ports import FaqEntries, Links
from memory.sql import SqlMemory, open_memory


@asynccontextmanager
async def opened_memory(settings: Settings) -> AsyncIterator[SqlMemory]:
    """Memory for the command line."""
    async with open_memory(settings.database_url.get_secret_value(), clock=utc_now, ways=WAYS) as memory:
        yield memory


@asynccontextmanager
async def opened_faq(settings: Settings) -> AsyncIterator[tuple[FaqEntries, Publisher]]:
    """The FAQ in memory and the way to change it, for the command line."""
    async with open_memory(settings.database_url.get_secret_value(), clock=utc_now, ways=WAYS) as memory:
        yield memory.faq, publisher(memory.faq)


@asynccontextmanager
async def opened_links(settings: Settings) -> AsyncIterator[Links]:
    """The links between customers, for the command line."""
    async with open_memory(settings.database_url.get_secret_value(), clock=utc_now, ways=WAYS) as memory:
        yield memory.links


def publisher(entries: FaqEntries) -> Publisher:
    """The one way to change the FAQ; it tests with the encoder that the model answers with."""
    return Publisher(entries=entries, encoder=project_encoder, clock=utc_now, beside=beside)


def project_encoder() -> Encoder:
    """The sentence encoder as config.yml sets it for the FAQ."""
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))["pipeline"]
    step: dict[str, str] = next((step for step in pipeline if step["name"] == "bot.nlu.faq.FaqSelector"), {})
    model = step.get("model")
    return Encoder.shared(model=Path(model) if model else None, cache=Path(step.get("cache_dir", DEFAULT_CACHE)))


def project_finder() -> Finds:
    """What finds the values in messages, as the project says. Its dictionaries take seconds: open it when needed."""
    from bot.nlu.finder import read_finder

    return read_finder(PROJECT)
