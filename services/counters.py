"""What waits and what is late, as figures for the navigation and for the page in hand: one statement in a unit of work, counted to MOST."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, func, inspect, literal_column, select, true
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


# As questions of their own: PostgreSQL would look at a moment that stands there itself, find that a plan for just this moment seems
# better than the one it keeps, and plan all figures anew for each page, which takes longer than to count them.
NOW = select(bindparam("now", type_=UTCDateTime())).scalar_subquery()
RECORD, USER = bindparam("record", type_=Integer), bindparam("user", type_=Integer)


class Figure(NamedTuple):
    """A number that a page asks for, or whatever `read` makes of its value. `make` writes it as a part of a larger statement, which is
    remembered: what changes from record to record stands there as a bound parameter and comes with `values`; NOW, RECORD and USER may
    stand there, too.
    """

    make: Callable[[], Any]
    values: dict[str, Any] = {}
    read: Callable[[Any], Any] = int


Figures = dict[str, Figure]


def figure(model: type[Any], *clauses: ColumnElement[bool], most: int = MOST) -> Any:
    """The number of rows under these clauses as a part of a larger statement, counted to `most` + 1 at most."""
    few = select(model.id).where(*clauses).limit(literal_column(str(most + 1))).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def any_of(model: type[Any], name: str) -> Figure:
    """Whether a list of a record has anything, 0 or 1."""
    relation = inspect(model).relationships[name]
    (_local, remote), = relation.local_remote_pairs
    return Figure(lambda: figure(relation.mapper.class_, remote == RECORD, most=0))


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


def _navigation(user: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, model in KINDS.items():
        if access.can(user, "read", model.__noun__):
            seen = access.visible(user, model)
            parts[name] = figure(model, seen, waiting_for.is_open(model))
            parts[f"{name}_late"] = figure(model, seen, waiting_for.is_late(model, NOW))
    for model, late in waiting_for.late_by_model(user, NOW).items():
        parts[f"mine_{model.__tablename__}"] = figure(model, access.visible(user, model), late)
    parts["unread"] = figure(Notification, Notification.user_id == USER, Notification.read_at.is_(None))
    return parts


def _statement(user: Any, page: Hashable, parts: Figures, of: Callable[[], Any] | None = None) -> tuple[list[str], Any]:
    """(names, statement) of the figures of the navigation and of a page, beside the record that `of` asks for. Building it takes longer
    than asking it, so it is remembered; that of a page without a name is built anew on that of the navigation alone."""
    if page is None and parts:
        names, statement = _statement(user, None, {})
        return [*names, *map(_of_page, parts)], statement.add_columns(*(part.make() for part in parts.values()))

    def build() -> tuple[list[str], Any]:
        found = _navigation(user) | {_of_page(name): part.make() for name, part in parts.items()}
        if of is None:
            return list(found), select(*found.values())
        figures = select(*(part.label(f"figure_{place}") for place, part in enumerate(found.values()))).subquery()
        return list(found), of().join(figures, true()).add_columns(*figures.c)

    return kept(("figures", page, tuple(parts), access.sight(user)), build)


def _of_page(name: str) -> str:
    return f"page {name}"


def unread(user: Any) -> int:
    """How many notices the user has not read."""
    waiting(user)
    return int(cache()[("unread", user.id)])


def waiting(user: Any) -> dict[str, tuple[int, int]]:
    """Name → (open, late) of what the user may see, and under `mine` what is late of what waits for himself; above MOST means “more”."""
    if ("counters", user.id) not in cache():
        with_waiting(user, {})
    return cache()[("counters", user.id)]  # type: ignore[no-any-return]


def with_waiting(user: Any, parts: Figures, *, page: Hashable = None) -> dict[str, Any]:
    """The figures of a page, by the one statement that the navigation of the same page asks for its own.

    Under the name of a `page` the statement is remembered: its parts then hang on nothing but that name, theirs, and the user.
    """
    names, statement = _statement(user, page, parts)
    return _told(user, names, db.session.execute(statement, _values(user, parts)).one(), parts)


def with_record(user: Any, of: Callable[[], Any], parts: Figures, *, page: Hashable, record: int) -> tuple[Any, dict[str, Any]] | None:
    """A record and the figures of its page, by one statement; `of` writes the question for the record, whose key stands there as RECORD.
    None where there is no such record.
    """
    names, statement = _statement(user, page, parts, of)
    row = db.session.execute(statement, _values(user, parts) | {"record": record}).first()
    return (row[0], _told(user, names, row[1:], parts)) if row is not None else None


def _values(user: Any, parts: Figures) -> dict[str, Any]:
    values = {"now": clock.now(), "user": user.id}
    for part in parts.values():
        values |= part.values
    return values


def _told(user: Any, names: list[str], row: Iterable[Any], parts: Figures) -> dict[str, Any]:
    """The figures of the page out of a row; those of the navigation are kept for the frame."""
    reads = {_of_page(name): part.read for name, part in parts.items()}
    figures = {name: reads.get(name, int)(value) for name, value in zip(names, row, strict=True)}
    cache()[("unread", user.id)] = figures["unread"]
    counted = {name: (figures[name], figures[f"{name}_late"]) for name in KINDS if name in figures}
    counted["mine"] = (0, sum(count for name, count in figures.items() if name.startswith("mine_")))
    cache()[("counters", user.id)] = counted
    return {name: figures[_of_page(name)] for name in parts}
