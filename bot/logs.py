"""Structured logs: JSON in service, readable in the playground. Nobody's words reach them (promise 9)."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

QUIET = ("aiohttp.access", "alembic", "sqlalchemy", "aiosqlite", "asyncio")


def configure(level: str, readable: bool) -> None:
    """Send structlog's and the standard library's logs through one set of processors to standard error."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
    ]
    drawn = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if readable else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=drawn, foreign_pre_chain=[_unnamed, *before]))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _unnamed(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's own line may quote what it was handed: of one that comes with an exception only the logger's name is kept."""
    record = event.get("_record")
    if record is not None and record.exc_info:
        event["event"] = f"failure in {record.name}"
        event["exc_info"] = record.exc_info
    return event


def without_words(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception's text may hold somebody's words: its class and the places it passed through are enough."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ]
    event.pop("exception", None)
    return event
