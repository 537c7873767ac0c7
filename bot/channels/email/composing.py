"""Makes a mail of a message: plain text and safe HTML, in the thread it belongs to. Used by `outgoing`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from bot.channels.email.choices import titled
from bot.channels.email.headers import without_prefixes
from bot.channels.port import PermanentError
from bot.markdown import to_html, to_plain
from memory.model import Author, Button, Message

CHOOSE: Final = "Answer with a number, or in your own words."
WITHOUT_SUBJECT: Final = "Your conversation with us"
"""What a mail is about that answers none: something we tell of ourselves, or the last words to somebody erased."""
_LONGEST_REFERENCES: Final = 900
"""Characters; a header line may have 998 (RFC 5322, 2.1.1), and ids must not be broken."""
_POLICY: Final = SMTP.clone(cte_type="7bit", max_line_length=998)
_PAGE: Final = (
    '<!DOCTYPE html><html><body><div dir="auto" style="font-family:sans-serif;font-size:15px;line-height:1.5">'
    "{words}</div></body></html>"
)


@dataclass(frozen=True, slots=True)
class Thread:
    """What an answer belongs to: the mail's subject, and the ids it refers to, the answered one last."""

    subject: str = ""
    references: Sequence[str] = ()

    @property
    def answer_subject(self) -> str:
        """The subject of an answer; programs that go by it keep the thread together."""
        subject = without_prefixes(self.subject)
        if not self.references:
            return subject or WITHOUT_SUBJECT
        return f"Re: {subject or WITHOUT_SUBJECT}"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes to whom, under which id."""

    sender: str
    to: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


def compose(message: Message, thread: Thread, head: Letterhead, enclosed: Sequence[Enclosed] = ()) -> bytes:
    """The mail as it is handed in. Raises PermanentError for an address that no mail can name."""
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"], mail["To"] = head.sender, head.to
    except ValueError as exc:
        raise PermanentError(f"{head.to!r} is no e-mail address.") from exc
    mail["Subject"] = thread.answer_subject
    mail["Date"], mail["Message-ID"] = format_datetime(message.at), head.message_id
    if thread.references:
        mail["In-Reply-To"] = thread.references[-1]
        mail["References"] = " ".join(_fitting(thread.references))
    if message.author is Author.BOT:
        mail["Auto-Submitted"] = "auto-replied" if thread.references else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(in_plain(message))
    mail.add_alternative(_PAGE.format(words=in_html(message)), subtype="html")
    for file in enclosed:
        maintype, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return mail.as_bytes()


def in_plain(message: Message) -> str:
    """The words with their numbered choices, without marks."""
    if message.author is Author.BOT:
        blocks = [to_plain(message.text), "\n".join(_numbered(message.buttons))]
    else:
        blocks = [message.text, message.agent_name or ""]
    if titled(message.buttons):
        blocks.append(CHOOSE)
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def in_html(message: Message) -> str:
    """The same as HTML. Of a person's words nothing is taken for a mark."""
    if message.author is not Author.BOT:
        name = f"<p>{escape(message.agent_name)}</p>" if message.agent_name else ""
        return "<p>" + escape(message.text).replace("\n", "<br>\n") + "</p>" + name
    choices = titled(message.buttons)
    items = "".join(f"<li>{escape(button.title)}</li>" for button in choices)
    listed = f'<ol>{items}</ol><p dir="auto">{CHOOSE}</p>' if choices else ""
    return to_html(message.text) + listed


def _numbered(buttons: Sequence[Button]) -> Iterator[str]:
    return (f"{number}. {button.title}" for number, button in enumerate(titled(buttons), start=1))


def _fitting(references: Sequence[str]) -> Sequence[str]:
    """The latest ids for which there is room, and the first, which names the thread."""
    first, *rest = references
    room, kept = _LONGEST_REFERENCES - len(first), list[str]()
    for each in reversed(rest):
        room -= len(each) + 1
        if room < 0:
            break
        kept.insert(0, each)
    return [first, *kept]
