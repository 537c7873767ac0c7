"""Opens the website's channel for a gateway. Found by `bot.bootstrap.channels`."""

from __future__ import annotations

from bot.attachments import Attachments
from bot.channels.opening import Gateway, Opened
from bot.channels.web.api import WebParts, web_router
from bot.channels.web.sign_in import EmailSignIn
from bot.channels.web.site import site_router
from bot.identity import VisitorTokens
from bot.markdown import origin_of


def open_channel(gateway: Gateway) -> Opened:
    """Always there: the visitors' routes, the widget, and the operators' page about it."""
    memory, settings = gateway.memory, gateway.settings
    fetch = {name: other.fetch for name, other in gateway.opened.items() if other.fetch}
    invites = [other.invite for other in gateway.opened.values() if other.invite]
    web = WebParts(
        inbox=memory.inbox,
        transcript=memory.linked_transcript,
        identities=memory.identities,
        doorbell=memory.doorbell,
        signs=memory.signs,
        standings=gateway.standings,
        attachments=Attachments(files=memory.files, transcript=memory.transcript, fetch=fetch),
        visitors=VisitorTokens(secret=gateway.secret),
        tokens=gateway.tokens,
        limits=gateway.limits,
        images_from=frozenset(filter(None, map(origin_of, (gateway.url, *settings.pictures)))),
        telegram_name=invites[0] if invites else None,
        sign_in=EmailSignIn(identities=memory.identities, mailer=gateway.mailer, clock=gateway.clock)
        if gateway.mailer
        else None,
    )
    # The operators' page first: else its script would be looked for among the chat's parts.
    return Opened(routers=[site_router(server=gateway.url, origins=settings.origins), web_router(web)])
