"""The pages that people read, and the pieces of code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.reading_settings import all_fields
from bot.settings import PREFIX, PROJECT

GUIDES = (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")))
PAGES = (*GUIDES, PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs/decisions").glob("*.md")))
TEACHING = PROJECT / "docs/teach-it-a-task.md"
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_ANY_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced piece of a page."""

    page: Path
    kind: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(kind: str) -> list[Block]:
    """All pieces of a kind in README and guides."""
    return [block for page in GUIDES for block in blocks_of(page) if block.kind == kind]


def blocks_of(page: Path) -> Iterator[Block]:
    """The pieces of one page, in order."""
    content = page.read_text("utf-8")
    for match in _BLOCK.finditer(content):
        yield Block(page, match["kind"], match["text"], content.count("\n", 0, match.start()) + 2)


def links(page: Path) -> list[str]:
    """Where a page's links and pictures lead, save to other sites."""
    found = _LINK.findall(_ANY_FENCE.sub("", page.read_text("utf-8")))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links."""
    headings = re.findall(r"^#+ (.+)$", _ANY_FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def settings_table() -> str:
    """The table of docs/settings.md, from the settings themselves."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in all_fields().items()
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _default(value: object) -> str:
    text = "" if value is None else str(getattr(value, "value", value))
    return f"`{text}`" if text else ""
