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
from bot.desk.passwords import Passwords, normal_email
from bot.http import ApiError
from memory.model import Agent, Role
from memory.ports import Agents

log = structlog.get_logger()

COOKIE = "threadkeeper_desk"
COOKIE_PATH = "/api/desk"
SESSION_LENGTH = timedelta(hours=12)
"""A long working day; after it the agent signs in again."""

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

    def __init__(self, *, agents: Agents, passwords: Passwords, lockout: Lockout, now: Callable[[], datetime]) -> None:
        self._agents = agents
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
        token = secrets.token_urlsafe(32)
        await self._agents.open_session(agent.id, hashed(token), self._now() + SESSION_LENGTH)
        log.info("agent_signed_in", agent=agent.id)
        return token, agent

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
