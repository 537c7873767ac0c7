"""What REST is to memory and to turns. Found by `bot.bootstrap.ways`."""

from __future__ import annotations

from typing import Final

from memory.model import Way

WAY: Final = Way(name="rest", is_sent_to=False, may_begin=False, answers_only=True)
