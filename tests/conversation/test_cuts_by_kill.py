"""Real kills don't matter: conversations with a real server, killed while it answers, end as they do without."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from actions.shop.open import open_shop
from bot.dialogue.port import Dialogue
from memory.model import Identity
from tests.callers import Caller
from tests.conversation.cuts import play, questions_in, rows
from tests.conversation.script import Script, read_scripts
from tests.power import WAITING, Power, seen
from tests.server import Server

TALKS = {
    "A return is made once, with everything said in passing used",
    "An order is cancelled first, and the return comes back",
    "A postcode corrected at the last question changes the postcode only",
    "Number and e-mail given to look up an order serve for the return from it",
}
"""Of customers who share nothing, so that one shop serves all: a return, two tasks in one, an address, a stranger."""


def scripts() -> list[Script]:
    folder = Path(__file__).parent / "scripts"
    return [script for _, script in (*read_scripts(folder), *read_scripts(folder / "manners")) if script.name in TALKS]


async def test_conversations_with_a_server_that_is_killed_end_as_without(dialogue: Dialogue, tmp_path: Path) -> None:
    talks = scripts()
    uncut = [await play(script, [], [dialogue], _folder(tmp_path, str(n))) for n, script in enumerate(talks)]
    with Server(_folder(tmp_path, "server")) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            power = Power(server)
            callers = [Caller(client, identity=_identity(script), power=power.on) for script in talks]
            for place in range(max(len(script.steps) for script in talks)):
                said = [_say(caller, script, place) for caller, script in zip(callers, talks, strict=True)]
                if place in {1, 2, 3}:
                    said.append(power.is_cut(seen(WAITING, server.folder / "memory.sqlite")))
                await asyncio.gather(*said)

    assert power.cuts == 3
    for caller, course in zip(callers, uncut, strict=True):
        heard = [questions_in(exchange.texts[1:]) for exchange in caller.exchanges]
        assert heard == [exchange.questions for exchange in course.exchanges]
    before = await _untouched_shop(tmp_path)
    assert _news(rows(server.folder, "shop.sqlite"), before) == sum((_news(c.kept, before) for c in uncut), Counter())


async def _say(caller: Caller, script: Script, place: int) -> None:
    if place < len(script.steps):
        await caller.says(script.steps[place].say or "")


def _identity(script: Script) -> Identity | None:
    return Identity(script.customer) if script.customer else None


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


async def _untouched_shop(parent: Path) -> Mapping[str, Sequence[Any]]:
    folder = _folder(parent, "untouched")
    await (await open_shop(folder / "shop.sqlite")).close()
    return rows(folder, "shop.sqlite")


def _news(now: Mapping[str, Sequence[Any]], before: Mapping[str, Sequence[Any]]) -> Counter[Any]:
    """The rows of the shop's books that are new, or not as they were."""
    return sum((Counter(now[name]) - Counter(before[name]) for name in before), Counter())
