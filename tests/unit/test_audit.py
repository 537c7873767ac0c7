"""The audit of locked packages, with the tools' answers as they were recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import PROJECT

AUDIT = PROJECT / "scripts" / "audit.py"
ACCEPTED = yaml.safe_load((PROJECT / "scripts" / "accepted_weaknesses.yml").read_text())
UV = """#!/bin/sh
[ "$1" = export ] && echo "protobuf==4.23.3" && exit
asked=$(echo "$*" | sed 's/.*--requirement \\([^ ]*\\).*/\\1/')
if grep -q jinja2 "$asked"; then cat {folder}/known; else cat {folder}/python; fi
"""
NPM_SOUND = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {}}
NPM_REFUSED = {"message": "405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk"}
NPM_WEAK = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "nanoid": {
            "via": [
                {
                    "source": 1101163,
                    "name": "nanoid",
                    "url": "https://github.com/advisories/GHSA-mwcw-c2x4-8c55",
                    "range": "<3.3.8",
                }
            ]
        },
        "postcss": {"via": ["nanoid"]},
    },
}
NOT_FOUND = {"dependencies": [{"name": "jinja2", "skip_reason": "Dependency not found on PyPI"}], "fixes": []}


def pip_audit(package: str, *names: str, fixed: str = "9.9") -> dict[str, Any]:
    known = [{"id": name, "aliases": list(names[1:]), "fix_versions": [fixed], "description": ""} for name in names[:1]]
    sound = {"name": "attrs", "version": "22.1.0", "vulns": []}
    return {"dependencies": [{"name": package, "version": "1.0", "vulns": known}, sound], "fixes": []}


KNOWN = pip_audit("jinja2", "PYSEC-2014-8")


class Tools:
    """uv and npm, which print what they were told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._put("uv", UV.format(folder=folder))
        self._put("npm", f"#!/bin/sh\ncat {folder}/npm.json\n")

    def _put(self, name: str, script: str) -> None:
        (self.folder / name).write_text(script)
        (self.folder / name).chmod(0o755)

    def audit(self, python: object, npm: object, *options: str, known: object = KNOWN) -> tuple[int, str]:
        for name, answer in (("python", python), ("npm.json", npm), ("known", known)):
            (self.folder / name).write_text(json.dumps(answer))
        environment = {**os.environ, "UV": str(self.folder / "uv"), "PATH": f"{self.folder}:{os.environ['PATH']}"}
        program = [sys.executable, str(AUDIT), *options]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path)


def test_sound_packages_pass(tools: Tools) -> None:
    sound = {"dependencies": [{"name": "attrs", "version": "22.1.0", "vulns": []}], "fixes": []}
    assert tools.audit(sound, NPM_SOUND) == (0, "audit: no known weakness that is not accepted.\n")


def test_a_weakness_that_nobody_accepted_fails_and_is_named(tools: Tools) -> None:
    code, said = tools.audit(pip_audit("protobuf", "PYSEC-2099-1", "CVE-2099-1"), NPM_WEAK)
    assert code == 1
    assert "WEAK protobuf: CVE-2099-1, PYSEC-2099-1 (fixed in 9.9)" in said
    assert "WEAK nanoid: GHSA-mwcw-c2x4-8c55" in said


@pytest.mark.parametrize("entry", ACCEPTED, ids=lambda entry: entry["id"])
def test_what_we_live_with_passes_by_any_of_its_names_and_is_said(tools: Tools, entry: dict[str, Any]) -> None:
    code, said = tools.audit(pip_audit(entry["package"], "PYSEC-2099-1", entry["id"]), NPM_SOUND)
    assert (code, "lived with" in said) == (0, True)
    assert entry["id"] in said
    assert tools.audit(pip_audit("another", "PYSEC-2099-1", entry["id"]), NPM_SOUND)[0] == 1
    assert len(entry["reason"]) > 40, "a reason is a sentence"


def test_where_no_database_answers_it_is_said_and_only_strictly_an_error(tools: Tools) -> None:
    code, said = tools.audit(NOT_FOUND, NPM_REFUSED, known=NOT_FOUND)
    assert code == 0
    assert "NOT AUDITED Python: the database of weaknesses did not know one that everybody knows." in said
    assert "NOT AUDITED npm: 405 Method Not Allowed" in said
    assert "no known weakness" not in said
    assert tools.audit(NOT_FOUND, NPM_REFUSED, "--strict", known=NOT_FOUND)[0] == 2


def test_accepting_ends_on_its_day(tools: Tools, tmp_path: Path) -> None:
    for script in (AUDIT, AUDIT.with_name("accepted_weaknesses.yml")):
        copied = tmp_path / "scripts" / script.name
        copied.parent.mkdir(exist_ok=True)
        copied.write_text(script.read_text().replace("look_again: 2027", "look_again: 2020"))
    program = [sys.executable, str(tmp_path / "scripts" / "audit.py")]
    tools.audit(pip_audit("protobuf", "CVE-2025-4565"), NPM_SOUND)
    environment = {**os.environ, "UV": str(tools.folder / "uv"), "PATH": f"{tools.folder}:{os.environ['PATH']}"}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "WEAK protobuf: CVE-2025-4565" in done.stdout) == (1, True)
