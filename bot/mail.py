"""E-mails to customers, over SMTP. Used by the website's channel for one-time codes; built by `bot.bootstrap`."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 20.0
"""Seconds that a mail server may take for each step."""
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailFailed(Exception):
    """The mail server did not take the message. The reason follows; try again later or check THREADKEEPER_SMTP_URL."""


class Mailer(Protocol):
    """Sends e-mails."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send one. Raises MailFailed."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in: smtps:// from the first byte encrypted, smtp:// as soon as the server offers it."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Read smtp://user:password@host:port or smtps://…. Raises ValueError, naming the form."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("write it as smtp://user:password@host:587 or smtps://user:password@host:465")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


class SmtpMailer:
    """Plain-text e-mails through one server, one connection each: there are few."""

    def __init__(self, *, server: MailServer, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send one. Raises MailFailed."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid()
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            await asyncio.to_thread(self._hand_in, message)
        except (OSError, smtplib.SMTPException) as exc:
            raise MailFailed(str(exc)) from exc

    def _hand_in(self, message: EmailMessage) -> None:
        server, context = self._server, ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
            if server.encrypted
            else smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        ) as connection:
            connection.ehlo()
            secret = server.encrypted or server.host in _LOOPBACK
            if not server.encrypted and connection.has_extn("starttls"):
                connection.starttls(context=context)
                secret = True
            if server.user and server.password:
                if not secret:
                    raise smtplib.SMTPException("the server offers no encryption, so no password is sent to it")
                connection.login(server.user, server.password)
            connection.send_message(message)
