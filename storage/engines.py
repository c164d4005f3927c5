"""The engines of a database: how connections are opened on each, and what their failures mean."""

import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.turn import StorageError

_SCHEMES = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
# What the drivers say, and what it means. The first that is found counts.
_MEANINGS = (
    ("readonly database", "is read-only: give Lodge a file, and a folder, that it may write"),
    ("not a database", "is not a database of Lodge's: move that file away, or name another one"),
    ("malformed", "is damaged: stop Lodge and put the last backup in its place"),
    ("disk is full", "cannot grow, the disk is full: make room, and try again"),
    ("disk i/o error", "cannot be written, the disk is full or failing: make room, and try again"),
    ("no space left", "cannot grow, the disk is full: make room, and try again"),
    ("database is locked", "is in use by another process: SQLite serves one Lodge at a time, so stop the other one"),
    ("unable to open", "cannot be opened: check that its folder exists and that Lodge may write there"),
    ("read-only transaction", "is read-only: name the primary server, not a standby"),
    ("permission denied", "does not let Lodge make its tables: grant its user CREATE on the schema"),
    ("password authentication", "refuses the user name or the password: check them in the address"),
    ("no password", "wants a password: put it into the address"),
    ("does not exist", "is not there, or its user is not: create them first"),
    ("deadlock", "was busy with something in its way: please try again"),
)
_AWAY = (OSError, TimeoutError, OperationalError, InterfaceError)
_UNREACHABLE = "cannot be reached: check the address, and that the database runs"


def parse(url: str) -> URL:
    """The address with its driver. Raises `StorageError` for an address that Lodge cannot use."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError("That is no database address: use sqlite:///… or postgresql://…") from None
    driver = _SCHEMES.get(parsed.drivername)
    if driver is None:
        raise StorageError(f"Lodge does not know {parsed.drivername}:// databases: use sqlite:///… or postgresql://…")
    if driver.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise StorageError("A SQLite database needs a file: use sqlite:///data/lodge.db")
    if "sslmode" in parsed.query:  # libpq's word, which managed databases put into their addresses
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": parsed.query["sslmode"]})
    return parsed.set(drivername=driver)


def writer(url: URL) -> AsyncEngine:
    """For everything that writes. On SQLite one connection, which is alone from the first moment of a transaction."""
    return _sqlite(url, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0) if _is_sqlite(url) else _postgres(url)


def reader(url: URL) -> AsyncEngine:
    """For reading on SQLite while somebody writes: its own connections, which take no write lock."""
    return _sqlite(url, "BEGIN", ("PRAGMA query_only=ON",), pool_size=4, max_overflow=4)


def migrator(url: URL) -> AsyncEngine:
    """For changing tables: rebuilding a SQLite table with foreign keys on would empty the tables that point to it."""
    if not _is_sqlite(url):
        return _postgres(url, poolclass=NullPool)
    return _sqlite(url, "BEGIN IMMEDIATE", ("PRAGMA foreign_keys=OFF",), poolclass=NullPool)


def make_file(url: URL) -> None:
    """A SQLite file and its folder, made where they are missing. Raises `StorageError` where they cannot be, or be used.

    Seen to before the engines are: the driver's thread may outlive a loop that ends on a file it could not open.
    """
    if not _is_sqlite(url):
        return
    file = Path(url.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(file, timeout=10)) as made:
            made.execute("PRAGMA journal_mode=WAL")
    except OSError as error:
        why = f"The folder {file.parent} cannot be made ({error.strerror}): name one that Lodge may write"
        raise StorageError(why) from None
    except sqlite3.Error as error:
        raise _told(url, _meaning(error) or _UNREACHABLE) from None


def explained(error: BaseException, url: URL) -> StorageError | None:
    """What a driver's failure means and what to do; None where it is no failure of the database but of ours."""
    if isinstance(error, ModuleNotFoundError) and error.name == "asyncpg":
        return StorageError("PostgreSQL needs its driver: pip install .[postgres]")
    if not isinstance(error, DBAPIError | OSError | TimeoutError) and not type(error).__module__.startswith("asyncpg"):
        return None
    away = _UNREACHABLE if isinstance(error, _AWAY) or getattr(error, "connection_invalidated", False) else None
    meaning = _meaning(getattr(error, "orig", error)) or away
    return _told(url, meaning) if meaning else None


def _meaning(error: object) -> str | None:
    said = str(error).lower()
    return next((meaning for sign, meaning in _MEANINGS if sign in said), None)


def _told(url: URL, meaning: str) -> StorageError:
    named = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
    return StorageError(f"The database {named} {meaning}.")


def _is_sqlite(url: URL) -> bool:
    return url.drivername.startswith("sqlite")


def _sqlite(url: URL, begin: str, extra: tuple[str, ...] = (), **pool: Any) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": 10}, **pool)
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # at DEBUG it logs every value of every statement
    pragmas = ("PRAGMA busy_timeout=10000", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late: updates would be lost
        cursor = connection.cursor()
        for pragma in pragmas + extra:
            cursor.execute(pragma)
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    return engine


def _postgres(url: URL, **pool: Any) -> AsyncEngine:
    """Nothing is prepared under a lasting name, or pgbouncer would look for it on another connection."""
    prepared = {"statement_cache_size": 0, "prepared_statement_cache_size": 0, "timeout": 10}
    names = {"prepared_statement_name_func": lambda: f"__lodge_{uuid4()}__"}
    sized = pool or {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
    return create_async_engine(url, hide_parameters=True, connect_args={**prepared, **names}, **sized)
