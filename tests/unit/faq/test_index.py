"""Finding entries, and following their edits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.entry import FaqEntry
from bot.faq.index import FaqIndex, Reach
from tests.unit.faq.letters import LetterEncoder

ENTRIES = (
    FaqEntry(id="wrap", question="wrap gifts", answer="Yes.", phrasings=("gift paper",)),
    FaqEntry(id="pay", question="pay card", answer="By card.", phrasings=("credit cards",)),
    FaqEntry(id="boots", question="boots wet", answer="Wax.", phrasings=("boots leak", "wet boots")),
)


@pytest.fixture
def letters() -> LetterEncoder:
    return LetterEncoder()


def test_the_nearest_entry_comes_first(letters: LetterEncoder) -> None:
    index = FaqIndex.build(ENTRIES, letters)

    best, *rest = index.search(letters.encode(["boots leak"])[0], "boots leak", k=3)

    assert best.entry.id == "boots"
    assert [match.score for match in (best, *rest)] == sorted((m.score for m in (best, *rest)), reverse=True)


def test_scores_stay_between_nought_and_one(letters: LetterEncoder) -> None:
    index = FaqIndex.build(ENTRIES, letters)

    for text in ("boots leak", "zzz", "", "wrap gifts wrap gifts wrap gifts"):
        assert all(0 <= match.score <= 1 for match in index.search(letters.encode([text])[0], text))


def test_shared_words_decide_between_equal_meanings() -> None:
    same = np.ones((2, 4), dtype=np.float32) / 2
    entries = [FaqEntry(id="a", question="red tent", answer="."), FaqEntry(id="b", question="blue tent", answer=".")]
    index = FaqIndex.of(entries, same)

    assert index.search(same[0], "is the blue one nice", k=1)[0].entry.id == "b"
    assert index.search(same[0], "is the red one nice", k=1)[0].entry.id == "a"


def test_an_empty_index_finds_nothing(letters: LetterEncoder) -> None:
    index = FaqIndex.build((), letters)

    assert index.search(letters.encode(["anything"])[0], "anything") == []


def test_fewer_entries_than_asked_for_are_all_returned(letters: LetterEncoder) -> None:
    index = FaqIndex.build(ENTRIES[:1], letters)

    assert len(index.search(letters.encode(["gift"])[0], "gift", k=3)) == 1


def test_an_edit_encodes_only_the_new_wordings(letters: LetterEncoder) -> None:
    index = FaqIndex.build(ENTRIES, letters)
    letters.asked.clear()
    new = FaqEntry(id="tents", question="pitch tents", answer="On grass.")

    updated = index.updated([*ENTRIES[1:], new], letters)

    assert letters.asked == ["pitch tents"]
    assert updated.search(letters.encode(["pitch tents"])[0], "pitch tents", k=1)[0].entry == new
    assert "wrap" not in {match.entry.id for match in updated.search(updated.vectors[0], "gift", k=9)}
    assert len(index.entries) == 3


def test_all_entries_can_be_taken_away_and_come_back(letters: LetterEncoder) -> None:
    emptied = FaqIndex.build(ENTRIES, letters).updated((), letters)

    assert emptied.search(letters.encode(["gift"])[0], "gift") == []
    assert emptied.updated(ENTRIES, letters).search(letters.encode(["gift paper"])[0], "gift paper")


def test_vectors_must_match_the_wordings() -> None:
    with pytest.raises(ValueError, match="2 wordings but 1 vectors"):
        FaqIndex.of(ENTRIES[:1], np.ones((1, 3), dtype=np.float32))


def many(count: int) -> list[FaqEntry]:
    """Entries made of the same few words, as near to each other as in a large FAQ."""
    words = ("wrap", "gifts", "pay", "card", "boots", "wet", "tents", "pitch", "zip", "mend", "return", "hire")
    return [
        FaqEntry(
            id=f"e{number}",
            question=f"{words[number % 12]} {words[number // 12 % 12]} {number}",
            answer=".",
            phrasings=(f"{words[number // 7 % 12]} {words[number % 5]} {number} please",),
        )
        for number in range(count)
    ]


def test_a_large_faq_is_searched_among_the_likeliest_and_nothing_better_is_missed(letters: LetterEncoder) -> None:
    entries = many(600)
    vectors = letters.encode([wording for entry in entries for wording in entry.wordings])
    quick = FaqIndex.of(entries, vectors, reach=Reach(sketched=0, likeliest=120))
    whole = FaqIndex.of(entries, vectors, reach=Reach(compared=len(vectors)))

    for text in ("boots wet 123", "mend my zip 42 please", "hire tents 599", "pay card 0"):
        embedding = letters.encode([text])[0]
        found, wanted = quick.search(embedding, text), whole.search(embedding, text)
        assert [match.entry.id for match in found] == [match.entry.id for match in wanted]
        assert [match.score for match in found] == pytest.approx([match.score for match in wanted], abs=1e-5)


def test_of_many_wordings_those_near_by_their_sketch_are_compared_and_nothing_better_is_missed(
    letters: LetterEncoder,
) -> None:
    entries = many(600)
    vectors = letters.encode([wording for entry in entries for wording in entry.wordings])
    quick = FaqIndex.of(entries, vectors, reach=Reach(compared=90))
    whole = FaqIndex.of(entries, vectors, reach=Reach(compared=len(vectors)))

    for text in ("boots wet 123", "mend my zip 42 please", "hire tents 599", "pay card 0"):
        embedding = letters.encode([text])[0]
        found, wanted = quick.search(embedding, text), whole.search(embedding, text)
        assert [match.entry.id for match in found] == [match.entry.id for match in wanted]
        assert [match.score for match in found] == pytest.approx([match.score for match in wanted], abs=1e-5)


@pytest.mark.parametrize("together", [0, 10_000])
def test_many_questions_at_once_find_what_each_would_find(
    letters: LetterEncoder, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.faq.index._TOGETHER", together)
    entries = many(300)
    vectors = letters.encode([wording for entry in entries for wording in entry.wordings])
    index = FaqIndex.of(entries, vectors)
    texts = [f"{entry.question} now" for entry in entries]
    embeddings = letters.encode(texts)

    best = index.best_of(embeddings, texts)

    assert best == [index.search(each, text, k=1)[0].entry for each, text in zip(embeddings, texts, strict=True)]


def test_an_index_that_was_made_empty_takes_entries(letters: LetterEncoder) -> None:
    empty = FaqIndex.of((), np.zeros((0, 0), dtype=np.float32))

    assert empty.updated(ENTRIES, letters).search(letters.encode(["gift paper"])[0], "gift paper")[0].entry.id == "wrap"


_WORDS = ("wrap", "gifts", "pay", "card", "boots", "wet", "tents", "pitch")
_WORDING = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
_FAQ = st.dictionaries(
    st.sampled_from("abcdefghij"), st.lists(_WORDING, min_size=1, max_size=4, unique=True), max_size=6
).map(lambda faq: [FaqEntry(id, texts[0], ".", tuple(texts[1:])) for id, texts in faq.items()])


@settings(deadline=None)
@given(st.lists(_FAQ, min_size=2, max_size=5), st.sampled_from([0, 1000]))
def test_an_index_finds_after_any_edits_what_a_new_one_finds(faqs: list[list[FaqEntry]], sketched: int) -> None:
    letters, index = LetterEncoder(), index_of(faqs[0], sketched)
    for faq in faqs[1:]:
        index = index.updated(faq, letters)
        anew = index_of(faq, sketched)

        for text in ("wet boots", "pay", "gifts", "pitch tents wet", "zzz"):
            embedding = letters.encode([text])[0]
            found, wanted = index.search(embedding, text, k=9), anew.search(embedding, text, k=9)
            assert [match.score for match in found] == pytest.approx([match.score for match in wanted], abs=1e-5)
            assert {match.entry.id for match in found} == {match.entry.id for match in wanted}


def index_of(faq: list[FaqEntry], sketched: int, likeliest: int = 100) -> FaqIndex:
    """A new index of these entries."""
    vectors = LetterEncoder().encode([wording for entry in faq for wording in entry.wordings])
    return FaqIndex.of(faq, vectors, reach=Reach(sketched=sketched, likeliest=likeliest))


def test_a_large_faq_that_was_rewritten_bit_by_bit_is_still_searched_well(letters: LetterEncoder) -> None:
    entries = many(400)
    index = index_of(many(400)[:200], sketched=0)
    for size in range(210, 401, 10):
        index = index.updated(entries[:size], letters)

    for text in ("boots wet 123", "mend my zip 42 please", "hire tents 399"):
        embedding = letters.encode([text])[0]
        (found,), (best,) = (one.search(embedding, text, k=1) for one in (index, index_of(entries, 9_999)))
        assert found.entry == best.entry
        assert found.score == pytest.approx(best.score)


def test_an_answer_alone_is_edited_without_encoding_anything(letters: LetterEncoder) -> None:
    index = FaqIndex.build(ENTRIES, letters)
    asked = letters.encode(["wrap gifts"])[0]
    letters.asked.clear()

    updated = index.updated([replace(ENTRIES[0], answer="No."), *ENTRIES[1:]], letters)

    assert letters.asked == []
    assert updated.search(asked, "wrap gifts", k=1)[0].entry.answer == "No."
    assert index.search(asked, "wrap gifts", k=1)[0].entry.answer == "Yes."
