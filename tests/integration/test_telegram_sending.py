"""What the outbox hands over reaches people as it should look, and every failure is what it says it is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from bot.channels.telegram.outgoing import CHOOSE
from memory.model import Address, Attached, Author, Button, CustomerId, DeliveryState, FileId, Inbound, NewFile, Proof
from tests.doubles.telegram import BotApi
from tests.doubles.telegram_people import TelegramUser
from tests.doubles.telegram_stage import Stage, delivery, staged

LONG = "\n\n".join(f"Paragraph {number}: " + "word " * 150 for number in range(8))


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi(limits=True) as api:
        yield api


@pytest.fixture
async def stage(api: BotApi) -> AsyncIterator[Stage]:
    async with staged(api) as stage:
        yield stage


@pytest.fixture
def ana(api: BotApi) -> TelegramUser:
    ana = api.user("Ana")
    ana.says("hello")
    return ana


async def test_the_bots_markdown_is_seen_as_it_is_meant(stage: Stage, ana: TelegramUser) -> None:
    await stage.channel.send(delivery(ana, "🏕️ Open **Returns**:\n\n- `FH-1042`\n- *60 days*"))
    seen = await ana.next_message()
    assert seen.text == "🏕️ Open Returns:\n\n• FH-1042\n• 60 days"
    assert seen.looks == [("bold", "Returns"), ("code", "FH-1042"), ("italic", "60 days")]


async def test_a_persons_words_are_left_as_they_are(stage: Stage, ana: TelegramUser) -> None:
    words = "2 * 3 * 4 is 24 _really_ <b>"
    await stage.channel.send(delivery(ana, words, author=Author.AGENT))
    seen = await ana.next_message()
    assert (seen.text, seen.entities) == (words, [])


async def test_links_make_no_preview(stage: Stage, ana: TelegramUser) -> None:
    await stage.channel.send(delivery(ana, "See [returns](https://fernhill.example/r)"))
    [call] = stage.api.called("sendMessage")
    assert call["link_preview_options"] == {"is_disabled": True}


async def test_buttons_stand_one_a_row_whatever_the_size_of_their_payload(stage: Stage, ana: TelegramUser) -> None:
    buttons = [Button("Ridge 2 tent", "/inform" + "{" * 100), Button("Both", "/both"), Button(" ", "/none")]
    await stage.channel.send(delivery(ana, "Which one?", buttons))
    assert (await ana.next_message()).buttons == ["Ridge 2 tent", "Both"]
    [call] = stage.api.called("sendMessage")
    assert [len(row) for row in call["reply_markup"]["inline_keyboard"]] == [1, 1]


async def test_buttons_without_a_text_get_one_and_nothing_at_all_is_not_sent(stage: Stage, ana: TelegramUser) -> None:
    await stage.channel.send(delivery(ana, "", [Button("Yes", "/affirm")]))
    await stage.channel.send(delivery(ana, "  \n"))
    assert [(seen.text, seen.buttons) for seen in ana.messages] == [(CHOOSE, ["Yes"])]


async def test_a_long_answer_comes_in_parts_with_the_buttons_under_the_last(stage: Stage, ana: TelegramUser) -> None:
    await stage.channel.send(delivery(ana, LONG, [Button("Thanks", "/thank")]))
    parts = await ana.reads(2)
    assert " ".join(part.text for part in parts).split() == LONG.split()
    assert [part.buttons for part in parts] == [[], ["Thanks"]]
    assert parts[1].text.startswith("Paragraph"), "cut in the middle of a paragraph"


async def test_when_a_later_part_fails_the_earlier_ones_are_not_sent_again(stage: Stage, ana: TelegramUser) -> None:
    row = delivery(ana, LONG)

    async def fail_second() -> None:
        await ana.next_message()
        stage.api.fail_next(502)

    failing = asyncio.create_task(fail_second())
    with pytest.raises(TemporaryError):
        await stage.channel.send(row)
    await failing
    await stage.channel.send(replace(row, attempt=2))
    assert " ".join(ana.texts).split() == LONG.split()


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trouble_at_telegram_is_temporary(stage: Stage, ana: TelegramUser, status: int) -> None:
    stage.api.fail_next(status)
    row = delivery(ana, "hello")
    with pytest.raises(TemporaryError):
        await stage.channel.send(row)
    await stage.channel.send(row)
    assert ana.texts == ["hello"]


async def test_a_gateway_that_had_no_answer_leaves_it_unknown_and_it_is_not_repeated(
    stage: Stage, ana: TelegramUser
) -> None:
    await stage.ear.accept(Inbound(Address("telegram", str(ana.id)), "p1", "hello", Proof.PLATFORM))
    stage.api.fail_next(504, after_delivery=True)
    await stage.answers("It is on its way.")
    await stage.tries_again()
    assert ana.texts == ["It is on its way."]
    (letter,) = await stage.memory.dead_letters.all(10)
    assert (letter.message.delivery, letter.attempts) == (DeliveryState.UNKNOWN, 1)
    assert stage.metrics.deliveries.labels("telegram", "unknown")._value.get() == 1


@pytest.mark.parametrize("status", [500, 502])
async def test_a_server_that_says_it_broke_is_asked_again_and_the_doubt_is_counted(
    stage: Stage, ana: TelegramUser, status: int
) -> None:
    await stage.ear.accept(Inbound(Address("telegram", str(ana.id)), "p1", "hello", Proof.PLATFORM))
    stage.api.fail_next(status, after_delivery=True)
    await stage.answers("It is on its way.")
    await stage.tries_again()
    assert ana.texts == ["It is on its way."] * 2
    assert stage.metrics.in_doubt.labels("provider broke")._value.get() == 1
    assert stage.metrics.deliveries.labels("telegram", "sent")._value.get() == 1


async def test_who_blocked_the_bot_or_never_wrote_or_does_not_exist_is_given_up(
    stage: Stage, ana: TelegramUser
) -> None:
    stranger = stage.api.user("Stranger")
    with pytest.raises(PermanentError, match="can't initiate"):
        await stage.channel.send(delivery(stranger, "hello"))
    ana.blocks()
    with pytest.raises(PermanentError, match="blocked"):
        await stage.channel.send(delivery(ana, "hello"))
    lost = delivery(ana, "hello")
    for chat in ("12345", "not-a-chat"):
        with pytest.raises(PermanentError):
            await stage.channel.send(replace(lost, address=Address("telegram", chat)))


@pytest.mark.parametrize("kind", ["timeout", "reset"])
@pytest.mark.parametrize("after_delivery", [True, False])
async def test_no_answer_after_the_request_was_written_is_unknown(
    api: BotApi, ana: TelegramUser, kind: str, after_delivery: bool
) -> None:
    async with staged(api, answers_within=0.2) as stage:
        stage.api.fail_next(kind, after_delivery=after_delivery)  # type: ignore[arg-type]
        with pytest.raises(UnknownResult):
            await stage.channel.send(delivery(ana, "hello"))
    assert ana.texts == (["hello"] if after_delivery else [])


async def test_a_server_that_can_not_be_reached_is_temporary(api: BotApi, ana: TelegramUser) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/bot"
        async with staged(api, base_url=nowhere) as stage:
            with pytest.raises(TemporaryError):
                await stage.channel.send(delivery(ana, "hello"))


async def test_a_wrong_token_is_temporary_so_that_nothing_is_lost_until_it_is_put_right(
    api: BotApi, ana: TelegramUser
) -> None:
    async with staged(api, token="1:wrong") as stage:
        with pytest.raises(TemporaryError) as refusal:
            await stage.channel.send(delivery(ana, "hello"))
    assert refusal.value.retry_after == 300.0


async def test_a_chat_that_telegram_slows_down_waits_alone(stage: Stage, ana: TelegramUser) -> None:
    ben = stage.api.user("Ben")
    ben.says("hello")
    stage.api.fail_next(429, retry_after=60, chat_id=ana.id)
    late = delivery(ana, "for Ana")
    with pytest.raises(TemporaryError) as refusal:
        await stage.channel.send(late)
    assert refusal.value.retry_after == 60.0
    with pytest.raises(TemporaryError) as still:
        await stage.channel.send(late)
    assert still.value.retry_after == pytest.approx(60.0, abs=5)
    await stage.channel.send(delivery(ben, "for Ben"))
    assert ben.texts == ["for Ben"]
    assert len(stage.api.called("sendMessage")) == 2, "Telegram was asked again too soon"


async def test_many_customers_at_once_are_answered_without_one_refusal(stage: Stage) -> None:
    people = [stage.api.user(f"Customer {number}") for number in range(60)]
    for person in people:
        person.says("hello")
    await asyncio.gather(*(stage.channel.send(delivery(person, "hi")) for person in people))
    assert [person.texts for person in people] == [["hi"]] * 60


async def test_a_customer_sees_that_an_agent_writes_and_a_failure_at_that_hurts_nobody(
    api: BotApi, stage: Stage, ana: TelegramUser
) -> None:
    await stage.channel.show_writing(Address("telegram", str(ana.id)))
    await ana.sees_typing()
    api.fail_next(502)
    await stage.channel.show_writing(Address("telegram", str(ana.id)))
    await stage.channel.show_writing(Address("telegram", "no number"))


PDF = b"%PDF-"
PNG = b"\x89PNG\r\n\x1a\n\x00\x01"


async def test_files_follow_the_words_pictures_as_pictures_and_the_rest_as_documents(
    stage: Stage, ana: TelegramUser
) -> None:
    customer, files = await kept(
        stage, NewFile("valve.png", "image/png", PNG), NewFile("a.pdf", "application/pdf", PDF)
    )
    row = delivery(ana, "Here they are", author=Author.AGENT)
    await stage.channel.send(replace(row, customer_id=customer, message=replace(row.message, attachments=files)))
    seen = await ana.reads(3)
    assert [each.text for each in seen] == ["Here they are", "", ""]
    assert [each.file for each in seen] == [None, ("photo", "valve.png", PNG), ("document", "a.pdf", PDF)]


async def test_files_without_words_tell_their_names_themselves(stage: Stage, ana: TelegramUser) -> None:
    customer, files = await kept(stage, NewFile("valve.png", "image/png", PNG))
    row = delivery(ana, "valve.png", author=Author.AGENT)
    await stage.channel.send(replace(row, customer_id=customer, message=replace(row.message, attachments=files)))
    (seen,) = await ana.reads(1)
    assert seen.file == ("photo", "valve.png", PNG)


async def test_a_file_that_is_gone_fails_for_good(stage: Stage, ana: TelegramUser) -> None:
    row = delivery(ana, "valve.png", author=Author.AGENT)
    gone = (Attached("valve.png", "image/png", 9, FileId("0" * 32)),)
    with pytest.raises(PermanentError, match="not there any more"):
        await stage.channel.send(replace(row, message=replace(row.message, attachments=gone)))


async def test_what_a_customer_sent_is_fetched_from_telegram(api: BotApi, stage: Stage) -> None:
    api.files["photo-800"] = PNG
    assert await stage.channel.fetch("photo-800") == PNG
    with pytest.raises(PermanentError, match="Wrong file_id"):
        await stage.channel.fetch("photo-1")
    api.fail_next(502, method="getFile")
    with pytest.raises(TemporaryError):
        await stage.channel.fetch("photo-800")


async def kept(stage: Stage, *new: NewFile) -> tuple[CustomerId, tuple[Attached, ...]]:
    """Files of a customer who has written."""
    at = Address("telegram", "77")
    accepted = await stage.memory.inbox.accept(Inbound(at, "p1", "hello", Proof.PLATFORM))
    return accepted.customer_id, tuple([await stage.memory.files.keep(accepted.customer_id, each) for each in new])
