"""The desk's routes for the FAQ: every agent reads it, leads and admins edit it. Put together in `bot.desk.api`."""

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from bot.desk.access import Door, Seat
from bot.desk.texts import NoNul
from bot.http import ApiError, error_responses
from memory.errors import FaqConflict
from memory.model import FaqRecord, Role
from memory.ports import FaqEntries

_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("write at least one word")
    return text.strip()


_Filled = AfterValidator(_not_blank)
Question = Annotated[str, StringConstraints(min_length=1, max_length=300), NoNul, _Filled]
Answer = Annotated[str, StringConstraints(min_length=1, max_length=4000), NoNul, _Filled]
Label = Annotated[str, StringConstraints(min_length=1, max_length=50), NoNul, _Filled]
FaqId = Annotated[str, StringConstraints(pattern=_ID)]


class FaqFields(BaseModel):
    """What an entry says; `phrasings` are other ways to ask the question."""

    question: Question
    phrasings: list[Question] = Field(default_factory=list, max_length=200)
    answer: Answer
    tags: list[Label] = Field(default_factory=list, max_length=20)
    department: Label = "general"

    def record(self, faq_id: str, version: int) -> FaqRecord:
        """As memory keeps it: the question is its own first phrasing, and none comes twice."""
        phrasings = tuple(dict.fromkeys([self.question, *self.phrasings]))
        return FaqRecord(faq_id, self.question, phrasings, self.answer, tuple(self.tags), self.department, version)


class NewFaq(FaqFields):
    """An entry to add; without an `id` one is made from the question."""

    id: FaqId | None = None


class EditedFaq(FaqFields):
    """An entry to replace; `version` is that of the entry the edit began with."""

    version: int = Field(ge=1, le=2**31 - 1)


class FaqView(FaqFields):
    """An entry as it is kept."""

    id: str
    version: int


def faq_routes(door: Door, faq: FaqEntries) -> APIRouter:
    """`GET/POST faq`, `PUT/DELETE faq/{id}`."""
    router = APIRouter(prefix="/faq")
    editor = Annotated[Seat, Depends(door.seat_for(Role.LEAD, Role.ADMIN))]
    Id = Annotated[str, Path(pattern=_ID)]  # noqa: N806

    @router.get("", responses=error_responses(401))
    async def entries(_: Annotated[Seat, Depends(door.seat)]) -> list[FaqView]:
        """All entries."""
        return [_view(record) for record in await faq.all()]

    @router.post("", status_code=201, responses=error_responses(401, 403, 409, 422))
    async def add(body: NewFaq, _: editor) -> FaqView:
        """Add an entry."""
        faq_id = body.id or _slug(body.question)
        if await _exists(faq, faq_id):
            raise ApiError(409, "conflict", "There is an entry with this id already. Choose another one.")
        return await _save(faq, body.record(faq_id, version=1))

    @router.put("/{faq_id}", responses=error_responses(401, 403, 404, 409, 422))
    async def replace(faq_id: Id, body: EditedFaq, _: editor) -> FaqView:
        """Replace an entry, unless somebody else edited it meanwhile."""
        if not await _exists(faq, faq_id):
            raise _unknown()
        return await _save(faq, body.record(faq_id, body.version))

    @router.delete("/{faq_id}", status_code=204, responses=error_responses(401, 403, 404, 422))
    async def delete(faq_id: Id, _: editor) -> None:
        """Delete an entry."""
        if not await faq.delete(faq_id):
            raise _unknown()

    return router


async def _exists(faq: FaqEntries, faq_id: str) -> bool:
    return any(record.id == faq_id for record in await faq.all())


async def _save(faq: FaqEntries, record: FaqRecord) -> FaqView:
    try:
        return _view(await faq.save(record))
    except FaqConflict as exc:
        raise ApiError(409, "conflict", str(exc)) from exc


def _view(record: FaqRecord) -> FaqView:
    return FaqView.model_construct(
        id=record.id,
        question=record.question,
        phrasings=list(record.phrasings),
        answer=record.answer,
        tags=list(record.tags),
        department=record.department,
        version=record.version,
    )


def _slug(question: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", question.lower()).strip("_")[:40].strip("_")
    return f"{words or 'entry'}_{secrets.token_hex(3)}"


def _unknown() -> ApiError:
    return ApiError(404, "not_found", "There is no such FAQ entry. Reload the list.")
