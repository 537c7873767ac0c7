"""Mail servers, and single e-mails over SMTP: the website's one-time codes. Also used by the e-mail channel."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 20.0
"""Seconds that a mail server may take for each step."""
_HANDING_IN = {"smtp": 587, "smtps": 465}
_MAILBOXES = {"imap": 143, "imaps": 993}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailFailed(Exception):
    """The mail server did not take the message. The reason follows; try again later or check THREADKEEPER_SMTP_URL."""


class Mailer(Protocol):
    """Sends e-mails."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send one. Raises MailFailed."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server for mail: smtps:// and imaps:// are encrypted from the first byte, smtp:// and imap:// once offered."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Where mail is handed in, from smtp://user:password@host:port or smtps://…. Raises ValueError."""
        return cls._read(url, _HANDING_IN)

    @classmethod
    def mailbox(cls, url: str) -> MailServer:
        """Where mail lies, from imaps://user:password@host:port or imap://…. Raises ValueError."""
        server = cls._read(url, _MAILBOXES)
        if server.user is None or server.password is None:
            raise ValueError("the mailbox needs user and password: imaps://user:password@host:993")
        return server

    @property
    def is_here(self) -> bool:
        """Whether what is said to it stays on this machine."""
        return self.host in _LOOPBACK

    @classmethod
    def _read(cls, url: str, ports: Mapping[str, int]) -> MailServer:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # such as a password with an unescaped slash, which ends up in the port
            parts, port = urlsplit(""), None
        if parts.scheme not in ports or not parts.hostname:
            plain, encrypted = ports
            form = "{0}://user:password@host:{1}"
            raise ValueError(
                f"write it as {form.format(plain, ports[plain])} or {form.format(encrypted, ports[encrypted])}; "
                "signs such as @ : / in a password as %40 %3A %2F"
            )
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, port or ports[parts.scheme], parts.scheme.endswith("s"), user, password)


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
        with connected(self._server) as connection:
            connection.send_message(message)


@contextmanager
def connected(server: MailServer, timeout: float = TIMEOUT) -> Iterator[smtplib.SMTP]:
    """A connection to a mail server that knows us, closed in the end. Raises what `smtplib` raises, and OSError."""
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
        if server.encrypted
        else smtplib.SMTP(server.host, server.port, timeout=timeout)
    ) as connection:
        connection.ehlo()
        secret = server.encrypted or server.is_here
        if not server.encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
            secret = True
        if server.user and server.password:
            if not secret:
                raise smtplib.SMTPException("the server offers no encryption, so no password is sent to it")
            connection.login(server.user, server.password)
        yield connection
