"""What the bot's tasks ask for, so that an agent can fill in what was agreed.

Read from the domain by `bot.bootstrap`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from bot.desk.contact_reasons import ContactReasons

_PROOFS: Final = frozenset({"order_email"})
"""Asked for as a proof, which only the customer can give; so are yeses, whose slots end in `_confirmed`."""


@dataclass(frozen=True, slots=True)
class TaskFields:
    """The slots that an agent may fill, by form."""

    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> TaskFields:
        """Those of a Rasa domain file; none where there is no such file, since a domain may lie in several."""
        if not path.is_file():
            return cls()
        forms: Mapping[str, Any] = (yaml.safe_load(path.read_text("utf-8")) or {}).get("forms") or {}
        return cls({form: _fillable((given or {}).get("required_slots") or ()) for form, given in forms.items()})

    def of(self, form: str | None) -> Sequence[str]:
        """What the open task asks for; nothing without one."""
        return self.slots.get(form or "", ())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of this business that the desk shows: what contacts are about, and what its tasks ask for."""

    reasons: ContactReasons
    fields: TaskFields


def label(slot: str) -> str:
    """As the brief calls it: "Return reason"."""
    return slot.replace("_", " ").capitalize()


def _fillable(slots: Sequence[str]) -> Sequence[str]:
    return [slot for slot in slots if slot not in _PROOFS and not slot.endswith("_confirmed")]
