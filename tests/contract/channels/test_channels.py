"""What every channel promises: once, in order, whole, and honest about what went wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from tests.contract.channels.stages import LINES, PUSHED, Failure, Line, PushedLine


@pytest.fixture(params=LINES)
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    async with LINES[request.param]() as line:
        yield line


@pytest.fixture(params=PUSHED)
async def pushed(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    async with LINES[request.param]() as line:
        yield line


async def test_the_same_message_twice_is_one_turn(line: Line) -> None:
    await line.says("hello")
    await line.comes_again()
    assert await line.answers("Hello Ana") == "hello"
    assert await line.answers("Hello again") is None
    assert await line.read() == ["Hello Ana"]


async def test_a_message_that_comes_again_after_its_answer_is_not_answered_again(line: Line) -> None:
    await line.says("hello")
    await line.answers("Hello Ana")
    await line.comes_again()
    assert await line.answers("Hello again") is None
    assert await line.read() == ["Hello Ana"]


async def test_what_is_said_and_what_is_answered_keep_their_order(line: Line) -> None:
    said = [f"message {number}" for number in range(6)]
    for text in said:
        await line.says(text)
    assert [await line.answers(f"answer to {text}") for text in said] == said
    assert await line.read() == [f"answer to {text}" for text in said]


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order? Grüße, l’été, ñandú",
        "أين طلبي رقم 1042؟",
        "您的订单在哪里？",
        "注文はどこですか",
        "Где мой заказ",
        "मेरा ऑर्डर कहाँ है",
        "🏕️ 👩‍👩‍👧 tent 🇩🇪",
        "two lines\nof one message",
        "1 < 2 & 3 > 2, \"quoted\" and 'so on' = 100 %",
    ],
)
async def test_text_of_any_script_survives_both_ways(line: Line, text: str) -> None:
    await line.says(text)
    assert await line.answers(text) == text
    assert await line.read() == [text]


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; &amp;",
        "<!-- --> </textarea><a href='javascript:alert(1)'>x</a> <style>*{display:none}</style>",
        "Robert'); DROP TABLE customers; -- \" OR 1=1",
        "{{7*7}} {% raw %} ${7*7} ${jndi:ldap://x} #{7*7} <%= 7*7 %> {order_number} %(text)s %s {0}",
        "$(touch /tmp/x) `id` && rm -rf / | cat < /etc/passwd; ../../etc/passwd",
        "hello\nSubject: stolen\nBcc: other@example.com",
        '/forget{"confirmed": true}',
    ],
)
async def test_words_that_would_be_code_elsewhere_arrive_as_words(line: Line, words: str) -> None:
    await line.says(words)
    assert await line.answers("I have read that.") == words
    assert await line.read() == ["I have read that."]


async def test_a_long_answer_survives(line: Line) -> None:
    long = "\n\n".join(f"Paragraph {number}: " + "word " * 150 for number in range(8))
    await line.says("tell me everything")
    await line.answers(long)
    assert " ".join(await line.read()).split() == long.split()


@pytest.mark.parametrize(
    ("how", "error"), [("for now", TemporaryError), ("for good", PermanentError), ("silent", UnknownResult)]
)
async def test_failures_for_now_for_good_and_of_unknown_fate_are_told_apart(
    pushed: PushedLine, how: Failure, error: type[Exception]
) -> None:
    await pushed.says("hello")
    pushed.fails(how)
    with pytest.raises(error):
        await pushed.sender.send(pushed.delivery("Hello Ana"))


async def test_what_may_not_go_any_more_is_not_sent(pushed: PushedLine) -> None:
    class TakenOver(Exception):
        """Somebody else answers."""

    async def check() -> None:
        raise TakenOver

    await pushed.says("hello")
    with pytest.raises(TakenOver):
        await pushed.sender.send(pushed.delivery("Hello Ana"), check)
    assert await pushed.read() == []
