"""E-mails are handed in to a real SMTP server over a socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.mail import MailFailed, MailServer, SmtpMailer
from tests.doubles.mail import PASSWORD, USER, MailServerDouble, mail_server


@pytest.fixture
def post() -> Iterator[MailServerDouble]:
    with mail_server() as double:
        yield double


def mailer(url: str) -> SmtpMailer:
    return SmtpMailer(server=MailServer.parse(url), sender="Fernhill <help@fernhill.example>")


async def test_a_message_arrives_as_it_was_written(post: MailServerDouble) -> None:
    await mailer(post.url).send("ana@example.com", "Grüße", "Your code is BX7M-4QPD\n")

    (message,) = post.received
    assert (message["To"], message["From"], message["Subject"]) == (
        "ana@example.com",
        "Fernhill <help@fernhill.example>",
        "Grüße",
    )
    assert message.get_content().splitlines() == ["Your code is BX7M-4QPD"]
    assert message["Date"] is not None
    assert message["Message-ID"] is not None


async def test_user_and_password_are_shown_to_a_server_on_this_machine(post: MailServerDouble) -> None:
    url = post.url.replace("//", f"//{USER}:{PASSWORD.replace(' ', '%20')}@")
    await mailer(url).send("ana@example.com", "Hello", "Hello\n")
    assert (post.logins, len(post.received)) == ([USER], 1)


async def test_a_refusal_is_told_with_its_reason(post: MailServerDouble) -> None:
    post.refuses_with = "550 no such mailbox"
    with pytest.raises(MailFailed, match="no such mailbox"):
        await mailer(post.url).send("ana@example.com", "Hello", "Hello\n")


async def test_a_server_that_is_away_fails_the_message(post: MailServerDouble) -> None:
    with pytest.raises(MailFailed):
        await mailer("smtp://127.0.0.1:1").send("ana@example.com", "Hello", "Hello\n")


async def test_a_line_break_in_an_address_makes_no_second_header(post: MailServerDouble) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        await mailer(post.url).send("ana@example.com\nBcc: all@example.com", "Hello", "Hello\n")
    assert post.received == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, False)),
        (
            "smtps://a%40b:p%3Aw@mail.example",
            MailServer("mail.example", 465, encrypted=True, user="a@b", password="p:w"),
        ),
        ("smtp://mail.example:2525", MailServer("mail.example", 2525, False)),
    ],
)
def test_a_url_names_the_server(url: str, server: MailServer) -> None:
    assert MailServer.parse(url) == server


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_a_url_that_names_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://user:password@host:587"):
        MailServer.parse(url)
