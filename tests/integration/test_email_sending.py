"""What the outbox hands over arrives as a mail in its thread, and every failure is what it says it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.channels.email.composing import CHOOSE, WITHOUT_SUBJECT
from bot.channels.email.settings import CHANNEL
from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from bot.mail import MailServer
from memory.model import Address, Author, Button, DeliveryState, Inbound, NewFile, Proof
from tests.doubles.email_stage import (
    OURS,
    SENDER,
    EmailStage,
    PostOffice,
    delivery,
    email_stage,
    html,
    plain,
    post_office,
)

CHOICE = [Button("Refund", "/refund"), Button(" ", "/none"), Button("<Exchange>", "/exchange")]
ANA = "ana@example.com"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
async def stage(office: PostOffice) -> AsyncIterator[EmailStage]:
    stage = email_stage(office)
    async with stage.running():
        yield stage


async def test_an_answer_stands_in_the_thread_of_what_it_answers(stage: EmailStage) -> None:
    ana = stage.office.person()
    asked = ana.mail("It has not come.", "Where is my order?")
    stage.office.imap.deliver(asked)
    await stage.ear.hears(1)
    await stage.answers("It comes tomorrow.")
    first = await ana.next_letter()
    ana.writes("And when exactly?", answering=first)
    await stage.ear.hears(2)
    await stage.answers("Before noon.")
    second = await ana.next_letter()

    asked_id = next(line for line in asked.decode().splitlines() if line.startswith("Message-ID")).split(": ")[1]
    assert (first["In-Reply-To"], first["References"]) == (asked_id, asked_id)
    assert first["Subject"] == second["Subject"] == "Re: Where is my order?"
    assert first["From"] == SENDER
    followed = second["In-Reply-To"]
    assert second["References"].split() == [asked_id, first["Message-ID"], followed]
    assert first["Message-ID"] != second["Message-ID"]


async def test_the_bots_marks_are_seen_as_they_are_meant_in_text_and_html(stage: EmailStage) -> None:
    text = "Open **Returns**:\n\n- `FH-1042`\n- [our page](https://fernhill.example/r)\n\n<script>alert(1)</script>"
    await stage.channel.send(delivery(ANA, text))
    mail = await stage.office.person().next_letter()
    assert plain(mail) == (
        "Open Returns:\n- FH-1042\n- our page (https://fernhill.example/r)\n\n<script>alert(1)</script>"
    )
    assert "<strong>Returns</strong>" in html(mail)
    assert 'href="https://fernhill.example/r"' in html(mail)
    assert "<script" not in html(mail)


async def test_choices_are_a_numbered_list(stage: EmailStage) -> None:
    await stage.channel.send(delivery(ANA, "Which one?", CHOICE))
    mail = await stage.office.person().next_letter()
    assert plain(mail) == f"Which one?\n\n1. Refund\n2. <Exchange>\n\n{CHOOSE}"
    assert "<ol><li>Refund</li><li>&lt;Exchange&gt;</li></ol>" in html(mail)


async def test_a_persons_words_are_left_as_they_are_and_signed(stage: EmailStage) -> None:
    row = delivery(ANA, "2 * 3 * 4 is 24 _really_ <b>\nYours", author=Author.AGENT)
    await stage.channel.send(replace(row, message=replace(row.message, agent_name="Mara")))
    mail = await stage.office.person().next_letter()
    assert plain(mail) == "2 * 3 * 4 is 24 _really_ <b>\nYours\n\nMara"
    assert "&lt;b&gt;<br>" in html(mail)
    assert mail["Auto-Submitted"] is None, "a person wrote it"


async def test_other_machines_are_told_that_nobody_wrote_it(stage: EmailStage) -> None:
    ana = stage.office.person()
    ana.writes("hello")
    await stage.ear.hears(1)
    await stage.answers("Hello Ana")
    answer = await ana.next_letter()
    assert (answer["Auto-Submitted"], answer["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    await stage.channel.send(delivery("ben@example.org", "Your parcel is on its way."))
    notice = await stage.office.person("Ben", "ben@example.org").next_letter()
    assert (notice["Auto-Submitted"], notice["Subject"]) == ("auto-generated", WITHOUT_SUBJECT)


@pytest.mark.parametrize(
    "text", ["مرحبا، أين طلبي؟", "您的订单明天到", "🏕️ Grüße, l’été", "Ω" * 3_000, ".\n..\n.hidden"]
)
async def test_text_of_any_script_and_shape_arrives_whole(stage: EmailStage, text: str) -> None:
    await stage.channel.send(delivery(ANA, text, author=Author.AGENT))
    assert plain(await stage.office.person().next_letter()) == text


async def test_a_long_answer_is_one_mail(stage: EmailStage) -> None:
    long = "\n\n".join(f"Paragraph {number}: " + "word " * 400 for number in range(40))
    await stage.channel.send(delivery(ANA, long))
    assert plain(await stage.office.person().next_letter()).split() == long.split()


async def test_a_second_try_is_known_by_its_id(stage: EmailStage) -> None:
    row = delivery(ANA, "hello")
    stage.office.smtp.falls_silent = True
    with pytest.raises(UnknownResult):
        await stage.channel.send(row)
    stage.office.smtp.falls_silent = False
    await stage.channel.send(replace(row, attempt=2))
    first, second = stage.office.smtp.received
    assert first["Message-ID"] == second["Message-ID"]


async def test_mails_go_out_under_our_address_so_that_they_come_back_to_it(stage: EmailStage) -> None:
    await stage.channel.send(delivery(ANA, "hello"))
    assert stage.office.smtp.envelopes == [(OURS, [ANA])]


@pytest.mark.parametrize("reply", ["450 4.2.1 try later", "451 greylisted", "421 too busy", "452 4.2.2 full"])
@pytest.mark.parametrize("to_whom", ["refuses_with", "refuses_recipients_with"])
async def test_a_refusal_for_now_is_temporary(stage: EmailStage, reply: str, to_whom: str) -> None:
    setattr(stage.office.smtp, to_whom, reply)
    with pytest.raises(TemporaryError, match=reply):
        await stage.channel.send(delivery(ANA, "hello"))


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "552 5.3.4 too big", "554 5.7.1 refused"])
@pytest.mark.parametrize("to_whom", ["refuses_with", "refuses_recipients_with"])
async def test_a_refusal_for_good_is_permanent(stage: EmailStage, reply: str, to_whom: str) -> None:
    setattr(stage.office.smtp, to_whom, reply)
    with pytest.raises(PermanentError, match=reply):
        await stage.channel.send(delivery(ANA, "hello"))


async def test_no_answer_after_the_mail_was_written_is_unknown(stage: EmailStage) -> None:
    stage.office.smtp.falls_silent = True
    with pytest.raises(UnknownResult):
        await stage.channel.send(delivery(ANA, "hello"))
    assert len(stage.office.smtp.received) == 1


async def test_a_server_that_can_not_be_reached_is_temporary(office: PostOffice) -> None:
    stage = email_stage(office, outgoing=MailServer("127.0.0.1", 1, encrypted=False))
    with pytest.raises(TemporaryError):
        await stage.channel.send(delivery(ANA, "hello"))


async def test_a_wrong_password_is_temporary_so_that_nothing_is_lost_until_it_is_put_right(office: PostOffice) -> None:
    outgoing = replace(office.settings.outgoing, user="fern", password="wrong")
    with pytest.raises(TemporaryError) as refusal:
        await email_stage(office, outgoing=outgoing).channel.send(delivery(ANA, "hello"))
    assert refusal.value.retry_after == 300.0
    assert "wrong" not in str(refusal.value)


@pytest.mark.parametrize(
    "address", ["nobody", "ünter@example.com", "a\nBcc: all@example.com", "@example.com", "a@" + "b" * 80]
)
async def test_an_address_that_no_mail_can_have_is_given_up(stage: EmailStage, address: str) -> None:
    with pytest.raises(PermanentError):
        await stage.channel.send(delivery(address, "hello"))
    assert stage.office.smtp.received == []


async def test_a_domain_in_any_script_is_written_as_servers_know_it(stage: EmailStage) -> None:
    await stage.channel.send(delivery("ana@müller.example", "hello"))
    assert stage.office.smtp.envelopes[0][1] == ["ana@xn--mller-kva.example"]


async def test_two_machines_stop_talking_and_a_person_may_still_write(office: PostOffice) -> None:
    stage = email_stage(office, answers_per_hour=3)
    machine = office.person("Machine", "machine@example.com")
    async with stage.running():
        machine.writes("message 0")
        for number in range(1, 6):
            await stage.ear.hears(number)
            await stage.answers(f"answer {number}")
            machine.writes(f"message {number}")
        await stage.ear.hears(6)
    assert [plain(mail) for mail in machine.letters] == ["answer 1", "answer 2", "answer 3"]
    customer = await stage.memory.identities.customer_for(Address(CHANNEL, machine.address), Proof.PLATFORM)
    assert customer is not None
    said = [each for each in await stage.memory.transcript.before(customer.id, None, 20) if each.author is Author.BOT]
    assert [each.delivery for each in said] == [DeliveryState.SENT] * 3 + [DeliveryState.FAILED] * 2
    row = delivery(machine.address, "Mara here", author=Author.AGENT)
    await stage.channel.send(
        replace(row, customer_id=customer.id, message=replace(row.message, number=said[-1].number))
    )
    assert len(machine.letters) == 4


async def test_an_agents_files_are_enclosed(stage: EmailStage) -> None:
    ana = stage.office.person()
    written = Inbound(Address(CHANNEL, ana.address), "m-1", "my label?", Proof.NONE)
    customer = (await stage.memory.inbox.accept(written)).customer_id
    label = await stage.memory.files.keep(customer, NewFile("Etikett ä.pdf", "application/pdf", b"%PDF-1.7"))
    row = delivery(ana.address, "Here it is", author=Author.AGENT)
    row = replace(row, customer_id=customer, message=replace(row.message, attachments=(label,)))
    await stage.channel.send(row)
    letter = await ana.next_letter()
    assert plain(letter) == "Here it is"
    (enclosed,) = letter.iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content_type()) == ("Etikett ä.pdf", "application/pdf")
    assert enclosed.get_payload(decode=True) == b"%PDF-1.7"
    await stage.memory.custody.erase(customer, "r1")
    with pytest.raises(PermanentError, match="not there any more"):
        await stage.channel.send(row)


async def test_a_file_without_a_word_goes_as_well(stage: EmailStage) -> None:
    ana = stage.office.person()
    written = Inbound(Address(CHANNEL, ana.address), "m-1", "my label?", Proof.NONE)
    customer = (await stage.memory.inbox.accept(written)).customer_id
    note = await stage.memory.files.keep(customer, NewFile("note.txt", "text/plain", "Grüße".encode()))
    row = delivery(ana.address, "", author=Author.AGENT)
    await stage.channel.send(
        replace(row, customer_id=customer, message=replace(row.message, attachments=(note,), agent_name="Mara"))
    )
    letter = await ana.next_letter()
    (enclosed,) = letter.iter_attachments()
    assert (plain(letter), enclosed.get_payload(decode=True)) == ("Mara", "Grüße".encode())
