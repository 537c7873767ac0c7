"""What the outbox hands over reaches people as it should look, and every failure is what it says it is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from bot.channels.telegram.outgoing import CHOOSE
from memory.model import Address, Author, Button
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
