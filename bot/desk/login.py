"""The desk's routes for signing in and out. Put together in `bot.desk.api`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from bot.desk.access import COOKIE, COOKIE_PATH, SESSION_LENGTH, Door, Seat, same_origin
from bot.desk.agent_views import AgentView, SignedIn, agent_view
from bot.desk.passwords import MAX_PASSWORD
from bot.desk.texts import NoNul
from bot.http import ApiError, error_responses


class Login(BaseModel):
    """What an agent signs in with."""

    email: Annotated[str, StringConstraints(min_length=1, max_length=254), NoNul]
    password: str = Field(min_length=1, max_length=MAX_PASSWORD)


class NewPassword(BaseModel):
    """One's present password, and the one to come."""

    current: str = Field(min_length=1, max_length=MAX_PASSWORD)
    new: str = Field(min_length=1, max_length=MAX_PASSWORD)


class Reset(BaseModel):
    """The secret of a link that works once, and the password to come."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=200), NoNul]
    new: str = Field(min_length=1, max_length=MAX_PASSWORD)


def remember(response: Response, request: Request, token: str) -> None:
    """Set the session's cookie."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        path=COOKIE_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def login_routes(door: Door) -> APIRouter:
    """`POST login`, `POST logout`, `POST reset`, `GET me`, `POST me/password`."""
    router = APIRouter()

    @router.post("/login", responses=error_responses(401, 403, 422, 429))
    async def login(body: Login, request: Request, response: Response) -> SignedIn:
        """Sign in: sets the cookie, and returns a token for scripts."""
        if not same_origin(request):
            raise ApiError(403, "cross_origin", "Sign in on the desk's own page.")
        token, agent = await door.login(body.email, body.password)
        remember(response, request, token)
        return SignedIn(token=token, agent=agent_view(agent))

    @router.post("/logout", status_code=204, responses=error_responses(401, 403))
    async def logout(seat: Annotated[Seat, Depends(door.seat)], response: Response) -> None:
        """End this session."""
        await door.logout(seat)
        response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")

    @router.post("/reset", status_code=204, responses=error_responses(403, 422))
    async def reset(body: Reset, request: Request) -> None:
        """Set a new password by a link that works once; all sessions of that agent end."""
        if not same_origin(request):
            raise ApiError(403, "cross_origin", "Open the link on the desk's own page.")
        await door.reset(body.secret, body.new)

    @router.post("/me/password", status_code=204, responses=error_responses(401, 403, 422, 429))
    async def change_password(body: NewPassword, seat: Annotated[Seat, Depends(door.seat)]) -> None:
        """Set one's own password; one's other sessions end."""
        await door.change_password(seat, body.current, body.new)

    @router.get("/me", responses=error_responses(401))
    async def me(seat: Annotated[Seat, Depends(door.seat)]) -> AgentView:
        """Who is signed in."""
        return agent_view(seat.agent)

    return router
