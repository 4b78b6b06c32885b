"""The work page of the user signed in, and whether the product is alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request
from flask_appbuilder import IndexView, expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import joinedload

from extensions import _l, db
from models.enums import FollowUpStatus, OrderStatus, RequestStatus
from models.follow_up import FollowUp
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock, counters, dispatch, notices, service_requests, signing, work_orders
from views import shown
from views.security import current_user
from views.shell import crumbs

SHOWN = 8


@dataclass(frozen=True)
class Waiting:
    """One list of the work page: who is served by it, what it holds and the step that comes next."""

    key: str
    label: object
    model: type[Any]
    states: tuple[Any, ...]
    rights: tuple[tuple[str, str], ...]
    step: str | None
    step_label: object | None
    base: str
    order: str
    due: str | None = None


OFFICE = (("create", "work_order"),)
LISTS = (
    Waiting("draft", _l("Calls not registered yet"), ServiceRequest, (RequestStatus.DRAFT,), OFFICE, None, None, "/service-requests",
            "reported_at"),
    Waiting("triage", _l("To be triaged"), ServiceRequest, (RequestStatus.REGISTERED,), OFFICE, None, None, "/service-requests",
            "reported_at", "requested_at"),
    Waiting("dispatch", _l("To be dispatched"), ServiceRequest, (RequestStatus.TRIAGED,), OFFICE, "dispatch", _l("Dispatch"),
            "/service-requests", "reported_at", "requested_at"),
    Waiting("pending", _l("Orders without engineer"), WorkOrder, (OrderStatus.PENDING,), OFFICE, "assign", _l("Dispatch"),
            "/work-orders", "issued_at", "due_at"),
    Waiting("support", _l("Waiting for parts, support or a decision"), WorkOrder,
            (OrderStatus.NEED_SUPPORT, OrderStatus.WAITING_PARTS, OrderStatus.ON_HOLD), (("approve", "work_order"),), None, None,
            "/work-orders", "issued_at", "due_at"),
    Waiting("strike_off", _l("Finished, record to be checked in"), WorkOrder, (OrderStatus.FINISHED,), OFFICE, None, None,
            "/work-orders", "finished_at"),
    Waiting("calls", _l("Customers to be called"), FollowUp, (FollowUpStatus.PLANNED, FollowUpStatus.ATTEMPTED),
            (*OFFICE, ("change", "follow_up")), "done", _l("Call the customer"), "/follow-ups", "due_at", "due_at"),
    Waiting("close", _l("Files to be closed"), ServiceRequest, (RequestStatus.VERIFIED,), OFFICE, "close", None, "/service-requests",
            "resolved_at"),
)


def _clause(waiting: Waiting, user: Any) -> ColumnElement[bool]:
    return waiting.model.status.in_(waiting.states) & access.visible(user, waiting.model)


def _lists(user: Any) -> list[dict[str, Any]]:
    """The lists in which something waits for the user; all counts by one statement."""
    mine = [waiting for waiting in LISTS if all(access.can(user, act, noun) for act, noun in waiting.rights)]
    counts = counters.asked({waiting.key: counters.figure(waiting.model, _clause(waiting, user)) for waiting in mine})
    return [_list(waiting, user, counts[waiting.key]) for waiting in mine if counts[waiting.key]]


def _list(waiting: Waiting, user: Any, count: int) -> dict[str, Any]:
    """One list with its first rows."""
    model = waiting.model
    rows = db.session.scalars(select(model).where(_clause(waiting, user)).order_by(getattr(model, waiting.order), model.id).limit(SHOWN)
                              .options(joinedload(model.customer)))
    return {"key": waiting.key, "label": waiting.label, "count": count, "more": max(count - SHOWN, 0),
            "href": f"{waiting.base}/list/" + (f"?_flt_status={waiting.states[0].value}" if len(waiting.states) == 1 else ""),
            "rows": [_row(waiting, record) for record in rows]}


def _row(waiting: Waiting, record: Any) -> dict[str, Any]:
    due = getattr(record, waiting.due) if waiting.due else None
    step = f"{waiting.base}/{record.id}/do/{waiting.step}" if waiting.step and waiting.step_label else f"{waiting.base}/show/{record.id}"
    meta = [str(record), getattr(record, "symptom", None) or str(getattr(record, "kind", "") or ""), shown.moment(due)]
    return {"title": record.customer.name if record.customer else _("Without customer"), "href": f"{waiting.base}/show/{record.id}",
            "meta": " · ".join(part[:60] for part in meta if part), "badge": shown.badge(record.status),
            "late": due is not None and due < clock.now(), "act": {"href": step, "label": waiting.step_label or _("Open it")}}


def _visit(order: WorkOrder, user: Any) -> dict[str, Any]:
    """One job of an engineer's day with its next step."""
    visit, service = order.appointment, order.request
    steps = work_orders.MACHINE.open_to(order, user)
    return {"href": f"/work-orders/show/{order.id}", "title": order.customer.name, "badge": shown.badge(order.status),
            "when": shown.span(visit.start_at, visit.end_at) if visit is not None else None,
            "late": visit is not None and order.status == OrderStatus.APPOINTED and visit.start_at < clock.now(),
            "symptom": order.symptom, "number": order.work_order_no, "address": service.address, "phone": service.contact_phone,
            "contact": service.contact_name, "next": steps[0].label if steps else None}


class HomeView(IndexView):
    """`/`: the signed-in role's work page."""

    route_base = ""

    @expose("/")
    def index(self) -> Any:
        """What waits for the user, the most pressing first."""
        user = current_user()
        if user is None:
            return redirect(f"/login/?next={request.path}" if request.path != "/" else "/login/")
        crumbs((_("My work"), None))
        staff = access.staff_of(user)
        jobs = [_visit(order, user) for order in dispatch.day_of(staff)] if staff is not None and staff.is_engineer else []
        lists = _lists(user)
        slips = [{"href": f"/records/{paper.code}/{record.id}", "title": str(getattr(record, "customer", None) or paper.title),
                  "meta": f"{getattr(record, paper.number) or ''} · {label}"} for record, paper, label in signing.waiting_for(user)]
        told = [{"id": note.id, "text": note.text, "at": shown.moment(note.at), "urgent": note.urgent}
                for note in notices.waiting_for(user, limit=8)]
        takes_calls = access.can(user, service_requests.MACHINE.right("register")[0], "service_request")
        return render_template("home/index.html", jobs=jobs, lists=lists, slips=slips, notices=told, takes_calls=takes_calls,
                               is_engineer=staff is not None and staff.is_engineer)

    @expose("/notices/read", methods=["POST"])
    def read_all(self) -> Any:
        """All notices of the user are read."""
        user = current_user()
        if user is None:
            return redirect("/login/")
        notices.read_all(user, now=clock.now())
        return redirect("/")

    @expose("/notices/<int:key>/read", methods=["POST"])
    def read(self, key: int) -> Any:
        """Open what a notice speaks of; it is read."""
        user = current_user()
        if user is None:
            return redirect("/login/")
        return redirect(notices.read(user, key, now=clock.now()))

    @expose("/healthz")
    def alive(self) -> Any:
        """Alive: the process answers."""
        return {"status": "ok"}

    @expose("/readyz")
    def ready(self) -> Any:
        """Ready: the database answers."""
        db.session.execute(text("SELECT 1"))
        return {"status": "ready"}
