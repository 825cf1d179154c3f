"""The log: one JSON line an event, in UTC, on standard error."""

import logging
import sys

import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(ensure_ascii=True),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
"""What everybody logs by: ``log.info("event", key=value)``."""
