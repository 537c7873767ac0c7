"""Several replies as one letter, for channels on which a message is one. Used by `bot.turn`."""

from __future__ import annotations

from collections.abc import Sequence

from memory.model import Reply


def in_letters(replies: Sequence[Reply]) -> Sequence[Reply]:
    """The same words in as few letters as can be: a choice ends one, or its answers could not be told apart."""
    letters: list[Reply] = []
    for reply in replies:
        if letters and _goes_with(letters[-1], reply):
            letters[-1] = _joined(letters[-1], reply)
        else:
            letters.append(reply)
    return letters


def _goes_with(letter: Reply, reply: Reply) -> bool:
    return not letter.buttons and not set(letter.custom or {}) & set(reply.custom or {})


def _joined(letter: Reply, reply: Reply) -> Reply:
    custom = {**(letter.custom or {}), **(reply.custom or {})}
    text = "\n\n".join(text for text in (letter.text, reply.text) if text.strip())
    return Reply(text, reply.buttons, custom or None)
