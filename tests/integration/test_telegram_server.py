"""The real server and Telegram: what was said while it was dead is answered once, where the conversation stood."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx

from tests.doubles.telegram import BotApi
from tests.doubles.telegram_people import PATIENCE
from tests.server import LOOK_AGAIN, START_SECONDS, Server


async def test_a_conversation_survives_a_killed_server(tmp_path: Path) -> None:
    with BotApi(limits=True) as api:
        ana = api.user("Ana")
        settings = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_BASE_URL": api.base_url}
        with Server(tmp_path, settings) as server:
            ana.starts()
            assert "Ana" in (await ana.next_message(START_SECONDS)).text
            ana.says("I want to return something")
            question = await ana.next_message()
            await until_sent(server, 2)  # killed between sending and noting it, the server would rightly send again

            server.kill()
            ana.says("order 1042")
            api.redeliver()
            server.start()

            answer = await ana.next_message(START_SECONDS)
            assert answer.text != question.text, "the order number was asked for again"
            await api.until_confirmed()
            ana.says("/help")
            await ana.next_message()
            texts = ana.texts
            assert len(set(texts)) == len(texts), f"Ana read something twice: {texts}"


async def until_sent(server: Server, number: int, channel: str = "telegram") -> None:
    """Wait until the server has noted so many deliveries as sent."""
    async with httpx.AsyncClient() as client:
        wanted = f'threadkeeper_deliveries_total{{channel="{channel}",state="sent"}} {number}.0'
        deadline = time.monotonic() + PATIENCE
        while wanted not in (await client.get(f"{server.url}/metrics")).text:
            assert time.monotonic() < deadline, f"the server did not note {number} deliveries as sent"
            await asyncio.sleep(LOOK_AGAIN)
