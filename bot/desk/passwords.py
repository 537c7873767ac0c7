"""Agents' passwords, kept as argon2 hashes, and the making of agents. Used by login, CLI and `bot.bootstrap`."""

from __future__ import annotations

import secrets

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from memory.errors import DuplicateAgent
from memory.model import Agent, AgentId, Role
from memory.ports import Agents

MIN_PASSWORD = 8
MAX_PASSWORD = 200
"""Characters. Longer ones would only cost hashing time."""

_AT_ONCE = 2
"""Hashes computed side by side: each takes 64 MiB, so a storm of logins must not take it all."""


class UnusablePassword(Exception):
    """A password must have between 8 and 200 characters. Choose another one."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


class Passwords:
    """Hashes and checks passwords in threads, off the event loop."""

    def __init__(self, *, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads: anyio.CapacityLimiter | None = None
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store. Raises UnusablePassword."""
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise UnusablePassword
        return await self._hash(password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether this is the password. `stored` None (unknown e-mail) takes as long as a wrong password, and fails."""
        if self._decoy is None:
            self._decoy = await self._hash(secrets.token_urlsafe(16))
        correct = await anyio.to_thread.run_sync(self._verify, stored or self._decoy, password, limiter=self._limiter())
        return correct and stored is not None

    async def _hash(self, password: str) -> str:
        return await anyio.to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter())

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _limiter(self) -> anyio.CapacityLimiter:
        if self._threads is None:  # made on first use: it belongs to the running event loop
            self._threads = anyio.CapacityLimiter(_AT_ONCE)
        return self._threads


def random_password() -> str:
    """For an agent who will choose their own by a link: nobody knows it."""
    return secrets.token_urlsafe(32)


def normal_email(email: str) -> str:
    """An e-mail as agents are found by it."""
    return email.strip().lower()


def make_agent(*, email: str, name: str, role: Role = Role.AGENT) -> Agent:
    """A new agent with an id of their own; not stored yet."""
    return Agent(AgentId(secrets.token_hex(8)), normal_email(email), name.strip(), role)


async def add_agent(agents: Agents, passwords: Passwords, agent: Agent, password: str) -> Agent:
    """Store an agent with their password. Raises DuplicateAgent, UnusablePassword."""
    await agents.add(agent, await passwords.hash(password))
    return agent


async def ensure_admin(agents: Agents, passwords: Passwords, *, email: str, password: str) -> bool:
    """Make the first agent from the settings unless there is one with that e-mail; whether one was made."""
    if await agents.credentials(normal_email(email)) is not None:
        return False
    name = normal_email(email).partition("@")[0].replace(".", " ").title()
    try:
        await add_agent(agents, passwords, make_agent(email=email, name=name, role=Role.ADMIN), password)
    except DuplicateAgent:
        return False  # another process, started at the same time, was quicker
    return True
