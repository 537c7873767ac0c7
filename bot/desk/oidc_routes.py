"""The desk's routes for signing in by the operator's own login. Put together in `bot.desk.api`."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from bot.desk.access import Door
from bot.desk.login import remember
from bot.desk.oidc import UNDER_WAY_FOR, Oidc, SignInRefused
from bot.http import ApiError, error_responses
from memory.model import Agent

log = structlog.get_logger()

COOKIE = "threadkeeper_oidc"
PATH = "/api/desk/oidc"
DESK = "/desk/"

Param = Annotated[str, Query(max_length=4000)]


class WaysIn(BaseModel):
    """How agents can sign in: always with a password, and by the login of this name, if there is one."""

    oidc: str | None


def oidc_routes(door: Door, oidc: Oidc | None) -> APIRouter:
    """`GET sign-in`, `GET oidc/start`, `GET oidc/callback`."""
    router = APIRouter()

    @router.get("/sign-in")
    async def ways_in() -> WaysIn:
        """How agents can sign in."""
        return WaysIn(oidc=oidc.name if oidc else None)

    @router.get("/oidc/start", status_code=303, response_class=RedirectResponse, responses=error_responses(404))
    async def start(request: Request) -> RedirectResponse:
        """Go to the operator's login."""
        try:
            location, under_way = await _there(oidc).begin()
        except SignInRefused as exc:
            return _back(exc)
        answer = RedirectResponse(location, 303)
        answer.set_cookie(
            COOKIE,
            under_way,
            max_age=int(UNDER_WAY_FOR.total_seconds()),
            path=PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",  # it must come along from the provider's site
        )
        return answer

    @router.get("/oidc/callback", status_code=303, response_class=RedirectResponse, responses=error_responses(404, 422))
    async def callback(request: Request, state: Param = "", code: Param = "", error: Param = "") -> RedirectResponse:
        """Come back from it: whoever has the verified e-mail of an agent is signed in as that agent."""
        there = _there(oidc)
        try:
            agent = await _who(door, there, (code if not error else "", state, request.cookies.get(COOKIE, "")))
        except SignInRefused as exc:
            answer = _back(exc)
        else:
            answer = RedirectResponse(DESK, 303)
            remember(answer, request, await door.admit(agent))
        answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
        return answer

    return router


async def _who(door: Door, oidc: Oidc, brought: tuple[str, str, str]) -> Agent:
    """The agent who brings a code, a state and the cookie. Raises SignInRefused."""
    code, state, cookie = brought
    if not code:
        raise SignInRefused("provider", "the provider refused")
    agent = await door.known(await oidc.finish(code, state, cookie))
    if agent is None:
        raise SignInRefused("unknown", "no agent has this e-mail address")
    return agent


def _there(oidc: Oidc | None) -> Oidc:
    if oidc is None:
        raise ApiError(404, "not_found", "Agents sign in here with a password.")
    return oidc


def _back(refused: SignInRefused) -> RedirectResponse:
    """To the login, which says why."""
    log.info("oidc_refused", code=refused.code, why=str(refused))
    return RedirectResponse(f"{DESK}?refused={refused.code}", 303)
