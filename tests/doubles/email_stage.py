"""The real e-mail channel between two mail servers and the in-memory twin, and people who write mails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from email.message import EmailMessage
from itertools import count
from typing import Any

from bot.channels.email.channel import EmailChannel, EmailMemory
from bot.channels.email.settings import CHANNEL, EmailSettings
from bot.mail import MailServer
from bot.metrics import Metrics
from bot.outbox import Dispatcher
from memory.fakes import FakeMemory
from memory.model import Address, Author, Button, Cursor, CustomerId, Delivery, Message, Outcome, Reply
from tests.doubles.imap import ImapDouble, imap_server
from tests.doubles.mail import MailServerDouble, mail_server
from tests.doubles.telegram_stage import Ear
from tests.remembering import fake_memory

OURS = "help@fernhill.example"
SENDER = f"Fern at Fernhill <{OURS}>"
SERVER = "mx.fernhill.example"
_ids = count(1)


class PostOffice:
    """Our mailbox, and the server that takes what we send."""

    def __init__(self, imap: ImapDouble, smtp: MailServerDouble) -> None:
        self.imap = imap
        self.smtp = smtp

    @property
    def settings(self) -> EmailSettings:
        """How the channel reaches it."""
        return EmailSettings(
            mailbox=MailServer.mailbox(self.imap.url),
            outgoing=MailServer.parse(self.smtp.url),
            sender=SENDER,
            secret=b"a secret for tests",
            authserv_id=SERVER,
            patience=5.0,
            idle=1.0,
        )

    def person(self, name: str = "Ana Novak", address: str = "ana@example.com") -> Correspondent:
        """Somebody who writes mails."""
        return Correspondent(self, name, address)


class Correspondent:
    """A person with a mail program and a mail server that signs for them."""

    def __init__(self, office: PostOffice, name: str, address: str) -> None:
        self.office = office
        self.name = name
        self.address = address
        self.is_signed = True
        self._read = 0

    @property
    def letters(self) -> Sequence[EmailMessage]:
        """What came for them, the first first."""
        return [mail for mail in self.office.smtp.received if self.address in mail["To"]]

    async def next_letter(self, patience: float = 20.0) -> EmailMessage:
        """The next one that they have not read."""
        self._read += 1
        await asyncio.to_thread(self.office.smtp.until, lambda: len(self.letters) >= self._read, patience)
        return self.letters[self._read - 1]

    def writes(self, text: str, subject: str = "", answering: EmailMessage | None = None, **headers: str) -> bytes:
        """Send us a mail, in the thread of the one it answers; returns it as it was delivered."""
        mail = self.mail(text, subject, answering, **headers)
        self.office.imap.deliver(mail)
        return mail

    def mail(self, text: str, subject: str = "", answering: EmailMessage | None = None, **headers: str) -> bytes:
        """A mail as their server delivers it to ours."""
        mail = EmailMessage()
        if self.is_signed:
            domain = self.address.partition("@")[2]
            mail["Authentication-Results"] = f"{SERVER}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
        mail["From"], mail["To"] = f"{self.name} <{self.address}>", SENDER
        mail["Message-ID"] = f"<m{next(_ids)}@mail.example.com>"
        if answering is not None:
            mail["Subject"] = "Re: " + str(answering["Subject"]).removeprefix("Re: ")
            mail["In-Reply-To"] = answering["Message-ID"]
            mail["References"] = " ".join(filter(None, [answering["References"], answering["Message-ID"]]))
            text += f"\n\nOn Mon, 12 Oct 2026 at 10:04, {SENDER} wrote:\n\n" + _quoted(answering)
        elif subject:
            mail["Subject"] = subject
        for name, value in headers.items():
            field = name.replace("_", "-")
            del mail[field]
            mail[field] = value
        mail.set_content(text)
        return mail.as_bytes()


class EmailStage:
    """A channel under test and the two sides it stands between."""

    def __init__(self, office: PostOffice, memory: FakeMemory, ear: Ear, **settings: Any) -> None:
        self.office = office
        self.memory = memory
        self.ear = ear
        asked = EmailMemory(
            inbox=ear,
            outbox=memory.outbox,
            identities=memory.identities,
            transcript=memory.transcript,
            files=memory.files,
        )
        self.channel = EmailChannel(settings=replace(office.settings, **settings), memory=asked, clock=now)
        self._dispatcher = Dispatcher(
            outbox=memory.outbox,
            senders={CHANNEL: self.channel},
            doorbell=memory.doorbell,
            metrics=Metrics(),
            clock=now,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Receive in the background, as the server does."""
        task = asyncio.create_task(self.channel.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def answers(self, text: str, buttons: Sequence[Button] = ()) -> None:
        """Take the turn of the message that waits longest, answer it, and let the outbox send the answer."""
        async with self.memory.turns.claim() as turn:
            assert turn is not None, "nobody waits for an answer"
            await turn.commit(Outcome([Reply(text, buttons)]))
        await self._dispatcher.send_due()
        await self._dispatcher.drain(patience=20.0)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Both servers, until the block ends."""
    with imap_server() as imap, mail_server() as smtp:
        yield PostOffice(imap, smtp)


def email_stage(office: PostOffice, memory: FakeMemory | None = None, **settings: Any) -> EmailStage:
    """A channel at this post office; not receiving yet."""
    memory = memory or fake_memory(clock=now)
    return EmailStage(office, memory, Ear(memory.inbox), **settings)


def delivery(to: str, text: str, buttons: Sequence[Button] = (), author: Author = Author.BOT) -> Delivery:
    """A message to somebody who has not written, as the outbox hands it over."""
    number = Cursor(next(_ids))
    customer = CustomerId(f"c-{to}")
    message = Message(
        customer_id=customer, number=number, author=author, channel=CHANNEL, text=text, at=now(), buttons=buttons
    )
    return Delivery(number, customer, Address(CHANNEL, to), message, 1)


def plain(mail: EmailMessage) -> str:
    """The plain text of a mail, with simple line ends."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").strip()


def html(mail: EmailMessage) -> str:
    """The HTML of a mail."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def now() -> datetime:
    """The clock of all stages."""
    return datetime.now(timezone.utc)


def _quoted(mail: EmailMessage) -> str:
    return "\n".join(f"> {line}" for line in plain(mail).split("\n"))
