from __future__ import annotations

from pathlib import Path

import pytest

from bot.faq.files import FaqFileError
from bot.nlu.importer import FAQ_INTENT, FaqImporter, faq_entries

FAQ = """
faq:
- id: gift_wrap
  question: Do you wrap gifts?
  phrasings: [gift wrapping]
  answer: |
    Yes. Our
    rules: one box an item.
  tags: [gifts, wrapping]
  tests: [wrapped as a gift please]
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder, name, text in (("faq", "gifts.yml", FAQ), ("nlu", "talk.yml", NLU)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, "utf-8")
    return tmp_path


def test_faq_wordings_become_examples_beside_the_ordinary_ones(data: Path) -> None:
    examples = FaqImporter(training_data_paths=[str(data)]).get_nlu_data().intent_examples

    assert {(example.get("intent"), example.get("text")) for example in examples} == {
        ("greet", "hello"),
        (FAQ_INTENT, "Do you wrap gifts?"),
        (FAQ_INTENT, "gift wrapping"),
    }


def test_entries_come_back_out_of_the_examples(data: Path) -> None:
    (entry,) = faq_entries(FaqImporter(training_data_paths=str(data)).get_nlu_data().intent_examples)

    assert entry.id == "gift_wrap"
    assert entry.wordings == ("Do you wrap gifts?", "gift wrapping")
    assert entry.answer == "Yes. Our\nrules: one box an item."
    assert entry.topic == "gifts"


def test_what_customers_were_heard_to_ask_belongs_to_its_entry(data: Path) -> None:
    heard = "- intent: ask_faq/gift_wrap\n  examples: |\n    - its for my nan, can you make it look nice\n"
    (data / "nlu" / "heard.yml").write_text('version: "3.1"\nnlu:\n' + heard, "utf-8")

    examples = FaqImporter(training_data_paths=[str(data)]).get_nlu_data().intent_examples
    (entry,) = faq_entries(examples)

    assert entry.heard == ("its for my nan, can you make it look nice",)
    assert entry.phrasings == ("gift wrapping",)
    assert {example.get("intent") for example in examples} == {"greet", FAQ_INTENT}


def test_an_example_of_an_entry_that_there_is_not_is_named(data: Path) -> None:
    heard = "- intent: ask_faq/gift_rap\n  examples: |\n    - make it look nice\n"
    (data / "nlu" / "heard.yml").write_text('version: "3.1"\nnlu:\n' + heard, "utf-8")

    with pytest.raises(FaqFileError, match=r"heard\.yml.*ask_faq/gift_rap.*no FAQ file"):
        FaqImporter(training_data_paths=[str(data)]).get_nlu_data()


def test_an_edited_answer_changes_the_fingerprint_that_training_goes_by(data: Path) -> None:
    before = FaqImporter(training_data_paths=[str(data)]).get_nlu_data().fingerprint()
    (data / "faq" / "gifts.yml").write_text(FAQ.replace("Yes.", "No."), "utf-8")

    assert FaqImporter(training_data_paths=[str(data)]).get_nlu_data().fingerprint() != before


def test_an_answer_that_looks_like_rules_is_not_read_as_rules(data: Path) -> None:
    assert FaqImporter(training_data_paths=[str(data)]).get_stories().is_empty()


def test_a_broken_faq_file_stops_training_and_names_the_field(data: Path) -> None:
    (data / "faq" / "gifts.yml").write_text(FAQ.replace("question:", "qestion:"), "utf-8")

    with pytest.raises(FaqFileError, match="field qestion"):
        FaqImporter(training_data_paths=[str(data)]).get_nlu_data()


def test_a_project_without_faq_is_read_as_usual(data: Path) -> None:
    examples = FaqImporter(training_data_paths=[str(data / "nlu")]).get_nlu_data().intent_examples

    assert [example.get("text") for example in examples] == ["hello"]
