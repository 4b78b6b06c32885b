"""A clock as people see it: the chip of a row, the cell of a list, the strip of a file."""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from extensions import db
from extensions import gettext as _
from models.clock_enums import ClockResult
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.work_order import WorkOrder
from services import calendars, clock, working_time
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


def strip(job: ServiceRequest, order: WorkOrder | None = None) -> list[dict[str, Any]]:
    """The clocks of a request, in the order of the way; on the page of an order its own beside those of the request."""
    rows = db.session.scalars(_of_request(), {"request": job.id}).all()
    mine = [row for row in rows if row.owner_type != "work_order" or order is None or row.owner_id == order.id]
    mine.sort(key=lambda row: (ORDERED.index(row.clock) if row.clock in ORDERED else 99, row.owner_id))
    return [_cell(row) for row in mine]


@functools.cache
def _of_request() -> Any:
    return select(SlaClock).where(SlaClock.request_id == bindparam("request")).options(
        joinedload(SlaClock.policy), selectinload(SlaClock.pauses))


def _cell(row: SlaClock) -> dict[str, Any]:
    look = chip(row) or {}
    pauses = "；".join(f"{pause.reason} {shown.span(pause.begun_at, pause.ended_at) if pause.ended_at else shown.moment(pause.begun_at)}"
                      for pause in row.pauses)
    note = "" if row.result != ClockResult.RUNNING else _("by %(moment)s", moment=shown.moment(row.due_at)) if row.paused_at is None else _(
        "paused since %(moment)s", moment=shown.moment(row.paused_at))
    return {"label": row.policy.name, "note": note, "pauses": pauses, **look}
