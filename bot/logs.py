"""How the processes of a server log. Called by `bot serve` and by the process of the dialogue."""

from __future__ import annotations

import logging

import structlog


def log_at(level: str) -> None:
    """Log from this level on ("info"); libraries from warnings on."""
    number = int(getattr(logging, level.upper()))
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        processors=[
            *structlog.get_config()["processors"][:-1],
            # Framed and coloured, a traceback costs as much as a dozen turns: in trouble there are many.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
    )
    logging.basicConfig(level=max(number, logging.WARNING))
