"""Who looks and who writes is known for a moment, in every process, and nowhere kept."""

from __future__ import annotations

from datetime import timedelta

from memory.model import CustomerId, Doing, Sign
from tests.contract.memory.talk import Talk

ANA = CustomerId("ana")


def sign(talk: Talk, doing: Doing, by: str = "mara", window: str = "w1", seconds: float = 6) -> Sign:
    return Sign(ANA, by, "Mara “M” Lind\n", doing, talk.clock.now + timedelta(seconds=seconds), window)


async def given(talk: Talk, *signs: Sign) -> None:
    """Give signs; they are there when the bell of their customer has rung."""
    for each in signs:
        with talk.memory.doorbell.listen(f"customer:{ANA}") as ring:
            await talk.memory.signs.give(each)
            assert await ring.wait(10)


async def test_a_sign_is_there_when_its_bell_rings_and_over_when_its_time_is(talk: Talk) -> None:
    writing = sign(talk, Doing.WRITING)
    await given(talk, writing)
    assert await talk.memory.signs.of(ANA) == [writing]
    assert await talk.memory.signs.of(CustomerId("ben")) == []
    talk.clock.advance(seconds=6)
    assert await talk.memory.signs.of(ANA) == []


async def test_what_somebody_does_next_takes_the_place_of_what_they_did(talk: Talk) -> None:
    noting = sign(talk, Doing.NOTING)
    await given(talk, sign(talk, Doing.VIEWING), noting)
    assert await talk.memory.signs.of(ANA) == [noting]
    await given(talk, sign(talk, Doing.GONE))
    assert await talk.memory.signs.of(ANA) == []


async def test_two_windows_and_two_people_are_told_apart(talk: Talk) -> None:
    signs = [
        sign(talk, Doing.WRITING, by="", window=""),
        sign(talk, Doing.VIEWING, window="w1"),
        sign(talk, Doing.WRITING, window="w2"),
        sign(talk, Doing.VIEWING, by="sam"),
    ]
    await given(talk, *signs)
    assert await talk.memory.signs.of(ANA) == signs
    await given(talk, sign(talk, Doing.GONE, window="w1"))
    assert await talk.memory.signs.of(ANA) == [signs[0], *signs[2:]]
