"""Kinds of text that the desk's requests carry, checked at the edge. Used by the models of its routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, StringConstraints

from memory.model import HandoffId

MAX_TEXT = 10_000
"""Characters of a reply or a note, as for a customer's message."""


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("text can't contain the character NUL")  # databases can't store it
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("write at least one word")
    return text.strip()


NoNul = AfterValidator(_without_nul)

Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT), NoNul, AfterValidator(_said)]
"""Something written by an agent: 1 to 10,000 characters, not only blanks; outer blanks are cut."""

OptionalWords = Annotated[str, StringConstraints(max_length=MAX_TEXT), NoNul]
"""As `Words`, but may be empty."""

HandoffKey = Annotated[HandoffId, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A handoff's id in a path."""
