"""Kills its own process with SIGKILL between two steps of its choosing, when told to by SIGUSR1. Used by `victim`.

Points at which it may strike: every step of every task (so every await), every SQL statement, right before and right
after every commit, right before and right after every message given to Telegram.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Coroutine, Generator
from functools import wraps
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import uvloop
from sqlalchemy.engine.default import DefaultDialect

SIGNAL: Final = signal.SIGUSR1

FARTHEST: Final = {
    "between two awaits": 400,
    "at a statement": 60,
    "before a commit": 6,
    "after a commit": 6,
    "before sending": 3,
    "after sending": 3,
}
"""Points of a kind, and how many of them may pass at most before the process dies at one."""
SENDING: Final = ("before sending", "after sending")


class Injector:
    """Armed, it lets a random number of points of a random kind pass, and then kills the process."""

    def __init__(self, *, chance: random.Random, note: Path, sends: bool) -> None:
        self._chance = chance
        self._note = note
        self._kinds = [kind for kind in FARTHEST if sends or kind not in SENDING]
        self._kind: str | None = None
        self._left = 0

    def install(self) -> None:
        """Watch all points of this process, and be ready for the signal."""
        signal.signal(SIGNAL, lambda *_: self._arm())
        self._watch_awaits()
        sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: self.point("at a statement"))
        self._watch_commits()

    def watch_sending(self, channel: type[Any]) -> None:
        """Watch `send` of a channel."""
        send = channel.send

        @wraps(send)
        async def watched(*args: Any, **more: Any) -> None:
            self.point("before sending")
            await send(*args, **more)
            self.point("after sending")

        channel.send = watched

    def point(self, kind: str) -> None:
        """A place at which the process may have to die."""
        if kind != self._kind:
            return
        self._left -= 1
        if self._left <= 0:
            self._note.write_text(kind)
            os.kill(os.getpid(), signal.SIGKILL)

    def _arm(self) -> None:
        kind = self._chance.choice(self._kinds)
        self._left = self._chance.randint(1, FARTHEST[kind])
        self._kind = kind

    def _watch_awaits(self) -> None:
        create = uvloop.Loop.create_task

        def watched(loop: uvloop.Loop, coro: Any, **more: Any) -> Any:
            return create(loop, _Stepped(coro, lambda: self.point("between two awaits")), **more)

        uvloop.Loop.create_task = watched  # type: ignore[assignment,method-assign]

    def _watch_commits(self) -> None:
        commit = DefaultDialect.do_commit

        def watched(dialect: DefaultDialect, connection: Any) -> None:
            self.point("before a commit")
            commit(dialect, connection)
            self.point("after a commit")

        DefaultDialect.do_commit = watched  # type: ignore[method-assign]


class _Stepped(Coroutine[Any, Any, Any]):
    """What a task runs, with something done before each of its steps. For all else it is the coroutine itself."""

    def __init__(self, coro: Coroutine[Any, Any, Any], before: Callable[[], None]) -> None:
        self._coro = coro
        self._before = before

    def send(self, value: Any) -> Any:
        """Go on to the next await."""
        self._before()
        return self._coro.send(value)

    def throw(self, *raised: Any) -> Any:
        """Go on with an error."""
        self._before()
        return self._coro.throw(*raised)

    def close(self) -> None:
        """End early."""
        self._coro.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coro.__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coro, name)
