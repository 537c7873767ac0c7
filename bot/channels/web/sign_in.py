"""Signing in with a code by e-mail: who can read a customer's mail is that customer. Used by the routes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.mail import Mailer, MailFailed
from memory.codes import CODE_LIFE, CODES_A_CUSTOMER, WINDOW, typed_code
from memory.errors import TooManyCodes
from memory.model import Address, CodeUse, Identity
from memory.ports import Identities

log = structlog.get_logger()

SUBJECT = "Your code for our chat"
TEXT = """Your code is {code}

Type it in the chat on our website to go on where we were. It works once, for ten minutes.

If you didn't ask for it, somebody has typed your address by mistake. Nothing has happened, and you need do nothing.
Please don't pass the code on: our team never asks for it.
"""
_AT_ONCE = 4
"""E-mails handed in side by side; more wait."""


class EmailSignIn:
    """Sends codes, beside the request: how long an answer takes must not tell whose address is known either."""

    def __init__(self, *, identities: Identities, mailer: Mailer, clock: Callable[[], datetime]) -> None:
        self._identities = identities
        self._mailer = mailer
        self._clock = clock
        self._asked: dict[str, list[datetime]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    def ask(self, visitor_id: str, email: str) -> bool:
        """Have a code sent to a customer's address; False when this visitor has asked too often."""
        since = self._clock() - WINDOW
        self._asked = {who: lately for who, times in self._asked.items() if (lately := [t for t in times if t > since])}
        mine = self._asked.setdefault(visitor_id, [])
        if len(mine) >= CODES_A_CUSTOMER:
            return False
        mine.append(self._clock())
        task = asyncio.create_task(self._send(email))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def identity_by(self, address: Address, words: str) -> Identity | None:
        """Whose code this is, as the host site would say it; None for a wrong one."""
        code = typed_code(words)
        customer = await self._identities.sign_in(address, code) if code else None
        if customer is None or customer.subject is None:
            return None
        return Identity(customer.subject, customer.name, customer.email, customer.valued)

    async def drain(self) -> None:
        """Wait until all that was asked for is sent."""
        await asyncio.gather(*self._under_way)

    async def _send(self, email: str) -> None:
        customer = await self._identities.identified_by_email(email)
        if customer is None or customer.email is None:
            return
        try:
            expires_at = self._clock() + CODE_LIFE
            code = await self._identities.issue_code(customer.id, expires_at, short=True, use=CodeUse.SIGN_IN)
            async with self._room:
                await self._mailer.send(customer.email, SUBJECT, TEXT.format(code=code))
        except TooManyCodes:
            log.info("code_not_sent", reason="too many")
        except MailFailed as exc:
            log.warning("code_not_sent", reason=str(exc))
