"""What people do in Telegram reaches the inbox, once and in order: the real client over real HTTP to the double."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram.arrivals import IN_GROUPS, NO_LONGER_OPEN
from bot.channels.telegram.menu import MENU
from memory.model import Address, Button, Cursor, Inbound, Proof
from tests.doubles.telegram import BotApi
from tests.doubles.telegram_people import PATIENCE
from tests.doubles.telegram_stage import Shelf, Stage, staged

CHOICE = [Button("Refund", '/inform{"resolution": "refund"}'), Button("Exchange", '/inform{"resolution": "exchange"}')]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
async def stage(api: BotApi) -> AsyncIterator[Stage]:
    async with staged(api) as stage, stage.running():
        yield stage


async def test_messages_of_several_people_arrive_with_who_wrote_them(stage: Stage) -> None:
    ana, ben = stage.api.user("Ana", "Nováková"), stage.api.user("Ben")
    ana.says("Where is my order?")
    ben.says("hello")
    ana.says("It is 1042")
    heard = await stage.ear.hears(3)
    assert [(said.display_name, said.text) for said in heard] == [
        ("Ana Nováková", "Where is my order?"),
        ("Ben", "hello"),
        ("Ana Nováková", "It is 1042"),
    ]
    assert {said.address.id for said in heard} == {str(ana.id), str(ben.id)}


async def test_updates_that_waited_while_the_bot_was_away_all_arrive(api: BotApi) -> None:
    ana = api.user("Ana")
    for number in range(130):  # more than one batch
        ana.says(f"message {number}")
    async with staged(api) as stage, stage.running():
        heard = await stage.ear.hears(130)
        assert [said.text for said in heard] == [f"message {number}" for number in range(130)]
        await api.until_confirmed()


async def test_the_bot_shows_that_it_is_typing_once_for_each_message(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    ana.says("hello")
    await ana.sees_typing()
    stage.api.redeliver()
    ana.says("still there?")
    await ana.sees_typing(2)
    assert len(stage.api.called("sendChatAction")) == 2, "the redelivery was taken for a new message"


async def test_a_redelivery_under_any_update_id_is_absorbed(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    ana.says("hello")
    await stage.ear.hears(1)
    stage.api.redeliver()
    stage.api.redeliver(update_id=3)
    stage.api.redeliver(update_id=900_000_000)
    ana.says("next")
    assert [said.text for said in await stage.ear.hears(2)] == ["hello", "next"]


async def test_update_ids_that_start_again_lower_after_a_quiet_week_are_not_missed(api: BotApi) -> None:
    async with staged(api, poll_lasts=1) as stage, stage.running():
        ana = api.user("Ana")
        ana.says("in spring")
        await stage.ear.hears(1)
        await api.until_confirmed()
        polls = len(await api.until_called("getUpdates"))
        await api.until_called("getUpdates", polls + 1)  # an empty answer: nothing is left to confirm
        api.restart_update_ids(12)
        ana.says("in autumn")
        assert [said.text for said in await stage.ear.hears(2)] == ["in spring", "in autumn"]


async def test_nothing_is_confirmed_before_it_is_stored_and_nothing_is_lost_when_storing_fails(api: BotApi) -> None:
    shelf = Shelf()
    shelf.ear.failures = 2
    async with staged(api, shelf) as stage:
        ana = api.user("Ana")
        ana.says("first")
        ana.says("second")
        with capture_logs() as logs:
            async with stage.running():
                await shelf.ear.hears(2)
                await api.until_confirmed()
    assert [said.text for said in shelf.ear.heard] == ["first", "second"]
    assert [line["event"] for line in logs].count("telegram_update_not_stored") == 2
    confirmed = [int(call["offset"]) for call in api.called("getUpdates") if "offset" in call]
    assert min(confirmed) > 500_000_002, "an update was confirmed while the inbox was failing"


async def test_a_process_that_dies_before_storing_gets_the_update_again(api: BotApi) -> None:
    shelf = Shelf()
    shelf.ear.failures = 1_000_000
    ana = api.user("Ana")
    ana.says("don't lose me")
    async with staged(api, shelf) as stage, stage.running():
        await api.until_called("getUpdates")
    shelf.ear.failures = 0
    async with staged(api, shelf) as stage, stage.running():
        assert [said.text for said in await shelf.ear.hears(1)] == ["don't lose me"]


@pytest.mark.parametrize("trouble", [502, 429, "reset", "timeout"])
async def test_polling_goes_on_after_trouble(api: BotApi, trouble: object) -> None:
    api.fail_next(trouble, method="getUpdates", retry_after=1 if trouble == 429 else None)  # type: ignore[arg-type]
    async with staged(api, answers_within=0.2, poll_lasts=1) as stage, stage.running():
        api.user("Ana").says("hello")
        await stage.ear.hears(1)


async def test_a_second_poller_is_told_and_both_keep_trying(api: BotApi) -> None:
    shelf = Shelf()
    with capture_logs() as logs:
        async with staged(api, shelf) as one, staged(api, shelf) as two, one.running(), two.running():
            await api.until_called("getUpdates", 3)
            api.user("Ana").says("hello")
            await shelf.ear.hears(1)
    assert "telegram_polled_elsewhere" in {line["event"] for line in logs}
    assert len(shelf.ear.heard) == 1


async def test_a_press_is_answered_at_once_and_means_what_the_button_said(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    ana.says("I want to return the tent")
    await stage.ear.hears(1)
    await stage.answers("Refund or exchange?", CHOICE)
    await ana.next_message()
    ana.presses("Exchange")
    pressed = (await stage.ear.hears(2))[1]
    assert (pressed.text, pressed.payload) == ("Exchange", '/inform{"resolution": "exchange"}')
    assert await ana.next_answer() is None


async def test_a_press_that_comes_twice_counts_once_and_a_second_press_is_a_message_of_its_own(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    ana.says("hello")
    await stage.ear.hears(1)
    await stage.answers("Refund or exchange?", CHOICE)
    await ana.next_message()
    ana.presses("Refund")
    await stage.ear.hears(2)
    stage.api.redeliver(update_id=77)
    ana.presses("Refund")
    heard = await stage.ear.hears(3)
    assert len(heard) == 3
    assert len({said.provider_id for said in heard}) == 3


@pytest.mark.parametrize("data", ["1:2", "99:0", "0:0", "1", "1:-1", "", "²:0", "1:0:0", "/affirm", "9" * 30 + ":0"])
async def test_a_press_of_what_was_never_offered_does_nothing_but_say_so(stage: Stage, data: str) -> None:
    ana = stage.api.user("Ana")
    ana.says("hello")
    await stage.ear.hears(1)
    await stage.answers("Refund or exchange?", CHOICE)
    await ana.next_message()
    ana.presses_data(data)
    assert await ana.next_answer() == NO_LONGER_OPEN
    assert len(stage.ear.heard) == 1


async def test_a_button_of_another_customers_message_does_nothing(stage: Stage) -> None:
    ana, ben = stage.api.user("Ana"), stage.api.user("Ben")
    ana.says("hello")
    ben.says("hello")
    await stage.ear.hears(2)
    await stage.answers("Refund or exchange?", CHOICE)
    await stage.answers("How can I help?")
    shown = await ana.next_message()
    await ben.next_message()
    ben.presses("Refund", of=shown)
    assert await ben.next_answer() == NO_LONGER_OPEN
    assert len(stage.ear.heard) == 2


async def test_an_old_button_whose_number_means_another_message_after_linking_does_nothing(stage: Stage) -> None:
    website = Address("web", "v-ana")
    accepted = await stage.ear.accept(Inbound(address=website, provider_id="1", text="new address please"))
    await stage.answers("Send it to 12 Mill Lane?", [Button("Yes, send it", "/affirm")])
    code = await stage.memory.identities.issue_code(accepted.customer_id, datetime.now(timezone.utc) + timedelta(1))
    ana = stage.api.user("Ana")
    ana.says("cancel my order")
    await stage.ear.hears(2)
    await stage.answers("Cancel the order?", [Button("Yes, cancel it", "/affirm")])
    old = await ana.next_message()

    ana.starts(code)
    await stage.ear.hears(3)
    ana.presses("Yes, cancel it", of=old)

    assert await ana.next_answer() == NO_LONGER_OPEN
    assert len(stage.ear.heard) == 3


async def test_a_deep_link_joins_the_chat_to_the_conversation_it_came_from(stage: Stage) -> None:
    website = Address("web", "v-ana")
    accepted = await stage.ear.accept(Inbound(address=website, provider_id="1", text="hello"))
    code = await stage.memory.identities.issue_code(accepted.customer_id, datetime.now(timezone.utc) + timedelta(1))
    ana = stage.api.user("Ana")
    ana.starts(code)
    await stage.ear.hears(2)
    address = Address("telegram", str(ana.id))
    known = await stage.memory.identities.customer_for(address, Proof.PLATFORM)
    assert known is not None
    assert known.id == accepted.customer_id


async def test_a_photo_without_a_word_arrives(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    ana.sends_photo()
    (heard,) = await stage.ear.hears(1)
    assert (heard.text, [dict(kept)["file_id"] for kept in heard.attachments]) == ("", ["photo-800"])


async def test_an_edit_changes_the_message_it_is_of_once_however_often_it_is_delivered(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    first = ana.says("my order is 1024")
    await stage.ear.hears(1)
    await stage.answers("Thanks")
    ana.edits(first, "my order is 1042")
    stage.api.redeliver(anew=True)
    ana.edits(first, "my order is 1043")
    ana.says("and?")
    heard = await stage.ear.hears(4)
    assert [said.text for said in heard] == ["my order is 1024", "my order is 1042", "my order is 1043", "and?"]
    await stage.answers("I see")
    await stage.answers("I see that, too")
    await stage.answers("Yes?")
    owner = await stage.memory.identities.customer_for(Address("telegram", str(ana.id)), Proof.PLATFORM)
    assert owner is not None
    said = await stage.memory.transcript.after(owner.id, Cursor(0), 20)
    assert [message.text for message in said] == [
        "my order is 1043",
        "Thanks",
        "I see",
        "I see that, too",
        "and?",
        "Yes?",
    ]
    assert said[0].earlier == ("my order is 1024", "my order is 1042")


async def test_a_place_that_moves_on_is_no_correction(stage: Stage) -> None:
    ana = stage.api.user("Ana")
    here = ana.sends(location={"latitude": 52.5, "longitude": 13.4})
    ana.edits(here, "")
    ana.says("that is where I am")
    assert [said.text for said in await stage.ear.hears(2)] == ["", "that is where I am"]


async def test_a_group_gets_one_polite_line_and_nothing_of_it_is_stored(stage: Stage) -> None:
    ana, hikers = stage.api.user("Ana"), stage.api.group("Weekend hikers")
    ana.sends(into=hikers, text="/help@fern_test_bot")
    ana.sends(into=hikers, text="anyone?")
    ana.says("hello in private")
    assert [said.text for said in await stage.ear.hears(1)] == ["hello in private"]
    await ana.sees_typing()
    assert [call["text"] for call in await stage.api.until_called("sendMessage")] == [IN_GROUPS]


async def test_a_group_that_was_answered_is_not_answered_again_after_a_restart(api: BotApi) -> None:
    shelf, group, ana = Shelf(), api.group("Hikers"), api.user("Ana")
    for _ in range(2):
        async with staged(api, shelf) as stage, stage.running():
            ana.sends(into=group, text="hello bot")
            ana.says("now to you alone")
            await api.until_confirmed()
            await ana.sees_typing()
            await api.until(lambda: bool(group.seen), PATIENCE, "the one line")
    assert [seen.text for seen in group.seen] == [IN_GROUPS]


async def test_at_the_start_it_clears_an_old_webhook_and_offers_its_menu(stage: Stage) -> None:
    await stage.api.until_called("getUpdates")
    assert len(stage.api.called("deleteWebhook")) == 1
    menus = {language: [each["command"] for each in menu] for language, menu in stage.api.commands.items()}
    assert menus.keys() == {"", "ar", "de", "es", "fr", "zh"}
    assert all(menu == [*MENU] for menu in menus.values())
    assert stage.api.commands["de"][2]["description"] == "Mit einem Menschen sprechen"
    assert await stage.channel.username() == "fern_test_bot"
    await stage.channel.username()
    assert len(stage.api.called("getMe")) == 1, "the name is asked for again and again"


async def test_it_starts_as_soon_as_telegram_can_be_reached(api: BotApi) -> None:
    api.fail_next(502, method="getMe")
    api.fail_next("reset", method="deleteWebhook")
    async with staged(api) as stage, stage.running():
        api.user("Ana").says("hello")
        await stage.ear.hears(1)


async def test_a_wrong_token_is_named_with_its_fix_and_nothing_is_asked_again(api: BotApi) -> None:
    async with staged(api, token="1:wrong") as stage:
        assert await stage.channel.username() is None
        reason = await stage.channel.receive()
    assert "THREADKEEPER_TELEGRAM_TOKEN" in reason
    assert api.calls == []


async def test_the_token_is_in_no_log_line_even_when_everything_is_logged(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.fail_next(502, method="getMe")
    with capture_logs() as logs:
        async with staged(api) as stage, stage.running():
            ana = api.user("Ana")
            ana.says("hello")
            await ana.sees_typing()
    secret = api.token.split(":")[1]
    assert secret not in caplog.text
    assert secret not in repr(logs)
