"""FAQ entries in tables, and what is written being read again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.entry import LANGUAGES, FaqEntry
from bot.faq.export import write_faq_file
from bot.faq.fields import FaqFileError
from bot.faq.files import files_to_import, read_faq_file, read_faq_files

TABLE = """id,question,phrasings,answer,tags,valid_from
wrap,Do you wrap gifts?,"gift wrapping
can you wrap it","Yes, for **£3**.

Or more.",gifts|paper,2026-12-01T09:00+01:00

bow,A bow?,,No.,,
"""


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "faq.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_row_is_an_entry_and_a_cell_may_hold_a_list(tmp_path: Path) -> None:
    assert read_faq_file(written(tmp_path, TABLE)) == [
        FaqEntry(
            id="wrap",
            question="Do you wrap gifts?",
            answer="Yes, for **£3**.\n\nOr more.",
            phrasings=("gift wrapping", "can you wrap it"),
            tags=("gifts", "paper"),
            valid_from=datetime(2026, 12, 1, 8, tzinfo=timezone.utc),
        ),
        FaqEntry(id="bow", question="A bow?", answer="No."),
    ]


def test_what_a_spreadsheet_writes_is_read(tmp_path: Path) -> None:
    table = "id;question;answer;tags\r\nbow;A bow?;No, or yes.;a|b\r\n"

    (entry,) = read_faq_file(written(tmp_path, table, "utf-8-sig"))

    assert (entry.answer, entry.tags) == ("No, or yes.", ("a", "b"))


@pytest.mark.parametrize(
    ("old", "broken", "place", "fault"),
    [
        ("id,question", "question,id_", "line 1", "id is missing"),
        (",tags,", ",tag,", "line 1", "unknown field tag"),
        (",tags,", ",answer,", "line 1", "names answer twice"),
        ("bow,A bow?", "bow,", "line 7, entry 2 (bow), field question", "write a text here"),
        ("bow,A bow?", "B O W,A bow?", "line 7, entry 2 (B O W), field id", "small letters"),
        ("bow,A bow?", "wrap,A bow?", "line 7, entry 2 (wrap), field id", "line 2"),
        ("bow,A bow?,,No.,,", "bow,A bow?,,No,.,,,", "line 7, entry 2", "quote texts with commas"),
        ("2026-12-01T09:00+01:00", "1.12.2026", "line 2, entry 1 (wrap), field valid_from", "time with its zone"),
        ("bow,A bow?", 'bow,"A bow?', "line 7", "not a CSV row"),
        ("bow,A bow?", "bow,A b\0w?", "line 7", "U+0000 can't stand in a text; take it out"),
        ("bow,A bow?", "bow,A b\aw?", "line 7, entry 2 (bow), field question", "U+0007 can't stand in a text"),
        ("bow,A bow?", "b\x1bw,A bow?", "line 7, entry 2 (b�w), field id", "U+001B can't stand in a text"),
        (",tags,", f",{'x' * 99},", "line 1", f"unknown field {'x' * 60}…"),
        ("bow,A bow?", "bow,Gift wrapping", "line 7, entry 2 (bow), field question", "belongs to entry wrap"),
    ],
)
def test_a_broken_table_is_refused_with_line_and_field(
    tmp_path: Path, old: str, broken: str, place: str, fault: str
) -> None:
    path = written(tmp_path, TABLE.replace(old, broken))

    with pytest.raises(FaqFileError) as caught:
        read_faq_file(path)

    assert f"{path}, {place}: " in str(caught.value)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("length", "place", "fault"),
    [
        (100_000, "line 7, entry 2 \\(bow\\), field answer", "and this one has 100000"),
        (140_000, "line 7", "more than a cell can hold"),
    ],
)
def test_an_endless_value_is_refused(tmp_path: Path, length: int, place: str, fault: str) -> None:
    with pytest.raises(FaqFileError, match=f"{place}: .*{fault}"):
        read_faq_file(written(tmp_path, TABLE.replace(",No.,,", f",{'x' * length},,")))


def test_a_language_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    table = "id,question,answer,language\nbow,A bow?,No.,klingon\n"

    with pytest.raises(
        FaqFileError, match=r"line 2, entry 1 \(bow\), field language: 'klingon' is an unknown language"
    ):
        read_faq_file(written(tmp_path, table))


def test_an_id_in_a_table_and_in_yaml_is_refused_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "bow.yml").write_text("faq:\n- {id: bow, question: Another bow, answer: No.}\n")
    written(tmp_path, "id,question,answer\nbow,A bow?,No.\n")

    with pytest.raises(FaqFileError, match=r"faq.csv, line 2, .* field id: .* also used in .*bow.yml, line 2"):
        read_faq_files(files_to_import(tmp_path))


def test_line_ends_of_any_kind_are_plain_ones(tmp_path: Path) -> None:
    table = 'id,question,answer,tags\r\nbow,A bow?,"No.\r\nOr yes.\rPerhaps.","a\r\nb"\r\n'

    (entry,) = read_faq_file(written(tmp_path, table))

    assert (entry.answer, entry.tags) == ("No.\nOr yes.\nPerhaps.", ("a", "b"))


def test_an_ending_in_capitals_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "FAQ.CSV").write_text("id,question,answer\nbow,A bow?,No.\n")

    assert [entry.id for entry in read_faq_files(files_to_import(tmp_path))] == ["bow"]


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaqFileError, match=r"line 1: .*id, question, answer is missing"):
        read_faq_file(written(tmp_path, ""))


def test_a_folder_is_read_with_all_that_is_below_it(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "bow.yml").write_text("faq:\n- {id: bow, question: A bow, answer: No.}\n")
    (tmp_path / "wrap.csv").write_text("id,question,answer\nwrap,Wrap?,Yes.\n")
    (tmp_path / "readme.txt").write_text("not FAQ")

    assert [entry.id for entry in read_faq_files(files_to_import(tmp_path))] == ["bow", "wrap"]


@pytest.mark.parametrize("name", ["nothing.yml", "empty"])
def test_a_path_with_nothing_to_import_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(FaqFileError, match="there is no such file"):
        files_to_import(tmp_path / name)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "faq.xlsx").write_bytes(b"PK")

    with pytest.raises(FaqFileError, match=r"ends in \.yml, \.yaml or \.csv"):
        read_faq_files(files_to_import(tmp_path / "faq.xlsx"))
    with pytest.raises(FaqFileError, match=r"end in \.yml, \.yaml or \.csv"):
        write_faq_file(tmp_path / "faq.xlsx", [])


def test_a_file_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FaqFileError, match="cannot be written"):
        write_faq_file(tmp_path / "file" / "faq.csv", [])


_SIGNS = st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co"))
_WORD = st.text(_SIGNS, min_size=1, max_size=6)
_TEXT = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_TIME = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(timezone(timedelta(hours=2))))


@st.composite
def entries(draw: st.DrawFn) -> FaqEntry:
    """An entry with texts that are hard to write down."""
    start = draw(st.none() | _TIME)
    several = st.lists(_TEXT, max_size=3).map(tuple)
    return FaqEntry(
        id="one",
        question=draw(_TEXT),
        answer=draw(st.lists(_TEXT, min_size=1, max_size=3).map("\n\n".join)),
        phrasings=draw(several),
        tags=draw(several),
        department=draw(st.none() | _TEXT),
        tests=draw(several),
        language=draw(st.sampled_from(sorted(LANGUAGES))),
        valid_from=start,
        valid_until=start and start + timedelta(minutes=1),
    )


@pytest.mark.parametrize("suffix", [".csv", ".yml"])
def test_what_was_exported_is_imported_as_it_was(tmp_path_factory: pytest.TempPathFactory, suffix: str) -> None:
    path = tmp_path_factory.mktemp("exported") / f"faq{suffix}"

    @given(entries())
    def there_and_back(entry: FaqEntry) -> None:
        write_faq_file(path, [entry])
        assert read_faq_file(path) == [entry]

    there_and_back()
