"""Mails as real programs write them: what their authors wrote themselves is read, whatever stands around it."""

from __future__ import annotations

import time

import pytest

from bot.channels.email.authentication import proof_of
from bot.channels.email.html import text_of
from bot.channels.email.mime import LONGEST_TEXT, Mail, parse, read
from bot.channels.email.quotes import own_words
from bot.settings import PROJECT

MAILS = PROJECT / "tests/fixtures/email"


def mail(name: str) -> Mail:
    found = read(parse((MAILS / f"{name}.eml").read_bytes()))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gmail_en", "It is the second one, please."),
        ("gmail_en_broken_line", "The tent."),
        ("gmail_de", "Ja, bitte."),
        ("gmail_de_old", "Ja, bitte."),
        ("gmail_fr", "Oui, merci de le faire."),
        ("gmail_es", "Sí, por favor."),
        ("gmail_it", "Sì, grazie mille per l'aiuto."),
        ("gmail_nl", "Ja graag."),
        ("gmail_pt", "Sim, por favor."),
        ("gmail_zh", "好的，谢谢你。"),
        ("gmail_dated", "The tent."),
        ("gmail_html_only", "The tent,\nit is too small."),
        ("thunderbird_en", "The tent."),
        ("thunderbird_de", "Das Zelt."),
        ("thunderbird_html", "The tent."),
        ("bottom_posted", "The tent, as I said."),
        ("between_the_lines", "The tent.\nIt is too small."),
        ("apple_mail", "It's too small."),
        ("apple_html", "It is too small."),
        ("iphone", "Too small"),
        ("iphone_de", "Zu klein"),
        ("iphone_fr", "Trop petit"),
        ("samsung_de", "Zu klein"),
        ("outlook_en", "An exchange, please."),
        ("outlook_de", "Bitte umtauschen."),
        ("outlook_fr", "Un échange, s'il vous plaît."),
        ("outlook_es", "Un cambio, por favor."),
        ("outlook_mobile", "Refund"),
        ("outlook_old", "Refund"),
        ("outlook_web_html", "An exchange, please."),
        ("outlook_desktop_html", "An exchange, please."),
        ("yahoo_html", "The tent."),
    ],
)
def test_of_an_answer_only_the_authors_own_words_are_left(name: str, words: str) -> None:
    assert mail(name).text == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("latin1", "Rückgabe\n\nGrüße aus Köln, ich möchte das Zelt zurückgeben."),
        ("gb2312", "我的订单在哪里"),
        ("iso2022jp", "注文\n\n返品したいです"),
        ("koi8r_quoted_printable", "Order\n\nГде мой заказ?"),
        ("arabic", "أين طلبي رقم 1042؟"),
        ("unknown_charset", "Order\n\nGrüße"),
        ("lying_charset", "Order\n\nGrüße"),
        (
            "flowed",
            "Order\n\nThis is a long line that a mail program broke into two pieces, and this is its end.\nA new line.",
        ),
        ("html_table", "Return\n\nOrder 1042\nItem Ridge 2 Tent"),
    ],
)
def test_every_script_and_charset_is_read(name: str, text: str) -> None:
    assert mail(name).text == text


def test_the_subject_leads_the_first_mail_of_a_thread_and_no_other() -> None:
    assert mail("new_thread").text == (
        "Where is my order?\n\nHello,\n\nit is order 1042 and it should have come on Friday."
    )
    assert mail("gmail_en").subject == "Re: My order"
    assert "My order" not in mail("gmail_en").text


def test_an_answer_refers_to_the_mail_and_those_before_it() -> None:
    assert mail("gmail_en").references == (
        "<CAF-first@mail.example.com> <tk.7.0123456789abcdef@fernhill.example> <CAF-gmail_en@mail.example.com>"
    )


def test_a_mail_that_is_passed_on_is_shown_with_what_was_passed_on() -> None:
    text = mail("forwarded").text
    assert text.startswith("Is this invoice right?")
    assert text.endswith("Invoice 77 over 120 pounds.")


def test_what_is_attached_is_kept_by_name_and_decoration_is_not() -> None:
    photo, invoice = mail("attachments").attachments
    assert (photo["kind"], photo["file_name"], photo["size"]) == ("photo", "Gestänge.png", 12_008)
    assert (invoice["kind"], invoice["file_name"], invoice["mime_type"]) == (
        "document",
        "Rechnung €.pdf",
        "application/pdf",
    )
    assert photo["file_id"] != invoice["file_id"]
    assert mail("picture_only").text == ""
    assert len(mail("picture_only").attachments) == 1


def test_a_mail_without_an_id_is_known_again_by_what_it_says() -> None:
    raw = (MAILS / "no_message_id.eml").read_bytes()
    again, other = (
        read(parse(changed))
        for changed in (b"Received: from elsewhere\r\n" + raw, raw.replace(b"a question", b"an answer"))
    )
    assert again is not None
    assert other is not None
    assert mail("no_message_id").key == again.key != other.key


@pytest.mark.parametrize(
    "text",
    [
        "On Friday my brother wrote: where is it? I told him I did not know.",
        "I wrote to you on 3 May:\nmy tent is broken.",
        "Please send it\nFrom: Leeds\nTo: York",
        "The choices were\n- tent\n- socks\nI want both.",
        "Thanks, but it is the wrong size.\nCan I change it?",
        "Hello\nThanks,\nbut it is still the wrong size",
        "Thanks",
        "He said on 3.5.2026 10:00 that it was sent from my house in York and then nothing happened at all.",
    ],
)
def test_what_only_looks_like_a_quote_or_a_signature_is_kept(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nAna Novak\nHill Street 4",
        "Sent from my iPhone",
        "Get Outlook for Android<https://aka.ms/x>",
        "Gesendet von Outlook für Android",
        "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
        "Enviado desde mi iPhone",
        "Envoyé depuis mon téléphone Orange",
        "Kind regards,\n\nAna Novak\n+44 1632 960001",
        "Thanks in advance\nAna",
        "MfG\nA. Novak",
        "Viele Grüße aus Köln\nAna",
        "Cordialement,\nAna Novak",
        "Un saludo,\nAna",
    ],
)
def test_signatures_are_taken_off(ending: str) -> None:
    assert own_words(f"Where is order 1042?\n\n{ending}\n") == "Where is order 1042?"


def test_a_very_long_mail_is_cut_where_that_is_seen() -> None:
    found = read(parse(b"From: ana@example.com\r\n\r\n" + b"word " * 5_000))
    assert found is not None
    assert found.text.endswith("word […]")
    assert len(found.text) < LONGEST_TEXT + 10


@pytest.mark.parametrize(
    "sender",
    [
        b"",
        b"From: undisclosed\r\n",
        b"From: a@example.com, b@example.com\r\n",
        b"From: a@example.com\r\nFrom: b@example.com\r\n",
        b"From: a@localhost\r\n",
    ],
)
def test_who_does_not_say_who_they_are_is_nobody(sender: bytes) -> None:
    assert read(parse(sender + b"To: help@fernhill.example\r\n\r\nHello")) is None


def test_pages_that_are_broken_or_meant_to_break_us_are_read_as_far_as_they_go() -> None:
    assert text_of("") == ""
    assert text_of('<?xml version="1.0" encoding="utf-8"?><p>Hello</p>').strip() == "Hello"
    assert text_of("<p>Hello <script>alert(1)</script><b>you").strip() == "Hello you"
    assert "deep" in text_of("<div>" * 5_000 + "deep")


LINES = {
    "attribution": "On 1@1 " * 60,
    "quote": "> " * 200,
    "header": "From: a@b\n" * 3,
    "underscores": "_" * 300,
    "dashes": "-" * 3_000,
    "dashes apart": "- " * 500,
    "verb": "schrieb a: 1:00 " * 20,
    "device": "Sent from " * 30,
    "words": "a " * 500,
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_lines_that_are_made_to_take_long_are_read_in_time(line: str) -> None:
    began = time.perf_counter()
    assert own_words("Hello\n" + f"{line}\n" * 2_000).startswith("Hello")
    assert time.perf_counter() - began < 10, "reading takes more than a linear time"


MAILS_TO_HARM = {
    "from": b"From: " + b"a@b.cc, " * 100_000,
    "subject": b"Subject: " + b"=?a?q?" * 200_000,
    "results": b"Authentication-Results: mx " + b"(" * 100_000 + b")" * 100_000,
    "references": b"References: " + b"<" * 500_000,
    "brackets": b"Content-Type: text/html\r\n\r\n" + b"<" * 2_000_000,
    "tables": b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 2_000,
    "paragraphs": b"Content-Type: text/html\r\n\r\n" + b"<p>words and words</p>" * 50_000,
}


@pytest.mark.parametrize("raw", MAILS_TO_HARM.values(), ids=MAILS_TO_HARM)
def test_mails_that_are_made_to_take_long_are_read_in_time(raw: bytes) -> None:
    began = time.perf_counter()
    parsed = parse(b"From: ana@example.com\r\n" + raw + b"\r\n\r\nHello")
    read(parsed)
    proof_of(parsed, "ana@example.com", "mx")
    assert time.perf_counter() - began < 10, "reading takes more than a linear time"
