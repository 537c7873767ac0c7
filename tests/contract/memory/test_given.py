"""Values that customers give in tasks are kept with the message they came in, until nobody needs them any more."""

from __future__ import annotations

from datetime import timedelta

from memory.model import CustomerId
from tests.contract.memory.talk import Talk, task

WEB = ("web", "v1")


async def given(talk: Talk, at: tuple[str, str] = WEB) -> list[tuple[str, str, int]]:
    """What an agent is told that the customer has given, the latest first."""
    handoff = await talk.ask_for_person(at)
    brief = (await talk.memory.handoffs.view(handoff.id)).brief
    return [(one.label, one.value, one.number) for one in brief.given]


async def test_a_value_has_the_number_of_the_message_it_came_in(talk: Talk) -> None:
    await talk.hear("the tent from 1042", WEB)
    await talk.answer("why?", dialogue=task("return", Order="1042", Item="tent"))
    talk.clock.advance(seconds=1)
    await talk.hear("too small", WEB)
    await talk.answer("ok", dialogue=task("return", Order="1042", Item="tent", Reason="too small"))
    talk.clock.advance(seconds=1)
    assert sorted(await given(talk)) == [("Item", "tent", 1), ("Order", "1042", 1), ("Reason", "too small", 3)]


async def test_values_outlast_their_task_and_a_correction_stands_beside_what_it_corrects(talk: Talk) -> None:
    await talk.hear("order 1041", WEB)
    await talk.answer("ok", dialogue=task("return", Order="1041"))
    talk.clock.advance(seconds=1)
    await talk.hear("sorry, 1042", WEB)
    await talk.answer("ok", dialogue=task("return", Order="1042"))
    talk.clock.advance(seconds=1)
    await talk.hear("thanks", WEB)
    await talk.answer("bye", dialogue=task(None))
    assert await given(talk) == [("Order", "1042", 3), ("Order", "1041", 1)]


async def test_what_was_given_over_a_month_ago_is_told_no_more(talk: Talk) -> None:
    await talk.hear("order 1041", WEB)
    await talk.answer("ok", dialogue=task("return", Order="1041"))
    talk.clock.advance(hours=24 * 31)
    assert await given(talk) == []


async def test_values_go_where_their_messages_go(talk: Talk) -> None:
    phone = await talk.say("hello", ("telegram", "42"))
    await talk.hear("order 1042", WEB)
    await talk.answer("ok", dialogue=task("return", Order="1042"))
    code = await talk.memory.identities.issue_code(phone, talk.clock.now + timedelta(minutes=5))
    await talk.hear("link", WEB, link_code=code)
    await talk.answer("linked")
    ((label, value, number),) = await given(talk)
    texts = await talk.texts(CustomerId(phone))
    assert (label, value, texts[number - 1]) == ("Order", "1042", "order 1042")
