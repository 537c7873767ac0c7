"""The agents' desk of a gateway, and what sees to handoffs and promises beside it. Built in `running`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from fastapi import APIRouter

from bot.beside import beside
from bot.bootstrap.channels import Channels
from bot.bootstrap.common import Common
from bot.bootstrap.given import contact_reasons, session_secret, utc_now
from bot.bootstrap.opened import project_encoder, project_finder, publisher
from bot.bootstrap.shop_orders import ShopOrders
from bot.desk.api import DeskMemory, DeskParts, desk_router
from bot.desk.line_news import LineNews
from bot.desk.oidc import Oidc, Provider, cookie_key
from bot.desk.pages import desk_pages
from bot.desk.passwords import Passwords
from bot.desk.reminders import Reminders
from bot.desk.task_fields import TaskFields, Vocabulary
from bot.desk.timekeeper import Timekeeper
from bot.desk.usher import Usher
from bot.hints import Hints
from bot.settings import PROJECT


class Desk:
    """The desk and its helpers."""

    def __init__(self, common: Common, channels: Channels) -> None:
        self._common = common
        self._channels = channels

    def routers(self) -> list[APIRouter]:
        """The API and the page."""
        memory = self._common.memory
        parts = DeskParts(
            line=self._common.line,
            orders=ShopOrders(self._common.shop),
            passwords=Passwords(),
            publisher=publisher(memory.faq),
            show_writing=self._channels.show_writing(),
            fetch=self._channels.fetch(),
            hints=Hints(
                entries=memory.faq,
                encoder=project_encoder,
                finder=project_finder,
                clock=lambda: utc_now().astimezone(self._common.hours.zone),
                beside=beside,
            ),
            vocabulary=Vocabulary(contact_reasons(), TaskFields.read(PROJECT / "domain.yml")),
            hours=self._common.hours,
            metrics=self._common.metrics,
            url=self._common.url,
            remind_before=self._common.settings.remind_before,
            oidc=self._oidc(),
            asks_if_solved=self._common.settings.ask_if_solved,
        )
        return [desk_router(self._memory(), parts), desk_pages()]

    def parts(self) -> list[Callable[[], Awaitable[None]]]:
        """Who offers those who wait to agents, and who sees to what was promised."""
        memory, settings = self._common.memory, self._common.settings
        usher = Usher(
            handoffs=memory.handoffs,
            offers=memory.offers,
            team=memory.team,
            doorbell=memory.doorbell,
            offer_for=timedelta(seconds=settings.offer_seconds),
            clock=utc_now,
        )
        timekeeper = Timekeeper(
            times=memory.promise_times,
            hours=self._common.hours,
            remind_before=settings.remind_before,
            clock=utc_now,
            reminders=self._reminders(),
        )
        line_news = LineNews(standings=self._common.standings, places=memory.places, team=memory.team, now=utc_now)
        return [usher.run, timekeeper.run, line_news.run]

    def _memory(self) -> DeskMemory:
        memory = self._common.memory
        return DeskMemory(
            handoffs=memory.handoffs,
            search=memory.search,
            endings=memory.endings,
            take_overs=memory.take_overs,
            transcript=memory.transcript,
            agents=memory.agents,
            keys=memory.keys,
            readings=memory.readings,
            team=memory.team,
            faq=memory.faq,
            doorbell=memory.doorbell,
            answers=memory.answers,
            replies=memory.replies,
            dead_letters=memory.dead_letters,
            canned=memory.canned,
            files=memory.files,
            mentions=memory.mentions,
            promises=memory.promises,
            signs=memory.signs,
            hours_book=memory.hours_book,
            filters=memory.filters,
        )

    def _reminders(self) -> Reminders | None:
        if self._common.mailer is None:
            return None
        return Reminders(
            mailer=self._common.mailer,
            team=self._common.memory.team,
            hours=self._common.hours,
            url=self._common.url,
            clock=utc_now,
        )

    def _oidc(self) -> Oidc | None:
        settings, secret = self._common.settings, self._common.settings.oidc_client_secret
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        provider = Provider(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            name=settings.oidc_name,
        )
        return Oidc(provider=provider, url=self._common.url, key=cookie_key(session_secret(settings)), now=utc_now)
