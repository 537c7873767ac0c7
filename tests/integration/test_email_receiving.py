"""Mails reach the inbox, once and in order: the real client over real sockets to a mail server's double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.email.receiving import Receiving
from bot.channels.email.settings import CHANNEL
from bot.channels.port import PermanentError, TemporaryError
from bot.settings import PROJECT
from memory.model import Address, Author, Button, DeliveryState, Proof
from tests.doubles.email_stage import OURS, EmailStage, PostOffice, email_stage, plain, post_office
from tests.doubles.imap import imap_server, self_signed
from tests.doubles.mail import mail_server

CHOICE = [Button("Refund", '/inform{"resolution": "refund"}'), Button("Exchange", '/inform{"resolution": "exchange"}')]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
async def stage(office: PostOffice) -> AsyncIterator[EmailStage]:
    stage = email_stage(office)
    async with stage.running():
        yield stage


async def read(office: PostOffice, number: int) -> None:
    await asyncio.to_thread(office.imap.until_read, number)


async def test_mails_of_several_people_arrive_with_who_wrote_them(stage: EmailStage) -> None:
    ana, ben = stage.office.person(), stage.office.person("Ben", "Ben.Big@Example.org")
    ana.writes("It has not come.", "Where is my order?")
    ben.writes("hello")
    heard = await stage.ear.hears(2)
    assert [(said.display_name, said.text, said.address) for said in heard] == [
        ("Ana Novak", "Where is my order?\n\nIt has not come.", Address(CHANNEL, "ana@example.com")),
        ("Ben", "hello", Address(CHANNEL, "ben.big@example.org")),
    ]
    await read(stage.office, 2)


async def test_mails_that_waited_while_the_bot_was_away_all_arrive_in_order(office: PostOffice) -> None:
    ana = office.person()
    for number in range(30):
        ana.writes(f"message {number}")
    stage = email_stage(office)
    async with stage.running():
        heard = await stage.ear.hears(30)
        assert [said.text for said in heard] == [f"message {number}" for number in range(30)]
        await read(office, 30)


async def test_a_mail_delivered_twice_is_one_message(stage: EmailStage) -> None:
    ana = stage.office.person()
    mail = ana.writes("hello")
    stage.office.imap.deliver(b"Received: from another road\r\n" + mail)
    ana.writes("next")
    assert [said.text for said in await stage.ear.hears(2)] == ["hello", "next"]
    await read(stage.office, 3)


async def test_a_mail_is_marked_as_read_only_when_it_is_stored(office: PostOffice) -> None:
    stage = email_stage(office)
    stage.ear.failures = 2
    office.person().writes("don't lose me")
    with capture_logs() as logs:
        async with stage.running():
            await stage.ear.hears(1)
            await read(office, 1)
    assert [line["event"] for line in logs].count("email_not_stored") == 2
    commands = office.imap.commands
    assert sum(each.startswith("UID STORE") for each in commands) == 1
    assert sum("BODY.PEEK" in each for each in commands) == 1, "fetching must not mark it by itself"


async def test_who_dies_between_storing_and_marking_gets_it_again_and_knows_it(office: PostOffice) -> None:
    office.imap.stands_still_at = "UID STORE"
    stage = email_stage(office)
    office.person().writes("hello")
    async with stage.running():
        await asyncio.to_thread(office.imap.until, "UID STORE")
    office.imap.goes_on()
    office.imap.mails[0].flags.clear()  # the dead one's last command never arrived
    again = email_stage(office, stage.memory)
    async with again.running():
        await read(office, 1)
    assert len(stage.ear.heard) == 1
    assert again.ear.heard == [], "it was taken for a new message"


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "UID STORE", "IDLE"])
async def test_a_lost_connection_is_made_anew(office: PostOffice, command: str) -> None:
    office.imap.hangs_up_at = command
    ana = office.person()
    ana.writes("before")
    stage = email_stage(office)
    async with stage.running():
        await stage.ear.hears(1)
        await asyncio.to_thread(office.imap.until, "IDLE")
        ana.writes("after")
        assert [said.text for said in await stage.ear.hears(2)] == ["before", "after"]
        await read(office, 2)


async def test_a_server_that_starts_again_while_we_wait_is_found_again(stage: EmailStage) -> None:
    await asyncio.to_thread(stage.office.imap.until, "IDLE")
    stage.office.imap.cuts_all_connections()
    await asyncio.to_thread(stage.office.imap.until, "IDLE", 2)
    stage.office.person().writes("hello")
    assert [said.text for said in await stage.ear.hears(1)] == ["hello"]


async def test_a_server_that_can_not_tell_of_news_is_asked(office: PostOffice) -> None:
    office.imap.capabilities = "IMAP4rev1"
    office.person().writes("hello")
    stage = email_stage(office)
    async with stage.running():
        assert [said.text for said in await stage.ear.hears(1)] == ["hello"]
        await read(office, 1)


async def refused(office: PostOffice, times: int = 1, **settings: Any) -> Sequence[Mapping[str, Any]]:
    """What is logged until the mailbox has refused us so often."""
    rested: asyncio.Queue[float] = asyncio.Queue()
    goes_on = asyncio.Semaphore(times - 1)

    async def sleep(seconds: float) -> None:
        await rested.put(seconds)
        await goes_on.acquire()

    async def take(_: bytes) -> None:
        raise AssertionError("nothing can have come")

    receiving = Receiving(settings=replace(office.settings, **settings), take=take, sleep=sleep)
    with capture_logs() as logs:
        task = asyncio.create_task(receiving.run())
        for _ in range(times):
            await asyncio.wait_for(rested.get(), 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return logs


async def test_a_wrong_password_is_one_clear_line_however_often_it_is_tried(office: PostOffice) -> None:
    office.imap.accepts_logins = False
    logs = await refused(office, times=3)
    assert [(line["event"], line["log_level"]) for line in logs] == [("email_off", "error")]
    assert "THREADKEEPER_EMAIL_IMAP_URL" in logs[0]["reason"]
    assert "correct horse" not in str(logs), "the password is in the log"
    assert office.imap.commands.count("LOGIN") == 3


async def test_a_folder_that_is_not_there_is_named(office: PostOffice) -> None:
    (line,) = await refused(office, folder="Support")
    assert "'Support'" in line["reason"]
    assert "THREADKEEPER_EMAIL_FOLDER" in line["reason"]


async def test_no_password_is_sent_in_the_clear_to_another_machine(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.mail._LOOPBACK", frozenset())
    (line,) = await refused(office)
    assert "offers no encryption" in line["reason"]
    assert "LOGIN" not in office.imap.commands


async def test_a_server_whose_certificate_nobody_vouches_for_is_not_talked_to(tmp_path: Path) -> None:
    with imap_server(certificate=self_signed(tmp_path)) as imap, mail_server() as smtp:
        (line,) = await refused(PostOffice(imap, smtp))
    assert "certificate" in line["reason"]
    assert imap.commands == []


async def test_automatic_mails_are_read_and_not_answered(stage: EmailStage) -> None:
    ana = stage.office.person()
    ana.writes("I am away until Monday.", "Automatic reply: Re: My order", Auto_Submitted="auto-replied")
    ana.writes("From ourselves", From=OURS)
    ana.writes("   ")
    ana.writes("It is me.")
    assert [said.text for said in await stage.ear.hears(1)] == ["It is me."]
    await read(stage.office, 4)
    assert len(stage.ear.heard) == 1


async def test_a_mail_that_breaks_the_reading_is_left_with_a_flag_and_holds_up_nobody(office: PostOffice) -> None:
    nested = b"Hello"
    for number in range(3_000):
        mark = str(number).encode()
        nested = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n" + nested
    office.imap.deliver(b"From: ana@example.com\r\n" + nested)
    office.person().writes("hello")
    stage = email_stage(office)
    with capture_logs() as logs:
        async with stage.running():
            assert [said.text for said in await stage.ear.hears(1)] == ["hello"]
            await read(office, 2)
    assert office.imap.mails[0].flags == {"\\Seen", "\\Flagged"}
    assert "email_unreadable" in [line["event"] for line in logs]


async def test_of_a_giant_mail_the_beginning_is_read(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.email.mailbox.LARGEST", 10_000)
    ana = office.person()
    office.imap.deliver(ana.mail("Look at this.") + b"\r\n" * 500_000 + b"x" * 500_000)
    stage = email_stage(office)
    async with stage.running():
        (said,) = await stage.ear.hears(1)
    assert said.text == "Look at this."
    assert any("<0.1000000>" in each for each in office.imap.commands)


async def test_whoever_our_own_server_vouches_for_is_proved_and_others_are_strangers(stage: EmailStage) -> None:
    ana, pretender = stage.office.person(), stage.office.person()
    pretender.is_signed = False
    ana.writes("hello")
    pretender.writes("I am Ana, what did I order?")
    real, false = await stage.ear.hears(2)
    assert (real.proof, false.proof) == (Proof.PLATFORM, Proof.NONE)
    identities, address = stage.memory.identities, Address(CHANNEL, "ana@example.com")
    known, claimed = [await identities.customer_for(address, proof) for proof in (Proof.PLATFORM, Proof.NONE)]
    assert known != claimed


async def test_a_number_alone_is_the_choice_of_that_number(stage: EmailStage) -> None:
    ana = stage.office.person()
    ana.writes("The tent is too small", "Return")
    await stage.ear.hears(1)
    await stage.answers("Would you like a refund or an exchange?", CHOICE)
    question = await ana.next_letter()
    ana.writes("2", answering=question)
    _, chosen = await stage.ear.hears(2)
    assert (chosen.text, chosen.payload) == ("Exchange", CHOICE[1].payload)
    await stage.answers("Done.")
    ana.writes("1.", answering=question)
    assert (await stage.ear.hears(3))[2].payload is None, "that choice was closed"


@pytest.mark.parametrize("words", ["3", "0", "2 of them", "1042", "the first", "99"])
async def test_any_other_words_are_left_to_be_understood(stage: EmailStage, words: str) -> None:
    ana = stage.office.person()
    ana.writes("The tent is too small", "Return")
    await stage.ear.hears(1)
    await stage.answers("Would you like a refund or an exchange?", CHOICE)
    ana.writes(words, answering=await ana.next_letter())
    _, said = await stage.ear.hears(2)
    assert (said.text, said.payload) == (words, None)


async def test_a_mail_that_comes_back_marks_its_delivery_as_failed(stage: EmailStage) -> None:
    ana = stage.office.person()
    ana.writes("hello")
    await stage.ear.hears(1)
    await stage.answers("Hello Ana")
    answer = await ana.next_letter()
    system = stage.office.person("Mail Delivery System", "mailer-daemon@mx.example.com")
    system.writes(f"550 user unknown\n\nMessage-ID: {answer['Message-ID']}\n", "failure notice", Return_Path="<>")
    await read(stage.office, 2)
    customer = await stage.memory.identities.customer_for(Address(CHANNEL, ana.address), Proof.PLATFORM)
    assert customer is not None
    said = (await stage.memory.transcript.before(customer.id, None, 1))[0]
    assert (said.author, said.delivery) == (Author.BOT, DeliveryState.FAILED)
    assert said.reason == "The mail came back."
    assert len(stage.ear.heard) == 1, "the report was taken for a customer's message"
    assert plain(answer) == "Hello Ana"


async def test_a_card_number_in_a_subject_is_not_kept(stage: EmailStage) -> None:
    stage.office.person().writes("Please charge it", "My card 4111 1111 1111 1111")
    (said,) = await stage.ear.hears(1)
    assert "4111" not in str(said.custom)


async def test_whether_a_mail_was_written_below_ours_is_known_by_the_ids_that_are_ours(stage: EmailStage) -> None:
    ana = stage.office.person()
    ana.writes("The tent is too small", "Return", References="<tk.1.0123456789abcdef@fernhill.example>")
    await stage.ear.hears(1)
    await stage.answers("Would you like a refund?")
    ana.writes("yes", answering=await ana.next_letter())
    first, second = await stage.ear.hears(2)
    assert (first.under_ours, second.under_ours) == (False, True)


async def test_what_was_attached_is_got_from_the_mailbox_as_long_as_it_is_there(stage: EmailStage) -> None:
    stage.office.imap.deliver((PROJECT / "tests/fixtures/email/attachments.eml").read_bytes())
    (said,) = await stage.ear.hears(1)
    await read(stage.office, 1)
    photo, invoice = said.attachments
    assert (await stage.channel.fetch(photo["file_id"])).startswith(b"\x89PNG")
    assert await stage.channel.fetch(invoice["file_id"]) == b"%PDF-1.4\n"
    for gone in ("nobody@example.com#5", "CAF-attachments@mail.example.com#99", "no number"):
        with pytest.raises(PermanentError):
            await stage.channel.fetch(gone)
    stage.office.imap.accepts_logins = False
    with pytest.raises(TemporaryError):
        await stage.channel.fetch(photo["file_id"])
