"""Why a mail did not arrive, as agents read it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.delivery_words import why_not_there
from memory.model import DeliveryState
from tests.doubles.email_stage import delivery


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("The mail came back: 550 5.1.1 user unknown", "does not take mail for this address"),
        ("It would be answer 21 in an hour, as if two machines were talking.", "two machines"),
        ("given up: The mail server refuses our password: 535 no", "an administrator has to renew it"),
        ("The mail server did not answer (TimeoutError).", "did not answer in time"),
        ("552 5.2.2 mailbox full", "The channel says: 552 5.2.2 mailbox full."),
    ],
)
def test_what_mail_servers_say_is_told_in_plain_words(reason: str, words: str) -> None:
    failed = replace(delivery("ana@example.com", "hello").message, delivery=DeliveryState.FAILED, reason=reason)
    assert words in str(why_not_there(failed))
