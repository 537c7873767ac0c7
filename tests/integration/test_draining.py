"""A server that is asked to end with many messages in hand, in every stage, loses none and answers none twice."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.doubles.telegram import BotApi
from tests.doubles.telegram_people import TelegramUser
from tests.server import START_SECONDS, Server

PEOPLE = 16
ASKED = ("/help", "/language", "/privacy")
"""What each of them writes, at once: more than is in turns at a time, and more than may be sent in a second."""


async def test_whatever_is_in_hand_at_the_end_is_answered_once(tmp_path: Path) -> None:
    with BotApi(limits=True) as api:
        people = [api.user(f"Customer {number}") for number in range(PEOPLE)]
        settings = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_BASE_URL": api.base_url, "ALL_PER_MINUTE": "0"}
        with Server(tmp_path, settings) as server:
            for person in people:
                person.starts()
            await all_have(api, people, [1] * PEOPLE)
            stages: dict[str, Callable[[], bool]] = {
                "some wait, some have their turn": lambda: any(person.chat.typing > 1 for person in people),
                "the first is sent": lambda: sent(people) > 0,
                "most wait for their chat's next second": lambda: sent(people) > PEOPLE,
                "the last ones are sent": lambda: sent(people) > 2 * PEOPLE,
            }
            for stage, reached in stages.items():
                before = [len(person.chat.seen) for person in people]
                for person in people:
                    person.chat.read, person.chat.typing = len(person.chat.seen), 0
                    for words in ASKED:
                        person.says(words)
                await api.until(reached, START_SECONDS, stage)
                server.stop(signal.SIGTERM)
                server.start()
                await all_have(api, people, [number + len(ASKED) for number in before])
                assert twice(people, before) == [], f"ended when {stage}, and read twice"
            await api.until_confirmed()
            assert [len(person.chat.seen) for person in people] == [1 + len(ASKED) * len(stages)] * PEOPLE


def sent(people: list[TelegramUser]) -> int:
    """How many answers of this round have been sent."""
    return sum(len(person.chat.seen) - person.chat.read for person in people)


async def all_have(api: BotApi, people: list[TelegramUser], numbers: list[int]) -> None:
    """Wait until everybody has at least so many messages."""

    def have() -> bool:
        return all(len(person.chat.seen) >= number for person, number in zip(people, numbers, strict=True))

    await api.until(have, 2 * START_SECONDS, f"answers to {PEOPLE} people")


def twice(people: list[TelegramUser], before: list[int]) -> list[str]:
    """What somebody has read more than once in this round."""
    rounds = (Counter(person.texts[number:]) for person, number in zip(people, before, strict=True))
    return [text for read in rounds for text, times in read.items() if times > 1]
