"""The first net of the history: each change of a stored thing leaves who, when, what before and after, and why (R8).

Written while the session is flushed, in the transaction of the change. Values of personal columns go to a side table; the
entry itself holds only that they changed.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, bindparam, event, insert, literal_column, select
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import Session

from extensions import db
from models.account import ApiKey, FormKey, LoginFailure, Notification, OneTimeLink, SeededGrant, UserSession
from models.audit_log import AuditLog, AuditPersonal, SecurityEvent
from models.base import Audited, Base
from models.chain import ChainHead, ChainLink, NetEntry, SignatureVoid
from models.job import Errand, JobRun, Outbox
from models.number import NumberCounter, PrintLog
from models.search_entry import SearchEntry
from models.setting import ReferenceMark
from models.sla import SlaClock, SlaPause
from models.stock import StockBalance, StockMovement
from services import chain, clock, unit_of_work
from services.one_statement import Rows

# Caches, counters and books of their own: a history of them would only repeat what they say.
WITHOUT_HISTORY = (AuditLog, AuditPersonal, SecurityEvent, SearchEntry, NumberCounter, UserSession, LoginFailure, FormKey,
                   OneTimeLink, ApiKey, SeededGrant, Notification, PrintLog, NetEntry, ChainLink, ChainHead, SignatureVoid,
                   SlaClock, SlaPause, Outbox, JobRun, Errand, StockBalance, StockMovement, ReferenceMark)
# Made once: each change asks them.
_ENTRY: Any = insert(AuditLog).returning(*AuditLog.__table__.columns)
_PERSONAL = insert(AuditPersonal)
SILENT = frozenset({"next_due_at", "next_clock_id", "lock_version", "changed_at", "changed_by_id", "created_at", "created_by_id"})


def plain(value: Any) -> Any:
    """A stored value as JSON: decimals as text, instants in UTC, codes instead of labels."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value) if type(value) is str else value.value  # type: ignore[attr-defined]
    return value


def digest(value: Any) -> str | None:
    """What the log holds of a personal value: enough to tell that the value beside it is the same."""
    return None if value is None else hashlib.sha256(str(value).encode()).hexdigest()[:16]


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context: Any, _instances: Any) -> None:
    unit = unit_of_work.current()
    actor, moment = (unit.actor_id if unit else None), clock.now()
    for thing in session.new:
        if isinstance(thing, Audited):
            thing.created_at = thing.created_at or moment
            thing.created_by_id = thing.created_by_id or actor
            thing.changed_at, thing.changed_by_id = moment, actor
    for thing in session.dirty:
        if isinstance(thing, Audited) and session.is_modified(thing, include_collections=False):
            thing.changed_at, thing.changed_by_id = moment, actor


@event.listens_for(Session, "after_flush")
def _record(session: Session, _context: Any) -> None:
    things = [(thing, "create") for thing in session.new] + [(thing, "change") for thing in session.dirty]
    things += [(thing, "remove") for thing in session.deleted]
    for thing, action in things:
        if isinstance(thing, Base) and not isinstance(thing, WITHOUT_HISTORY):
            _write(session, thing, action)


def _write(session: Session, thing: Base, action: str) -> None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    personal: list[dict[str, Any]] = []
    state: Any = sa_inspect(thing)
    for attribute in state.mapper.column_attrs:
        if attribute.key in SILENT:
            continue
        history = state.attrs[attribute.key].history
        if action == "change" and not history.has_changes():
            continue
        old = plain(history.deleted[0]) if history.deleted else None
        new = plain(getattr(thing, attribute.key))
        if action == "create":
            old = None
            if new is None or attribute.key == "id":
                continue
        elif action == "remove":
            old, new = new, None
        if old == new:
            continue
        if attribute.columns[0].info.get("personal"):
            personal.append({"column_name": attribute.key, "before": old, "after": new})
            old, new = digest(old), digest(new)
        before[attribute.key], after[attribute.key] = old, new
    if not after and not before:
        return
    unit = unit_of_work.current()
    connection = session.connection()
    entry = connection.execute(_ENTRY, {
        "at": clock.now(), "user_id": unit.actor_id if unit else None, "request_id": unit.request_id if unit else None,
        "reason": unit.reason if unit else None, "entity": thing.__tablename__, "row_id": thing.id, "action": action,
        "before": before if action != "create" else None, "after": after if action != "remove" else None}).one()
    chain.note(session, AuditLog.__tablename__, entry.id, entry)
    if personal:
        connection.execute(_PERSONAL, [{"entry_id": entry.id, **row} for row in personal])


LATEST = Rows(*AuditLog.__table__.columns)


def entries(thing: Base, *, limit: int = 100) -> Sequence[Any]:
    """The changes of one record, newest first: rows with the columns of the log, which are only read."""
    found: Sequence[Any] = db.session.execute(_entries(), {"entity": thing.__tablename__, "key": thing.id, "most": limit}).all()
    return found


def entries_of(model: type[Base], key: Any, *, limit: int) -> Any:
    """The latest changes of a record as a value of a larger statement, which `LATEST.read` reads; its key stands there."""
    log = AuditLog.__table__
    return LATEST.value(lambda query: query.where(log.c.entity == model.__tablename__, log.c.row_id == key)
                        .order_by(log.c.id.desc()).limit(literal_column(str(limit))))


@functools.cache
def _entries() -> Any:
    """Made once: each page of a record asks it."""
    log = AuditLog.__table__
    return (select(*log.columns).where(log.c.entity == bindparam("entity"), log.c.row_id == bindparam("key"))
            .order_by(log.c.id.desc()).limit(bindparam("most", type_=Integer)))


def personal_of(keys: list[int]) -> dict[int, dict[str, tuple[str | None, str | None]]]:
    """Personal values of some entries: entry → column → (before, after)."""
    found: dict[int, dict[str, tuple[str | None, str | None]]] = {}
    if keys:
        for row in db.session.scalars(select(AuditPersonal).where(AuditPersonal.entry_id.in_(keys))):
            found.setdefault(row.entry_id, {})[row.column_name] = (row.before, row.after)
    return found


def because(reason: str | None) -> None:
    """Say why the changes of this unit are made; it stands in each entry."""
    unit = unit_of_work.current()
    if unit is not None and reason:
        unit.reason = reason[:200]


def acts(user: Any) -> None:
    """Say who acts in this unit where nobody is signed in (a story of the seed, a job on somebody's behalf)."""
    unit = unit_of_work.current()
    if unit is not None and unit.actor_id is None and user is not None:
        unit.actor_id = user.id


def note_security(kind: str, *, user_id: int | None = None, subject: str | None = None, apart: bool = False) -> None:
    """Write a log-in, a refusal, an export or a change of rights into the book; `apart` keeps it when the unit is undone."""
    unit = unit_of_work.current()
    event_ = {"at": clock.now(), "kind": kind, "user_id": user_id if user_id is not None else (unit.actor_id if unit else None),
              "subject": subject[:120] if subject else None, "ip": unit.ip if unit else None,
              "request_id": unit.request_id if unit else None}
    if apart:
        unit_of_work.aside(lambda session: session.add(SecurityEvent(**event_)))
    else:
        db.session.add(SecurityEvent(**event_))
