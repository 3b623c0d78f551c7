"""Logging for people at a terminal: one line an event, tracebacks without the frames' values."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Values of local variables stay out of tracebacks: a key or a prompt may be among them."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        # Where stderr leads at that moment: the one of now may be closed by then.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
