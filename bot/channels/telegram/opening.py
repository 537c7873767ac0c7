"""Opens Telegram for a gateway. Found by `bot.bootstrap.channels`."""

from __future__ import annotations

from bot.channels.opening import Gateway, Opened
from bot.channels.telegram.api import TelegramSettings
from bot.channels.telegram.channel import TelegramChannel, TelegramMemory
from bot.channels.telegram.options import Options


def open_channel(gateway: Gateway) -> Opened | None:
    """None without a token."""
    given, memory = gateway.settings.of(Options), gateway.memory
    if given.telegram_token is None:
        return None
    secret = given.telegram_webhook_secret
    settings = TelegramSettings(
        token=given.telegram_token.get_secret_value(),
        base_url=given.telegram_base_url,
        webhook_url=given.telegram_webhook_url,
        webhook_secret=secret.get_secret_value() if secret else None,
    )
    asked = TelegramMemory(
        inbox=memory.inbox,
        identities=memory.identities,
        transcript=memory.transcript,
        files=memory.files,
        gateways=memory.gateways,
    )
    channel = TelegramChannel(settings=settings, memory=asked)
    return Opened(
        routers=[channel.webhook_router()] if given.telegram_webhook_url else [],
        sender=channel,
        run=channel.run,
        close=channel.close,
        fetch=channel.fetch,
        show_writing=channel.show_writing,
        invite=channel.username,
    )
