"""Rasa importer that also reads the FAQ files, named in config.yml.

Each wording becomes an example of `ask_faq`, its entry in the metadata: Rasa's fingerprints see every change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.faq.entry import FaqEntry
from bot.faq.files import find_faq_files, is_faq_file, read_faq_files

FAQ_INTENT: Final = "ask_faq"


class FaqImporter(RasaFileImporter):
    """Rasa's own file importer, and the FAQ beside it."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        roots = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._faq_files = find_faq_files(roots)
        # An answer may have a line such as "rules: …", which Rasa would take for a file of its own.
        self._nlu_files: list[str] = _without_faq(self._nlu_files)
        self._story_files: list[str] = _without_faq(self._story_files)
        self._conversation_test_files: list[str] = _without_faq(self._conversation_test_files)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return the NLU data of the project with the FAQ added. Raises FaqFileError."""
        data: TrainingData = super().get_nlu_data(language)
        return data.merge(TrainingData(faq_examples(read_faq_files(self._faq_files))))


def _without_faq(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if not is_faq_file(path)]


def faq_examples(entries: Iterable[FaqEntry]) -> list[Message]:
    """Return one training example per wording of the entries."""
    return [
        Message.build(text=wording, intent=FAQ_INTENT, example_metadata=_metadata(entry))
        for entry in entries
        for wording in entry.wordings
    ]


def _metadata(entry: FaqEntry) -> dict[str, Any]:
    return {"faq_id": entry.id, "question": entry.question, "answer": entry.answer}


def faq_id_of(example: Message) -> str | None:
    """The FAQ entry that a training example belongs to, if it does."""
    found = (example.get(METADATA) or {}).get(METADATA_EXAMPLE)
    return str(found["faq_id"]) if isinstance(found, dict) and "faq_id" in found else None


def faq_entries(examples: Sequence[Message]) -> list[FaqEntry]:
    """Return the FAQ entries that training examples carry, in order of appearance."""
    wordings: dict[str, list[str]] = {}
    metadata: dict[str, dict[str, Any]] = {}
    for example in examples:
        found = (example.get(METADATA) or {}).get(METADATA_EXAMPLE)
        if isinstance(found, dict) and "faq_id" in found:
            metadata[found["faq_id"]] = found
            wordings.setdefault(found["faq_id"], []).append(example.get(TEXT))
    return [
        FaqEntry(
            id=faq_id,
            question=found["question"],
            answer=found["answer"],
            phrasings=tuple(text for text in wordings[faq_id] if text != found["question"]),
        )
        for faq_id, found in metadata.items()
    ]
