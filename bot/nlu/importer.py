"""Rasa importer that also reads the FAQ files, named in config.yml.

Each wording becomes an example of `ask_faq`, its entry in the metadata: Rasa's fingerprints see every change. So does
each example of `ask_faq/<id>` in the NLU files: something that customers were heard to ask for that entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT_RESPONSE_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.faq.entry import FaqEntry
from bot.faq.fields import FaqFileError
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

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return the NLU data of the project with the FAQ added. Raises FaqFileError.

        Rasa asks for it four times in one training, and its own merging of data copies everything deeply.
        """
        entries = read_faq_files(self._faq_files)
        data = super().get_nlu_data(language)
        heard = self._heard(data.training_examples, {entry.id: entry for entry in entries})
        return TrainingData(
            [*heard, *faq_examples(entries)],
            data.entity_synonyms,
            data.regex_features,
            data.lookup_tables,
            data.responses,
        )

    def _heard(self, examples: Iterable[Message], entries: Mapping[str, FaqEntry]) -> list[Message]:
        """The examples, with those of `ask_faq/<id>` made examples of the entry."""
        made = []
        for example in examples:
            intent, _, faq_id = (example.get(INTENT_RESPONSE_KEY) or "").partition("/")
            if intent == FAQ_INTENT and faq_id not in entries:
                fault = "no FAQ file has an entry with this id; correct it, or take its examples out"
                place = Path(", ".join(self._nlu_files))
                raise FaqFileError(path=place, place=f"intent {FAQ_INTENT}/{faq_id}", fault=fault)
            made.append(_example(example.get(TEXT), entries[faq_id], heard=True) if intent == FAQ_INTENT else example)
        return made


def _without_faq(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if not is_faq_file(path)]


def faq_examples(entries: Iterable[FaqEntry]) -> list[Message]:
    """Return one training example per wording of the entries."""
    return [_example(wording, entry, heard=False) for entry in entries for wording in entry.wordings]


def _example(text: str, entry: FaqEntry, *, heard: bool) -> Message:
    metadata = {
        "faq_id": entry.id,
        "question": entry.question,
        "answer": entry.answer,
        "tags": list(entry.tags),
        "language": entry.language,
    }
    return Message.build(
        text=text, intent=FAQ_INTENT, example_metadata={**metadata, **({"heard": True} if heard else {})}
    )


def faq_id_of(example: Message) -> str | None:
    """The FAQ entry that a training example belongs to, if it does."""
    found = _entry_of(example)
    return str(found["faq_id"]) if found else None


def faq_entries(examples: Sequence[Message]) -> list[FaqEntry]:
    """Return the FAQ entries that training examples carry, in order of appearance."""
    entries: dict[str, FaqEntry] = {}
    for example in examples:
        if found := _entry_of(example):
            text, faq_id = example.get(TEXT), found["faq_id"]
            known = {name: found[name] for name in ("question", "answer", "language")}
            entry = entries.setdefault(faq_id, FaqEntry(id=faq_id, tags=tuple(found["tags"]), **known))
            if found.get("heard"):
                entries[faq_id] = replace(entry, heard=(*entry.heard, text))
            elif text != entry.question:
                entries[faq_id] = replace(entry, phrasings=(*entry.phrasings, text))
    return list(entries.values())


def _entry_of(example: Message) -> dict[str, Any] | None:
    found = (example.get(METADATA) or {}).get(METADATA_EXAMPLE)
    return found if isinstance(found, dict) and "faq_id" in found else None
