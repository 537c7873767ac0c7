"""A mail server on a socket of its own: what was handed in, as it would be delivered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "fern", "correct horse"


@dataclass
class MailServerDouble:
    """Takes everything, or refuses it with `refuses_with`, or its recipient with `refuses_recipients_with`.

    With `falls_silent` it takes a mail and hangs up instead of saying so.
    """

    received: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refuses_with: str | None = None
    refuses_recipients_with: str | None = None
    refuses_logins: bool = False
    falls_silent: bool = False
    url: str = ""
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def until(self, holds: Callable[[], bool], patience: float) -> None:
        """Return when it holds; looked at with every mail that comes. Fails when it never does."""
        with self._changed:
            came = self._changed.wait_for(holds, patience)
        assert came, f"only {len(self.received)} mails came"

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Called for each recipient."""
        if self.refuses_recipients_with:
            return self.refuses_recipients_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name aiosmtpd calls
        """Called for each message."""
        if self.refuses_with:
            return self.refuses_with
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._changed:
            self.received.append(message)
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
            self._changed.notify_all()
        if self.falls_silent:
            server.transport.abort()
        return "250 OK"

    def authenticates(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Called by aiosmtpd for each login."""
        good = (
            not self.refuses_logins
            and isinstance(data, LoginPassword)
            and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        )
        self.logins += [USER] if good else []
        return AuthResult(success=good, handled=good)


@contextmanager
def mail_server() -> Iterator[MailServerDouble]:
    """A server that runs until the block ends."""
    double = MailServerDouble()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        double, hostname="127.0.0.1", port=port, authenticator=double.authenticates, auth_require_tls=False
    )
    controller.start()
    try:
        double.url = f"smtp://127.0.0.1:{port}"
        yield double
    finally:
        controller.stop()
