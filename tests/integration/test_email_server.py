"""The real server and two mail servers: a conversation by e-mail, with a kill between storing a mail and marking it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.callers import Caller
from tests.doubles.email_stage import SENDER, SERVER, PostOffice, plain, post_office
from tests.integration.test_telegram_server import until_sent
from tests.server import START_SECONDS, Server


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def settings(office: PostOffice) -> dict[str, str]:
    return {
        "EMAIL_IMAP_URL": office.imap.url,
        "EMAIL_AUTHSERV_ID": SERVER,
        "SMTP_URL": office.smtp.url,
        "MAIL_FROM": SENDER,
    }


async def test_a_conversation_goes_on_in_its_thread_through_a_killed_server(tmp_path: Path, office: PostOffice) -> None:
    ana = office.person("Ana Novak", "ana.novak@example.com")
    with Server(tmp_path, settings(office)) as server:
        ana.writes("Hello,\n\nI would like to send something back.\n\nKind regards\nAna Novak", "Return")
        which_order = await ana.next_letter(START_SECONDS)
        assert "order number" in plain(which_order)
        ana.writes("1031", answering=which_order)
        which_item = await ana.next_letter()
        assert "1. Ridge 2 Tent" in plain(which_item)

        await asyncio.to_thread(office.imap.until_read, 2)  # else it would stand still at the mail before
        office.imap.stands_still_at = "UID STORE"
        ana.writes("1", answering=which_item)
        why = await ana.next_letter()
        await until_sent(
            server, 3, "email"
        )  # killed between sending and noting it, the server would rightly send again
        server.kill()
        office.imap.goes_on()
        office.imap.mails[2].flags.clear()  # its last command never arrived
        server.start()
        await asyncio.to_thread(office.imap.until_read, 3)

        assert "1. Too small" in plain(why)
        ana.writes("the first one", answering=why)
        refund_or_exchange = await ana.next_letter(START_SECONDS)
        ana.writes("2", answering=refund_or_exchange)
        summary = await ana.next_letter()
        assert "too small" in plain(summary)
        assert "exchange" in plain(summary)
        stranger = office.person("Ana Novak", ana.address)
        stranger.is_signed = False
        stranger.writes("yes, register it", answering=summary)
        told = await asyncio.to_thread(_letter, office, 6)
        assert "registered" not in plain(told), "somebody who only claims to be Ana went on with her return"

        threads = [which_order, which_item, why, refund_or_exchange, summary]
        assert {mail["Subject"] for mail in threads} == {"Re: Return"}
        for earlier, later in pairwise(threads):
            assert earlier["Message-ID"] in later["References"].split()
        assert len({mail["Message-ID"] for mail in office.smtp.received}) == len(office.smtp.received) == 6

        server.stop()
        office.imap.accepts_logins = False
        server.start()
        await asyncio.to_thread(office.imap.until, "LOGIN", 3)
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            assert await Caller(client).says("hello"), "a mailbox that refuses us stopped more than the mails"
    assert server.log.read_text().count("email_off") == 1


def _letter(office: PostOffice, number: int) -> EmailMessage:
    office.smtp.until(lambda: len(office.smtp.received) >= number, 20.0)
    return office.smtp.received[number - 1]
