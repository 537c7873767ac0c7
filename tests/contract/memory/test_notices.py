"""What nobody asked for is told where, when, how often and about what the customer wants, and answers never wait."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from memory.errors import UnknownCustomer
from memory.model import (
    Author,
    CustomerId,
    DeliveryState,
    HandoffState,
    Notice,
    NoticeState,
    Topic,
    Wish,
)
from tests.contract.memory.talk import ANA, Talk

PHONE = ("telegram", "42")
NIGHT = datetime(2030, 3, 14, 22, 30, tzinfo=timezone.utc)
MORNING = datetime(2030, 3, 15, 8, 0, tzinfo=timezone.utc)


async def told(talk: Talk, customer_id: CustomerId, topic: Topic = Topic.ORDERS, key: str = "n1") -> Notice:
    return await talk.memory.notices.post(customer_id, topic, f"News about your {topic.value}.", key)


async def sent(talk: Talk) -> list[str]:
    """What leaves now, in the order in which it leaves."""
    texts = []
    while due := await talk.memory.outbox.claim(("telegram",), 10):
        for row in due:
            await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
            texts.append(row.message.text)
    return texts


async def with_wish(talk: Talk, wish: Wish, value: str) -> CustomerId:
    """A customer in Telegram with a wish, all answered."""
    customer_id = await talk.wish(wish, value, at=PHONE)
    await sent(talk)
    return customer_id


async def test_a_notice_is_said_by_the_bot_where_the_customer_last_wrote(talk: Talk) -> None:
    customer_id = await talk.say(at=PHONE)
    await sent(talk)
    assert await told(talk, customer_id) == Notice(NoticeState.POSTED, channel="telegram")
    message = (await talk.said(customer_id))[-1]
    assert (message.author, message.channel, message.number) == (Author.BOT, "telegram", 3)
    assert await sent(talk) == ["News about your orders."]


async def test_the_same_key_again_tells_nothing(talk: Talk) -> None:
    customer_id = await talk.say(at=PHONE)
    await told(talk, customer_id)
    assert (await told(talk, customer_id)).state is NoticeState.POSTED
    assert await sent(talk) == ["ok", "News about your orders."]
    assert len(await talk.said(customer_id)) == 3


async def test_on_the_website_it_is_there_to_be_seen(talk: Talk) -> None:
    customer_id = await talk.say(at=("web", "v1"), identity=ANA)
    assert await told(talk, customer_id) == Notice(NoticeState.POSTED, channel="web")
    assert (await talk.texts(customer_id))[-1] == "News about your orders."


async def test_it_goes_to_the_channel_they_chose(talk: Talk) -> None:
    customer_id = await talk.wish(Wish.CHANNEL, "web", at=("web", "v1"), identity=ANA)
    await talk.say(at=PHONE, identity=ANA)
    assert (await told(talk, customer_id)).channel == "web"


async def test_a_channel_they_never_used_cannot_be_chosen(talk: Talk) -> None:
    customer_id = await with_wish(talk, Wish.CHANNEL, "web")
    assert (await told(talk, customer_id)).channel == "telegram"


async def test_who_only_ever_asked_over_rest_cannot_be_written_to_first(talk: Talk) -> None:
    customer_id = await talk.say(at=("rest", "r1"))
    assert (await told(talk, customer_id)).state is NoticeState.UNREACHABLE
    assert len(await talk.said(customer_id)) == 2


async def test_what_they_do_not_want_to_hear_about_is_not_said(talk: Talk) -> None:
    customer_id = await with_wish(talk, Wish.NOT_ABOUT, "offers, feedback")
    assert (await told(talk, customer_id, Topic.OFFERS)).state is NoticeState.UNWANTED
    assert (await told(talk, customer_id, Topic.ORDERS)).state is NoticeState.POSTED
    assert await sent(talk) == ["News about your orders."]


async def test_they_say_how_often(talk: Talk) -> None:
    customer_id = await with_wish(talk, Wish.EVERY, "7 days")
    first = talk.clock.now
    assert (await told(talk, customer_id, key="n1")).state is NoticeState.POSTED
    talk.clock.advance(days=6)
    refused = await told(talk, customer_id, key="n2")
    assert refused == Notice(NoticeState.TOO_OFTEN, until=first + timedelta(days=7))
    talk.clock.advance(days=1)
    assert (await told(talk, customer_id, key="n2")).state is NoticeState.POSTED


async def test_in_quiet_hours_it_waits_for_their_end(talk: Talk) -> None:
    customer_id = await with_wish(talk, Wish.QUIET_HOURS, "21:00-08:00")
    talk.clock.now = NIGHT
    assert await told(talk, customer_id) == Notice(NoticeState.HELD, channel="telegram", until=MORNING)
    assert await sent(talk) == []
    assert (await talk.said(customer_id))[-1].delivery is DeliveryState.HELD
    talk.clock.now = MORNING - timedelta(seconds=1)
    assert await sent(talk) == []
    talk.clock.now = MORNING
    assert await sent(talk) == ["News about your orders."]


async def test_quiet_hours_are_those_of_their_time_zone(talk: Talk) -> None:
    customer_id = await with_wish(talk, Wish.QUIET_HOURS, "21:00-08:00")
    await with_wish(talk, Wish.TIME_ZONE, "America/New_York")
    talk.clock.now = NIGHT  # half past six in the evening there
    assert (await told(talk, customer_id)).state is NoticeState.POSTED


async def test_an_answer_never_waits_not_even_behind_a_notice_that_does(talk: Talk) -> None:
    customer_id = await with_wish(talk, Wish.QUIET_HOURS, "21:00-08:00")
    talk.clock.now = NIGHT
    await told(talk, customer_id)
    assert await sent(talk) == []
    await talk.say(at=PHONE)
    assert await sent(talk) == ["ok"]
    talk.clock.now = MORNING
    assert await sent(talk) == ["News about your orders."]


async def test_a_persons_answer_comes_at_once_while_the_customer_is_there_and_else_when_they_want(talk: Talk) -> None:
    await with_wish(talk, Wish.QUIET_HOURS, "21:00-08:00")
    handoff, mara = await talk.taken(at=PHONE)
    await sent(talk)
    talk.clock.now = NIGHT
    await talk.memory.handoffs.reply(handoff.id, mara, "Good evening, Mara here.")
    assert await sent(talk) == []
    await talk.hear("I'm still up", at=PHONE)
    await talk.answer()
    assert await sent(talk) == ["Good evening, Mara here."]
    await talk.memory.handoffs.reply(handoff.id, mara, "Then let us look at it now.")
    assert await sent(talk) == ["Then let us look at it now."]


async def test_a_notice_waits_while_a_person_has_the_conversation(talk: Talk) -> None:
    handoff, mara = await talk.taken(at=PHONE)
    await sent(talk)
    await told(talk, handoff.customer_id)
    assert await sent(talk) == []
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    talk.clock.advance(minutes=15)
    assert await sent(talk) == ["News about your orders."]


async def test_nobody_can_tell_a_stranger(talk: Talk) -> None:
    with pytest.raises(UnknownCustomer):
        await told(talk, CustomerId("nobody"))


async def test_two_who_become_one_keep_what_each_was_told(talk: Talk) -> None:
    ana, visitor = await talk.say(at=("web", "w"), identity=ANA), await talk.say(at=("web", "v"))
    await told(talk, ana)
    await told(talk, visitor)
    assert await talk.say(at=("web", "v"), identity=ANA) == ana
    assert (await talk.texts(ana)).count("News about your orders.") == 2
    assert (await told(talk, ana)).state is NoticeState.POSTED
    assert (await talk.texts(ana)).count("News about your orders.") == 2


async def test_when_a_link_is_undone_each_keeps_what_was_told_at_their_own_address(talk: Talk) -> None:
    ana = await talk.say(at=("web", "w"), identity=ANA)
    await talk.say(at=PHONE)
    code = await talk.memory.identities.issue_code(ana, talk.clock.now + timedelta(minutes=5))
    talk.clock.advance(minutes=1)
    await talk.hear("/start", at=PHONE, link_code=code)
    await talk.answer("welcome")
    await told(talk, ana)
    (link,) = await talk.memory.links.of(ana)
    await talk.memory.links.undo(link.id, why="it was a friend", by="mara")
    stranger = await talk.say(at=PHONE)
    assert stranger != ana
    assert "News about your orders." in await talk.texts(stranger)
    assert "News about your orders." not in await talk.texts(ana)
    assert (await told(talk, ana)).state is NoticeState.POSTED
    assert "News about your orders." in await talk.texts(ana)
