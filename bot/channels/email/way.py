"""What e-mail is to memory and to turns. Found by `bot.bootstrap.ways`."""

from __future__ import annotations

from typing import Final

from memory.model import Way

WAY: Final = Way(name="email", is_sent_to=True, may_begin=True, is_mail=True)
