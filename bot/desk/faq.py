"""The desk's routes for the FAQ: every agent reads it, leads and admins edit it. Put together in `bot.desk.api`."""

from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import structlog
from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query

from bot.desk.access import Door, Seat
from bot.desk.faq_views import (
    ID_PATTERN,
    AnswerDraft,
    AnswerPreview,
    EditedFaq,
    FaqVersionView,
    FaqView,
    NewFaq,
    RegressionBody,
    faq_view,
    lost_views,
    version_view,
)
from bot.faq.publish import FaqRegression, Publisher
from bot.http import ApiError, error_responses
from bot.markdown import to_html, to_plain
from memory.errors import FaqConflict
from memory.model import FaqRecord, Role
from memory.ports import FaqEntries

log = structlog.get_logger()

_EDITORS = (Role.LEAD, Role.ADMIN)
_NOT_PUBLISHED = (
    "Nothing was changed: some held-out questions would get another answer. Word the entries more apart, or send "
    "publish_anyway."
)
Anyway = Annotated[bool, Query(description="Though held-out questions would get another answer.")]
_CONFLICTS: dict[int | str, dict[str, object]] = {409: {"model": RegressionBody}}


def faq_routes(door: Door, faq: FaqEntries, publisher: Publisher) -> APIRouter:
    """`GET/POST faq`, `PUT/DELETE faq/{id}`, `GET faq/{id}/versions`, `POST faq/preview`."""
    router = APIRouter(prefix="/faq")
    _reading(router, door, faq, publisher)
    _editing(router, door, faq, publisher)
    return router


def _reading(router: APIRouter, door: Door, faq: FaqEntries, publisher: Publisher) -> None:
    Id = Annotated[str, Path(pattern=ID_PATTERN)]  # noqa: N806

    @router.get("", responses=error_responses(401))
    async def entries(seat: Annotated[Seat, Depends(door.seat)], later: BackgroundTasks) -> list[FaqView]:
        """All entries."""
        if seat.agent.role in _EDITORS:
            later.add_task(publisher.warm)  # whoever reads them may publish one soon
        return [faq_view(record) for record in await faq.all()]

    @router.get("/{faq_id}/versions", responses=error_responses(401, 404, 422))
    async def versions(faq_id: Id, _: Annotated[Seat, Depends(door.seat)]) -> list[FaqVersionView]:
        """All that an entry ever was, the newest first; a deleted entry has its history too."""
        found = await faq.versions(faq_id)
        if not found:
            raise _unknown()
        return [version_view(version) for version in found]

    @router.post("/preview", responses=error_responses(401, 422))
    async def preview(body: AnswerDraft, _: Annotated[Seat, Depends(door.seat)]) -> AnswerPreview:
        """How customers will see an answer."""
        return AnswerPreview(html=to_html(body.answer), text=to_plain(body.answer))


def _editing(router: APIRouter, door: Door, faq: FaqEntries, publisher: Publisher) -> None:
    editor = Annotated[Seat, Depends(door.seat_for(*_EDITORS))]
    Id = Annotated[str, Path(pattern=ID_PATTERN)]  # noqa: N806

    @router.post("", status_code=201, responses=error_responses(401, 403, 422) | _CONFLICTS)
    async def add(body: NewFaq, seat: editor) -> FaqView:
        """Add an entry, unless held-out questions would get another answer."""
        record = body.as_record()
        if await _exists(faq, record.id):
            raise ApiError(409, "conflict", "There is an entry with this id already. Choose another one.")
        return await _published(publisher.publish([record], by=seat.agent.name, anyway=body.publish_anyway))

    @router.put("/{faq_id}", responses=error_responses(401, 403, 404, 422) | _CONFLICTS)
    async def replace(faq_id: Id, body: EditedFaq, seat: editor) -> FaqView:
        """Replace an entry, unless somebody else edited it meanwhile or questions would get another answer."""
        if not await _exists(faq, faq_id):
            raise _unknown()
        record = body.record(faq_id, body.version)
        return await _published(publisher.publish([record], by=seat.agent.name, anyway=body.publish_anyway))

    @router.delete("/{faq_id}", status_code=204, responses=error_responses(401, 403, 404, 422) | _CONFLICTS)
    async def delete(faq_id: Id, seat: editor, publish_anyway: Anyway = False) -> None:
        """Delete an entry, unless questions of other entries would get another answer. Its own don't count."""
        with _told():
            if not await publisher.delete(faq_id, by=seat.agent.name, anyway=publish_anyway):
                raise _unknown()
        log.info("faq_deleted", entry=faq_id)


async def _exists(faq: FaqEntries, faq_id: str) -> bool:
    return any(record.id == faq_id for record in await faq.all())


@contextmanager
def _told() -> Iterator[None]:
    """Tells the caller why a change was not made."""
    try:
        yield
    except FaqConflict as exc:
        raise ApiError(409, "conflict", str(exc)) from exc
    except FaqRegression as exc:
        questions = [lost.model_dump() for lost in lost_views(exc.questions)]
        raise ApiError(409, "faq_regression", _NOT_PUBLISHED, details={"questions": questions}) from exc


async def _published(publishing: Awaitable[Sequence[FaqRecord]]) -> FaqView:
    with _told():
        (record,) = await publishing
    log.info("faq_published", entry=record.id, version=record.version)
    return faq_view(record)


def _unknown() -> ApiError:
    return ApiError(404, "not_found", "There is no such FAQ entry. Reload the list.")
