"""A code stands in the message that is sent, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from bot.channels.port import Check, unchecked
from bot.one_time_codes import NO_CODE, WithCodes
from memory.codes import short_code, typed_code
from memory.errors import TooManyCodes
from memory.model import Address, Author, Cursor, CustomerId, Delivery, Message

AT = datetime(2030, 1, 1, tzinfo=timezone.utc)
PLACE = "(shown in Telegram only)"
SHOWN = Message(
    CustomerId("ana"), Cursor(2), Author.BOT, "telegram", f"Type {PLACE}.", AT, custom={"one_time_code": PLACE}
)


class Phone:
    """Keeps what it was sent."""

    name = "telegram"

    def __init__(self) -> None:
        self.read: list[str] = []

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        self.read.append(delivery.message.text)


def delivery(message: Message) -> Delivery:
    return Delivery(1, message.customer_id, Address("telegram", "42"), message, attempt=1)


async def test_a_message_with_a_place_for_a_code_is_sent_with_one() -> None:
    phone, asked = Phone(), []

    async def code_for(customer_id: CustomerId) -> str:
        asked.append(customer_id)
        return "BX7M-4QPD"

    channel = WithCodes(phone, code_for=code_for)
    await channel.send(delivery(SHOWN))
    await channel.send(delivery(replace(SHOWN, text=f"{PLACE}?", custom=None)))

    assert phone.read == ["Type BX7M-4QPD.", f"{PLACE}?"]
    assert asked == ["ana"]


async def test_who_asks_too_often_is_told_so_in_the_place_of_the_code() -> None:
    phone = Phone()

    async def code_for(_customer_id: CustomerId) -> str:
        raise TooManyCodes

    await WithCodes(phone, code_for=code_for).send(delivery(SHOWN))
    assert phone.read == [f"Type {NO_CODE}."]


def test_a_short_code_is_found_as_it_is_typed() -> None:
    code = short_code()
    bare = code.replace("-", "")
    for typed in (code, code.lower(), f" {bare} ", f"{code[:4]} {code[5:]}", f"my code is {code.lower()}, thanks"):
        assert typed_code(typed) == code


def test_words_numbers_and_postcodes_are_no_codes() -> None:
    for said in ("tracking", "12345678", "YO10 3HS", "order 1042", "where is my parcel", f"{short_code()} " + "a" * 90):
        assert typed_code(said) is None
