"""What an operator sets of the mailbox that customers write to. Found by `bot.settings`."""

from __future__ import annotations

import hmac
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from bot.channels.email.settings import EmailSettings
from bot.mail import MailServer
from bot.settings import ChannelOptions, InvalidSetting, Settings, mail_address


class Options(ChannelOptions):
    """Off without a mailbox; answers go out by the mail server of all e-mails."""

    email_imap_url: SecretStr | None = Field(
        None, description="Mailbox to answer: imaps://user:password@host:993; without it customers can't write e-mails."
    )
    email_address: str | None = Field(
        None, description="Address that customers write to and get answers from, if it is not MAIL_FROM."
    )
    email_folder: str = Field("INBOX", description="Folder of that mailbox whose unread mails are customers'.")
    email_authserv_id: str | None = Field(
        None,
        description="Name that your own mail server puts into Authentication-Results, such as mx.example.com; without "
        "it no author counts as proved.",
    )
    email_answers_per_hour: Annotated[int, Field(ge=1, le=60)] = Field(
        20,
        description="Answers by e-mail to one customer in an hour at most, so that no two machines talk for ever.",
    )

    @field_validator("email_imap_url")
    @classmethod
    def _mailbox(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            MailServer.mailbox(url.get_secret_value())
        return url

    @field_validator("email_address")
    @classmethod
    def _address(cls, address: str | None) -> str | None:
        return mail_address(address)

    def is_on(self, settings: Settings) -> bool:
        """Whether mails come in and go out."""
        return self.email_imap_url is not None and settings.smtp_url is not None and settings.mail_from is not None

    @property
    def reaches_far(self) -> bool:
        """Its customers are anywhere."""
        return self.email_imap_url is not None

    def check(self, settings: Settings) -> None:
        """Raises InvalidSetting for a way in without a way out."""
        if self.email_imap_url is not None and settings.smtp_url is None:
            raise InvalidSetting(
                "THREADKEEPER_EMAIL_IMAP_URL: answers go out over THREADKEEPER_SMTP_URL, so set that as well."
            )


def email_settings(settings: Settings, secret: str) -> EmailSettings | None:
    """The mailbox that customers write to, if there is one; `secret` is the server's own."""
    given = settings.of(Options)
    if given.email_imap_url is None or settings.smtp_url is None or settings.mail_from is None:
        return None
    return EmailSettings(
        mailbox=MailServer.mailbox(given.email_imap_url.get_secret_value()),
        outgoing=MailServer.parse(settings.smtp_url.get_secret_value()),
        sender=given.email_address or settings.mail_from,
        secret=hmac.digest(secret.encode(), b"message ids", "sha256"),
        folder=given.email_folder,
        authserv_id=given.email_authserv_id,
        answers_per_hour=given.email_answers_per_hour,
    )
