"""An IMAP server on a socket of its own, with one mailbox: what a client needs of RFC 3501 and 2177 to read mail."""

from __future__ import annotations

import re
import shlex
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USER, PASSWORD = "help", "correct horse"
PATIENCE = 20.0


@dataclass
class Stored:
    """A mail in the mailbox."""

    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapDouble:
    """The mailbox and what clients did to it. Safe to use from any thread."""

    def __init__(self) -> None:
        self.mails: list[Stored] = []
        self.commands: list[str] = []
        self.capabilities = "IMAP4rev1 IDLE"
        self.accepts_logins = True
        self.hangs_up_at: str | None = None
        self.stands_still_at: str | None = None
        self.port = 0
        self.is_encrypted = False
        self._changed = threading.Condition()
        self._idle: list[Any] = []
        self._open: list[socket.socket] = []

    @property
    def url(self) -> str:
        """As the setting has it."""
        return f"imap{'s' if self.is_encrypted else ''}://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}"

    def deliver(self, raw: bytes) -> int:
        """Put a mail into the mailbox, tell who waits for news, and return its UID."""
        with self._changed:
            self.mails.append(Stored(raw))
            for waiting in self._idle:
                with suppress(OSError):
                    waiting.write(f"* {len(self.mails)} EXISTS\r\n".encode())
            return len(self.mails)

    def until(self, command: str, times: int = 1) -> None:
        """Return when so many commands that begin so have come; fail when they don't."""
        with self._changed:
            came = self._changed.wait_for(lambda: self._times(command) >= times, PATIENCE)
        assert came, f"{command} did not come {times} times: {self.commands}"

    def until_read(self, number: int) -> None:
        """Return when so many mails are marked as read."""
        with self._changed:
            came = self._changed.wait_for(
                lambda: sum("\\Seen" in mail.flags for mail in self.mails) >= number, PATIENCE
            )
        assert came, f"only {[mail.flags for mail in self.mails]} were marked"

    def goes_on(self) -> None:
        """Answer again what it stood still at."""
        with self._changed:
            self.stands_still_at = None
            self._changed.notify_all()

    def cuts_all_connections(self) -> None:
        """As a server does that is started again."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def serve(self, connection: socket.socket, reads: Any, writes: Any) -> None:
        """Talk with one client until it leaves."""
        with self._changed:
            self._open.append(connection)
        try:
            self._talk(reads, writes)
        finally:
            with self._changed:
                self._open.remove(connection)

    def _talk(self, reads: Any, writes: Any) -> None:
        told = 0
        writes.write(b"* OK at your service\r\n")
        while line := reads.readline():
            tag, _, command = line.decode().strip().partition(" ")
            if not self._note(command):
                return
            if command.upper() == "IDLE":
                told = self._idle_until_done(tag, told, reads, writes)
                continue
            for answer in self._answer(command):
                writes.write(answer + b"\r\n")
            told = self._tell(told, writes)
            writes.write(f"{tag} {self._result(command)}\r\n".encode())
            if command.upper() == "LOGOUT":
                return

    def _times(self, command: str) -> int:
        return sum(each.startswith(command) for each in self.commands)

    def _note(self, command: str) -> bool:
        """Write it down; stand still or hang up (False) at it if that is what is to be tested."""
        with self._changed:
            shown = "LOGIN" if command.startswith("LOGIN") else command
            self.commands.append(shown)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.stands_still_at is None or not command.startswith(self.stands_still_at))
            if self.hangs_up_at is not None and command.startswith(self.hangs_up_at):
                self.hangs_up_at = None
                return False
        return True

    def _tell(self, told: int, writes: Any) -> int:
        """Say once how many mails there are now, with whatever is answered next, as servers do."""
        count = len(self.mails)
        if count > told:
            writes.write(f"* {count} EXISTS\r\n".encode())
        return count

    def _idle_until_done(self, tag: str, told: int, reads: Any, writes: Any) -> int:
        with self._changed:
            writes.write(b"+ idling\r\n")
            self._tell(told, writes)
            self._idle.append(writes)
        try:
            reads.readline()
        finally:
            with self._changed:
                self._idle.remove(writes)
                count = len(self.mails)
        writes.write(f"{tag} OK done\r\n".encode())
        return count

    def _answer(self, command: str) -> Iterator[bytes]:
        words = command.split(" ")
        match words:
            case ["CAPABILITY"]:
                yield f"* CAPABILITY {self.capabilities}".encode()
            case ["SELECT", *_]:
                yield f"* {len(self.mails)} EXISTS".encode()
                yield b"* OK [UIDVALIDITY 1] valid"
            case ["UID", "SEARCH", "HEADER", name, value]:
                field = f"{name}: <{value.strip(chr(34))}>".encode().lower()
                found = [str(uid) for uid, mail in enumerate(self.mails, 1) if field in mail.raw.lower()]
                yield " ".join(["* SEARCH", *found]).encode()
            case ["UID", "SEARCH", *_]:
                unread = [str(uid) for uid, mail in enumerate(self.mails, 1) if "\\Seen" not in mail.flags]
                yield " ".join(["* SEARCH", *unread]).encode()
            case ["UID", "FETCH", uid, what]:
                yield from self._fetched(int(uid), what)
            case ["UID", "STORE", uid, _, *flags]:
                with self._changed:
                    self.mails[int(uid) - 1].flags |= set(" ".join(flags).strip("()").split())
                    self._changed.notify_all()
            case _:
                pass

    def _fetched(self, uid: int, what: str) -> Iterator[bytes]:
        raw = self.mails[uid - 1].raw
        if "RFC822.SIZE" in what:
            yield f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})".encode()
            return
        partial = re.search(r"<0\.(\d+)>", what)
        name, sent = ("BODY[]<0>", raw[: int(partial[1])]) if partial else ("BODY[]", raw)
        yield f"* {uid} FETCH (UID {uid} {name} {{{len(sent)}}}".encode() + b"\r\n" + sent + b")"

    def _result(self, command: str) -> str:
        if command.startswith("LOGIN"):
            good = shlex.split(command)[1:] == [USER, PASSWORD] and self.accepts_logins
            return "OK welcome" if good else "NO [AUTHENTICATIONFAILED] Invalid credentials"
        if command.startswith("SELECT") and "INBOX" not in command:
            return "NO [NONEXISTENT] Unknown folder"
        return "OK done"


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[ImapDouble]:
    """A server that runs until the block ends; encrypted from the first byte with a certificate (and its key)."""
    double = ImapDouble()
    double.is_encrypted = certificate is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError, ValueError):
                connection: socket.socket = self.request
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
                if certificate:
                    connection = context.wrap_socket(connection, server_side=True)
                with connection.makefile("rb") as reads, connection.makefile("wb", buffering=0) as writes:
                    double.serve(connection, reads, writes)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        double.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield double
        finally:
            double.goes_on()
            double.cuts_all_connections()
            server.shutdown()
            thread.join()


def self_signed(folder: Path) -> Path:
    """A certificate for this machine that nobody else vouches for, with its key."""
    made = folder / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-keyout", str(made), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )
    made.write_text(made.read_text() + (folder / "certificate.pem").read_text())
    return made
