"""`/clocks/`: all running clocks by the time left."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from extensions import _l, db
from extensions import gettext as _
from models.clock_enums import ClockKind, ClockResult
from models.follow_up import FollowUp
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.work_order import WorkOrder
from services import access, clock, counters
from views import shown, timers
from views.base import allowed
from views.shell import counted, crumbs

SIZE = 50
_RUNS = (SlaClock.result == ClockResult.RUNNING)
TABS = {
    "all": (_l("All running clocks"), lambda _now: _RUNS),
    "late": (_l("Late clocks"), lambda now: _RUNS & SlaClock.paused_at.is_(None) & (SlaClock.due_at < now)),
    "soon": (_l("Warned"), lambda now: _RUNS & SlaClock.paused_at.is_(None) & (SlaClock.due_at >= now) & (SlaClock.warn_at <= now)),
    "time": (_l("In time"), lambda now: _RUNS & SlaClock.paused_at.is_(None) & (SlaClock.warn_at > now)),
    "wait": (_l("Paused"), lambda _now: _RUNS & SlaClock.paused_at.is_not(None)),
}
_NOUNS = {"service_request": _l("Service request"), "work_order": _l("Work order"), "follow_up": _l("Follow-up call")}


class ClocksView(BaseView):
    """All running clocks, the most pressing first."""

    route_base = "/clocks"
    class_permission_name = "work_order"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """The clocks of the requests a user may see, by state and kind."""
        user = allowed("read", "work_order")
        chosen, kind, page = request.args.get("show", "all"), request.args.get("clock", ""), request.args.get("page", "0")
        if set(request.args) - {"show", "clock", "page"} or chosen not in TABS or not (page.isascii() and page.isdigit() and len(page) < 5):
            abort(400)
        now, rows = clock.now(), SlaClock.request_id.in_(select(ServiceRequest.id).where(access.visible(user, ServiceRequest)))
        kinds = self._kinds()
        if kind and kind not in kinds:
            abort(400)
        wanted = [rows] + ([SlaClock.clock == kind] if kind else [])
        figures = counters.asked({key: counters.figure(SlaClock, *wanted, where(now)) for key, (_label, where) in TABS.items()})
        # what stands still is not pressing: it comes last
        order = (SlaClock.paused_at.is_not(None), SlaClock.due_at, SlaClock.id)
        found = db.session.scalars(select(SlaClock).where(*wanted, TABS[chosen][1](now)).order_by(*order).offset(int(page) * SIZE)
                                   .limit(SIZE + 1).options(joinedload(SlaClock.policy), joinedload(SlaClock.request).options(
                                       joinedload(ServiceRequest.customer), joinedload(ServiceRequest.engineer)))).all()
        crumbs((_("Clocks"), None))
        tabs = [{"key": key, "label": label, "count": counted(figures[key]), "here": key == chosen,
                 "late": key == "late" and figures[key] > 0, "href": _address(key, kind)} for key, (label, _where) in TABS.items()]
        return render_template("clocks/index.html", tabs=tabs, rows=self._rows(found[:SIZE]), kinds=[
                                   {"label": label, "href": _address(chosen, "" if key == kind else key), "here": key == kind}
                                   for key, label in kinds.items()],
                               more=_address(chosen, kind, int(page) + 1) if len(found) > SIZE else None,
                               back=_address(chosen, kind, int(page) - 1) if int(page) else None)

    @staticmethod
    def _kinds() -> dict[str, Any]:
        return {"notify": _("Passing on"), "contact": _("First call to the customer"), "depart": _("Departure"), "arrive": _("Arrival"),
                "finish": _("Finish"), "oem_parts": _("Original parts"), "verify": _("Verification"), "survey": _("Satisfaction survey")}

    @staticmethod
    def _rows(found: Any) -> list[dict[str, Any]]:
        owners = {}
        for model in (WorkOrder, FollowUp):
            keys = [row.owner_id for row in found if row.owner_type == model.__tablename__]
            if keys:
                query = select(model).where(model.id.in_(keys))
                query = query.options(joinedload(WorkOrder.lead_engineer)) if model is WorkOrder else query
                owners.update({(model.__tablename__, owner.id): owner for owner in db.session.scalars(query)})
        rows = []
        for row in found:
            owner = owners.get((row.owner_type, row.owner_id), row.request)
            engineer = getattr(owner, "lead_engineer", None) or row.request.engineer
            rows.append({"clock": timers.chip(row), "name": row.policy.name, "number": str(owner), "noun": _NOUNS[row.owner_type],
                         "href": f"{shown.PAGES[row.owner_type]}/show/{row.owner_id}", "customer": str(row.request.customer or ""),
                         "engineer": str(engineer or ""), "due": shown.moment(row.due_at), "kind": str(ClockKind(row.kind)),
                         "late": row.paused_at is None and row.due_at < clock.now()})
        return rows


def _address(show: str, kind: str, page: int = 0) -> str:
    parts = [f"show={show}" if show != "all" else "", f"clock={kind}" if kind else "", f"page={page}" if page else ""]
    query = "&".join(part for part in parts if part)
    return f"/clocks/?{query}" if query else "/clocks/"


def views() -> list[Any]:
    """The overview of clocks."""
    return [ClocksView]
