"""A channel is one folder and one line: with those two, it is known to settings, memory and turns, and is sent to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.settings import PROJECT

FOLDERS = PROJECT / "tests" / "fixtures"

SENDS_ONE = """
import asyncio, json, sys

import bot.channels

bot.channels.__path__.append(sys.argv[1])                # the folder
bot.channels.NAMES = (*bot.channels.NAMES, "pigeon")     # the line

from actions.shop.open import open_shop
from bot.bootstrap.channels import Channels
from bot.bootstrap.common import Common
from bot.bootstrap.given import served, utc_now
from bot.bootstrap.ways import WAYS
from bot.reading_settings import all_fields, load_settings
from memory.model import Address, Inbound, Outcome, Proof, Reply
from memory.sql import open_memory
from pathlib import Path

folder = Path(sys.argv[2])
given = {"THREADKEEPER_PIGEON_LOFT": "York", "THREADKEEPER_SESSION_SECRET": "for this test only"}


async def main():
    settings = load_settings(given)
    shop = await open_shop(folder / "shop.sqlite")
    async with open_memory(f"sqlite:///{folder / 'memory.sqlite'}", clock=utc_now, ways=WAYS) as memory:
        await memory.inbox.accept(Inbound(Address("pigeon", "Ana"), "m-1", "where is my tent?", Proof.PLATFORM))
        async with memory.turns.claim() as turn:
            await turn.commit(Outcome([Reply("On its way.")]))
        channels = Channels(Common.of(settings=settings, memory=memory, shop=shop, url="http://here"))
        parts = [asyncio.create_task(part()) for part in channels.parts()]
        with memory.doorbell.listen("outbox") as bell:
            from bot.channels.pigeon.opening import FLOWN
            while not FLOWN:
                assert await bell.wait(10), "nothing was sent"
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await channels.close()
    await shop.close()
    off = load_settings({})
    print(json.dumps({
        "flown": FLOWN,
        "listed": all_fields()["pigeon_loft"].description,
        "serves": ["pigeon" in served(settings), "pigeon" in served(off)],
    }))


asyncio.run(main())
"""


def test_a_folder_and_a_line_make_a_channel_that_is_set_known_and_sent_to(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SENDS_ONE, str(FOLDERS), str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == {
        "flown": [["York", "Ana", "On its way."]],
        "listed": "Where the pigeons live; none: they are off.",
        "serves": [True, False],
    }


def test_no_channel_is_named_outside_its_folder_but_in_that_line() -> None:
    """The parts that put channels together know them by the list only."""
    for path in ("bot/bootstrap/channels.py", "bot/bootstrap/ways.py", "bot/reading_settings.py", "bot/settings.py"):
        words = (PROJECT / path).read_text("utf-8").casefold()
        assert not [name for name in ("telegram", "imap") if name in words], f"{path} names a channel"
