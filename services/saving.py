"""Making and changing a record of master data: required fields, unique values, rules of its kind, number, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy import inspect as sa_inspect

from extensions import _l, db
from models.audit_log import AuditLog
from models.base import foreign_key_of
from services import access, audit, numbering
from services.errors import Conflict, DomainError
from services.unit_of_work import cache

Check = Callable[[Any], None]
After = Callable[[Any, set[str]], None]
_checks: dict[type[Any], list[Check]] = {}
_afters: dict[type[Any], list[After]] = {}
_numbered: dict[type[Any], tuple[str, str]] = {}


def rule(model: type[Any]) -> Callable[[Check], Check]:
    """Declare a rule that holds whenever a record of this kind is saved, by whatever door."""
    def keep(declared: Check) -> Check:
        _checks.setdefault(model, []).append(declared)
        return declared
    return keep


def after(model: type[Any]) -> Callable[[After], After]:
    """Declare what follows in the same unit once a record of this kind was saved; it is told which columns changed."""
    def keep(declared: After) -> After:
        _afters.setdefault(model, []).append(declared)
        return declared
    return keep


def _flush(record: Any) -> None:
    followers, state = _afters.get(type(record), ()), sa_inspect(record)
    changed = {attribute.key for attribute in state.attrs if attribute.history.has_changes()} if followers else set()
    db.session.flush()
    for declared in followers:
        declared(record, changed)


def numbered(model: type[Any], column: str, series: str) -> None:
    """Let new records of a kind draw their code from a series when none was typed."""
    _numbered[model] = (column, series)


@dataclass(frozen=True)
class Foreign:
    """What somebody else made of a field meanwhile."""

    who: str
    at: dt.datetime | None
    value: Any


def create(model: type[Any], values: dict[str, Any], *, by: Any, now: dt.datetime, complete: Check | None = None) -> Any:
    """A new record of a kind; `complete` fills in what is known besides. Raises DomainError at the field, NotAllowed."""
    access.require(by, "create", model.__noun__)
    audit.acts(by)
    record = model()
    with db.session.no_autoflush:
        apply(record, values)
        if complete is not None:
            complete(record)
    if model in _numbered and not getattr(record, _numbered[model][0]):
        column, series = _numbered[model]
        with db.session.no_autoflush:
            check(record)
            setattr(record, column, numbering.take(series, now=now).number)
    else:
        check(record)
    db.session.add(record)
    _flush(record)
    return record


def change(record: Any, values: dict[str, Any], *, by: Any, version: int | None = None,
           seen: dict[str, Any] | None = None, complete: Check | None = None) -> Any:
    """Change a record; `complete` fills in what follows from it.

    With `version` and `seen` (what the form showed) a stale form is merged: fields only the other changed keep his value, fields only
    this form changed take its value; a field both changed raises Conflict with `theirs`.
    """
    access.require(by, "change", type(record).__noun__)
    audit.acts(by)
    if version is not None and version != record.lock_version:
        if seen is None:
            raise stale(record, values)
        values = merged(record, values, seen)
    with db.session.no_autoflush:
        apply(record, values)
        if complete is not None:
            complete(record)
        check(record)
    _flush(record)
    return record


def stale(record: Any, values: dict[str, Any]) -> Conflict:
    """The refusal of a change made on an old version, with what stands now in the fields it would change."""
    return Conflict(_l("The record was changed meanwhile."), theirs={
        name: foreign(record, name) for name, value in values.items() if comparable(getattr(record, name)) != comparable(value)})


def merged(record: Any, values: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
    """Of what a stale form sends, what its user changed; Conflict where somebody else changed the same field otherwise."""
    mine = {name: value for name, value in values.items() if comparable(value) != seen.get(name)}
    theirs = {name: getattr(record, name) for name in values if comparable(getattr(record, name)) != seen.get(name)}
    both = {name for name in mine.keys() & theirs.keys() if comparable(mine[name]) != comparable(theirs[name])}
    if both:
        raise Conflict(_l("Somebody changed the same field meanwhile. Choose which value holds."),
                       theirs={name: foreign(record, name) for name in sorted(both)})
    return mine


def comparable(value: Any) -> str:
    """A value as text that says whether two are the same: an empty field is an empty field."""
    if value is None or value == "":
        return ""
    if hasattr(value, "id"):
        return str(value.id)
    if hasattr(value, "value"):
        return str(value.value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value).replace("\r\n", "\n")


def foreign(record: Any, name: str) -> Foreign:
    """What stands in a field now, who put it there and when."""
    mapper = sa_inspect(type(record))
    column = foreign_key_of(type(record), name).key if name in mapper.relationships else name
    entries = db.session.scalars(select(AuditLog).where(AuditLog.entity == record.__tablename__, AuditLog.row_id == record.id)
                                 .order_by(AuditLog.id.desc()).limit(20))
    entry = next((item for item in entries if column in (item.after or {})), None)
    return Foreign(who=user_name(entry.user_id) if entry else "", at=entry.at if entry else None, value=getattr(record, name))


def user_names(user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The printed names behind the keys of users, asked for together and once in a unit of work."""
    from flask_appbuilder.security.sqla.models import User

    known: dict[int | None, str] = cache().setdefault("user_names", {})
    missing = {key for key in user_ids if key is not None} - known.keys()
    for user in (db.session.identity_map.get(db.session.identity_key(User, key)) for key in list(missing)):
        if user is not None:  # who is signed in is at hand
            known[user.id] = " ".join(part for part in (user.first_name, user.last_name) if part)
            missing.discard(user.id)
    if missing:
        for key, first, last in db.session.execute(select(User.id, User.first_name, User.last_name).where(User.id.in_(missing))):
            known[key] = " ".join(part for part in (first, last) if part)
    return known


def user_name(user_id: int | None) -> str:
    """The printed name behind a user's key; empty for jobs."""
    return user_names([user_id]).get(user_id, "")


def apply(record: Any, values: dict[str, Any]) -> None:
    """Write values into a record; what is the same is not touched."""
    mapper = sa_inspect(type(record))
    for name, value in values.items():
        if name in mapper.relationships and not mapper.relationships[name].uselist:
            setattr(record, foreign_key_of(type(record), name).key, value.id if value is not None else None)
        if comparable(getattr(record, name)) != comparable(value):
            setattr(record, name, value)


def check(record: Any) -> None:
    """Hold a record against what must be filled, unique and true of its kind; raises DomainError at the field."""
    with db.session.no_autoflush:
        _check_filled(record)
        _check_unique(record)
        for declared in _checks.get(type(record), ()):
            declared(record)


def _check_filled(record: Any) -> None:
    """What the database will not store empty is asked for at its field, before the database refuses the whole record."""
    mapper = sa_inspect(type(record))
    new = sa_inspect(record).key is None
    drawn = _numbered.get(type(record), ("", ""))[0] if new else ""
    for column in mapper.columns:
        name = mapper.get_property_by_column(column).key
        if column.nullable or column.primary_key or name == drawn or getattr(record, name) is not None:
            continue
        if new and column.default is not None:
            continue
        relation = next((item.key for item in mapper.relationships if not item.uselist and column in item.local_columns), name)
        raise DomainError(_l("Please fill in."), relation)


def _check_unique(record: Any) -> None:
    model, state = type(record), sa_inspect(record)
    sets: list[tuple[str, ...]] = [(column.key,) for column in model.__table__.columns if column.unique]
    sets += [tuple(column.key for column in constraint.columns) for constraint in model.__table__.constraints
             if isinstance(constraint, UniqueConstraint)]
    for names in dict.fromkeys(sets):
        if state.key is not None and not any(state.attrs[name].history.has_changes() for name in names):
            continue  # it was unique when it was written
        values = [getattr(record, name) for name in names]
        if any(value is None or value == "" for value in values):
            continue
        query = select(model.id).where(*(getattr(model, name) == value for name, value in zip(names, values, strict=True)))
        if record.id is not None:
            query = query.where(model.id != record.id)
        if db.session.scalar(query.limit(1)) is not None:
            raise DomainError(_l("There is a record with this value already."), names[-1])
