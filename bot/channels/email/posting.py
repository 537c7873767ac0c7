"""Hands one mail in over SMTP, and tells what it means when that goes wrong. Blocks; used by `outgoing`."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from typing import Final

import structlog

from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from bot.mail import MailServer, connected

log = structlog.get_logger()

WITH_WRONG_PASSWORD: Final = 300.0
"""Seconds until a mail is tried again while the password is refused: the operator has to act first."""
_WANTS_LOGIN: Final = frozenset({530, 534, 535, 538})
_READY: Final = 354
_TAKEN: Final = 250
_FIRST_DOT: Final = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a server is told before the mail itself."""

    sender: str
    to: str


def hand_in(server: MailServer, envelope: Envelope, content: bytes, *, patience: float) -> None:
    """Give a mail (with CR LF at line ends) to the server. Raises TemporaryError, PermanentError or UnknownResult."""
    written = taken = False
    try:
        with connected(server, patience) as connection:
            _offer(connection, envelope)
            connection.send(_FIRST_DOT.sub(b"..", content) + b"\r\n.\r\n")
            written = True
            _expect(_TAKEN, connection.getreply())
            taken = True
    except (OSError, smtplib.SMTPException) as exc:
        if taken:  # it only failed to say goodbye
            log.debug("email_server_left_early", reason=str(exc))
            return
        raise _meaning(exc, written=written) from exc


def _offer(connection: smtplib.SMTP, envelope: Envelope) -> None:
    _expect(_TAKEN, connection.mail(envelope.sender))
    code, said = connection.rcpt(envelope.to)
    if code not in {_TAKEN, 251}:
        raise smtplib.SMTPResponseException(code, said)
    _expect(_READY, connection.docmd("DATA"))


def _expect(wanted: int, reply: tuple[int, bytes]) -> None:
    code, said = reply
    if code != wanted:
        raise smtplib.SMTPResponseException(code, said)


def _meaning(exc: Exception, *, written: bool) -> TemporaryError | PermanentError | UnknownResult:
    """By the first digit of the reply (RFC 5321, 4.2.1); without a reply, by whether the mail had been written."""
    if isinstance(exc, smtplib.SMTPResponseException) and exc.smtp_code > 0:
        said = _words(exc.smtp_error)
        if isinstance(exc, smtplib.SMTPAuthenticationError) or exc.smtp_code in _WANTS_LOGIN:
            return TemporaryError(f"The mail server refuses our password: {exc.smtp_code} {said}", WITH_WRONG_PASSWORD)
        reason = f"{exc.smtp_code} {said}"
        return PermanentError(reason) if exc.smtp_code >= 500 else TemporaryError(reason)
    if written:
        return UnknownResult(f"The mail server did not answer ({type(exc).__name__}).")
    return TemporaryError(f"The mail server can't be reached: {exc}")


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
