"""Secrets that the operator did not set: made once and kept with this installation. Called by `bot.bootstrap`."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

SECRETS = Path(".var/secrets")


def kept_secret(name: str) -> str:
    """A random secret that stays the same for this installation; for what the operator did not set."""
    path = SECRETS / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{name}-{secrets.token_hex(8)}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(32))
        with suppress(FileExistsError):  # of processes that start side by side one is first, and all keep to its secret
            path.hardlink_to(new)
        new.unlink()
    return path.read_text()
