"""Silences Rasa while it is imported: no telemetry, no megabytes of debug lines. Used by whoever imports Rasa."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def silence() -> Iterator[None]:
    """Import Rasa and load models within this block; what it sets for the process stays after it."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # Rasa itself sets a chattier one, which our own processes inherit
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    for name in ("rasa", "rasa_sdk", "tensorflow", "matplotlib", "apscheduler"):
        logging.getLogger(name).setLevel(logging.ERROR)
    if not structlog.is_configured():
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with warnings.catch_warnings():
        # A hundred deprecations of libraries that Rasa pins; filters alone do not hold, some libraries reset them.
        warnings.showwarning = lambda *_, **__: None
        yield
