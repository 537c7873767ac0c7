"""Stock Rasa must be trained on what we are trained on, in the form that it understands."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.stock.project import Sources, stock_files


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    files = {
        "domain.yml": {"intents": ["greet", "ask_faq"], "responses": {"utter_greet": [{"text": "Hello."}]}},
        "nlu_data/nlu/tasks.yml": {
            "nlu": [
                {"intent": "inform", "examples": "- it is #1042, please\n- ana@example.com\n- 10969 Berlin\n"},
                {"synonym": "too_small", "examples": "- too tight\n"},
            ]
        },
        "nlu_data/faq/returns.yml": {
            "faq": [{"id": "window", "question": "How long?", "phrasings": ["until when"], "answer": "60 days."}]
        },
        "nlu_data/rules.yml": {
            "rules": [
                {"rule": "a question", "steps": [{"intent": "ask_faq"}, {"action": "action_answer"}]},
                {"rule": "not understood", "steps": [{"intent": "nlu_fallback"}, {"action": "action_answer"}]},
            ]
        },
    }
    for name, content in files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(content))
    return Sources(tmp_path)


def test_an_faq_entry_becomes_a_retrieval_intent_with_its_answer(sources: Sources) -> None:
    files = stock_files(sources)
    assert {"intent": "ask_faq/window", "examples": "- How long?\n- until when\n"} in files["data/nlu.yml"]["nlu"]
    assert files["domain.yml"]["responses"]["utter_ask_faq/window"] == [{"text": "60 days."}]
    assert "utter_greet" in files["domain.yml"]["responses"]


def test_only_a_question_is_answered_by_the_retrieval_response(sources: Sources) -> None:
    question, lost = stock_files(sources)["data/rules.yml"]["rules"]
    assert question["steps"] == [{"intent": "ask_faq"}, {"action": "utter_ask_faq"}]
    assert lost["steps"] == [{"intent": "nlu_fallback"}, {"action": "action_answer"}]


def test_order_numbers_and_emails_are_marked_and_other_numbers_are_not(sources: Sources) -> None:
    inform, synonym, _ = stock_files(sources)["data/nlu.yml"]["nlu"]
    marked = "- it is [#1042](order_number), please\n- [ana@example.com](email)\n- 10969 Berlin\n"
    assert inform["examples"] == marked
    assert synonym["examples"] == "- too tight\n"
