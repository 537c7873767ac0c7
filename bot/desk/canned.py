"""The desk's routes for canned replies: everybody's, edited by leads and admins, and each agent's own. Put in `api`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import AfterValidator, BaseModel, StringConstraints

from bot.desk.access import Door, Seat
from bot.desk.texts import NoNul, Words
from bot.desk.variables import VARIABLES, unknown_variables
from bot.http import ApiError, error_responses
from memory.errors import DuplicateCanned, UnknownCanned
from memory.model import CannedId, CannedReply, NewCanned, Role
from memory.ports import Canned

LONGEST_NAME: Final = 60
_LEADING: Final = frozenset({Role.LEAD, Role.ADMIN})


def _known_variables(text: str) -> str:
    if unknown := unknown_variables(text):
        raise ValueError(f"there is no variable {{{unknown[0]}}}; use one of {', '.join(VARIABLES)}")
    return text


Name = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_NAME, strip_whitespace=True, pattern=r"^[^\r\n]*$"), NoNul
]
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]


class CannedDraft(BaseModel):
    """A reply to keep; a `shared` one is everybody's."""

    name: Name
    text: Annotated[Words, AfterValidator(_known_variables)]
    shared: bool = False


class CannedView(BaseModel):
    """A kept reply, who wrote it last, and whether this agent may change it."""

    id: int
    name: str
    text: str
    shared: bool
    by: str
    editable: bool


class CannedList(BaseModel):
    """The replies by name, and the variables they may hold, each with what is put in its place."""

    replies: list[CannedView]
    variables: dict[str, str]


def canned_routes(door: Door, canned: Canned) -> APIRouter:
    """`GET/POST canned`, `PUT/DELETE canned/{id}`."""
    router = APIRouter(prefix="/canned")
    seated = Annotated[Seat, Depends(door.seat)]

    @router.get("", responses=error_responses(401))
    async def all_of_them(seat: seated) -> CannedList:
        """Everybody's and one's own."""
        known = await canned.known_to(seat.agent.id)
        return CannedList(replies=[_view(reply, seat) for reply in known], variables=dict(VARIABLES))

    @router.post("", status_code=201, responses=error_responses(401, 403, 409, 422))
    async def add(body: CannedDraft, seat: seated) -> CannedView:
        """Keep a reply. Everybody's are kept by leads and admins."""
        new = _new(body, seat)
        async with _refusals():
            return _view(await canned.add(new, seat.agent.name), seat)

    @router.put("/{canned_id}", responses=error_responses(401, 403, 404, 409, 422))
    async def change(canned_id: Key, body: CannedDraft, seat: seated) -> CannedView:
        """Say it otherwise, give one's own to everybody, or take one back from them."""
        new = _new(body, seat)
        async with _refusals():
            _check(await canned.find(CannedId(canned_id)), seat)
            return _view(await canned.change(CannedId(canned_id), new, seat.agent.name), seat)

    @router.delete("/{canned_id}", status_code=204, responses=error_responses(401, 403, 404, 422))
    async def delete(canned_id: Key, seat: seated) -> None:
        """Keep it no longer."""
        async with _refusals():
            _check(await canned.find(CannedId(canned_id)), seat)
            await canned.delete(CannedId(canned_id))

    return router


def _new(body: CannedDraft, seat: Seat) -> NewCanned:
    if body.shared and seat.agent.role not in _LEADING:
        raise ApiError(403, "forbidden", "Leads and admins keep the replies that everybody has. Keep it as your own.")
    return NewCanned(body.name, body.text, None if body.shared else seat.agent.id)


def _check(kept: CannedReply, seat: Seat) -> None:
    """Somebody else's own is not there for others."""
    if kept.owner not in {None, seat.agent.id}:
        raise UnknownCanned
    if not _may_edit(kept, seat):
        raise ApiError(403, "forbidden", "Replies that everybody has are changed by leads and admins.")


def _may_edit(kept: CannedReply, seat: Seat) -> bool:
    return kept.owner == seat.agent.id or seat.agent.role in _LEADING


def _view(kept: CannedReply, seat: Seat) -> CannedView:
    return CannedView(
        id=kept.id,
        name=kept.name,
        text=kept.text,
        shared=kept.owner is None,
        by=kept.by,
        editable=_may_edit(kept, seat),
    )


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    try:
        yield
    except UnknownCanned as exc:
        raise ApiError(404, "not_found", str(exc)) from exc
    except DuplicateCanned as exc:
        raise ApiError(409, "conflict", str(exc)) from exc
