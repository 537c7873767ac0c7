"""What the desk's FAQ routes take and give, checked at the edge. Used by `bot.desk.faq`."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from bot.desk.texts import NoNul
from bot.faq import entry as limits
from bot.faq.held_out import LostQuestion
from bot.http import ErrorDetail
from memory.model import FaqRecord, FaqVersion

ID_PATTERN = f"^{limits.ID_PATTERN}$"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("write at least one word")
    return text.strip()


def _known_language(code: str) -> str:
    if code not in limits.LANGUAGES:
        raise ValueError(limits.UNKNOWN_LANGUAGE)
    return code


_Writable = AfterValidator(limits.writable)
_Filled = AfterValidator(_not_blank)
Question = Annotated[str, StringConstraints(min_length=1, max_length=limits.MAX_QUESTION), _Writable, _Filled]
Answer = Annotated[str, StringConstraints(min_length=1, max_length=limits.MAX_ANSWER), _Writable, _Filled]
Label = Annotated[str, StringConstraints(min_length=1, max_length=limits.MAX_LABEL), _Writable, _Filled]
FaqId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Language = Annotated[str, AfterValidator(_known_language)]


class FaqFields(BaseModel):
    """What an entry says.

    `phrasings` are other ways to ask the question; `answer` is Markdown; `language` a two-letter code (ISO 639-1).
    Customers get the answer from `valid_from` until before `valid_until`, both with a time zone. `tests` are questions
    that this entry should answer and that it is not found by: they are asked whenever the FAQ is changed.
    """

    question: Question
    phrasings: list[Question] = Field(default_factory=list, max_length=limits.MAX_PHRASINGS)
    answer: Answer
    tags: list[Label] = Field(default_factory=list, max_length=limits.MAX_TAGS)
    department: Label = "general"
    language: Language = limits.DEFAULT_LANGUAGE
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    tests: list[Question] = Field(default_factory=list, max_length=limits.MAX_TESTS)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "FaqFields":
        if self.valid_from is not None and self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError(limits.ENDS_TOO_EARLY)
        return self

    def record(self, faq_id: str, version: int) -> FaqRecord:
        """As memory keeps it: the question is its own first phrasing, and none comes twice."""
        return FaqRecord(
            id=faq_id,
            question=self.question,
            phrasings=tuple(dict.fromkeys([self.question, *self.phrasings])),
            answer=self.answer,
            tags=tuple(self.tags),
            department=self.department,
            version=version,
            language=self.language,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            tests=tuple(dict.fromkeys(self.tests)),
        )


class _Published(FaqFields):
    publish_anyway: bool = Field(False, description="Publish though held-out questions would get another answer.")


class NewFaq(_Published):
    """An entry to add; without an `id` one is made from the question."""

    id: FaqId | None = None

    def as_record(self) -> FaqRecord:
        """The first version."""
        return self.record(self.id or _slug(self.question), version=1)


class EditedFaq(_Published):
    """An entry to replace; `version` is that of the entry the edit began with."""

    version: int = Field(ge=1, le=2**31 - 1)


class FaqView(FaqFields):
    """An entry as it is kept."""

    id: str
    version: int


class FaqVersionView(BaseModel):
    """An entry as it was from `at` on. `by` is who wrote or deleted it; null: it came from the FAQ files."""

    entry: FaqView
    at: datetime
    by: str | None
    deleted: bool


class AnswerDraft(BaseModel):
    """An answer that is being written, in Markdown."""

    answer: Annotated[str, StringConstraints(max_length=limits.MAX_ANSWER), NoNul]


class AnswerPreview(BaseModel):
    """The answer as a website shows it, and where only text is shown."""

    html: str
    text: str


class AnsweredBy(BaseModel):
    """An entry that answers a question."""

    id: str
    question: str


class LostQuestionView(BaseModel):
    """A held-out question of the entry `id` and what answered it `before` and would do so `after` the change."""

    question: str
    id: str
    before: AnsweredBy | None
    after: AnsweredBy | None


class RegressionDetail(ErrorDetail):
    """Why a change was not published: code `faq_regression`, and the questions that would get another answer."""

    questions: list[LostQuestionView] | None = None


class RegressionBody(BaseModel):
    """A conflict: `conflict`, or `faq_regression` with its questions."""

    error: RegressionDetail


def faq_view(record: FaqRecord) -> FaqView:
    """An entry as the desk shows it; what came from files is not checked again."""
    return FaqView.model_construct(
        id=record.id,
        question=record.question,
        phrasings=list(record.phrasings),
        answer=record.answer,
        tags=list(record.tags),
        department=record.department,
        version=record.version,
        language=record.language,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
        tests=list(record.tests),
    )


def version_view(version: FaqVersion) -> FaqVersionView:
    """A version as the desk shows it."""
    entry = faq_view(version.record)
    return FaqVersionView.model_construct(entry=entry, at=version.at, by=version.by, deleted=version.deleted)


def lost_views(questions: Sequence[LostQuestion]) -> list[LostQuestionView]:
    """The questions as an error tells them."""
    return [
        LostQuestionView(
            question=lost.question,
            id=lost.entry.id,
            before=None if lost.before is None else AnsweredBy(id=lost.before.id, question=lost.before.question),
            after=None if lost.after is None else AnsweredBy(id=lost.after.id, question=lost.after.question),
        )
        for lost in questions
    ]


def _slug(question: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", question.lower()).strip("_")[:40].strip("_")
    return f"{words or 'entry'}_{secrets.token_hex(3)}"
