"""Files that customers and agents send each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NewType

FileId = NewType("FileId", str)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to keep; `media_type` was read from its content, not taken from whoever sent it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message: kept here under `file_id`, or with its channel, which knows it as `remote`."""

    name: str
    media_type: str | None = None
    size: int | None = None
    file_id: FileId | None = None
    remote: str | None = None

    def as_json(self) -> Mapping[str, Any]:
        """As a message keeps it."""
        return {"file": self.file_id, "name": self.name, "type": self.media_type, "size": self.size}


def attached_from(kept: Mapping[str, Any]) -> Attached:
    """What a message keeps of a file, ours or of a channel's own kind."""
    if kept.get("file"):
        return Attached(str(kept["name"]), kept.get("type"), kept.get("size"), FileId(kept["file"]))
    kind, remote = str(kept.get("kind", "file")), kept.get("file_id")
    name = str(kept.get("file_name") or kind)
    return Attached(
        name, kept.get("mime_type"), kept.get("file_size") or kept.get("size"), remote=str(remote) if remote else None
    )


def names_of(files: Sequence[Attached]) -> str:
    """What a message says whose files came without words."""
    return ", ".join(file.name for file in files)
