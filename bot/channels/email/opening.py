"""Opens e-mail for a gateway. Found by `bot.bootstrap.channels`."""

from __future__ import annotations

from bot.channels.email.channel import EmailChannel, EmailMemory
from bot.channels.email.options import email_settings
from bot.channels.opening import Gateway, Opened


def open_channel(gateway: Gateway) -> Opened | None:
    """None without a mailbox."""
    settings, memory = email_settings(gateway.settings, gateway.secret), gateway.memory
    if settings is None:
        return None
    asked = EmailMemory(
        inbox=memory.inbox,
        outbox=memory.outbox,
        identities=memory.identities,
        transcript=memory.transcript,
        files=memory.files,
    )
    channel = EmailChannel(settings=settings, memory=asked, clock=gateway.clock)
    return Opened(sender=channel, run=channel.run, fetch=channel.fetch)
