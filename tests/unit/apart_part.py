"""A part in a process of its own, for the tests of `bot.apart`. Run alone, it keeps such a part going itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from bot.apart import Apart, serve_part


class Part:
    """Answers, fails and dies as it is told."""

    def __init__(self, given: str) -> None:
        self._given = given
        self._heard = asyncio.Event()

    async def given(self) -> str:
        """What it was opened with."""
        return self._given

    async def pid(self) -> int:
        """Its process."""
        return os.getpid()

    async def wait(self) -> str:
        """Answer once `go_on` was called."""
        await self._heard.wait()
        return "went on"

    async def go_on(self) -> None:
        """Let those go on that wait."""
        self._heard.set()

    async def fail(self) -> None:
        """Raise what can be read elsewhere."""
        raise ValueError("that was no value")

    async def fail_strangely(self) -> None:
        """Raise what can't be read elsewhere."""

        class HereOnly(Exception):
            pass

        raise HereOnly("only here")

    async def echo(self, what: object) -> object:
        """The same."""
        return what

    async def hang(self) -> None:
        """Never come back, and let nothing else be answered."""
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        signal.sigwait([signal.SIGUSR1])

    async def die(self) -> None:
        """End without a word."""
        os.kill(os.getpid(), signal.SIGKILL)


async def open_part(given: str) -> Part:
    """Open it, unless it is told not to."""
    if given == "nothing":
        raise LookupError("there is nothing to open")
    return Part(given)


async def _keep_one_going() -> None:
    apart = Apart("tests.unit.apart_part", lambda: "something")
    going = asyncio.create_task(apart.run(opened=lambda: None, ended=lambda: None))
    print(await apart.call("pid"), flush=True)
    await going


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve_part(open_part)
    else:
        asyncio.run(_keep_one_going())
