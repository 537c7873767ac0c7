"""One mailbox over IMAP. Used by `receiving` and `bot doctor`; every call blocks, so it is made in a thread."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from imapclient import FLAGGED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from bot.channels.email.settings import EmailSettings

FAILURES: Final = (OSError, IMAPClientError, UnicodeError)
"""What goes wrong at a server or on the way to it; a new connection may help."""
LARGEST: Final = 30_000_000
"""Bytes of a mail that is fetched whole; most servers take none above. Of a larger one the beginning says enough."""
_BEGINNING: Final = 1_000_000


class MailboxRefused(Exception):
    """The server can't be used as it is set. The reason says what an operator has to do."""


class Mailbox:
    """A connection with the folder opened. Nothing is taken away from it: mails are marked as read."""

    def __init__(self, client: IMAPClient, *, idles: bool) -> None:
        self._client = client
        self.idles = idles

    @classmethod
    def open(cls, settings: EmailSettings) -> Mailbox:
        """Connect, log in and open the folder. Raises MailboxRefused, and FAILURES."""
        client = _connect(settings)
        try:
            _log_in(client, settings)
            _open_folder(client, settings.folder)
            return cls(client, idles=client.has_capability("IDLE"))
        except BaseException:
            _hang_up(client)
            raise

    def unread(self) -> Sequence[int]:
        """The mails that nobody has read, in the order of their arrival."""
        return sorted(self._client.search(["UNSEEN", "UNDELETED"]))

    def has_news(self) -> bool:
        """Whether the server told, with any answer since this was last asked, that there are more mails.

        It tells once: who then waits for it to be told again waits for the next mail. The library keeps what was told
        and has no other way to ask for it.
        """
        _, counts = self._client._imap.response("EXISTS")
        return bool(counts != [None])

    def fetch(self, uid: int) -> bytes | None:
        """A mail as it came, without marking it; None when it is gone."""
        sizes: Any = self._client.fetch([uid], ["RFC822.SIZE"])
        if uid not in sizes:
            return None
        what = "BODY.PEEK[]" if sizes[uid][b"RFC822.SIZE"] <= LARGEST else f"BODY.PEEK[]<0.{_BEGINNING}>"
        found: Any = self._client.fetch([uid], [what]).get(uid, {})
        return next((value for key, value in found.items() if key.startswith(b"BODY[]")), None)

    def find(self, message_id: str) -> bytes | None:
        """The mail of this id (without brackets), read or not; None when it is not there any more."""
        found = self._client.search(["HEADER", "Message-ID", message_id])
        return self.fetch(max(found)) if found else None

    def mark_read(self, uid: int) -> None:
        """What was stored, or is none of a customer's, is not looked at again."""
        self._client.add_flags([uid], [SEEN], silent=True)

    def flag(self, uid: int) -> None:
        """Leave a mail for a person to look at."""
        self._client.add_flags([uid], [SEEN, FLAGGED], silent=True)

    def wait(self, seconds: float) -> None:
        """Return when the server has news, or after this time. Only where it `idles`."""
        self._client.idle()
        self._client.idle_check(timeout=seconds)
        self._client.idle_done()

    def refresh(self) -> None:
        """Ask for news, and keep the connection alive."""
        self._client.noop()

    def close(self) -> None:
        """Hang up; a call under way in another thread ends with a failure."""
        _hang_up(self._client)


def _connect(settings: EmailSettings) -> IMAPClient:
    server = settings.mailbox
    context = ssl.create_default_context()
    timeout = SocketTimeout(settings.patience, settings.patience)
    try:
        client = IMAPClient(
            server.host, server.port, ssl=server.encrypted, ssl_context=context, timeout=timeout, use_uid=True
        )
        if not server.encrypted and client.has_capability("STARTTLS"):
            client.starttls(context)
        elif not server.encrypted and not server.is_here:
            _hang_up(client)
            raise MailboxRefused("The mail server offers no encryption, so no password is sent to it. Use imaps://.")
    except ssl.SSLCertVerificationError as exc:
        raise MailboxRefused(f"The mail server's certificate is not good: {exc.verify_message}.") from exc
    return client


def _log_in(client: IMAPClient, settings: EmailSettings) -> None:
    server = settings.mailbox
    try:
        client.login(server.user, server.password)
    except LoginError as exc:
        raise MailboxRefused(
            f"The mail server refuses user or password ({_said(exc)}). Check THREADKEEPER_EMAIL_IMAP_URL; "
            "many providers want an app password."
        ) from exc


def _open_folder(client: IMAPClient, folder: str) -> None:
    try:
        client.select_folder(folder)
    except CapabilityError:
        raise
    except IMAPClientError as exc:
        raise MailboxRefused(
            f"The mailbox has no folder {folder!r} ({_said(exc)}). Check THREADKEEPER_EMAIL_FOLDER."
        ) from exc


def _hang_up(client: IMAPClient) -> None:
    with suppress(*FAILURES):
        client.socket().shutdown(socket.SHUT_RDWR)
    with suppress(*FAILURES):
        client.shutdown()


def _said(exc: Exception) -> str:
    words = exc.args[0] if exc.args else ""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return text.strip().strip("'b").rstrip(".")
