"""`bot doctor` logs in to the mailbox and says what to do; the start refuses a way in without a way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.bootstrap.given import check_together
from bot.channels.email.options import email_settings
from bot.doctor import mailbox
from bot.reading_settings import load_settings
from bot.settings import InvalidSetting, Settings
from tests.doubles.email_stage import PostOffice, post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def settings(office: PostOffice, **more: str) -> Settings:
    given = {
        "EMAIL_IMAP_URL": office.imap.url,
        "SMTP_URL": office.smtp.url,
        "MAIL_FROM": "Fern <help@fernhill.example>",
    }
    return load_settings({f"THREADKEEPER_{name}": value for name, value in {**given, **more}.items()})


def test_a_good_mailbox_is_well_and_none_at_all_is_fine(office: PostOffice) -> None:
    assert mailbox(settings(office)) is None
    assert [each for each in office.imap.commands if each.startswith("SELECT")], "it was not looked into"
    assert mailbox(Settings()) is None


def test_a_refused_password_and_a_missing_folder_are_named_with_their_settings(office: PostOffice) -> None:
    assert "THREADKEEPER_EMAIL_FOLDER" in str(mailbox(settings(office, EMAIL_FOLDER="Support")))
    office.imap.accepts_logins = False
    assert "THREADKEEPER_EMAIL_IMAP_URL" in str(mailbox(settings(office)))


def test_a_server_that_is_not_there_is_named(office: PostOffice) -> None:
    mend = str(mailbox(settings(office, EMAIL_IMAP_URL="imap://help:secret@127.0.0.1:1")))
    assert "127.0.0.1:1 can't be reached" in mend
    assert "secret" not in mend


def test_a_way_in_without_a_way_out_stops_the_start() -> None:
    given = load_settings({"THREADKEEPER_EMAIL_IMAP_URL": "imaps://help:secret@imap.example.com"})
    with pytest.raises(InvalidSetting, match="THREADKEEPER_SMTP_URL"):
        check_together(given)


def test_customers_write_to_the_address_of_the_mailbox_or_to_that_of_all_mails(office: PostOffice) -> None:
    usual, other = (
        email_settings(settings(office), "a secret"),
        email_settings(settings(office, EMAIL_ADDRESS="Shop@fernhill.example"), "a secret"),
    )
    assert usual is not None
    assert other is not None
    assert (usual.address, other.address) == ("help@fernhill.example", "shop@fernhill.example")
    assert "secret" not in repr(usual).replace("secret=", "")
