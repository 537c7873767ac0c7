"""A Chromium for browser tests: the system's, or one that is installed now. Never a skip."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bot.settings import PROJECT

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-core", "fonts-noto-color-emoji"]


@cache
def chromium() -> str:
    """The path of a Chromium. Installs one with apt (as root) or Playwright when there is none."""
    found = _on_path() or _installed()
    assert found, "No Chromium was found, and none could be installed. Install one: apt-get install chromium."
    return found


def _installed() -> str | None:
    """Install one; of test processes side by side one does, and the others then find it."""
    (PROJECT / ".var").mkdir(exist_ok=True)
    with (PROJECT / ".var/chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _on_path() or _installed_by_apt() or _installed_by_playwright()


def _on_path() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _installed_by_apt() -> str | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=quiet, check=False, stdout=subprocess.DEVNULL)
    subprocess.run(_APT, env=quiet, check=False, stdout=subprocess.DEVNULL)
    return _on_path()


def _installed_by_playwright() -> str | None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None
