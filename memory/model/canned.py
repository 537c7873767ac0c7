"""Replies that agents keep to say again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from memory.model.agents import AgentId

CannedId = NewType("CannedId", int)


@dataclass(frozen=True, slots=True)
class NewCanned:
    """A reply to keep: `owner` is whose own it is, None for one that everybody has. `text` may hold {variables}."""

    name: str
    text: str
    owner: AgentId | None = None


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A kept reply, and who wrote it last."""

    id: CannedId
    name: str
    text: str
    owner: AgentId | None
    by: str
