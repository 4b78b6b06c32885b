"""What waits and what is late, as figures for the navigation: one statement in a unit of work, each figure counted to MOST."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, inspect, literal_column, select
from sqlalchemy.orm.attributes import set_committed_value

from extensions import db
from models.account import Notification
from models.base import UTCDateTime
from models.follow_up import FollowUp
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock
from services import waiting as waiting_for
from services.kept import kept
from services.unit_of_work import cache

MOST = 999
# What the navigation counts; each figure is that of the views “open” and “late” of its list.
KINDS: dict[str, type[Any]] = {"requests": ServiceRequest, "orders": WorkOrder, "calls": FollowUp}


def figure(model: type[Any], *clauses: ColumnElement[bool], most: int = MOST) -> Any:
    """The number of rows under these clauses as a part of a larger statement, counted to `most` + 1 at most."""
    few = select(model.id).where(*clauses).limit(literal_column(str(most + 1))).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def any_of(record: Any, name: str) -> Any:
    """Whether a list of a record has anything, 0 or 1, as a part of a larger statement."""
    relation = inspect(type(record)).relationships[name]
    (local, remote), = relation.local_remote_pairs
    return figure(relation.mapper.class_, remote == getattr(record, local.key), most=0)


def known_empty(record: Any, names: Iterable[str]) -> None:
    """Let lists of a record that have nothing be empty without asking for them."""
    for name in names:
        set_committed_value(record, name, [])


def asked(parts: dict[str, Any]) -> dict[str, int]:
    """Several figures by one statement."""
    if not parts:
        return {}
    row = db.session.execute(select(*(part.label(name) for name, part in parts.items()))).one()
    return dict(zip(parts, map(int, row), strict=True))


def _parts(user: Any, now: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, model in KINDS.items():
        if access.can(user, "read", model.__noun__):
            seen = access.visible(user, model)
            parts[name] = figure(model, seen, waiting_for.is_open(model))
            parts[f"{name}_late"] = figure(model, seen, waiting_for.is_late(model, now))
    for model, late in waiting_for.late_by_model(user, now).items():
        parts[f"mine_{model.__tablename__}"] = figure(model, access.visible(user, model), late)
    return parts


def _statement(user: Any) -> tuple[list[str], Any]:
    """(names, statement) of the figures of the navigation, to be asked with `now`: building it takes longer than asking it, so it is
    remembered until rights, parameters or the user's post change."""
    staff = access.staff_of(user)
    department = staff.department if staff is not None else None

    def build() -> tuple[list[str], Any]:
        parts = _parts(user, bindparam("now", type_=UTCDateTime()))
        parts["unread"] = figure(Notification, Notification.user_id == user.id, Notification.read_at.is_(None))
        return list(parts), select(*parts.values())

    return kept(("navigation", user.id, staff and (staff.id, staff.is_engineer), department and (department.id, department.kind)), build)


def unread(user: Any) -> int:
    """How many notices the user has not read."""
    waiting(user)
    return int(cache()[("unread", user.id)])


def waiting(user: Any) -> dict[str, tuple[int, int]]:
    """Name → (open, late) of what the user may see, and under `mine` what is late of what waits for himself; above MOST means “more”."""
    with_waiting(user, {})
    return cache()[("counters", user.id)]  # type: ignore[no-any-return]


def with_waiting(user: Any, parts: dict[str, Any]) -> dict[str, int]:
    """The figures of a page, by the one statement that the navigation of the same page asks for its own."""
    key = ("counters", user.id)
    if key in cache():
        return asked(parts)
    names, statement = _statement(user)
    row = db.session.execute(statement.add_columns(*parts.values()) if parts else statement, {"now": clock.now()}).one()
    figures = dict(zip((*names, *(f"page {name}" for name in parts)), map(int, row), strict=True))
    cache()[("unread", user.id)] = figures["unread"]
    counted = {name: (figures[name], figures[f"{name}_late"]) for name in KINDS if name in figures}
    counted["mine"] = (0, sum(count for name, count in figures.items() if name.startswith("mine_")))
    cache()[key] = counted
    return {name: figures[f"page {name}"] for name in parts}
