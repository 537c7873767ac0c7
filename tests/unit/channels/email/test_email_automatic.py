"""Mails that no person wrote get no answer, bounces name their delivery, and a name in a mail proves nothing."""

from __future__ import annotations

import pytest

from bot.channels.email.authentication import proof_of
from bot.channels.email.automatic import why_ignored
from bot.channels.email.bounces import bounce_in
from bot.channels.email.mime import parse, read
from bot.channels.email.settings import MessageIds
from bot.settings import PROJECT
from memory.model import Proof

MAILS = PROJECT / "tests/fixtures/email"
OURS = "help@fernhill.example"
IDS = MessageIds(secret=b"a secret", domain="fernhill.example")


def raw(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("out_of_office_exchange", "automatic"),
        ("out_of_office_gmail", "automatic"),
        ("vacation_sieve", "automatic"),
        ("auto_reply_only_suppressed", "no_answer_wanted"),
        ("mailing_list", "bulk"),
        ("newsletter", "list"),
        ("no_reply", "unattended"),
        ("from_ourselves", "own_address"),
        ("empty_return_path", "empty_return_path"),
        ("ticket_system", "bulk"),
        ("delayed", "automatic"),
        ("new_thread", None),
        ("gmail_en", None),
        ("outlook_en", None),
        ("arabic", None),
    ],
)
def test_only_people_are_answered(name: str, reason: str | None) -> None:
    mail = read(parse(raw(name)))
    assert mail is not None
    assert why_ignored(parse(raw(name)), mail.address, OURS) == reason


@pytest.mark.parametrize(
    ("field", "is_ignored"),
    [
        (b"Auto-Submitted: no", False),
        (b"Auto-Submitted: auto-notified; owner-email=x", True),
        (b"Precedence: first-class", False),
        (b"Precedence: JUNK", True),
        (b"X-Auto-Response-Suppress: DR, NDR, RN, NRN", False),
        (b"X-Auto-Response-Suppress: All", True),
        (b"Return-Path: <ana@example.com>", False),
    ],
)
def test_fields_are_taken_at_their_word(field: bytes, is_ignored: bool) -> None:
    mail = parse(field + b"\r\nFrom: ana@example.com\r\n\r\nHello")
    assert (why_ignored(mail, "ana@example.com", OURS) is not None) is is_ignored


@pytest.mark.parametrize("name", ["bounce_postfix", "bounce_full_message", "bounce_without_report"])
def test_a_bounce_names_the_delivery_that_came_back(name: str) -> None:
    bounce = bounce_in(parse(raw(name).replace(b"<OUR-ID@fernhill.example>", IDS.of(77).encode())), IDS)
    assert bounce is not None
    assert bounce.deliveries == [77]
    assert "ana.novak" not in bounce.reason


def test_why_it_came_back_is_told_in_the_other_servers_words() -> None:
    bounce = bounce_in(parse(raw("bounce_postfix").replace(b"<OUR-ID@fernhill.example>", IDS.of(77).encode())), IDS)
    assert bounce is not None
    assert bounce.reason == "The mail came back: 550 5.1.1 user unknown"


def test_a_mail_that_is_only_late_has_not_come_back() -> None:
    assert bounce_in(parse(raw("delayed").replace(b"<OUR-ID@fernhill.example>", IDS.of(77).encode())), IDS) is None


def test_a_bounce_of_a_mail_that_was_never_ours_is_none() -> None:
    forged = IDS.of(77).replace("tk.77", "tk.78")
    assert bounce_in(parse(raw("bounce_postfix").replace(b"<OUR-ID@fernhill.example>", forged.encode())), IDS) is None
    assert bounce_in(parse(raw("bounce_postfix")), IDS) is None


def test_a_customer_who_quotes_our_id_is_no_bounce() -> None:
    quoting = raw("gmail_en").replace(b"<tk.7.0123456789abcdef@fernhill.example>", IDS.of(7).encode())
    assert bounce_in(parse(quoting), IDS) is None


def test_the_id_of_a_delivery_is_the_same_at_every_try_and_of_no_other() -> None:
    assert IDS.of(7) == IDS.of(7) != IDS.of(8)
    assert IDS.found_in(f"{IDS.of(7)} and {IDS.of(8)} and {IDS.of(7)}") == [7, 8]
    assert MessageIds(secret=b"another", domain="fernhill.example").found_in(IDS.of(7)) == []


DKIM = b"Authentication-Results: mx.fernhill.example; "


@pytest.mark.parametrize(
    ("fields", "proof"),
    [
        ([DKIM + b"dmarc=pass (p=none dis=none) header.from=example.com"], Proof.PLATFORM),
        (
            [DKIM + b"spf=pass smtp.mailfrom=example.com;\r\n dkim=pass (2048-bit key) header.d=example.com"],
            Proof.PLATFORM,
        ),
        ([b"Authentication-Results: MX.fernhill.example 1; dkim=pass header.d=EXAMPLE.com"], Proof.PLATFORM),
        ([DKIM + b"dkim=fail header.d=example.com; dmarc=fail header.from=example.com"], Proof.NONE),
        ([DKIM + b"spf=pass smtp.mailfrom=example.com"], Proof.NONE),
        ([DKIM + b"dkim=pass header.d=attacker.example"], Proof.NONE),
        ([DKIM + b"dkim=pass header.d=com"], Proof.NONE),
        ([DKIM + b"dkim=pass header.d=ample.com"], Proof.NONE),
        ([DKIM + b"dmarc=pass header.from=attacker.example"], Proof.NONE),
        ([DKIM + b"none"], Proof.NONE),
        ([b"Authentication-Results: attacker.example; dmarc=pass header.from=example.com"], Proof.NONE),
        (
            [b"Authentication-Results: mx.fernhill.example.attacker.example; dmarc=pass header.from=example.com"],
            Proof.NONE,
        ),
        ([b"Authentication-Results: other (; mx.fernhill.example; dmarc=pass header.from=example.com)"], Proof.NONE),
        ([DKIM + b"dkim=fail (dmarc=pass header.from=example.com)"], Proof.NONE),
        ([DKIM + b"dmarc=fail header.from=example.com", DKIM + b"dmarc=pass header.from=example.com"], Proof.NONE),
        ([], Proof.NONE),
    ],
)
def test_an_author_is_proved_by_our_own_servers_word_only(fields: list[bytes], proof: Proof) -> None:
    mail = parse(b"\r\n".join([*fields, b"From: ana@example.com", b"", b"Hello"]))
    assert proof_of(mail, "ana@example.com", "mx.fernhill.example") is proof


def test_without_a_trusted_server_nobody_is_proved() -> None:
    mail = parse(DKIM + b"dmarc=pass header.from=example.com\r\nFrom: ana@example.com\r\n\r\nHello")
    assert proof_of(mail, "ana@example.com", None) is Proof.NONE


def test_a_subdomain_is_proved_by_its_domain_and_not_the_other_way_round() -> None:
    mail = parse(DKIM + b"dkim=pass header.d=example.com\r\nFrom: ana@post.example.com\r\n\r\nHello")
    assert proof_of(mail, "ana@post.example.com", "mx.fernhill.example") is Proof.PLATFORM
    assert proof_of(mail, "ana@com", "mx.fernhill.example") is Proof.NONE
