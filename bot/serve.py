"""Serves until told to stop. Called by `bot serve`."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from rich.console import Console

from bot.bootstrap.given import demo_login
from bot.bootstrap.running import Running, running
from bot.settings import Demo, InvalidSetting, Settings

SWITCH_SECONDS = 0.001
"""For how long one thread may keep others waiting: those of the database let go of Python for each call into it, and at
the usual five milliseconds would wait so long a dozen times a message while turns are worked out.
"""
DRAIN_SECONDS = 2
"""How long open requests and streams may take to end at shutdown."""


class Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it has ended, and the other parts would never get to end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def serve_forever(settings: Settings, console: Console) -> None:
    """Bind, run all parts, say where to go once answers flow, and drain at the end. Raises InvalidSetting, Refused."""
    allow_many_connections()
    sys.setswitchinterval(SWITCH_SECONDS)
    with listen(settings.host, settings.port) as listener:
        await _serve(settings, listener, console)


async def _serve(settings: Settings, listener: socket.socket, console: Console) -> None:
    url = settings.public_url or f"http://{_in_url(settings.host)}:{listener.getsockname()[1]}"
    async with running(settings, url=url) as parts:
        config = uvicorn.Config(  # no websockets: nothing here uses them, and Rasa pins a version too old for uvicorn
            parts.app,
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
        )
        server = Server(config)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        telling = asyncio.create_task(_tell_when_ready(settings, parts, url, console))
        try:
            await asyncio.wait({serving, parts.background}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            server.should_exit = True
            await serving
        if parts.background.done():
            parts.background.result()  # a part that died takes the process with it, loudly


def allow_many_connections() -> None:
    """Take as many open files as the system grants: a usual 1,024 is used up by a thousand open chats."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve at. Raises InvalidSetting when someone else is there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP: only then does asyncio send small answers at once. Else each waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as exc:
        listener.close()
        raise InvalidSetting(
            f"THREADKEEPER_PORT: can't listen on {host} port {port} ({exc.strerror}). Stop what is using it, "
            "or choose another port."
        ) from exc
    return listener


async def _tell_when_ready(settings: Settings, parts: Running, url: str, console: Console) -> None:
    if not parts.ready.is_set():
        console.print("[dim]· loading the model[/dim]")
    await parts.ready.wait()
    gc.collect()
    gc.freeze()  # what is there now stays: to look through half a million objects again and again would hold up answers
    for line in welcome(settings, url):
        console.print(line, highlight=False, soft_wrap=True)


def welcome(settings: Settings, url: str) -> list[str]:
    """What start-up ends with: where everything is."""
    lines = ["", "[bold]Threadkeeper is ready.[/bold]"]
    if settings.demo is not Demo.OFF:
        lines.append(f"  Demo shop   {url}/")
    lines.append(f"  Desk        {url}/desk")
    if (login := demo_login(settings)) is not None:
        lines.append(f"              log in as {login[0]} with the password {login[1]}")
    lines.append(f"  API         {url}/docs")
    if settings.demo is Demo.PUBLIC:
        lines.append("[yellow]  The demo shop is public: whoever reaches it can be any demo customer.[/yellow]")
    if settings.links_lead_here_only:
        lines.append(
            "[yellow]  Set THREADKEEPER_PUBLIC_URL: until then, the links by which customers fetch their data lead to "
            f"{url}.[/yellow]"
        )
    return [*lines, ""]


def _in_url(host: str) -> str:
    shown = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - read, not bound
    return f"[{shown}]" if ":" in shown else shown
