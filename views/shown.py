"""How stored values look: labels instead of codes, local times, money with its sign, names as links."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from extensions import db
from models.audit_log import AuditLog
from models.base import Base, EnumCode, FixedDecimal, field_info
from models.enums import LabelledEnum, Look
from services import audit, clock, parameters, saving

# The record pages of what a reference points to.
PAGES = {"customer": "/customers", "equipment": "/equipment", "product_model": "/product-models", "part": "/parts", "staff": "/staff",
         "department": "/departments", "region": "/regions", "supplier": "/suppliers", "customer_site": "/customer-sites",
         "customer_contact": "/customer-contacts", "service_request": "/service-requests", "work_order": "/work-orders",
         "follow_up": "/follow-ups"}
GROUPS = {Look.TODO: "new", Look.DOING: "running", Look.WAITING: "waiting", Look.DONE: "done", Look.SEALED: "sealed",
          Look.CANCELLED: "void", Look.FAILED: "bad"}


def moment(value: dt.datetime | None) -> str:
    """`今天 10:12`; this year `03-04 09:12`; else `2024-11-21`."""
    if value is None:
        return ""
    here, now = clock.local(value), clock.local(clock.now())
    if here.date() == now.date():
        return _("today %(time)s", time=f"{here:%H:%M}")
    return f"{here:%m-%d %H:%M}" if here.year == now.year else f"{here:%Y-%m-%d}"


def span(start: dt.datetime, end: dt.datetime) -> str:
    """`11-25 09:00–11:00`, or both days when they differ."""
    begin, finish = clock.local(start), clock.local(end)
    return f"{begin:%m-%d %H:%M}–{finish:%H:%M}" if begin.date() == finish.date() else f"{begin:%m-%d %H:%M}–{finish:%m-%d %H:%M}"


def text(value: Any) -> str:
    """Any stored value as words of the user's language; an empty one is empty."""
    if value is None or value == "":
        return ""
    if value is True:
        return _("Yes")
    if value is False:
        return _("No")
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)


def badge(value: Any) -> dict[str, str] | None:
    """A state with its shape and colour; None for values that are no states."""
    if not isinstance(value, LabelledEnum) or value.look not in GROUPS:
        return None
    return {"label": str(value), "group": GROUPS[value.look]}


def cell(record: Any, name: str) -> dict[str, Any]:
    """A value of a record as a cell of a list."""
    value = getattr(record, name)
    mapper = inspect(type(record))
    kind, href, written = "text", None, text(value)
    if name in mapper.relationships:
        page = PAGES.get(value.__tablename__) if value is not None else None
        href = f"{page}/show/{value.id}" if page else None
    elif name in mapper.columns:
        type_, info = mapper.columns[name].type, mapper.columns[name].info
        if isinstance(type_, FixedDecimal) and type_.places == 2:
            kind, written = "money", f"¥{value:,.2f}" if value is not None else ""
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            kind = "number"
        elif isinstance(value, bool):
            kind = "flag"
        elif isinstance(type_, EnumCode):
            kind = "enum"
        if info.get("dict_type"):
            written = parameters.dict_label(info["dict_type"], value)
    return {"text": written, "kind": kind, "href": href, "badge": badge(value)}


def fact(record: Any, name: str) -> dict[str, Any]:
    """A labelled value of a record's page."""
    return {"label": field_info(type(record), name)["label"], **cell(record, name)}


def history(record: Any, *, limit: int = 100) -> list[dict[str, Any]]:
    """The changes of a record, newest first, in words."""
    entries = audit.entries(record, limit=limit)
    personal = audit.personal_of([entry.id for entry in entries])
    return [{"at": moment(entry.at), "who": saving.user_name(entry.user_id) or _("the system"),
             "what": {"create": _("created"), "change": _("changed"), "remove": _("removed")}.get(entry.action, entry.action),
             "reason": entry.reason, "changes": _changes(record, entry, personal.get(entry.id, {}))} for entry in entries]


def _changes(record: Any, entry: AuditLog, personal: dict[str, Any]) -> list[tuple[str, str, str]]:
    mapper = inspect(type(record))
    rows = []
    for key in {**(entry.before or {}), **(entry.after or {})}:
        column = mapper.columns.get(key)
        if column is None or not column.info.get("label"):
            continue
        before, after = personal.get(key, ((entry.before or {}).get(key), (entry.after or {}).get(key)))
        rows.append((str(column.info["label"]), _said(mapper, column, before), _said(mapper, column, after)))
    return rows


def _name_of(table: str, key: int) -> str:
    """The printed name of a record that a key in the history refers to."""
    if table == "ab_user":
        return saving.user_name(key)
    target = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table.name == table)
    found = db.session.scalar(select(target).where(target.id == key))
    return str(found) if found is not None else str(key)


def _said(mapper: Any, column: Any, value: Any) -> str:
    """A value out of the history in words: labels of codes, names of records, local times."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return text(value)
    if isinstance(column.type, EnumCode):
        return next((str(member) for member in column.type.enum if member.value == value), str(value))
    if column.info.get("dict_type"):
        return parameters.dict_label(column.info["dict_type"], str(value))
    if column.foreign_keys:
        return _name_of(next(iter(column.foreign_keys)).column.table.name, value)
    if isinstance(value, str) and "T" in value and value[:4].isdigit():
        try:
            return moment(dt.datetime.fromisoformat(value))
        except ValueError:
            return value
    return str(value)
