"""Gets what was attached to a mail out of the mailbox, where it stays. Used by `channel`; blocks, so in a thread."""

from __future__ import annotations

from contextlib import closing

from bot.channels.email.mailbox import FAILURES, Mailbox, MailboxRefused
from bot.channels.email.mime import parse, part_of
from bot.channels.email.settings import EmailSettings
from bot.channels.port import PermanentError, TemporaryError


def fetch_file(settings: EmailSettings, file_id: str) -> bytes:
    """The content of an attachment. Raises TemporaryError and PermanentError."""
    message_id, _, number = file_id.rpartition("#")
    try:
        with closing(Mailbox.open(settings)) as mailbox:
            raw = mailbox.find(message_id)
    except (MailboxRefused, *FAILURES) as exc:
        raise TemporaryError(str(exc)) from exc
    content = part_of(parse(raw), int(number)) if raw is not None and number.isdecimal() else None
    if content is None:
        raise PermanentError("The mail is not in the mailbox any more.")
    return content
