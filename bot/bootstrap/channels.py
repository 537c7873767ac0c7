"""The channels of a gateway: what they answer over HTTP, what they send, and what runs beside. Built in `running`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from fastapi import APIRouter

from actions.shop.demo import demo_customers
from bot.attachments import Attachments, Fetch
from bot.bootstrap.common import Common
from bot.bootstrap.given import email_settings, session_secret, utc_now
from bot.channels.email.channel import EmailChannel, EmailMemory
from bot.channels.port import Sender
from bot.channels.rest.api import RestChannel
from bot.channels.telegram.api import TelegramSettings
from bot.channels.telegram.channel import TelegramChannel, TelegramMemory
from bot.channels.web.api import WebParts, web_router
from bot.channels.web.demo import demo_router
from bot.channels.web.sign_in import EmailSignIn
from bot.channels.web.site import site_router
from bot.custody.links import LinkedInbox, LinkedOutbox, LinkedTranscript
from bot.custody.page import my_data_router
from bot.identity import VisitorTokens
from bot.markdown import origin_of
from bot.notices import notices_router
from bot.one_time_codes import WithCodes
from bot.outbox import Dispatcher
from bot.settings import Demo, Processes
from memory.codes import CODE_LIFE
from memory.model import CustomerId


class Channels:
    """Those that the settings turn on."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self.telegram = self._open_telegram()
        self._email = self._open_email()

    async def close(self) -> None:
        """Close what holds connections of its own."""
        if self.telegram is not None:
            await self.telegram.close()

    def routers(self) -> list[APIRouter]:
        """What callers and browsers ask."""
        settings, memory = self._common.settings, self._common.memory
        rest = RestChannel(
            inbox=LinkedInbox(self._common.inbox, self._common.links),
            doorbell=memory.doorbell,
            tokens=self._common.tokens,
            api_token=settings.api_token.get_secret_value() if settings.api_token else None,
            limits=self._common.limits,
        )
        notices = notices_router(
            notices=memory.notices,
            identities=memory.identities,
            api_token=settings.api_token.get_secret_value() if settings.api_token else None,
        )
        my_data = my_data_router(custody=memory.custody, links=self._common.links)
        routers = [rest.router(), notices, *self._web_routers(), my_data]
        if self.telegram is not None and settings.telegram_webhook_url:
            routers.append(self.telegram.webhook_router())
        return routers

    def parts(self) -> list[Callable[[], Awaitable[None]]]:
        """What sends, and what listens for messages."""
        pushed: list[TelegramChannel | EmailChannel] = [each for each in (self.telegram, self._email) if each]
        senders: Mapping[str, Sender] = {each.name: WithCodes(each, code_for=self._code_for) for each in pushed}
        dispatcher = Dispatcher(
            outbox=LinkedOutbox(self._common.memory.outbox, self._common.links),
            senders=senders,
            doorbell=self._common.memory.doorbell,
            metrics=self._common.metrics,
            clock=utc_now,
        )
        return [dispatcher.run, *(each.run for each in pushed)]

    def fetch(self) -> Mapping[str, Fetch]:
        """How to get the files that channels keep."""
        return {each.name: each.fetch for each in (self.telegram, self._email) if each}

    def _web_routers(self) -> list[APIRouter]:
        memory = self._common.memory
        web = WebParts(
            inbox=self._common.inbox,
            transcript=LinkedTranscript(memory.transcript, self._common.links),
            identities=memory.identities,
            doorbell=memory.doorbell,
            signs=memory.signs,
            standings=self._common.standings,
            attachments=Attachments(files=memory.files, transcript=memory.transcript, fetch=self.fetch()),
            visitors=VisitorTokens(secret=session_secret(self._common.settings)),
            tokens=self._common.tokens,
            limits=self._common.limits,
            images_from=frozenset(filter(None, map(origin_of, (self._common.url, *self._common.settings.pictures)))),
            telegram_name=self.telegram.username if self.telegram else None,
            sign_in=EmailSignIn(identities=memory.identities, mailer=self._common.mailer, clock=utc_now)
            if self._common.mailer
            else None,
        )
        site = site_router(server=self._common.url, origins=self._common.settings.origins)
        routers = [site, web_router(web)]
        if self._common.settings.demo is not Demo.OFF:
            routers.append(
                demo_router(customers=partial(demo_customers, self._common.shop), tokens=self._common.tokens)
            )
        return routers

    async def _code_for(self, customer_id: CustomerId) -> str:
        return await self._common.memory.identities.issue_code(customer_id, utc_now() + CODE_LIFE, short=True)

    def _open_telegram(self) -> TelegramChannel | None:
        given, secret = self._common.settings, self._common.settings.telegram_webhook_secret
        if given.telegram_token is None or given.role is Processes.WORKER:
            return None
        settings = TelegramSettings(
            token=given.telegram_token.get_secret_value(),
            base_url=given.telegram_base_url,
            webhook_url=given.telegram_webhook_url,
            webhook_secret=secret.get_secret_value() if secret else None,
        )
        memory = self._common.memory
        asked = TelegramMemory(
            inbox=self._common.inbox,
            identities=memory.identities,
            transcript=memory.transcript,
            files=memory.files,
            gateways=memory.gateways,
        )
        return TelegramChannel(settings=settings, memory=asked)

    def _open_email(self) -> EmailChannel | None:
        settings, memory = email_settings(self._common.settings), self._common.memory
        if settings is None or self._common.settings.role is Processes.WORKER:
            return None
        asked = EmailMemory(
            inbox=self._common.inbox,
            outbox=memory.outbox,
            identities=memory.identities,
            transcript=memory.transcript,
            files=memory.files,
        )
        return EmailChannel(settings=settings, memory=asked, clock=utc_now)
