"""Product cards that actions send, and what is left of them where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.port import DialogueError
from bot.dialogue.replies import Collected
from memory.model import Reply

BOOTS = {"title": "Scree Walking Boots", "price": "£169.00", "link": "https://fernhill.example/boots"}


async def replied(**message: Any) -> Reply:
    collected = Collected()
    await collected.send_response("c-1", message)
    (reply,) = collected.replies()
    return reply


async def test_cards_go_with_the_words_of_the_answer() -> None:
    reply = await replied(text="It is on its way.", custom={"cards": [BOOTS]})
    assert (reply.text, reply.custom) == ("It is on its way.", {"cards": [BOOTS]})


async def test_cards_without_words_are_put_into_words_for_channels_that_show_none() -> None:
    here = {"title": "2 × Hazel Hiking Socks", "text": "One size", "link": "/#hazel-socks"}
    reply = await replied(custom={"cards": [BOOTS, here]})
    assert reply.text == (
        "Scree Walking Boots, £169.00: https://fernhill.example/boots\n2 × Hazel Hiking Socks, One size"
    )


@pytest.mark.parametrize(
    "card", [{}, {"title": ""}, {**BOOTS, "link": "javascript:alert(1)"}, {**BOOTS, "colour": "red"}, "boots"]
)
async def test_a_card_that_is_none_is_said_to_whoever_writes_actions(card: object) -> None:
    with pytest.raises(DialogueError, match="product card"):
        await replied(text="Look.", custom={"cards": [card]})


async def test_other_custom_messages_are_left_alone() -> None:
    assert (await replied(text="", custom={"invoice": 1031})).custom == {"invoice": 1031}
