"""What stands before two gateways: gives each connection to one that is there, as a load balancer would."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle
from types import TracebackType

AGAIN_IN = 0.05
PATIENCE = 30.0


class Balancer:
    """Forwards TCP connections in turns to the ports that take them; waits while none does."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = cycle(ports)
        self._number = len(ports)
        self.port = 0

    async def __aenter__(self) -> Balancer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind = await asyncio.wait_for(self._open(), PATIENCE)
        except asyncio.TimeoutError:
            writer.close()
            return
        await asyncio.gather(_pour(reader, behind[1]), _pour(behind[0], writer))

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            for _ in range(self._number):
                try:
                    return await asyncio.open_connection("127.0.0.1", next(self._ports))
                except OSError:
                    continue
            await asyncio.sleep(AGAIN_IN)


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copy until either side ends; then both do."""
    try:
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()
