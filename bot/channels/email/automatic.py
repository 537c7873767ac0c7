"""Tells mails that no person wrote: automatic answers, lists, and mail of our own that comes back. Used by `arrivals`.

Answering them would begin a conversation between two machines (RFC 3834, section 2).
"""

from __future__ import annotations

import re
from typing import Final

from bot.channels.email.headers import Mime, field

_NOT_ANSWERED: Final = re.compile(
    r"^(?:mailer-daemon|postmaster|bounces?|no-?reply|do-?not-?reply|noreply[\w.+-]*|bounces?[+-].*)@", re.IGNORECASE
)
_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
_LIST: Final = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Mailing-List")
_MARKS: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autoresponse", "X-Mail-Autoreply")
_NO_ANSWER_WANTED: Final = frozenset({"all", "autoreply", "oof"})


def why_ignored(mail: Mime, address: str, own_address: str) -> str | None:
    """Why a mail gets no answer, in a word for the log; None when a person wrote it."""
    checks = (
        ("own_address", address == own_address.casefold()),
        ("automatic", _says_automatic(mail)),
        ("bulk", field(mail, "Precedence").lower() in _BULK),
        ("list", any(mail.get(name) is not None for name in _LIST)),
        ("marked", any(mail.get(name) is not None for name in _MARKS)),
        ("loop", own_address.casefold() in field(mail, "X-Loop").casefold()),
        ("no_answer_wanted", _suppresses(mail)),
        ("empty_return_path", field(mail, "Return-Path") == "<>"),
        ("unattended", _NOT_ANSWERED.match(address) is not None),
    )
    return next((reason for reason, holds in checks if holds), None)


def _says_automatic(mail: Mime) -> bool:
    value = field(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return value not in {"", "no"}


def _suppresses(mail: Mime) -> bool:
    wishes = {wish.strip().lower() for wish in field(mail, "X-Auto-Response-Suppress").split(",")}
    return not wishes.isdisjoint(_NO_ANSWER_WANTED)
