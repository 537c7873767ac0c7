"""Customers are answered in their language, and in no other that they did not ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.faq.entry import FaqEntry, known_language
from bot.faq.held_out import HeldOutTests, LostQuestion
from bot.faq.languages import FaqLanguages
from tests.unit.faq.letters import LetterEncoder

WRAP = FaqEntry(id="wrap", question="wrap gifts", answer="Yes.", tests=("gift wrap",))
PACK = FaqEntry(id="wrap_de", question="wrap gifts", answer="Ja.", language="de", tests=("gift wrap",))
BOOTS = FaqEntry(id="boots", question="boots wet", answer="Wax.")


@pytest.fixture
def letters() -> LetterEncoder:
    return LetterEncoder()


def answers(faq: FaqLanguages, language: str | None, text: str = "wrap gifts") -> list[str]:
    """The ids of what a customer of a language is offered."""
    return [match.entry.id for match in faq.index(language).search(LetterEncoder().encode([text])[0], text, k=9)]


def test_two_translations_are_never_offered_side_by_side(letters: LetterEncoder) -> None:
    faq = FaqLanguages.build([WRAP, PACK, BOOTS], letters)

    assert answers(faq, "de") == ["wrap_de"]
    assert answers(faq, "en") == ["wrap", "boots"]


@pytest.mark.parametrize("language", [None, "fr"])
def test_without_entries_of_their_own_customers_get_those_in_the_projects_language(
    letters: LetterEncoder, language: str | None
) -> None:
    faq = FaqLanguages.build([PACK, WRAP, BOOTS, replace(PACK, id="more"), replace(PACK, id="still_more")], letters)

    assert answers(faq, language) == ["wrap", "boots"]


def test_where_the_projects_language_has_no_entries_the_one_with_the_most_answers(letters: LetterEncoder) -> None:
    french = replace(PACK, id="wrap_fr", language="fr")
    faq = FaqLanguages.build([french, PACK, replace(PACK, id="boots_de", question="boots wet")], letters)

    assert answers(faq, None) == answers(faq, "en") == ["wrap_de", "boots_de"]


def test_no_entries_answer_nobody(letters: LetterEncoder) -> None:
    assert answers(FaqLanguages.build([], letters), "de") == []
    assert answers(FaqLanguages.build([WRAP], letters).updated([], letters), None) == []


def test_a_language_comes_and_goes_with_its_entries(letters: LetterEncoder) -> None:
    faq = FaqLanguages.build([WRAP, BOOTS], letters)
    assert answers(faq, "de") == ["wrap", "boots"]

    with_german = faq.updated([WRAP, PACK], letters)
    assert answers(with_german, "de") == ["wrap_de"]
    assert [entry.id for entry in with_german.entries] == ["wrap", "wrap_de"]
    assert answers(with_german.updated([WRAP, replace(PACK, language="fr")], letters), "de") == ["wrap"]


def test_a_held_out_question_is_asked_in_the_language_of_its_entry(letters: LetterEncoder) -> None:
    held_out = HeldOutTests(encoder=letters)
    thief = FaqEntry(id="thief", question="gift wrap", answer="Nein.", language="de")

    assert held_out.lost([WRAP, PACK], [WRAP, PACK, replace(thief, language="fr")]) == []
    assert held_out.lost([WRAP, PACK], [WRAP, PACK, thief]) == [LostQuestion("gift wrap", PACK, PACK, thief)]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("de-AT", "de"), ("PT_br", "pt"), ("zh-Hans-CN", "zh"), ("tlh", None), ("", None), (None, None)],
)
def test_a_tag_that_apps_send_is_a_language_or_none_that_is_known(tag: str | None, language: str | None) -> None:
    assert known_language(tag) == language
