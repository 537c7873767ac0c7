"""What the settings come to: secrets, hours, mail. Used by the other parts of the bootstrap and by the commands."""

from __future__ import annotations

import hmac
from datetime import datetime, timezone

from bot.bootstrap.ways import WAYS
from bot.desk.contact_reasons import BadContactReasons, ContactReasons
from bot.hours import InvalidHolidays, InvalidHours, InvalidZone, SupportHours
from bot.identity import IdentityTokens
from bot.mail import MailServer, SmtpMailer
from bot.secrets import kept_secret
from bot.settings import PROJECT, Demo, InvalidSetting, Processes, Settings

DEMO_AGENT = "mara@fernhill.example"


def utc_now() -> datetime:
    """The clock of the whole process."""
    return datetime.now(timezone.utc)


def check_together(settings: Settings) -> None:
    """What only shows when settings are seen together."""
    if settings.demo is Demo.ON and not settings.is_loopback:
        raise InvalidSetting(
            f"THREADKEEPER_HOST: the demo shop would be open to everyone at {settings.host}. "
            "Set THREADKEEPER_DEMO=off, or THREADKEEPER_DEMO=public if that is what you want."
        )
    if (settings.smtp_url is None) != (settings.mail_from is None):
        raise InvalidSetting("THREADKEEPER_SMTP_URL: it needs THREADKEEPER_MAIL_FROM, and the other way round.")
    if (settings.oidc_issuer is None) != (settings.oidc_client_id is None):
        raise InvalidSetting("THREADKEEPER_OIDC_ISSUER: it needs THREADKEEPER_OIDC_CLIENT_ID, and the other way round.")
    for options in settings.of_channels.values():
        options.check(settings)
    if settings.role is not Processes.ALL and str(settings.database_url).startswith("sqlite"):
        raise InvalidSetting("THREADKEEPER_ROLE: gateways and workers share a PostgreSQL database; SQLite serves one.")


def support_hours(settings: Settings) -> SupportHours:
    """When people answer. Raises InvalidSetting."""
    try:
        return SupportHours.parse(settings.support_hours, settings.time_zone, settings.holidays)
    except InvalidHours as exc:
        raise InvalidSetting(f"THREADKEEPER_SUPPORT_HOURS: {exc}") from exc
    except InvalidHolidays as exc:
        raise InvalidSetting(f"THREADKEEPER_HOLIDAYS: {exc}") from exc
    except InvalidZone as exc:
        raise InvalidSetting(f"THREADKEEPER_TIME_ZONE: {exc}") from exc


def contact_reasons() -> ContactReasons:
    """What agents choose from. Raises InvalidSetting for a file that can't be read."""
    try:
        return ContactReasons.read(PROJECT / "contact_reasons.yml")
    except BadContactReasons as exc:
        raise InvalidSetting(str(exc)) from exc


def mailer(settings: Settings) -> SmtpMailer | None:
    """The way to send e-mail, if there is one."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return SmtpMailer(server=MailServer.parse(settings.smtp_url.get_secret_value()), sender=settings.mail_from)


def served(settings: Settings) -> frozenset[str]:
    """The channels that are turned on and on which a customer can be written to first."""
    off = {name for name, options in settings.of_channels.items() if not options.is_on(settings)}
    return WAYS.may_begin - off


def identity_tokens(settings: Settings) -> IdentityTokens:
    """The checker of the host site's tokens; the demo shop is a host site with a secret of its own."""
    given = settings.identity_secret
    if given is None and settings.demo is not Demo.OFF:
        return IdentityTokens(secret=kept_secret("identity"))
    return IdentityTokens(secret=given.get_secret_value() if given else None)


def session_secret(settings: Settings) -> str:
    """What signs visitors' tokens and links to exports."""
    given = settings.session_secret
    return given.get_secret_value() if given else kept_secret("session")


def demo_login(settings: Settings) -> tuple[str, str] | None:
    """E-mail and password of the demo agent, or None when the operator made their own admin or wants no demo."""
    if settings.demo is Demo.OFF or settings.admin_email is not None:
        return None
    return DEMO_AGENT, kept_secret("desk-password")


def code_key(settings: Settings) -> bytes:
    """What seals one-time codes: made from the secret that signs visitors' tokens, so all processes have the same."""
    return hmac.digest(session_secret(settings).encode(), b"one-time codes", "sha256")
