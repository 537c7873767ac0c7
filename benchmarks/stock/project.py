"""Rewrites our Rasa project as a stock one: same examples, rules, stories and domain, nothing of our components.

Called by `benchmarks.stock.server` before training. What differs, and why:
- Stock Rasa answers FAQ with retrieval intents, so each entry becomes `ask_faq/<id>` with a response of its own.
- Its pipeline learns entities from marks in the examples where ours finds them by rules, so order numbers and
  e-mails are marked.
- Custom actions are the very same package, behind Rasa's own action server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

VERSION: Final = "3.1"
FAQ_INTENT: Final = "ask_faq"
FAQ_RESPONSE: Final = "utter_ask_faq"

_MARKS: Final = (
    # Whole words only: its tokenizer cuts at spaces, and a mark inside a word is ignored.
    (re.compile(r"(?<!\S)((?:#|fh-?)?1\d{3})(?=\W?(?:\s|$))", re.IGNORECASE), r"[\1](order_number)"),
    (re.compile(r"(?<!\S)([\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?=\W?(?:\s|$))"), r"[\1](email)"),
)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where our own Rasa project lies."""

    root: Path

    def domain(self) -> Document:
        """Our domain."""
        return _read(self.root / "domain.yml")

    def nlu(self) -> list[Document]:
        """Every item of our NLU files."""
        return [item for path in sorted((self.root / "nlu_data" / "nlu").glob("*.yml")) for item in _read(path)["nlu"]]

    def faq(self) -> list[Document]:
        """Every FAQ entry."""
        return [item for path in sorted((self.root / "nlu_data" / "faq").glob("*.yml")) for item in _read(path)["faq"]]

    def walks(self, kind: str) -> list[Document]:
        """All `rules` or all `stories`."""
        files = sorted((self.root / "nlu_data").glob("*.yml"))
        return [walk for path in files for walk in _read(path).get(kind, [])]


def stock_files(sources: Sources) -> Mapping[str, Document]:
    """The stock project: file name → content."""
    faq = sources.faq()
    return {
        "domain.yml": _domain(sources.domain(), faq),
        "data/nlu.yml": {"version": VERSION, "nlu": [_marked(item) for item in sources.nlu()] + list(_retrieval(faq))},
        "data/rules.yml": {"version": VERSION, "rules": [_stock_walk(walk) for walk in sources.walks("rules")]},
        "data/stories.yml": {"version": VERSION, "stories": [_stock_walk(walk) for walk in sources.walks("stories")]},
    }


def _domain(ours: Document, faq: list[Document]) -> Document:
    answers = {f"{FAQ_RESPONSE}/{entry['id']}": [{"text": entry["answer"]}] for entry in faq}
    return ours | {"responses": (ours.get("responses") or {}) | answers}


def _marked(item: Document) -> Document:
    """An intent's examples with their order numbers and e-mails marked; synonyms and the like as they are."""
    if "intent" not in item or not isinstance(item.get("examples"), str):
        return item
    examples = item["examples"]
    for pattern, mark in _MARKS:
        examples = pattern.sub(mark, examples)
    return item | {"examples": examples}


def _retrieval(faq: list[Document]) -> Iterator[Document]:
    for entry in faq:
        wordings = [entry["question"], *entry.get("phrasings", [])]
        yield {"intent": f"{FAQ_INTENT}/{entry['id']}", "examples": "".join(f"- {wording}\n" for wording in wordings)}


def _stock_walk(walk: Document) -> Document:
    """A rule or story in which a question is followed by stock Rasa's own FAQ answer instead of our action."""
    steps: list[Document] = []
    for step in walk["steps"]:
        asked = bool(steps) and steps[-1].get("intent") == FAQ_INTENT
        steps.append({"action": FAQ_RESPONSE} if asked and "action" in step else step)
    return walk | {"steps": steps}


def _read(path: Path) -> Document:
    content: Document = yaml.safe_load(path.read_text("utf-8"))
    return content
