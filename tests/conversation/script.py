"""How a conversation script is written. See scripts/README.md for the words; this reads them strictly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from memory.model import HandoffOutcome


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Fragments = Annotated[list[str], BeforeValidator(_as_list)]
"""One piece of text or several; "a | b" means that either will do."""


class Step(BaseModel):
    """One thing that happens, and what must come of it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    say: str | None = None
    gives: Fragments = Field(default_factory=list)
    takes_back: Fragments = Field(default_factory=list)
    keep: Fragments = Field(default_factory=list)
    repeated: int = 1
    press: str | None = None
    edit: str | None = None
    of: str | None = None
    answering: str | None = None
    via: Literal["web", "telegram", "rest"] | None = None
    wait: str | None = None
    restart: bool = False
    log_in: str | None = None
    link_telegram: bool = False
    agent: Literal["arrive", "leave", "accept", "reply", "note", "return", "resolve"] | None = None
    text: str | None = None
    outcome: HandoffOutcome | None = None
    agreed: dict[str, str] = Field(default_factory=dict)

    expect: Fragments = Field(default_factory=list)
    never: Fragments = Field(default_factory=list)
    buttons: Fragments = Field(default_factory=list)
    silent: bool = False
    replies_at_most: int | None = None
    handoff: str | None = None
    reason: str | None = None
    returns: list[str] | None = None
    order: dict[str, str] | None = None
    collected: Fragments = Field(default_factory=list)
    still_open: Fragments = Field(default_factory=list)


class Script(BaseModel):
    """A conversation: who speaks, and the steps."""

    model_config = ConfigDict(extra="forbid")

    name: str
    customer: str | None = None
    via: Literal["web", "telegram", "rest"] = "web"
    steps: list[Step]


class _Loader(yaml.SafeLoader):
    """YAML in which yes and no are words that a customer says, and only true and false are true and false."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, words) for tag, words in found if tag != "tag:yaml.org,2002:bool"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


def read_scripts(folder: Path) -> Sequence[tuple[str, Script]]:
    """All scripts with the name of their file."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for script in yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader):
            found.append((path.stem, Script.model_validate(script)))
    return found


_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def duration(words: str) -> timedelta:
    """ "2 days" as a time span."""
    match = re.fullmatch(r"(\d+) (second|minute|hour|day|week)s?", words)
    assert match, f"“{words}” is not a duration such as “2 days”"
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
