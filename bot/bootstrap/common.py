"""What all parts of one process share. Made once in `running`."""

from __future__ import annotations

from dataclasses import dataclass

from actions.shop.sql import SqlShop
from bot.bootstrap.given import identity_tokens, mailer, session_secret, support_hours, utc_now
from bot.custody.links import ExportLinks
from bot.hours import SupportHours
from bot.identity import IdentityTokens
from bot.limits import Limits
from bot.line import Line
from bot.mail import SmtpMailer
from bot.masking import MaskingInbox
from bot.metrics import Metrics
from bot.settings import Settings
from bot.standing import Standings
from memory.ports import Inbox
from memory.sql import SqlMemory


@dataclass(frozen=True, slots=True)
class Common:
    """The settings with what they come to, memory, the sample shop, and where customers reach this server."""

    settings: Settings
    memory: SqlMemory
    shop: SqlShop
    url: str
    inbox: Inbox
    links: ExportLinks
    limits: Limits
    metrics: Metrics
    tokens: IdentityTokens
    hours: SupportHours
    line: Line
    standings: Standings
    mailer: SmtpMailer | None

    @classmethod
    def of(cls, *, settings: Settings, memory: SqlMemory, shop: SqlShop, url: str) -> Common:
        """Make them. Raises InvalidSetting."""
        hours = support_hours(settings)
        line = Line(offers=memory.offers, hours=hours)
        return cls(
            settings=settings,
            memory=memory,
            shop=shop,
            url=url.rstrip("/"),
            inbox=MaskingInbox(memory.inbox),
            links=ExportLinks(secret=session_secret(settings), base_url=url),
            limits=Limits(
                visitor=settings.visitor_per_minute,
                address=settings.address_per_minute,
                everyone=settings.all_per_minute,
            ),
            metrics=Metrics(),
            tokens=identity_tokens(settings),
            hours=hours,
            line=line,
            standings=Standings(line=line, places=memory.places, now=utc_now),
            mailer=mailer(settings),
        )
