"""All channels, as they describe themselves in their folders. Handed to memory and to turns."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from bot.channels import NAMES
from memory.model import Way, Ways


def _way(name: str) -> Way:
    way: Way = import_module(f"bot.channels.{name}.way").WAY
    return way


WAYS: Final = Ways(tuple(_way(name) for name in NAMES))
