"""A running Threadkeeper, from its settings to its end. Called by `bot serve`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from actions.shop.open import open_shop
from actions.shop.sql import SqlShop
from bot.beside import side_by_side
from bot.bootstrap.channels import Channels
from bot.bootstrap.common import Common
from bot.bootstrap.desk import Desk
from bot.bootstrap.given import check_together, code_key, demo_login, utc_now
from bot.bootstrap.ways import WAYS
from bot.bootstrap.worker import answer
from bot.channels.web.api import allow_origins
from bot.custody.retention import Retention
from bot.desk.passwords import Passwords, ensure_admin
from bot.fresh_hours import FreshHours
from bot.http import ApiError, prepare
from bot.settings import Processes, Settings
from bot.training import trained_model
from memory.sql import SqlMemory, open_memory


@dataclass(frozen=True, slots=True)
class Running:
    """A running Threadkeeper: the HTTP application, and whether turns are being answered yet."""

    app: FastAPI
    ready: asyncio.Event
    background: asyncio.Task[None]


@asynccontextmanager
async def running(settings: Settings, *, url: str) -> AsyncIterator[Running]:
    """Open memory, start the parts of this process's role, and close all of it in the end.

    `url` is where customers reach this server. Raises InvalidSetting, and Refused when there is no model.
    """
    check_together(settings)
    if settings.role is not Processes.GATEWAY:
        trained_model(settings.model)
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(
            open_memory(settings.database_url.get_secret_value(), clock=utc_now, ways=WAYS, code_key=code_key(settings))
        )
        shop = await open_shop(settings.shop_path)
        stack.push_async_callback(shop.close)
        parts = Parts(settings=settings, memory=memory, shop=shop, url=url)
        await parts.welcome_agents()
        app = parts.application()
        background = asyncio.create_task(parts.run())
        try:
            yield Running(app, parts.ready, background)
        finally:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)
            await parts.close()


class Parts:
    """The parts of one process, by its role."""

    def __init__(self, *, settings: Settings, memory: SqlMemory, shop: SqlShop, url: str) -> None:
        self.ready = asyncio.Event()
        self._common = Common.of(settings=settings, memory=memory, shop=shop, url=url)
        self._channels = Channels(self._common)
        self._desk = Desk(self._common, self._channels)

    async def welcome_agents(self) -> None:
        """Make sure that somebody can log in at the desk."""
        email, password = self._common.settings.admin_email, self._common.settings.admin_password
        login = (email, password.get_secret_value()) if email and password else demo_login(self._common.settings)
        if login is not None:
            await ensure_admin(self._common.memory.agents, Passwords(), email=login[0], password=login[1])

    def application(self) -> FastAPI:
        """The HTTP side: every router of this process's role."""
        app = FastAPI(title="Threadkeeper", description="A customer-service bot that never loses the thread.")
        prepare(app)
        app.include_router(self._health())
        if self._common.settings.role is not Processes.WORKER:
            for router in [*self._channels.routers(), *self._desk.routers()]:
                app.include_router(router)
            allow_origins(app, self._common.settings.origins)
        return app

    async def run(self) -> None:
        """Everything that works beside the HTTP server, until cancelled; a part that dies is logged and ends it all."""
        common = self._common
        hours = FreshHours(book=common.memory.hours_book, doorbell=common.memory.doorbell, hours=common.hours)
        parts: list[Callable[[], Awaitable[None]]] = [hours.run]
        if self._common.settings.role is not Processes.WORKER:
            parts += self._gateway_parts()
        if self._common.settings.role is not Processes.GATEWAY:
            parts.append(partial(answer, self._common, self.ready))
        else:
            self.ready.set()
        await side_by_side(*(part() for part in parts))

    async def close(self) -> None:
        """Close what holds connections of its own."""
        await self._channels.close()

    def _gateway_parts(self) -> list[Callable[[], Awaitable[None]]]:
        common = self._common
        months = common.settings.retention_months
        retention = Retention(custody=common.memory.custody, months=months, clock=utc_now)
        return [*self._channels.parts(), retention.run, *self._desk.parts()]

    def _health(self) -> APIRouter:
        router = APIRouter(tags=["health"])

        @router.get("/health/live")
        async def live() -> dict[str, str]:
            """Whether this process runs."""
            return {"status": "live"}

        @router.get("/health/ready")
        async def ready() -> dict[str, str]:
            """Whether this process answers; 503 while the model is being loaded."""
            if not self.ready.is_set():
                raise ApiError(503, "not_ready", "The model is being loaded.", retry_after=2)
            return {"status": "ready"}

        @router.get("/metrics", response_class=Response)
        async def metrics() -> Response:
            """Figures for Prometheus."""
            return Response(self._common.metrics.page(), media_type="text/plain; version=0.0.4")

        return router
