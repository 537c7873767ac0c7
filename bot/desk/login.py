"""The desk's routes for signing in and out. Put together in `bot.desk.api`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from bot.desk.access import COOKIE, COOKIE_PATH, SESSION_LENGTH, Door, Seat, same_origin
from bot.desk.passwords import MAX_PASSWORD
from bot.desk.texts import NoNul
from bot.desk.views import AgentView, SignedIn, agent_view
from bot.http import ApiError, error_responses


class Login(BaseModel):
    """What an agent signs in with."""

    email: Annotated[str, StringConstraints(min_length=1, max_length=254), NoNul]
    password: str = Field(min_length=1, max_length=MAX_PASSWORD)


def login_routes(door: Door) -> APIRouter:
    """`POST login`, `POST logout`, `GET me`."""
    router = APIRouter()

    @router.post("/login", responses=error_responses(401, 403, 422, 429))
    async def login(body: Login, request: Request, response: Response) -> SignedIn:
        """Sign in: sets the cookie, and returns a token for scripts."""
        if not same_origin(request):
            raise ApiError(403, "cross_origin", "Sign in on the desk's own page.")
        token, agent = await door.login(body.email, body.password)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(SESSION_LENGTH.total_seconds()),
            path=COOKIE_PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return SignedIn(token=token, agent=agent_view(agent))

    @router.post("/logout", status_code=204, responses=error_responses(401, 403))
    async def logout(seat: Annotated[Seat, Depends(door.seat)], response: Response) -> None:
        """End this session."""
        await door.logout(seat)
        response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")

    @router.get("/me", responses=error_responses(401))
    async def me(seat: Annotated[Seat, Depends(door.seat)]) -> AgentView:
        """Who is signed in."""
        return agent_view(seat.agent)

    return router
