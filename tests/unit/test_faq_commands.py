"""`bot faq` as an operator types it, over a SQLite file and with the real encoder."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.faq.entry import FaqEntry
from bot.faq.files import read_faq_file
from bot.faq_commands import changes_between, faq_cli
from memory.model import FaqRecord

WRAP = """
faq:
- id: wrap
  question: Do you wrap gifts?
  answer: Yes, for £3.
  tests: [could it be gift-wrapped]
"""
THIEF = "id,question,answer\nthief,could it be gift wrapped,No.\nboots,Are the boots waterproof?,Yes.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THREADKEEPER_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'memory.sqlite'}")
    (tmp_path / "wrap.yml").write_text(WRAP, "utf-8")
    (tmp_path / "thief.csv").write_text(THIEF, "utf-8")
    return tmp_path


def typed(*words: object) -> Result:
    """What a command printed, and how it ended."""
    return CliRunner().invoke(faq_cli, [str(word) for word in words])


def exported(folder: Path) -> list[str]:
    """The ids of what memory holds, by way of an export."""
    assert typed("export", folder / "out.csv").exit_code == 0
    return [entry.id for entry in read_faq_file(folder / "out.csv")]


def test_files_are_imported_once_and_exported_as_they_were(folder: Path) -> None:
    first = typed("import", folder / "wrap.yml")
    again = typed("import", folder / "wrap.yml")

    assert (first.exit_code, first.output) == (0, "1 new, 0 changed, 0 as they were.\n")
    assert (again.exit_code, again.output) == (0, "0 new, 0 changed, 1 as they were.\n")
    assert typed("export", folder / "out.yml").exit_code == 0
    (entry,) = read_faq_file(folder / "out.yml")
    assert (entry.id, entry.answer, entry.tests) == ("wrap", "Yes, for £3.", ("could it be gift-wrapped",))


def test_an_import_that_would_spoil_an_answer_is_shown_and_imports_nothing(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    typed("import", folder / "wrap.yml")

    refused = typed("import", folder / "thief.csv")

    assert refused.exit_code == 1
    shown = " ".join((refused.output + capfd.readouterr().err).split())
    assert "could it be gift-wrapped" in shown
    assert "--publish-anyway" in shown
    assert exported(folder) == ["wrap"]

    assert typed("import", folder / "thief.csv", "--publish-anyway").exit_code == 0
    assert exported(folder) == ["boots", "thief", "wrap"]


def test_of_a_folder_with_one_broken_file_nothing_is_imported(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "zips.csv").write_text("id,question,answer\nzips,,Yes.\n")

    refused = typed("import", folder)

    assert refused.exit_code == 1
    shown = " ".join((refused.output + capfd.readouterr().err).split())
    assert "zips.csv, line 2, entry 1 (zips), field question: write a text here" in shown
    (folder / "zips.csv").unlink()
    assert exported(folder) == []


def test_check_reads_files_and_leaves_memory_alone(folder: Path) -> None:
    assert typed("check", folder / "thief.csv").output == f"2 entries in {folder / 'thief.csv'}: all well.\n"
    assert not (folder / "memory.sqlite").exists()
    assert typed("check", folder / "nothing.yml").exit_code == 1


ASTRAY = "id,question,answer,tests\nwrap,Do you wrap gifts?,Yes.,are the boots waterproof\nboots,Are boots dry?,Yes.,\n"


def test_what_goes_astray_in_a_new_faq_is_told_by_check_and_at_the_first_import_and_stops_neither(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "astray.csv").write_text(ASTRAY, "utf-8")

    checked = typed("check", folder / "astray.csv")
    imported = typed("import", folder / "astray.csv")
    again = typed("import", folder / "astray.csv")

    assert checked.exit_code == imported.exit_code == again.exit_code == 0
    assert checked.output.endswith("astray.csv: sound, but one held-out question finds another entry.\n")
    assert imported.output.endswith("2 new, 0 changed, 0 as they were.\n")
    told = " ".join((checked.output + imported.output + again.output + capfd.readouterr().err).split())
    assert told.count("are the boots waterproof wrap boots") == 2


def test_an_entry_the_desk_saved_is_no_change_though_its_question_is_a_phrasing_there() -> None:
    stored = FaqRecord("wrap", "Wrap?", ("Wrap?", "gift paper"), "Yes.", version=3)
    same = FaqEntry(id="wrap", question="Wrap?", answer="Yes.", phrasings=("gift paper",))

    assert changes_between([same], [stored]).records == []
    other = changes_between([FaqEntry(id="wrap", question="Wrap?", answer="No.")], [stored])
    assert [(record.answer, record.version) for record in other.records] == [("No.", 3)]
