"""A part of the bot in a process of its own: started, called, and started again when it ends. Used by `bot.bootstrap`.

Calls and answers are frames of pickled objects over a socket that only these two processes have. The other process ends
with this one, however that ends: it hears the line go dead.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import struct
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count
from traceback import format_exc
from typing import Any, BinaryIO, Final

import structlog

log = structlog.get_logger()

START_AGAIN: Final = 1.0
"""Seconds from the end of the other process to its next start."""
PATIENCE: Final = 60.0
"""Seconds after which a call has surely hung; the other process is ended then, and with it what hangs."""
_LENGTH: Final = struct.Struct("!Q")
_GIVEN: Final = 0
"""The number of the first frame, by which the part is opened."""


class PartEnded(Exception):
    """The other process ended, or hung and was ended, while it was asked something. It is being started again."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


class RaisedThere(Exception):
    """The traceback of what was raised in the other process."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class Apart:
    """Keeps a module that calls `serve_part` running, and calls the part that it opens."""

    def __init__(self, module: str, given: Callable[[], object], *, patience: float = PATIENCE) -> None:
        """Take the module's name and what its part is opened with, asked anew for each start."""
        self._module = module
        self._given = given
        self._patience = patience
        self._numbers = count(_GIVEN + 1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._line: asyncio.StreamWriter | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._is_open = asyncio.Event()

    async def opened(self) -> None:
        """Return once the part is open."""
        await self._is_open.wait()

    async def call(self, name: str, *arguments: object) -> Any:
        """What a method of the part returns; one that is being started again is waited for.

        Raises what the method raised, and PartEnded.
        """
        while not self._is_open.is_set():  # it may have ended again before this goes on
            await self._is_open.wait()
        too_long = asyncio.get_running_loop().call_later(self._patience, self._give_up, name)
        try:
            return await self._ask(next(self._numbers), (name, arguments))
        finally:
            too_long.cancel()

    async def run(self, *, opened: Callable[[], None], ended: Callable[[], None]) -> None:
        """Go on until cancelled, and tell when the part opens and ends. Raises what its first opening raised."""
        lives = 0
        while True:
            try:
                code = await self._live(opened)
            except Exception:
                if not lives:
                    raise
                log.exception("part_not_opened", module=self._module)
            else:
                log.error("part_ended", module=self._module, code=code)
            ended()
            lives += 1
            await asyncio.sleep(START_AGAIN)

    async def _live(self, opened: Callable[[], None]) -> int:
        """One life of the other process; the code with which it ended."""
        here, there = socket.socketpair()
        with there:
            answers, self._line = await asyncio.open_unix_connection(sock=here)
            process = self._process = await self._started(there.fileno())
        listening = asyncio.create_task(self._listen(answers))
        try:
            with suppress(PartEnded):
                await self._ask(_GIVEN, self._given())
                self._is_open.set()
                opened()
            await listening
            return await process.wait()
        finally:
            listening.cancel()
            self._line.close()
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _started(self, line: int) -> asyncio.subprocess.Process:
        """In a session of its own, where the terminal's Ctrl+C does not reach it."""
        command = (sys.executable, "-m", self._module, str(line))
        try:
            return await asyncio.create_subprocess_exec(*command, pass_fds=[line], start_new_session=True)
        except BaseException:
            assert self._line is not None
            self._line.close()
            raise

    def _give_up(self, name: str) -> None:
        log.error("part_hung", module=self._module, call=name)
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _ask(self, number: int, what: object) -> Any:
        frame = _frame((number, what))
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        assert self._line is not None
        self._line.write(frame)
        try:
            return await answer
        finally:
            del self._asked[number]

    async def _listen(self, answers: asyncio.StreamReader) -> None:
        """Hand out answers until the line goes dead; whoever still waits for one is told."""
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    (length,) = _LENGTH.unpack(await answers.readexactly(_LENGTH.size))
                    self._hand_out(*pickle.loads(await answers.readexactly(length)))  # noqa: S301 - our own
        finally:
            self._is_open.clear()  # from here on calls wait for the next life
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(PartEnded())

    def _hand_out(self, number: int, is_good: bool, result: Any) -> None:
        answer = self._asked.get(number)
        if answer is None or answer.done():
            return  # nobody waits any more
        if is_good:
            answer.set_result(result)
        else:
            answer.set_exception(_from_there(*result))


def _from_there(exc: Exception, traceback: str) -> Exception:
    exc.__cause__ = RaisedThere(traceback)
    return exc


def serve_part(opening: Callable[[Any], Awaitable[object]]) -> None:
    """Be the other process: open a part with what is given, and answer calls of it until the line goes dead."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # all processes of a service get them: the first one decides
    asyncio.run(_serve(socket.socket(fileno=int(sys.argv[1])), opening))


async def _serve(line: socket.socket, opening: Callable[[Any], Awaitable[object]]) -> None:
    calls: asyncio.Queue[tuple[int, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear(call: tuple[int, Any]) -> None:
        loop.call_soon_threadsafe(calls.put_nowait, call)

    threading.Thread(target=_hear, args=(line, hear), name="calls", daemon=True).start()
    part: object = None

    async def open_part(given: object) -> None:
        nonlocal part
        part = await opening(given)

    number, given = await calls.get()
    await _answer(line, number, open_part(given))
    answering: set[asyncio.Task[None]] = set()
    while True:
        number, (name, arguments) = await calls.get()
        task = asyncio.create_task(_answer(line, number, _called(part, name, arguments)))
        answering.add(task)
        task.add_done_callback(answering.discard)


async def _called(part: object, name: str, arguments: Sequence[object]) -> object:
    return await getattr(part, name)(*arguments)


async def _answer(line: socket.socket, number: int, call: Awaitable[object]) -> None:
    try:
        frame = _frame((number, True, await call))
    except Exception as exc:  # noqa: BLE001 - handed to whoever asked
        frame = _frame((number, False, _as_it_travels(exc)))
    line.sendall(frame)


def _as_it_travels(exc: Exception) -> tuple[Exception, str]:
    """An exception that surely can be read on the other side, and its traceback."""
    try:
        pickle.loads(pickle.dumps(exc))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - an exception's own code can raise anything
        exc = RuntimeError(f"{type(exc).__name__}: {exc}")
    return exc, format_exc()


def _hear(line: socket.socket, hear: Callable[[tuple[int, Any]], None]) -> None:
    """Hand on calls as they come; when the line goes dead, end the process, whatever else it does."""
    with line.makefile("rb") as frames, suppress(EOFError, ConnectionError):
        while True:
            (length,) = _LENGTH.unpack(_exactly(frames, _LENGTH.size))
            hear(pickle.loads(_exactly(frames, length)))  # noqa: S301 - our own
    os._exit(0)


def _exactly(frames: BinaryIO, size: int) -> bytes:
    read = frames.read(size)
    if len(read) < size:
        raise EOFError
    return read


def _frame(what: object) -> bytes:
    content = pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content
