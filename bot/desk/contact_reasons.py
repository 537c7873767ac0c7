"""What contacts are about, in two levels, by `contact_reasons.yml`.

Read by `bot.bootstrap` at start, and used by the desk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from memory.model import ContactReasonId

_KEY: Final = re.compile(r"[a-z0-9_]{1,40}")
LONGEST_LABEL: Final = 80
"""Characters; a longer one would not be read in a list."""


class BadContactReasons(ValueError):
    """The file of contact reasons can't be used. What follows names the place and what to mend."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")


@dataclass(frozen=True, slots=True)
class Group:
    """Some reasons that belong together, key → words."""

    label: str
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ContactReasons:
    """The groups of one file, by key."""

    groups: Mapping[str, Group]

    @classmethod
    def read(cls, path: Path) -> ContactReasons:
        """Read a file. Raises BadContactReasons, naming what can't be read."""
        try:
            given = yaml.load(path.read_text("utf-8"), Loader=_OnceEach)  # noqa: S506 - a SafeLoader
        except FileNotFoundError as exc:
            raise BadContactReasons(path, "there is no such file; an empty list would be `{}`.") from exc
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
            raise BadContactReasons(path, f"it can't be read ({exc}).") from exc
        if not isinstance(given, dict):
            raise BadContactReasons(path, "it must have groups, each with a `label` and `reasons`.")
        return cls({_key(path, key): _group(path, key, group) for key, group in given.items()})

    def __contains__(self, reason: object) -> bool:
        group, _, key = str(reason).partition("/")
        return group in self.groups and key in self.groups[group].reasons

    def words(self, reason: ContactReasonId) -> str:
        """Such as "Orders: Where is my order"; a reason that the file no longer has is told by its id."""
        if reason not in self:
            return reason
        group, _, key = reason.partition("/")
        return f"{self.groups[group].label}: {self.groups[group].reasons[key]}"


def _group(path: Path, key: Any, given: Any) -> Group:
    if not isinstance(given, dict) or given.keys() != {"label", "reasons"}:
        raise BadContactReasons(path, f"the group {key} must have a `label` and `reasons`, and nothing else.")
    if not isinstance(given["reasons"], dict) or not given["reasons"]:
        raise BadContactReasons(path, f"the group {key} must have at least one reason, such as `late: It is late`.")
    reasons = {_key(path, each): _label(path, f"{key}/{each}", words) for each, words in given["reasons"].items()}
    return Group(_label(path, key, given["label"]), reasons)


def _key(path: Path, key: Any) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadContactReasons(path, f"the key “{key}” may have small letters, digits and _ only, at most 40.")
    return key


def _label(path: Path, place: Any, words: Any) -> str:
    if not isinstance(words, str) or not 1 <= len(words.strip()) <= LONGEST_LABEL:
        raise BadContactReasons(
            path, f"{place} must have words for agents to read, at most {LONGEST_LABEL} characters."
        )
    return words.strip()


class _OnceEach(yaml.SafeLoader):
    """YAML in which a key that stands twice is a fault and not the end of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As SafeLoader does. Raises YAMLError."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"“{twice}” stands there twice", node.start_mark)
        return super().construct_mapping(node, deep)
