"""Who sits at the desk: login, sessions by cookie or bearer token, proof of origin, roles. Used by its routes."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from bot.desk.lockout import Lockout
from bot.desk.passwords import Passwords, UnusablePassword, normal_email
from bot.http import ApiError
from memory.model import Agent, AgentId, Role
from memory.ports import Agents, Keys

log = structlog.get_logger()

COOKIE = "threadkeeper_desk"
COOKIE_PATH = "/api/desk"
SESSION_LENGTH = timedelta(hours=12)
"""A long working day; after it the agent signs in again."""

RESET_LASTS = timedelta(hours=1)
"""How long a link works that sets a new password: long enough to be sent and opened, short enough to leak little."""

RESET_PATH = "/desk/reset#"
"""Where such a link leads; its secret stands behind the #, so that no log and no other site sees it."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(auto_error=False, description="The token that the login returned.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="Set by the login.")
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_Cookie = Annotated[str | None, Depends(_cookie)]


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent at the desk, with the hash by which memory knows their session."""

    agent: Agent
    session: str


class Door:
    """Lets agents in and finds who is in."""

    def __init__(
        self, *, agents: Agents, keys: Keys, passwords: Passwords, lockout: Lockout, now: Callable[[], datetime]
    ) -> None:
        self._agents = agents
        self._keys = keys
        self._passwords = passwords
        self._lockout = lockout
        self._now = now

    async def login(self, email: str, password: str) -> tuple[str, Agent]:
        """A new session's token and its agent. Raises ApiError 401 `invalid_login` or 429 `too_many_attempts`."""
        email = normal_email(email)
        self._slow_down(email)
        found = await self._agents.credentials(email)
        agent, stored = found if found is not None else (None, None)
        if not await self._passwords.matches(stored, password) or agent is None:
            raise ApiError(401, "invalid_login", "That e-mail and password don't match.")
        self._lockout.forgive(email)
        return await self.admit(agent), agent

    async def admit(self, agent: Agent) -> str:
        """A new session's token, for an agent who has proved who they are."""
        token = secrets.token_urlsafe(32)
        await self._agents.open_session(agent.id, hashed(token), self._now() + SESSION_LENGTH)
        log.info("agent_signed_in", agent=agent.id)
        return token

    async def known(self, email: str) -> Agent | None:
        """The agent of an e-mail that somebody else has proved."""
        found = await self._agents.credentials(normal_email(email))
        return found[0] if found is not None else None

    async def change_password(self, seat: Seat, current: str, new: str) -> None:
        """Set one's own; other sessions end. Raises ApiError 403 `wrong_password`, 429 and 422 `unusable_password`."""
        email = normal_email(seat.agent.email)
        self._slow_down(email)
        found = await self._agents.credentials(email)
        if not await self._passwords.matches(found[1] if found else None, current):
            raise ApiError(403, "wrong_password", "That isn't your present password.")
        self._lockout.forgive(email)
        await self._keys.change(seat.agent.id, await self._hash(new), keep=seat.session)
        log.info("password_changed", agent=seat.agent.id)

    async def reset(self, secret: str, new: str) -> None:
        """Set a password by a link that works once. Raises ApiError 403 `reset_refused`, 422.

        Tries need not be counted: a secret of 256 bits is not guessed, and only a good one costs hashing.
        """
        agent = await self._keys.reset_for(secret)
        if agent is not None and await self._keys.redeem(secret, await self._hash(new)) is not None:
            self._lockout.forgive(normal_email(agent.email))
            log.info("password_reset", agent=agent.id)
            return
        raise ApiError(403, "reset_refused", "This link has expired or was used before. Ask for a new one.")

    async def issue_reset(self, agent_id: AgentId) -> tuple[str, datetime]:
        """A new secret for a link, and until when it works. Raises UnknownAgent."""
        until = self._now() + RESET_LASTS
        return await self._keys.issue_reset(agent_id, until), until

    async def _hash(self, new: str) -> str:
        try:
            return await self._passwords.hash(new)
        except UnusablePassword as exc:
            raise ApiError(422, "unusable_password", str(exc)) from exc

    async def logout(self, seat: Seat) -> None:
        """End the session."""
        await self._agents.close_session(seat.session)
        log.info("agent_signed_out", agent=seat.agent.id)

    async def still_in(self, seat: Seat) -> bool:
        """Whether the session goes on; marks the agent as present."""
        return await self._agents.by_session(seat.session) is not None

    async def seat(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Seat:
        """Who sends this request. Raises ApiError 401 `unauthorized` or 403 `cross_origin`."""
        token = bearer.credentials if bearer is not None else cookie
        by_cookie = bearer is None and cookie is not None
        if by_cookie and request.method not in _SAFE_METHODS and not meant_by_page(request):
            raise ApiError(403, "cross_origin", "This request did not come from the desk's own page.")
        agent = await self._agents.by_session(hashed(token)) if token else None
        if token is None or agent is None:
            raise ApiError(401, "unauthorized", "Please sign in at the desk.")
        return Seat(agent, hashed(token))

    def seat_for(self, *roles: Role) -> Callable[[Seat], Awaitable[Seat]]:
        """A route's dependency that admits these roles only, others get 403 `forbidden`."""
        wanted = " or ".join(role.value for role in roles)

        async def admitted(seat: Annotated[Seat, Depends(self.seat)]) -> Seat:
            if seat.agent.role not in roles:
                raise ApiError(403, "forbidden", f"This needs the role of {wanted}.")
            return seat

        return admitted

    def _slow_down(self, email: str) -> None:
        wait = self._lockout.begin(email)
        if wait > 0:
            raise ApiError(429, "too_many_attempts", "Too many tries. Please wait a moment, then try again.", wait)


def hashed(token: str) -> str:
    """How memory knows a session: a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def meant_by_page(request: Request) -> bool:
    """Whether a request that rides on a cookie comes from our page: its own header, and no foreign origin."""
    return request.headers.get("x-requested-with") == "threadkeeper" and same_origin(request)


def same_origin(request: Request) -> bool:
    """Whether nothing says that another site sent this. Browsers say so; scripts send neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
