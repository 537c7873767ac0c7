"""Opens REST for a gateway. Found by `bot.bootstrap.channels`."""

from __future__ import annotations

from bot.channels.opening import Gateway, Opened
from bot.channels.rest.api import RestChannel


def open_channel(gateway: Gateway) -> Opened:
    """Always there; whoever sets a token lets in only who shows it."""
    given = gateway.settings.api_token
    channel = RestChannel(
        inbox=gateway.memory.linked_inbox,
        doorbell=gateway.memory.doorbell,
        tokens=gateway.tokens,
        api_token=given.get_secret_value() if given else None,
        limits=gateway.limits,
    )
    return Opened(routers=[channel.router()])
