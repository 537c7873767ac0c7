"""What a gateway gives to a channel that it opens, and what it gets: see `open_channel` in each channel's folder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import APIRouter

from bot.channels.port import Sender
from bot.identity import IdentityTokens
from bot.limits import Limits
from bot.mail import Mailer
from bot.settings import Settings
from bot.standing import Standings
from memory.model import Address
from memory.ports import Doorbell, Files, Gateways, Identities, Inbox, Outbox, Signs, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMemory:
    """What channels ask of memory. `inbox` keeps no secrets of customers; the linked ones hand out links to exports."""

    inbox: Inbox
    linked_inbox: Inbox
    outbox: Outbox
    transcript: Transcript
    linked_transcript: Transcript
    identities: Identities
    files: Files
    doorbell: Doorbell
    signs: Signs
    gateways: Gateways


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One channel, open. What it does not do is left out.

    `routers` answer callers, `sender` is pushed to, `run` works beside the server until it is cancelled. `fetch` gets a
    file that the provider keeps, `show_writing` shows a customer that an agent writes, and `invite` tells the name
    under which customers of the website find it.
    """

    routers: Sequence[APIRouter] = ()
    sender: Sender | None = None
    run: Callable[[], Awaitable[None]] | None = None
    close: Callable[[], Awaitable[None]] | None = None
    fetch: Callable[[str], Awaitable[bytes]] | None = None
    show_writing: Callable[[Address], Awaitable[None]] | None = None
    invite: Callable[[], Awaitable[str | None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What a gateway has for its channels; `opened` are those that come before in the list, by name."""

    settings: Settings
    memory: ChannelMemory
    tokens: IdentityTokens
    limits: Limits
    standings: Standings
    mailer: Mailer | None
    secret: str = field(repr=False)
    url: str
    clock: Callable[[], datetime]
    opened: Mapping[str, Opened]
