"""One transaction per request, command or job, opened and closed here and nowhere else (R3).

A unit knows whether it will write: SQLite then takes the write lock at the first statement (`BEGIN IMMEDIATE`), because a
transaction that reads first and writes later fails under load. It carries who acts and why, which the history reads.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from extensions import OneDatabase, db

T = TypeVar("T")
RETRIES = 3


@dataclass
class Unit:
    """Who acts, in which request, why; and whether the unit may write."""

    write: bool
    actor_id: int | None = None
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    reason: str | None = None
    ip: str | None = None
    mark: str | None = None  # of what workers remember (services/kept.py)
    cache: dict[Any, Any] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)


_unit: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)


def current() -> Unit | None:
    """The unit that is open, or None."""
    return _unit.get()


def cache() -> dict[Any, Any]:
    """What was worked out once in this unit (rights, parameters); an empty throw-away outside of one."""
    unit = _unit.get()
    return {} if unit is None else unit.cache


def open_unit(*, write: bool, request_id: str | None = None, ip: str | None = None) -> Unit:
    """Begin a unit for the request at hand. The transaction itself begins with the first statement."""
    unit = Unit(write=write, ip=ip)
    if request_id:
        unit.request_id = request_id
    _unit.set(unit)
    return unit


def finish() -> None:
    """Keep what a writing unit did; a reading one has nothing to keep and lets go of its connection when it is left."""
    unit = _unit.get()
    if unit is not None and unit.write:
        db.session.commit()
        done, unit.after_commit = unit.after_commit, []
        for act in done:
            act()


def abandon() -> None:
    """Undo everything since the unit began; the objects in hand are no longer valid."""
    db.session.rollback()
    unit = _unit.get()
    if unit is not None:
        unit.cache.clear()
        unit.mark = None
        unit.after_commit.clear()


def close_unit() -> None:
    """Leave the unit; nothing that was not finished survives."""
    db.session.remove()
    _unit.set(None)


@contextmanager
def unit_of_work(*, actor_id: int | None = None, reason: str | None = None, write: bool = True) -> Iterator[Unit]:
    """A unit for a command, a job or a story of the seed: committed at the end, undone when the block raises."""
    before = _unit.get()
    unit = Unit(write=write, actor_id=actor_id, reason=reason)
    token = _unit.set(unit)
    try:
        yield unit
        finish()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        if before is None:
            db.session.remove()
        _unit.reset(token)


def aside(work: Callable[[Session], T]) -> T:
    """Do something small in a transaction of its own (failed log-ins, last-seen marks): it stays when the unit is undone."""
    unit = _unit.get()
    token = _unit.set(Unit(write=True, actor_id=unit.actor_id if unit else None,
                           request_id=unit.request_id if unit else secrets.token_hex(8), ip=unit.ip if unit else None))
    try:
        with Session(db.engine) as session:
            result = work(session)
            session.commit()
            return result
    finally:
        _unit.reset(token)


def is_passing(error: BaseException) -> bool:
    """A conflict of two transactions that a second attempt resolves (PostgreSQL 40001, 40P01)."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def retrying(work: Callable[[], T]) -> T:
    """Call `work`; when two transactions met, undo and call it again, at most three times in all."""
    for attempt in range(1, RETRIES + 1):
        try:
            return work()
        except DBAPIError as error:
            if attempt == RETRIES or not is_passing(error):
                raise
            abandon()
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")


class WriteInReadingUnit(RuntimeError):
    """A page that only shows something tried to change something: a bug, never kept."""


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_reading(session: Session, _context: Any, _instances: Any) -> None:
    unit = _unit.get()
    if unit is not None and not unit.write and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise WriteInReadingUnit("a reading unit of work may not write")


def _refuse_statements_that_write(statement: Any) -> None:
    unit = _unit.get()
    if unit is not None and not unit.write and statement.is_dml:
        raise WriteInReadingUnit("a reading unit of work may not write")


OneDatabase.asks = staticmethod(_refuse_statements_that_write)
