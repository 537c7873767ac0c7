"""A mail server on a socket of its own: what was handed in, as it would be delivered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
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
    """Takes everything, or refuses it with `refuses_with`."""

    received: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses_with: str | None = None
    url: str = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name aiosmtpd calls
        """Called for each message."""
        if self.refuses_with:
            return self.refuses_with
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 OK"

    def authenticates(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Called by aiosmtpd for each login."""
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.logins += [USER] if good else []
        return AuthResult(success=good)


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
