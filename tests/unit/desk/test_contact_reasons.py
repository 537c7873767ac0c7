"""The list of what contacts are about: read strictly, and told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.contact_reasons import BadContactReasons, ContactReasons
from bot.settings import PROJECT
from memory.model import ContactReasonId

GOOD = "returns: {label: Returns, reasons: {too_late: Too late, size: Another size}}"


def read(tmp_path: Path, text: str) -> ContactReasons:
    path = tmp_path / "reasons.yml"
    path.write_text(text, "utf-8")
    return ContactReasons.read(path)


def test_a_reason_is_told_with_its_group(tmp_path: Path) -> None:
    reasons = read(tmp_path, GOOD)
    assert "returns/too_late" in reasons
    assert reasons.words(ContactReasonId("returns/too_late")) == "Returns: Too late"


def test_a_reason_that_was_taken_away_is_told_by_its_id(tmp_path: Path) -> None:
    reasons = read(tmp_path, GOOD)
    assert "returns/gone" not in reasons
    assert "returns" not in reasons
    assert reasons.words(ContactReasonId("returns/gone")) == "returns/gone"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "groups"),
        ("- a", "groups"),
        ("returns: Returns", "the group returns"),
        ("returns: {label: Returns}", "the group returns"),
        ("returns: {label: Returns, reasons: {}}", "at least one reason"),
        ("returns: {label: Returns, reasons: {late: It}, more: 1}", "nothing else"),
        ("Returns!: {label: Returns, reasons: {late: It}}", "Returns!"),
        ("returns: {label: Returns, reasons: {late: 7}}", "returns/late"),
        ("returns: {label: '  ', reasons: {late: It}}", "returns must have words"),
        (f"returns: {{label: {'x' * 81}, reasons: {{late: It}}}}", "at most 80"),
        ("returns: {label: R, reasons: {late: It, late: That}}", "twice"),
        ("a: [", "can't be read"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadContactReasons, match=r"reasons\.yml: ") as refused:
        read(tmp_path, text)
    assert fault in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadContactReasons, match="there is no such file"):
        ContactReasons.read(tmp_path / "none.yml")


def test_the_list_that_comes_along_can_be_read() -> None:
    assert "orders/where_is_it" in ContactReasons.read(PROJECT / "contact_reasons.yml")
