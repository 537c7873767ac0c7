"""Card numbers, security codes and passwords never reach memory; everything else stays as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import (
    CARD,
    CODE,
    PASSWORD,
    MaskingInbox,
    masked,
    masked_kinds,
    masked_name,
    passes_luhn,
    warning,
    without_marks,
)
from memory.model import Address, Inbound, answer_to
from tests.conftest import HandClock
from tests.remembering import fake_memory

GONE = "[card number removed]"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my card 4111 1111 1111 1111 was charged twice", f"my card {GONE} was charged twice"),
        ("4111-1111-1111-1111", GONE),
        ("it's 5555555555554444, thanks", f"it's {GONE}, thanks"),
        ("amex 3782 822463 10005", f"amex {GONE}"),
        ("2223003122003222", GONE),
        ("30569309025904", GONE),
        ("3530111333300000", GONE),
        ("6011 1111 1111 1117", GONE),
        ("4111 1111 1111 1111 12/27 cvc 123", f"{GONE} 12/27 cvc [security code removed]"),
        ("4111 1111 1111 1111 5555 5555 5555 4444", f"{GONE} {GONE}"),
        ("(4111111111111111)", f"({GONE})"),
    ],
)
def test_a_card_number_is_taken_out_in_every_way_to_write_one(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "where is FH-1042?",
        "call me on +44 20 7946 0958 or 0044 20 7946 0958",
        "tracking 1234 5678 9012 3456",
        "4111 1111 1111 1112",
        "IMEI 356938035643809",
        "my IBAN is GB29 NWBK 6016 1331 9268 19, the other DE89 3704 0044 0532 0130 00",
        "barcode 4006381333931",
        "the 4th of 12 on 2026-11-29 at 10:30",
        "order 1042, 2 tents, 4111 pounds",
        "my pin is not accepted",
        "PIN code please",
        "my password is wrong",
        "the password is case-sensitive, isn't it?",
        "my password was reset yesterday",
        "is the password 8 characters long?",
        "i forgot my password",
        "the security code of which card?",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("CVV: 123", "CVV: [security code removed]"),
        ("the security code is 1234.", "the security code is [security code removed]."),
        ("pin 4711", "pin [security code removed]"),
        ("my password is hunter2, can you log in?", "my password is [password removed], can you log in?"),
        ("password: swordfish", "password: [password removed]"),
        ("my password is “swordfish”", "my password is “[password removed]”"),
        ("Passwort: geheim!", "Passwort: [password removed]!"),
        ("password=abc$DEF", "password=[password removed]"),
    ],
)
def test_security_codes_and_passwords_are_taken_out(text: str, kept: str) -> None:
    assert masked(text) == kept


def test_what_was_taken_out_can_be_told() -> None:
    assert masked_kinds(masked("4111111111111111 cvc 123, password: hunter2")) == [CARD, CODE, PASSWORD]
    assert masked_kinds("nothing was removed") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("where is my order?", None),
        ("4111111111111111", "the card number out"),
        ("4111111111111111 cvc 123", "the card number and the security code out"),
        ("4111111111111111 cvc 123 password: hunter2", "the card number, the security code and the password out"),
    ],
)
def test_the_customer_is_told_what_was_taken_out(text: str, told: str | None) -> None:
    said = warning(masked(text))
    assert said is None if told is None else said is not None and told in said


@given(st.text(alphabet="0123456789 -.x4", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.from_regex(r"4[0-9]{14}", fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_no_valid_card_number_gets_through(digits: str, between: str) -> None:
    number = next(digits + str(check) for check in range(10) if passes_luhn(digits + str(check)))
    written = between.join(number[place : place + 4] for place in range(0, 16, 4))
    assert masked(f"here: {written} ok") == f"here: {GONE} ok"


async def test_the_inbox_never_sees_a_card_number(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    inbox = MaskingInbox(memory.inbox)
    await inbox.accept(Inbound(Address("web", "ana"), "1", "charged twice: 4111 1111 1111 1111"))
    async with memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.text == f"charged twice: {GONE}"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("card 4111 1111 1111 1111.pdf", f"card {GONE}.pdf"),
        ("card_4111_1111_1111_1111.PDF", f"card {GONE}.PDF"),
        ("4111111111111111.jpg", f"{GONE}.jpg"),
        ("4111.1111.1111.1111", GONE),
        ("4111-1111-1111-1111 (1).mp4", f"{GONE} (1).mp4"),
        ("password=hunter2.txt", "password=[password removed].txt"),
        ("my_password_is_hunter2.txt", "my password is [password removed].txt"),
        ("pin_4711.png", "pin [security code removed].png"),
        ("IMG_20261130_143100.jpg", "IMG_20261130_143100.jpg"),
        ("Screenshot 2026-11-30 at 14.31.00.png", "Screenshot 2026-11-30 at 14.31.00.png"),
        ("invoice_FH-1042_v2.final.pdf", "invoice_FH-1042_v2.final.pdf"),
    ],
)
def test_secrets_are_taken_out_of_the_names_of_files(name: str, kept: str) -> None:
    assert masked_name(name) == kept


async def test_the_inbox_never_sees_one_in_what_came_with_a_message_or_in_a_button(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    document = {"kind": "document", "file_id": "4111111111111111", "file_name": "4111111111111111.pdf", "size": 3}
    poll = {"kind": "poll", "question": "is 4111 1111 1111 1111 my card?"}
    inbound = Inbound(
        Address("telegram", "ana"), "1", "", attachments=(document, poll), payload="/inform 4111111111111111"
    )
    await MaskingInbox(memory.inbox).accept(inbound)
    async with memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.attachments == (
            {**document, "file_name": f"{GONE}.pdf"},
            {**poll, "question": f"is {GONE} my card?"},
        )
        assert turn.inbound.payload == f"/inform {GONE}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("my card is 4111 1111 1111 1111", ""),
        ("here's my card number: 4111111111111111 exp 12/27 cvv 123", ""),
        ("my card is 4111 1111 1111 1111, exp 12/27", ""),
        ("my password is hunter2", ""),
        ("1042, my card is 4111 1111 1111 1111", "1042,"),
        ("yes, my card is 4111 1111 1111 1111", "yes,"),
        ("Hi my card is 4111 1111 1111 1111", "hi"),
        ("my card 4111 1111 1111 1111 was declined", "my card was declined"),
        ("where is my order? my password is hunter2", "where is my order?"),
        ("where is my order? I paid with 4111 1111 1111 1111", "where is my order? I paid with"),
    ],
)
def test_what_only_leads_up_to_a_secret_is_not_left_to_be_understood(written: str, meant: str) -> None:
    assert without_marks(masked(written)) == meant


async def test_nor_does_it_in_the_words_that_were_answered_to(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    answered = answer_to("pay with 4111 1111 1111 1111", ours=False)
    await MaskingInbox(memory.inbox).accept(Inbound(Address("telegram", "7"), "1", "this one", custom=answered))
    async with memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.custom == {**answered, "answered": f"pay with {GONE}"}
