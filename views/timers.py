"""A clock as people see it: the chip of a row, the cell of a list, the strip of a file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from extensions import db
from extensions import gettext as _
from models.clock_enums import ClockResult
from models.sla import SlaClock, SlaPause, SlaPolicy
from models.work_order import WorkOrder
from services import calendars, clock, working_time
from services.counters import Figure
from services.one_statement import Rows
from views import shown

LOOKS = {ClockResult.MET: "met", ClockResult.BREACHED: "missed", ClockResult.CANCELLED: "off"}


def chip(timer: SlaClock | None) -> dict[str, str] | None:
    """A clock as a chip: late, soon from its warning on, time left, paused, or how it ended."""
    if timer is None:
        return None
    now, about = clock.now(), title(timer)
    if timer.result != ClockResult.RUNNING:
        return {"group": LOOKS[timer.result], "icon": {"met": "circle-check", "missed": "alert-circle"}.get(LOOKS[timer.result], "ban"),
                "text": ended(timer), "title": about}
    if timer.paused_at is not None:
        left = working_time.measure(calendars.current(), timer.paused_at, timer.due_at, timer.kind.value) if timer.kind.value in (
            working_time.RUNNING) else timer.due_at - timer.paused_at
        return {"group": "wait", "icon": "player-pause", "text": _("paused, %(time)s left", time=shown.duration(left)), "title": about}
    left = timer.due_at - now
    if timer.due_at < now:
        return {"group": "late", "icon": "alert-circle", "text": _("%(time)s late", time=shown.duration(left)), "title": about}
    return {"group": "soon" if timer.warn_at <= now else "left", "icon": "clock",
            "text": _("%(time)s left", time=shown.duration(left)), "title": about}


def ended(timer: SlaClock) -> str:
    """`达标 4 分`, `超时 8 分`, or that it was not needed any more."""
    if timer.stopped_at is None or timer.result == ClockResult.CANCELLED:
        return str(timer.result)
    span = timer.stopped_at - (timer.started_at if timer.result == ClockResult.MET else timer.due_at)
    return _("met in %(time)s", time=shown.duration(span)) if timer.result == ClockResult.MET else _(
        "missed by %(time)s", time=shown.duration(span))


def title(timer: SlaClock) -> str:
    """What is timed, when it is due, by which calendar, and how long it stood still."""
    words = [timer.policy.name, _("due %(moment)s", moment=f"{clock.local(timer.due_at):%Y-%m-%d %H:%M}"), str(timer.kind)]
    if timer.paused_at is not None:
        words.append(_("paused since %(moment)s", moment=shown.moment(timer.paused_at)))
    if timer.paused_minutes:
        words.append(_("paused %(minutes)s min so far", minutes=timer.paused_minutes))
    return "；".join(words)


def cell(record: Any, name: str) -> dict[str, Any]:
    """The time left of a record as the cell of a list: its next clock, else the moment that was asked for."""
    timer, due = getattr(record, "next_clock", None), getattr(record, name)
    running = getattr(record, "is_open", due is not None)
    look = chip(timer) if timer is not None and running else shown.clock_of(due, running=running)
    return {"text": shown.moment(due), "kind": "time", "href": None, "badge": None, "clock": look}


def loads(model: type[Any]) -> list[Any]:
    """Loader options of the next clock of listed records."""
    return [joinedload(model.next_clock).joinedload(SlaClock.policy)] if hasattr(model, "next_clock") else []


ORDERED = ("notify", "contact", "depart", "arrive", "finish", "oem_parts", "verify", "survey")


def strip(timers: list[SlaClock], order: WorkOrder | None = None) -> list[dict[str, Any]]:
    """The clocks of a request, in the order of the way; on the page of an order its own beside those of the request."""
    mine = [row for row in timers if row.owner_type != "work_order" or order is None or row.owner_id == order.id]
    mine.sort(key=lambda row: (ORDERED.index(row.clock) if row.clock in ORDERED else 99, row.owner_id))
    return [_cell(row) for row in mine]


_STORED = Rows(*SlaClock.__table__.columns, SlaPolicy.__table__.c.name)


def of_request(request: Any) -> Figure:
    """The clocks of a request by the statement that brings the record of the page; `request` writes its key as a part of that."""
    return Figure(lambda: _STORED.value(lambda query: query.where(
        SlaClock.request_id == request(), SlaClock.policy_id == SlaPolicy.id)), read=_read)


def _read(value: Any) -> list[SlaClock]:
    """Clocks to look at, which no session knows."""
    found = []
    for row in _STORED.read(value):
        stored = row._asdict()
        found.append(SlaClock(policy=SlaPolicy(name=stored.pop("name")), **stored))
    paused = {timer.id: timer for timer in found if timer.paused_minutes or timer.paused_at}
    if paused:
        for pause in db.session.scalars(select(SlaPause).where(SlaPause.clock_id.in_(paused)).order_by(SlaPause.begun_at)):
            paused[pause.clock_id].pauses.append(SlaPause(begun_at=pause.begun_at, ended_at=pause.ended_at, reason=pause.reason))
    return found


def _cell(row: SlaClock) -> dict[str, Any]:
    look = chip(row) or {}
    pauses = "；".join(f"{pause.reason} {shown.span(pause.begun_at, pause.ended_at) if pause.ended_at else shown.moment(pause.begun_at)}"
                      for pause in row.pauses)
    note = "" if row.result != ClockResult.RUNNING else _("by %(moment)s", moment=shown.moment(row.due_at)) if row.paused_at is None else _(
        "paused since %(moment)s", moment=shown.moment(row.paused_at))
    return {"label": row.policy.name, "note": note, "pauses": pauses, **look}
