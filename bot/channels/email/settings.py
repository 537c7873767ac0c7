"""What the e-mail channel needs to know. Put together in `bot.bootstrap`, used by everything else in this folder."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Final

from bot.mail import MailServer

CHANNEL: Final = "email"
_SIGNED: Final = 16
"""Hexadecimal digits of a signature: 64 bits, too many to guess by sending mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """One mailbox and the way out. `sender` is what customers see, such as "Fern <help@fernhill.example>"."""

    mailbox: MailServer
    outgoing: MailServer
    sender: str
    secret: bytes = field(repr=False)
    folder: str = "INBOX"
    authserv_id: str | None = None
    answers_per_hour: int = 20
    patience: float = 20.0  # seconds that a server may take for each step
    idle: float = 30.0  # seconds to wait for news before asking: what comes with the server's "go on" is not noticed

    @property
    def address(self) -> str:
        """The bare address of the mailbox."""
        return parseaddr(self.sender)[1].casefold()

    @property
    def ids(self) -> MessageIds:
        """The ids of what is sent from here."""
        return MessageIds(secret=self.secret, domain=self.address.rpartition("@")[2])


class MessageIds:
    """Ids for our mails: the same at every try of a delivery, and signed, so that no bounce names one unseen."""

    def __init__(self, *, secret: bytes, domain: str) -> None:
        self._secret = secret
        self._domain = domain
        self._ours = re.compile(rf"<tk\.(\d{{1,18}})\.([0-9a-f]{{{_SIGNED}}})@{re.escape(domain)}>", re.IGNORECASE)

    def of(self, delivery_id: int) -> str:
        """The id of the mail that carries a delivery."""
        return f"<tk.{delivery_id}.{self._signature(delivery_id)}@{self._domain}>"

    def found_in(self, text: str) -> Sequence[int]:
        """The deliveries whose mails a text names, each once; ids that were never ours are none."""
        found = [int(row) for row, signed in self._ours.findall(text) if self._is_good(int(row), signed)]
        return list(dict.fromkeys(found))

    def _is_good(self, delivery_id: int, signed: str) -> bool:
        return hmac.compare_digest(signed.lower(), self._signature(delivery_id))

    def _signature(self, delivery_id: int) -> str:
        return hmac.new(self._secret, f"delivery {delivery_id}".encode(), hashlib.sha256).hexdigest()[:_SIGNED]
