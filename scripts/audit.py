"""Asks whether the locked packages have known weaknesses. Called by scripts/check; `--strict` where it must be done.

Weaknesses that we live with stand in accepted_weaknesses.yml, each with its reason and the day until which that counts.
Where no database of weaknesses answers, nothing was audited: that is said aloud, and is an error only with `--strict`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent
ACCEPTED = PROJECT / "scripts" / "accepted_weaknesses.yml"
PIP_AUDIT = "pip-audit==2.10.1"
KNOWN_TO_BE_WEAK = "jinja2==2.4.1"
"""If this is found to be sound, or unknown, the database was not asked at all: pip-audit calls that a success."""
PATIENCE = 600.0


class NotReached(Exception):
    """There was no answer from a database of weaknesses."""


@dataclass(frozen=True)
class Weakness:
    """One that a database knows: by any of its names (CVE, GHSA, PYSEC), in a package of the lock."""

    package: str
    names: frozenset[str]
    fixed_in: str

    def __str__(self) -> str:
        return f"{self.package}: {', '.join(sorted(self.names))} (fixed in {self.fixed_in or 'no version yet'})"


@dataclass(frozen=True)
class Accepted:
    """One that we live with, why, and until when."""

    package: str
    id: str
    reason: str
    look_again: date

    def covers(self, weakness: Weakness, today: date) -> bool:
        return self.package == weakness.package and self.id in weakness.names and today <= self.look_again


@dataclass
class Report:
    """What came of it."""

    open: list[Weakness] = field(default_factory=list)
    lived_with: list[Weakness] = field(default_factory=list)
    not_audited: list[str] = field(default_factory=list)

    def sort_in(self, found: Iterable[Weakness], accepted: Sequence[Accepted], today: date) -> None:
        for weakness in found:
            is_accepted = any(each.covers(weakness, today) for each in accepted)
            (self.lived_with if is_accepted else self.open).append(weakness)


def main() -> int:
    accepted = [Accepted(**entry) for entry in yaml.safe_load(ACCEPTED.read_text())]
    report = Report()
    kinds: Mapping[str, Callable[[], Sequence[Weakness]]] = {"Python": python, "npm": npm}
    for kind, look in kinds.items():
        try:
            report.sort_in(look(), accepted, date.today())
        except NotReached as exc:
            report.not_audited.append(f"{kind}: {exc}")
    _print(report)
    if report.open:
        return 1
    return 2 if report.not_audited and "--strict" in sys.argv[1:] else 0


def python() -> Sequence[Weakness]:
    """Those of the packages in uv.lock. Raises NotReached."""
    if not _pip_audit(KNOWN_TO_BE_WEAK):
        raise NotReached("the database of weaknesses did not know one that everybody knows.")
    everything = ["export", "--frozen", "--no-emit-project", "--no-hashes", "--quiet"]
    return _pip_audit(_run([os.environ.get("UV", "uv"), *everything]).stdout)


def _pip_audit(requirements: str) -> Sequence[Weakness]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(requirements)
        file.flush()
        audit = ["pip-audit", "--requirement", file.name, "--no-deps", "--disable-pip"]
        tool = [os.environ.get("UV", "uv"), "tool", "run", "--python", sys.executable, "--from", PIP_AUDIT]
        done = _run([*tool, *audit, "--format", "json", "--progress-spinner", "off"])
    found = _json(done, "dependencies")["dependencies"]
    return [_of_python(package["name"], known) for package in found for known in package.get("vulns", ())]


def _of_python(package: str, known: Mapping[str, Any]) -> Weakness:
    return Weakness(package, frozenset({known["id"], *known["aliases"]}), ", ".join(known["fix_versions"]))


def npm() -> Sequence[Weakness]:
    """Those of the packages in package-lock.json. Raises NotReached."""
    found = _json(_run(["npm", "audit", "--json"]), "vulnerabilities")["vulnerabilities"]
    causes = [cause for package in found.values() for cause in package["via"] if isinstance(cause, dict)]
    return [
        Weakness(cause["name"], frozenset({cause["url"].rpartition("/")[2]}), f"none of {cause['range']}")
        for cause in {cause["source"]: cause for cause in causes}.values()
    ]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise NotReached(f"{command[0]} gave no answer ({type(exc).__name__}).") from exc


def _json(done: subprocess.CompletedProcess[str], expected: str) -> Mapping[str, Any]:
    """What a tool printed; with nothing of what is `expected` in it, the tool got no answer itself."""
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {}
    if not isinstance(answer, dict) or expected not in answer:
        last = (str(answer.get("message") or "") if isinstance(answer, dict) else "") or done.stderr.strip()
        raise NotReached((last.splitlines() or ["no answer"])[-1])
    return answer


def _print(report: Report) -> None:
    for weakness in report.open:
        print(f"audit: WEAK {weakness}")
    for weakness in report.lived_with:
        print(f"audit: lived with, see {ACCEPTED.name}: {weakness}")
    for why in report.not_audited:
        print(f"audit: NOT AUDITED {why}")
    if not report.open and not report.not_audited:
        print("audit: no known weakness that is not accepted.")


if __name__ == "__main__":
    sys.exit(main())
