"""The channels of a gateway: what they answer over HTTP, what they send, and what runs beside. Built in `running`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib import import_module

from fastapi import APIRouter

from actions.shop.demo import demo_customers
from bot.attachments import Fetch
from bot.bootstrap.common import Common
from bot.bootstrap.given import session_secret, utc_now
from bot.channels import NAMES
from bot.channels.opening import ChannelMemory, Gateway, Opened
from bot.channels.port import Sender
from bot.channels.web.demo import demo_router
from bot.custody.links import LinkedInbox, LinkedOutbox, LinkedTranscript
from bot.custody.page import my_data_router
from bot.desk.presence import ShowWriting
from bot.notices import notices_router
from bot.one_time_codes import WithCodes
from bot.outbox import Dispatcher
from bot.settings import Demo, Processes
from memory.codes import CODE_LIFE
from memory.model import CustomerId


class Channels:
    """Those that the settings turn on, by name; none in a process that only takes turns."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._opened: dict[str, Opened] = {}
        if common.settings.role is not Processes.WORKER:
            self._open_all()

    async def close(self) -> None:
        """Close what holds connections of its own."""
        for channel in self._opened.values():
            if channel.close:
                await channel.close()

    def routers(self) -> list[APIRouter]:
        """What callers and browsers ask."""
        settings, memory = self._common.settings, self._common.memory
        notices = notices_router(
            notices=memory.notices,
            identities=memory.identities,
            api_token=settings.api_token.get_secret_value() if settings.api_token else None,
        )
        my_data = my_data_router(custody=memory.custody, links=self._common.links)
        of_channels = [router for channel in self._opened.values() for router in channel.routers]
        return [*of_channels, notices, *self._demo(), my_data]

    def parts(self) -> list[Callable[[], Awaitable[None]]]:
        """What sends, and what listens for messages."""
        pushed = {name: each.sender for name, each in self._opened.items() if each.sender}
        senders: Mapping[str, Sender] = {
            name: WithCodes(sender, code_for=self._code_for) for name, sender in pushed.items()
        }
        dispatcher = Dispatcher(
            outbox=LinkedOutbox(self._common.memory.outbox, self._common.links),
            senders=senders,
            doorbell=self._common.memory.doorbell,
            metrics=self._common.metrics,
            clock=utc_now,
        )
        return [dispatcher.run, *(each.run for each in self._opened.values() if each.run)]

    def fetch(self) -> Mapping[str, Fetch]:
        """How to get the files that channels keep."""
        return {name: each.fetch for name, each in self._opened.items() if each.fetch}

    def show_writing(self) -> Mapping[str, ShowWriting]:
        """How to show a customer that an agent writes."""
        return {name: each.show_writing for name, each in self._opened.items() if each.show_writing}

    def _open_all(self) -> None:
        """One after the other, so that each knows those before it."""
        common = self._common
        gateway = Gateway(
            settings=common.settings,
            memory=self._memory(),
            tokens=common.tokens,
            limits=common.limits,
            standings=common.standings,
            mailer=common.mailer,
            secret=session_secret(common.settings),
            url=common.url,
            clock=utc_now,
            opened=self._opened,
        )
        for name in NAMES:
            opened: Opened | None = import_module(f"bot.channels.{name}.opening").open_channel(gateway)
            if opened is not None:
                self._opened[name] = opened

    def _memory(self) -> ChannelMemory:
        memory, links = self._common.memory, self._common.links
        return ChannelMemory(
            inbox=self._common.inbox,
            linked_inbox=LinkedInbox(self._common.inbox, links),
            outbox=memory.outbox,
            transcript=memory.transcript,
            linked_transcript=LinkedTranscript(memory.transcript, links),
            identities=memory.identities,
            files=memory.files,
            doorbell=memory.doorbell,
            signs=memory.signs,
            gateways=memory.gateways,
        )

    def _demo(self) -> list[APIRouter]:
        if self._common.settings.demo is Demo.OFF:
            return []
        return [demo_router(customers=partial(demo_customers, self._common.shop), tokens=self._common.tokens)]

    async def _code_for(self, customer_id: CustomerId) -> str:
        return await self._common.memory.identities.issue_code(customer_id, utc_now() + CODE_LIFE, short=True)
