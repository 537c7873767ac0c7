"""What Telegram is to memory and to turns. Found by `bot.bootstrap.ways`."""

from __future__ import annotations

from typing import Final

from memory.model import Way

WAY: Final = Way(name="telegram", is_sent_to=True, may_begin=True)
