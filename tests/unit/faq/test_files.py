"""Reading FAQ files in YAML, sound and broken ones."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("department: orders", "language: xx", 10, "language", "'xx' is an unknown language"),
        ("department: orders", 'department: "a\\0b"', 10, "department", "U+0000 can't stand in a text"),
        ("- gift wrapping", '- "gift\\eb wrapping"', 5, "phrasings", "U+001B can't stand in a text"),
        ("- gift wrapping", '- "half \\uD83C"', 5, "phrasings", "U+D83C can't stand in a text"),
        ("department: orders", "? [a, b]\n  : c", 10, "(a list)", "unknown field"),
        ("department: orders", f"{'x' * 99}: y", 10, "x" * 60 + "…", "unknown field"),
        ("tags: [gifts]", "tags: [gifts, [a, b]]", 9, "tags", "a list or fields within this is not a text"),
        ("tags: [gifts]", "tags: [gifts, yes]", 9, "tags", "yes is not a text"),
        ("tags: [gifts]", "tags: {a: b}", 9, "tags", "write a list"),
        ("answer: Yes, for £3 an item.", "answer: !!int several", 8, "answer", "write a text here"),
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


def test_a_control_character_is_named_with_its_line(folder: Path) -> None:
    with pytest.raises(FaqFileError, match=r"line 5: the character U\+0007 can't stand in a text; take it out"):
        read_faq_file(written(folder, GOOD.replace("  phrasings:", "  phrasings: \a")))


@pytest.mark.parametrize("field", ["id", "question", "answer", "department", "language", "valid_from"])
def test_a_value_of_100_000_characters_is_refused_in_a_short_line(folder: Path, field: str) -> None:
    lines = [line for line in GOOD.splitlines() if f"{field}:" not in line or line.startswith("-")]
    long = f"{field}: {'x' * 100_000}"
    text = GOOD.replace("id: gift_wrap", long) if field == "id" else "\n".join([*lines[:3], f"  {long}", *lines[3:]])

    with pytest.raises(FaqFileError, match=f"line [34], entry 1 .*field {field}: ") as caught:
        read_faq_file(written(folder, text))

    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(("opened", "times"), [("[", 10_000), ("\n- {a: ", 1), ("{a: ", 10_000)])
def test_what_is_nested_without_end_is_refused(folder: Path, opened: str, times: int) -> None:
    with pytest.raises(FaqFileError, match=r"gifts.yml, line \d"):
        read_faq_file(written(folder, "faq: " + opened * times))


def test_an_entry_that_holds_itself_is_refused(folder: Path) -> None:
    with pytest.raises(FaqFileError, match=r"gifts.yml, line \d"):
        read_faq_file(written(folder, "faq:\n- &a\n  <<: *a\n"))


@pytest.mark.parametrize("more", ["faq:\n- {id: lost}\n", "nlu: []\n", "---\nfaq: []\n"])
def test_nothing_below_the_list_is_passed_over_in_silence(folder: Path, more: str) -> None:
    with pytest.raises(FaqFileError, match=r"gifts.yml, line 13: "):
        read_faq_file(written(folder, GOOD + more))


def test_a_file_made_to_grow_without_end_is_refused_at_once(folder: Path) -> None:
    levels = "".join(
        f"  {name}: &{name} [{', '.join([f'*{old}'] * 9)}]\n" for old, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    bomb = f"faq:\n- a: &a [ha, ha]\n{levels}  tags: *i\n"

    with pytest.raises(FaqFileError, match="unknown field"):
        read_faq_file(written(folder, bomb))


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
        FaqFileError,
        match=r"b.yml, line 2, .* field phrasings: 'Gift Wrapping' also belongs to entry gift_wrap \(.*a.yml, line 3\)",
    ):
        read_faq_files([written(folder, GOOD, "a.yml"), written(folder, other, "b.yml")])


def test_a_translation_may_share_a_wording(folder: Path) -> None:
    other = GOOD.replace("gift_wrap", "geschenk").replace("department: orders", "language: de")

    assert len(read_faq_files([written(folder, GOOD, "a.yml"), written(folder, other, "b.yml")])) == 2


def test_the_shops_own_files_are_sound() -> None:
    entries = read_faq_files(find_faq_files([Path(__file__).parents[3] / "nlu_data"]))

    assert len(entries) >= 40
    assert all(len(entry.wordings) >= 4 for entry in entries)


_SIGNS = (
    "faq:|- |id: a|question: b|answer: c|\n|  |[|]|{|}|&x |*x|<<: |!!int |!x |? |: |>|'|\"|#|---|\t|\x00|\x85|🎁|~|%|,"
)
_YAML = st.lists(st.sampled_from([*_SIGNS.split("|"), "|", "\ud83c"])).map("".join)


@pytest.mark.parametrize("suffix", [".csv", ".yml"])
def test_whatever_is_in_a_file_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, suffix: str) -> None:
    path = tmp_path_factory.mktemp("odd") / f"faq{suffix}"
    head = "id,question,answer,tags\n" if suffix == ".csv" else "faq:\n- id: a\n  question: b\n  answer: c\n"

    @given(_YAML | st.text(), st.booleans())
    def read(text: str, well_begun: bool) -> None:
        path.write_bytes(((head if well_begun else "") + text).encode("utf-8", "surrogatepass"))
        with suppress(FaqFileError):
            read_faq_file(path)

    read()
