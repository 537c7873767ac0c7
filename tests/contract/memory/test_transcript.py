"""Everything that was said can be paged through, either way."""

from __future__ import annotations

from memory.model import Cursor, CustomerId, DeliveryState
from tests.contract.memory.talk import ANA, Talk


async def test_a_client_gets_exactly_what_it_missed(talk: Talk) -> None:
    for number in range(3):
        customer_id = await talk.say(f"{number}")
    missed = await talk.memory.transcript.after(customer_id, Cursor(3), 100)
    assert [(message.number, message.text) for message in missed] == [(4, "ok"), (5, "2"), (6, "ok")]
    assert await talk.memory.transcript.after(customer_id, Cursor(6), 100) == []


async def test_what_was_missed_comes_in_pages(talk: Talk) -> None:
    for number in range(5):
        customer_id = await talk.say(f"{number}")
    cursor, pages = Cursor(0), []
    while page := await talk.memory.transcript.after(customer_id, cursor, 4):
        pages.append([int(message.number) for message in page])
        cursor = page[-1].number
    assert pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


async def test_the_newest_come_first_when_looking_back(talk: Talk) -> None:
    for number in range(5):
        customer_id = await talk.say(f"{number}")
    cursor, pages = None, []
    while page := await talk.memory.transcript.before(customer_id, cursor, 4):
        pages.append([int(message.number) for message in page])
        cursor = page[0].number
    assert pages == [[7, 8, 9, 10], [3, 4, 5, 6], [1, 2]]


async def test_a_customer_without_messages_has_an_empty_transcript(talk: Talk) -> None:
    assert await talk.memory.transcript.before(CustomerId("nobody"), None, 5) == []
    assert await talk.memory.transcript.after(CustomerId("nobody"), Cursor(0), 5) == []


async def test_messages_know_what_became_of_them_where_they_are_pushed(talk: Talk) -> None:
    pushed, asked = await talk.say(at=("telegram", "1")), await talk.say(at=("web", "v"))
    assert [message.delivery for message in await talk.said(pushed)] == [None, DeliveryState.PENDING]
    assert [message.delivery for message in await talk.said(asked)] == [None, None]


async def test_one_thread_spans_channels(talk: Talk) -> None:
    ana = await talk.say("on the web", ("web", "v"), identity=ANA)
    await talk.say("over REST", ("rest", "s"), identity=ANA)
    said = await talk.said(ana)
    assert [message.channel for message in said] == ["web", "web", "rest", "rest"]


async def test_messages_are_found_by_their_words_in_any_case_the_last_ones_oldest_first(talk: Talk) -> None:
    ana = await talk.say("Is the TENT waterproof")
    for text in ("100% sure about it", "and the boots", "a tent_peg", "the other tent"):
        await talk.say(text)
    await talk.say("my tent", ("telegram", "ben"))
    holding = talk.memory.transcript.holding
    assert [m.text for m in await holding(ana, ["tent", "boot"], 3)] == [
        "and the boots",
        "a tent_peg",
        "the other tent",
    ]
    assert [m.number for m in await holding(ana, ["tent"], 10)] == [1, 7, 9]
    assert [m.text for m in await holding(ana, ["0%"], 10)] == ["100% sure about it"]
    assert await holding(ana, ["t_e"], 10) == []
    assert list(await holding(ana, [], 10)) == []
