"""How stored values look: labels instead of codes, local times, money with its sign, names as links."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect

from extensions import db
from extensions import gettext as _
from models.base import Base, EnumCode, FixedDecimal, field_info
from models.enums import LabelledEnum, Look
from models.paper import OnPaper
from services import access, audit, clock, parameters, saving
from services.phones import PHONES, masked
from views.security import current_user

# The record pages of what a reference points to.
PAGES = {"customer": "/customers", "equipment": "/equipment", "product_model": "/product-models", "part": "/parts", "staff": "/staff",
         "department": "/departments", "region": "/regions", "supplier": "/suppliers", "customer_site": "/customer-sites",
         "customer_contact": "/customer-contacts", "service_request": "/service-requests", "work_order": "/work-orders",
         "follow_up": "/follow-ups", "contact_log": "/contact-logs", "inspection_task": "/inspection-tasks",
         "warehouse": "/warehouses", "stock_zone": "/stock-zones", "stock_doc": "/stock-docs",
         "return_order": "/returns", "sales_shipment": "/sales-shipments",
         "return_line": "/defective-parts", "paper_change": "/paper-changes"}
GROUPS = {Look.OPEN: "new", Look.DOING: "running", Look.WAITING: "waiting", Look.DONE: "done", Look.SEALED: "sealed",
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
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
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


def sees_phones(user: Any, model: type[Any]) -> bool:
    """Whether a user reads telephones of customers in full on these records: whoever may change them."""
    return model.__tablename__ in ("staff", "department") or (user is not None and access.can(user, "change", model.__noun__))


def hides_phones(user: Any, record: Any, paper: Any) -> bool:
    """Whether telephones on a view of a file are masked: as on its page, for who may not change it."""
    return not isinstance(record, OnPaper) and not access.can(user, "change", paper.noun)


def duration(span: dt.timedelta) -> str:
    """At most two units, no seconds, no minus: `2 天`, `1 小时 36 分`."""
    minutes = max(int(abs(span).total_seconds() // 60), 1)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return _("%(days)s d %(hours)s h", days=days, hours=hours) if hours and days < 3 else _("%(days)s d", days=days)
    if hours:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours)
    return _("%(minutes)s min", minutes=rest)


def clock_of(due: dt.datetime | None, *, running: bool) -> dict[str, str] | None:
    """How a due moment looks: late, soon (within the hour), or time left; nothing once it has been met or where there is none."""
    if due is None or not running:
        return None
    left = due - clock.now()
    if left < dt.timedelta():
        return {"group": "late", "icon": "alert-circle", "text": _("%(time)s late", time=duration(left)), "title": moment(due)}
    group = "soon" if left < dt.timedelta(hours=1) else "left"
    return {"group": group, "icon": "clock", "text": _("%(time)s left", time=duration(left)), "title": moment(due)}


def cell(record: Any, name: str, *, phones: bool | None = None) -> dict[str, Any]:
    """A value of a record as a cell of a list; `phones` says whether telephones stand there in full (default: as `sees_phones`)."""
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
            if value is not None and getattr(record, f"{name}_is_percent", False):
                written = f"{value.normalize():f}%"
        elif isinstance(type_, FixedDecimal) and value is not None:
            kind, written = "number", f"{value.normalize():,f}"
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            kind = "number"
        elif isinstance(value, bool):
            kind = "flag"
        elif isinstance(type_, EnumCode):
            kind = "enum"
        elif isinstance(value, dt.date):
            kind = "time"
        elif name in PHONES and value:
            full = sees_phones(current_user(), type(record)) if phones is None else phones
            kind, href, written = "phone", f"tel:{value}" if full else None, value if full else masked(value)
        if info.get("dict_type"):
            written = parameters.dict_label(info["dict_type"], value)
    return {"text": written, "kind": kind, "href": href, "badge": badge(value)}


def fact(record: Any, name: str) -> dict[str, Any]:
    """A labelled value of a record's page."""
    return {"label": field_info(type(record), name)["label"], **cell(record, name)}


def way(states: Any, reached: int) -> list[dict[str, Any]]:
    """The steps of a file as (state, its time) pairs, with what is behind, in hand and to come."""
    return [{"label": str(state), "state": "done" if place < reached else "now" if place == reached else "open",
             "time": moment(at) if place <= reached else ""} for place, (state, at) in enumerate(states)]


def history(record: Any, entries: Any = None, *, limit: int = 100, brief: bool = False) -> list[dict[str, Any]]:
    """The changes of a record (`entries`, where they are known already), newest first, in sentences; of a creation the values too, unless
    it is to be brief.
    """
    entries = audit.entries(record, limit=limit) if entries is None else entries
    hidden = _personal(type(record))
    personal = audit.personal_of([entry.id for entry in entries if (entry.action == "change" or not brief)
                                  and not hidden.isdisjoint({**(entry.before or {}), **(entry.after or {})})])
    names = saving.user_names(entry.user_id for entry in entries)
    found = []
    for entry in entries:
        told = entry.action == "change"
        changes = _changes(record, entry, personal.get(entry.id, {})) if told or not brief else []
        what = {"create": _("created it"), "remove": _("removed it")}.get(entry.action, _("changed it"))
        found.append({"at": moment(entry.at), "who": names.get(entry.user_id) or _("The system"), "reason": entry.reason,
                      "what": "" if told and changes else what, "sentences": [_sentence(*change) for change in changes] if told else [],
                      "changes": [] if told else changes})
    return found


@functools.cache
def _personal(model: type[Any]) -> frozenset[str]:
    """The columns that say something of a person."""
    return frozenset(column.key for column in inspect(model).columns if column.info.get("personal"))


def _sentence(label: str, before: str, after: str) -> str:
    if not before:
        return _("%(label)s: %(value)s", label=label, value=after)
    if not after:
        return _("%(label)s emptied, was %(value)s", label=label, value=before)
    return _("%(label)s from %(before)s to %(after)s", label=label, before=before, after=after)


def _changes(record: Any, entry: Any, personal: dict[str, Any]) -> list[tuple[str, str, str]]:
    mapper, full = inspect(type(record)), sees_phones(current_user(), type(record))
    rows = []
    for key in {**(entry.before or {}), **(entry.after or {})}:
        column = mapper.columns.get(key)
        if column is None or not column.info.get("label"):
            continue
        before, after = personal.get(key, ((entry.before or {}).get(key), (entry.after or {}).get(key)))
        words = [_said(mapper, column, value) for value in (before, after)]
        if key in PHONES and not full:
            words = [masked(word) for word in words]
        rows.append((str(column.info["label"]), words[0], words[1]))
    return rows


def _name_of(table: str, key: int) -> str:
    """The printed name of a record that a key in the history refers to."""
    if table == "ab_user":
        return saving.user_name(key)
    target = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table.name == table)
    found = db.session.get(target, key)
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
    if isinstance(column.type, FixedDecimal):
        return f"{Decimal(str(value)).normalize():,f}"
    if isinstance(value, str) and "T" in value and value[:4].isdigit():
        try:
            return moment(dt.datetime.fromisoformat(value))
        except ValueError:
            return value
    return str(value)
