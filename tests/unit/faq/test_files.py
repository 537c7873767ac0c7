from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.faq.entry import FaqEntry
from bot.faq.fields import FaqFileError
from bot.faq.files import find_faq_files, read_faq_file, read_faq_files

GOOD = """
faq:
- id: gift_wrap
  question: Do you wrap gifts?
  phrasings:
    - gift wrapping
    - can you wrap it as a present
  answer: Yes, for £3 an item.
  tags: [gifts]
  department: orders
  tests:
    - wrapped as a gift please
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "faq"
    folder.mkdir(parents=True)
    return folder


def written(folder: Path, text: str, name: str = "gifts.yml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_an_entry_is_read_with_all_its_fields(folder: Path) -> None:
    assert read_faq_file(written(folder, GOOD)) == [
        FaqEntry(
            id="gift_wrap",
            question="Do you wrap gifts?",
            answer="Yes, for £3 an item.",
            phrasings=("gift wrapping", "can you wrap it as a present"),
            tags=("gifts",),
            department="orders",
            tests=("wrapped as a gift please",),
        )
    ]


def test_the_question_is_itself_a_wording_and_the_tests_are_not(folder: Path) -> None:
    (entry,) = read_faq_file(written(folder, GOOD))

    assert entry.wordings == ("Do you wrap gifts?", "gift wrapping", "can you wrap it as a present")


def test_files_are_found_in_faq_folders_only(folder: Path) -> None:
    wanted = written(folder, GOOD)
    written(folder.parent, GOOD, "elsewhere.yml")
    written(folder, "notes", "readme.txt")

    assert find_faq_files([folder.parent]) == [wanted]
    assert find_faq_files([wanted]) == [wanted]


@pytest.mark.parametrize(
    ("old", "broken", "line", "field", "fault"),
    [
        ("question: Do you wrap gifts?", "question: ''", 4, "question", "write a text here"),
        ("question: Do you wrap gifts?", "question: 12", 4, "question", "write a text here"),
        ("question: Do you wrap gifts?", "quesion: Do you wrap gifts?", 4, "quesion", "unknown field"),
        ("answer: Yes, for £3 an item.", "answer:", 8, "answer", "write a text here"),
        ("answer: Yes, for £3 an item.", "answer: " + "x" * 4001, 8, "answer", "at most 4000"),
        ("answer: Yes, for £3 an item.", "id: again", 8, "id", "on line 3 already"),
        ("id: gift_wrap", "id: Gift Wrap", 3, "id", "small letters"),
        ("- gift wrapping", "- 24", 5, "phrasings", "24 is not a text"),
        ("- gift wrapping", "- " + "x" * 501, 5, "phrasings", "at most 500"),
        ("tags: [gifts]", "tags: gifts", 9, "tags", "write a list"),
        ("tags: [gifts]", f"tags: [{', '.join('abcdefghijklmnopqrstu')}]", 9, "tags", "at most 20"),
        ("tags: [gifts]", "tag: [gifts]", 9, "tag", "unknown field"),
        ("department: orders", "department: " + "x" * 51, 10, "department", "at most 50"),
        ("department: orders", "language: english", 10, "language", "two-letter code"),
        ("department: orders", "valid_from: 2026-12-01", 10, "valid_from", "time with its zone"),
        ("department: orders", "valid_from: 2026-12-01T09:00", 10, "valid_from", "time with its zone"),
        ("department: orders", "valid_until: soon", 10, "valid_until", "2026-12-01T09:00+00:00"),
    ],
)
def test_a_broken_field_is_named_with_file_line_and_entry(  # noqa: PLR0917 - a row of the table
    folder: Path, old: str, broken: str, line: int, field: str, fault: str
) -> None:
    path = written(folder, GOOD.replace(old, broken))

    with pytest.raises(FaqFileError) as caught:
        read_faq_file(path)

    message = str(caught.value)
    assert f"{path}, line {line}, entry 1 (" in message
    assert f"field {field}: " in message
    assert fault in message


def test_a_missing_field_is_looked_for_where_its_entry_begins(folder: Path) -> None:
    with pytest.raises(FaqFileError, match="line 3, entry 1 \\(gift_wrap\\), field answer"):
        read_faq_file(written(folder, GOOD.replace("  answer: Yes, for £3 an item.\n", "")))


def test_language_and_times_are_read_with_their_zone(folder: Path) -> None:
    season = "language: de\n  valid_from: 2026-12-01T09:00+01:00\n  valid_until: 2026-12-24T18:00Z"

    (entry,) = read_faq_file(written(folder, GOOD.replace("department: orders", season)))

    assert entry.language == "de"
    assert entry.valid_from == datetime(2026, 12, 1, 8, tzinfo=timezone.utc)
    assert entry.valid_until == datetime(2026, 12, 24, 18, tzinfo=timezone.utc)


def test_an_entry_can_not_end_before_it_begins(folder: Path) -> None:
    season = "valid_from: 2026-12-01T09:00+00:00\n  valid_until: 2026-12-01T09:00+00:00"

    with pytest.raises(FaqFileError, match=r"line 11, .* field valid_until: valid_until must be later"):
        read_faq_file(written(folder, GOOD.replace("department: orders", season)))


def test_an_anchor_may_share_fields(folder: Path) -> None:
    shared = GOOD + "- <<: &same {department: gifts, answer: Yes.}\n  id: bow\n  question: A bow?\n"

    assert [entry.department for entry in read_faq_file(written(folder, shared))] == ["orders", "gifts"]


@pytest.mark.parametrize("text", ["", "nlu: []", "faq: 3", "faq:\n- just words"])
def test_a_file_without_a_list_of_entries_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(FaqFileError):
        read_faq_file(written(folder, text))


def test_broken_yaml_is_refused_with_its_line(folder: Path) -> None:
    with pytest.raises(FaqFileError, match="line 3"):
        read_faq_file(written(folder, "faq:\n- id: a\n  question: [unclosed\n"))


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    path = folder / "latin.yml"
    path.write_bytes(GOOD.encode("latin-1"))

    with pytest.raises(FaqFileError, match="UTF-8"):
        read_faq_file(path)


def test_yaml_cannot_run_code(folder: Path) -> None:
    with pytest.raises(FaqFileError):
        read_faq_file(written(folder, "faq: !!python/object/apply:os.getcwd []"))


def test_an_id_used_twice_names_both_files(folder: Path) -> None:
    first = written(folder, GOOD, "a.yml")
    second = written(folder, GOOD, "b.yml")

    with pytest.raises(FaqFileError) as caught:
        read_faq_files([first, second])

    assert f"{first}, line 3" in str(caught.value)
    assert f"{second}, line 3" in str(caught.value)


def test_a_wording_belongs_to_one_entry_only(folder: Path) -> None:
    other = "faq:\n- {id: present, question: Presents, phrasings: [Gift Wrapping], answer: Yes.}"

    with pytest.raises(
        FaqFileError, match=r"line 2, .* field phrasings: 'Gift Wrapping' also belongs to entry gift_wrap"
    ):
        read_faq_files([written(folder, GOOD, "a.yml"), written(folder, other, "b.yml")])


def test_the_shops_own_files_are_sound() -> None:
    entries = read_faq_files(find_faq_files([Path(__file__).parents[3] / "nlu_data"]))

    assert len(entries) >= 40
    assert all(len(entry.wordings) >= 4 for entry in entries)
