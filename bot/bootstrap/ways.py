"""All channels, as they describe themselves: a new one is a line here. Handed to memory and to turns."""

from __future__ import annotations

from typing import Final

from bot.channels.email import way as email
from bot.channels.rest import way as rest
from bot.channels.telegram import way as telegram
from bot.channels.web import way as web
from memory.model import Ways

WAYS: Final = Ways((telegram.WAY, email.WAY, web.WAY, rest.WAY))
