"""Tells Rasa's training cache when our code has changed; called by the components' `fingerprint_addon`."""

from __future__ import annotations

import hashlib
import inspect
from types import ModuleType


def fingerprint_of(*modules: ModuleType) -> str:
    """Return a hash over the source of these modules. Rasa itself looks at the component's class only."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()
