"""Plays the project's conversation scripts through the trained model. Called by `bot evaluate`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET


class CannotPlay(Exception):
    """The conversation scripts could not be played. The end of their output follows."""

    def __init__(self, output: str) -> None:
        super().__init__(f"{self.__doc__}\n{output}")


@dataclass(frozen=True, slots=True)
class Played:
    """How many conversations went as written, and the names of those that did not."""

    total: int
    failed: tuple[str, ...]

    @property
    def passed(self) -> float:
        """The share that went as written."""
        return 1 - len(self.failed) / self.total if self.total else 0.0


def play_dialogues(folder: Path) -> Played:
    """Run the conversation tests of a folder such as tests/conversation: minutes. Raises CannotPlay."""
    with tempfile.TemporaryDirectory() as results:
        report = Path(results) / "played.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", f"--junit-xml={report}", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not report.is_file():
            raise CannotPlay((done.stdout + done.stderr)[-3000:])
        cases = ET.parse(report).getroot().findall(".//testcase")  # noqa: S314 - written by our own test run
    failed = (case for case in cases if case.find("failure") is not None or case.find("error") is not None)
    return Played(len(cases), tuple(str(case.get("name")) for case in failed))
