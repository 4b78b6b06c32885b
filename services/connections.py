"""The connections of the application: durability, referential integrity and honest transactions on both databases (R3)."""

from __future__ import annotations

import functools
import select
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from services.unit_of_work import current

QUIET = 30.0  # seconds a line may lie unused before the database is asked whether it still stands


def prepare_engine(engine: Engine) -> None:
    """Set up each connection of an engine as it is made, taken from the pool and begun with."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkout", _taken)
        event.listen(engine, "checkin", _given_back)


def _reads() -> bool:
    unit = current()
    return unit is not None and not unit.write


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN" if _reads() else "BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.cursor_factory = _plain_cursor()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
        cursor.execute("SET statement_timeout = '60s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        # A page asks for a few rows: starting helpers or a compiler costs more than they save (24 ms instead of 1, measured).
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SET jit = off")


@functools.cache
def _plain_cursor() -> type[Any]:
    """A cursor that tells name and type number of its columns and no more, and only when they are read.

    The driver makes an object with the type's name for each column of each answer, a third of the time of a wide row (psycopg 3.3);
    they are read the first time a statement is asked. Made at the first connection, for SQLite needs no driver loaded.
    """
    import psycopg
    from psycopg import _queries

    # The driver remembers how it reads a statement, but not of long ones, which take it longest: the page of a record asks 18,000
    # characters, a request has seventy columns.
    _queries.MAX_CACHED_STATEMENT_LENGTH, _queries.MAX_CACHED_STATEMENT_PARAMS = 40_000, 200

    class Columns(Sequence[Any]):
        def __init__(self, result: Any) -> None:
            self.result = result

        def __len__(self) -> int:
            return int(self.result.nfields)

        def __getitem__(self, place: Any) -> Any:
            return self.read[place]

        @functools.cached_property
        def read(self) -> list[Any]:
            return [((self.result.fname(place) or b"").decode(), self.result.ftype(place), None, None, None, None, None)
                    for place in range(len(self))]

    class PlainCursor(psycopg.Cursor[Any]):
        @property
        def description(self) -> Any:
            result = self.pgresult
            if result is None or (not result.nfields and result.status != psycopg.pq.ExecStatus.TUPLES_OK):
                return None
            return Columns(result)

    return PlainCursor


def _taken(connection: Any, record: Any, _proxy: Any) -> None:
    """A unit that reads has no transaction: at READ COMMITTED each of its statements sees what is committed anyway, and BEGIN and ROLLBACK
    are two more ways to the database for each page. An event of the pool, for those of the engine are asked at every statement.
    """
    _still_there(connection, record)
    if connection.autocommit != _reads():
        connection.autocommit = _reads()


def _given_back(_connection: Any, record: Any) -> None:
    record.info["since"] = time.monotonic()


def _still_there(connection: Any, record: Any) -> None:
    """The pool makes another connection for one that ended while it lay there.

    A database that was stopped has closed the line, which then has something to read: no question to the database is needed to see it
    (`pool_pre_ping` asks one for each page). Only after a quiet time, when a wall between the machines may have dropped it, it is asked.
    """
    since = record.info.get("since")
    if since is None:
        return
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0) or time.monotonic() - since > QUIET:
        try:
            connection.autocommit = True
            connection.execute("SELECT 1")
        except Exception as error:
            raise DisconnectionError("the database closed the connection") from error
