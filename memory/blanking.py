"""Takes forgotten values out of what is kept. Pure; called by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

MARK: Final = "[removed at the customer’s wish]"
"""What stands in a text where a value was."""

_READ: Final = frozenset({"text", "title"})
"""Names in JSON of words that somebody reads. Under others a removed value becomes null, so that nothing acts on it."""
_TELLING: Final = 3
"""Characters from which a value is looked for everywhere; "L" is blanked only in the message that it came from."""
_DISTINCT: Final = 6
"""Characters from which case does not matter: "Will" is not blanked in "will it arrive"."""


class Blanking:
    """Finds values in texts, whatever stands between their words, and blanks them."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = [words for value in values if (words := re.findall(r"\w+", value))]
        self._patterns = [_pattern(words) for words in self._values if len("".join(words)) >= _TELLING]

    @classmethod
    def of_fact(cls, key: str, values: Collection[str]) -> Blanking:
        """Of the values that a fact has had; of a nickname, "Bertha: order 1042", the name counts by itself, too."""
        names = [value.partition(": ")[0] for value in values] if key.startswith("nickname:") else []
        return cls([*values, *names])

    def text(self, text: str) -> str:
        """The text without the values."""
        for pattern in self._patterns:
            text = pattern.sub(MARK, text)
        return text

    def source(self, text: str) -> str:
        """The text of a message that a value came from: all of it goes, if the value stands there in other words."""
        for words in self._values:
            text = _pattern(words, in_any_case=True).sub(MARK, text)
        return text if MARK in text else MARK

    def json(self, value: Any, name: str = "text") -> Any:
        """The same for anything that JSON can hold, also for JSON within a text."""
        if isinstance(value, str):
            return self._string(value, name)
        if isinstance(value, Mapping):
            return {key: self.json(item, str(key)) for key, item in value.items()}
        if isinstance(value, Sequence):
            return [self.json(item) for item in value]
        return value

    def _string(self, value: str, name: str) -> str | None:
        if value.startswith("{") and (within := _parsed(value)) is not None:
            blanked = self.json(within)
            return value if blanked == within else json.dumps(blanked, separators=(",", ":"))
        words = [word.casefold() for word in re.findall(r"\w+", value)]
        if name not in _READ and any(words == [each.casefold() for each in known] for known in self._values):
            return None
        return self.text(value)


def _pattern(words: Sequence[str], *, in_any_case: bool = False) -> re.Pattern[str]:
    in_any_case = in_any_case or len(words) > 1 or len(words[0]) >= _DISTINCT
    between = r"[\W_]+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){between}(?!\w)", re.IGNORECASE if in_any_case else 0)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
