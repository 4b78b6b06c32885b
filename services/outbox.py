"""What must not be lost is a row of the business transaction; a worker claims it with a lease and does it once (R5)."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from extensions import db
from models.job import Outbox
from services import clock
from services.unit_of_work import unit_of_work

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
LONGEST_REST = timedelta(hours=6)
Handler = Callable[[dict[str, Any], dt.datetime], None]
HANDLERS: dict[str, Handler] = {}
OUTSIDE: set[str] = set()


def handles(kind: str, *, outside: bool = False) -> Callable[[Handler], Handler]:
    """Declare who does the work of a kind: in the transaction that marks the row as done, so once; what goes `outside` (mail) is done
    before it, without a lock held meanwhile, so at least once."""
    def keep(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if outside:
            OUTSIDE.add(kind)
        return handler
    return keep


def put(kind: str, key: str, payload: dict[str, Any], *, now: dt.datetime, due: dt.datetime | None = None) -> bool:
    """Leave work for the worker; False when a row of that key is there already, whoever wrote it."""
    return insert_new(Outbox, "key", kind=kind, key=key[:120], payload=payload, created_at=now, due_at=due or now, attempts=0)


def insert_new(model: type[Any], unique: str, **values: Any) -> bool:
    """Add a row unless there is one of that key; the database decides between two who do it at once."""
    make: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made: Any = db.session.execute(make(model).values(**values).on_conflict_do_nothing(index_elements=[unique]))
    return bool(made.rowcount)


def worker_name() -> str:
    """Who claims: machine, process, and a mark of its own."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(3)}"[:40]


def claim(who: str, *, now: dt.datetime, lease: timedelta = LEASE) -> int | None:
    """The key of a row that is due and nobody holds, now held by `who`; None when there is none. One statement decides."""
    free = or_(Outbox.lease_until.is_(None), Outbox.lease_until < now)
    for key in db.session.scalars(select(Outbox.id).where(Outbox.done_at.is_(None), Outbox.due_at <= now, Outbox.attempts < MOST_ATTEMPTS,
                                                          free).order_by(Outbox.due_at, Outbox.id).limit(20)).all():
        taken = db.session.execute(update(Outbox).where(Outbox.id == key, Outbox.done_at.is_(None), free).values(
            lease_until=now + lease, claimed_by=who, attempts=Outbox.attempts + 1))
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            return int(key)
    return None


def finish(key: int, who: str, *, now: dt.datetime) -> bool:
    """Do the work of a claimed row and mark it, both in one transaction; False when the lease went to somebody else meanwhile."""
    row = db.session.get(Outbox, key)
    mine = update(Outbox).where(Outbox.id == key, Outbox.claimed_by == who, Outbox.done_at.is_(None)).values(
        done_at=now, lease_until=None, error=None)
    if row is None or db.session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
        return False
    if row.kind not in OUTSIDE:
        HANDLERS[row.kind](row.payload, now)
    return True


def _outside(key: int) -> None:
    row = db.session.get(Outbox, key)
    if row is not None and row.kind in OUTSIDE:
        HANDLERS[row.kind](row.payload, clock.now())


def deliver(*, most: int = 200, lease: timedelta = LEASE) -> int:
    """Do what is due, also what a dead worker left when its lease is over; how much was done.

    Each row takes two transactions of its own: the claim, then the work with its mark. What fails is tried again later and later.
    """
    who, done = worker_name(), 0
    for _turn in range(most):
        with unit_of_work(reason="outbox"):
            key = claim(who, now=clock.now(), lease=lease)
        if key is None:
            break
        try:
            with unit_of_work(write=False):
                _outside(key)
            with unit_of_work(reason="outbox"):
                done += finish(key, who, now=clock.now())
        except Exception as error:
            with unit_of_work(reason="outbox"):
                _failed(key, who, error)
    return done


def _failed(key: int, who: str, error: Exception) -> None:
    row = db.session.get(Outbox, key)
    if row is not None and row.claimed_by == who:
        rest = min(timedelta(minutes=2 ** row.attempts), LONGEST_REST)
        row.lease_until, row.error = clock.now() + rest, f"{type(error).__name__}: {error}"[:300]


def backlog(now: dt.datetime) -> dict[str, Any]:
    """What waits: how many rows, since when, and how many were given up."""
    waiting = Outbox.done_at.is_(None) & (Outbox.due_at <= now)
    count, oldest = db.session.execute(select(func.count(), func.min(Outbox.due_at)).where(waiting, Outbox.attempts < MOST_ATTEMPTS)).one()
    lost = db.session.scalar(select(func.count()).select_from(Outbox).where(waiting, Outbox.attempts >= MOST_ATTEMPTS))
    return {"count": int(count), "oldest": oldest, "lost": int(lost or 0)}
