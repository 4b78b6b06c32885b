"""Work orders: the list, the file of one order with its steps, dispatch (R-010; WF-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from extensions import _l, db
from extensions import gettext as _
from models.enums import AppointmentStatus, FaultLevel, OrderStatus
from models.organisation import Region
from models.service_record import PartUsage, ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import Appointment, WorkOrder
from services import access, clock, dispatch, saving, waiting, work_orders
from services.counters import Figures
from views import file_parts, shown, timers, visits
from views.base import AppModelView, Section
from views.listing import Saved
from views.security import current_user
from views.steps import Stepping

VIEWS = (
    Saved("open", _l("Not finished"), lambda _now: waiting.is_open(WorkOrder)),
    Saved("late", _l("Late"), lambda now: waiting.is_late(WorkOrder, now), late=True, order=("next_due_at",), to_the_minute=True),
    Saved("time", _l("By time left"), lambda _now: waiting.is_open(WorkOrder) & WorkOrder.next_due_at.is_not(None),
          order=("next_due_at",)),
    Saved("dispatch", _l("To be dispatched"), lambda _now: WorkOrder.status == OrderStatus.PENDING),
    Saved("parts", _l("Waiting for parts"), lambda _now: WorkOrder.status == OrderStatus.WAITING_PARTS),
    Saved("support", _l("Needs support, paused"),
          lambda _now: WorkOrder.status.in_((OrderStatus.NEED_SUPPORT, OrderStatus.ON_HOLD))),
    Saved("strike_off", _l("To be struck off"), lambda _now: WorkOrder.status == OrderStatus.FINISHED),
    Saved("month", _l("Finished this month"), lambda now: WorkOrder.finished_at >= clock.month_start(now)),
)

STEPS = (OrderStatus.ASSIGNED, OrderStatus.CONTACTED, OrderStatus.APPOINTED, OrderStatus.DEPARTED, OrderStatus.ON_SITE,
         OrderStatus.FINISHED, OrderStatus.SIGNED_OFF, OrderStatus.FORM_RETURNED)

# States beside the way: where they stand on it.
ALONGSIDE = {OrderStatus.WAITING_PARTS: OrderStatus.ON_SITE, OrderStatus.NEED_SUPPORT: OrderStatus.ON_SITE,
             OrderStatus.UNRESOLVED: OrderStatus.FINISHED}


def people(region_id: int | None) -> list[tuple[Any, str]]:
    """Engineers to choose from, with region and load."""
    return [(person, _("%(name)s · %(where)s · %(count)s open", name=person.name, count=load,
                       where=_("of the region") if near else str(person.department or "")))
            for person, load, near in dispatch.engineers(region_id)]


def week_of_engineers(region_id: int | None) -> list[dict[str, Any]]:
    """The appointments of the next seven days of each engineer."""
    now = clock.now()
    rows = db.session.scalars(select(Appointment).where(
        Appointment.status.in_((AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED)),
        Appointment.end_at > now, Appointment.start_at < now + timedelta(days=7)).order_by(Appointment.start_at)).all()
    return [{"name": person.name, "load": load, "near": near, "visits": [
        {"when": shown.span(visit.start_at, visit.end_at), "what": str(visit.order)} for visit in rows if visit.engineer_id == person.id]}
        for person, load, near in dispatch.engineers(region_id)]


def dispatch_aside(record: Any) -> dict[str, Any]:
    """Beside the form of dispatch: who is where."""
    region = db.session.get(Region, record.region_id) if record.region_id else None
    return {"template": "dispatch/engineers.html", "engineers": week_of_engineers(record.region_id), "region": str(region or "")}


def arrears_banner(customer: Any) -> list[dict[str, Any]]:
    """Red above everything: the customer owes (B-022)."""
    if customer is None or not customer.in_arrears:
        return []
    return [{"level": "late", "href": f"/customers/show/{customer.id}", "label": _("Open it"),
             "text": _("This customer is in arrears. Service goes on unless sales or the service manager agree to pause it.")}]


def views() -> list[Any]:
    """The pages of work orders."""

    class WorkOrderView(Stepping, AppModelView):
        """Work orders."""

        model = WorkOrder
        machine = work_orders.MACHINE
        route_base = "/work-orders"
        heading, adding = _l("Work orders"), _l("Dispatch a request")
        empty_text = _l("No work orders. They are dispatched from a request.")
        badge = "status"
        strict = False
        listed = ("next_due_at", "work_order_no", "customer", "symptom", "lead_engineer", "status", "issued_at")
        saved_views = VIEWS
        clock = "next_due_at"
        rarely = ("appointments", "holds", "records")
        filtered = ("status", "customer", "work_type", "lead_engineer", "region", "department", "service_category")
        order = ("-issued_at",)
        sections = (
            Section("task", _l("Task"), ("work_type", "symptom", "due_at", "department", "service_category", "in_warranty")),
            Section("work", _l("Work"), ("solution", "engineer_note")),
        )
        exclude_route_methods = AppModelView.exclude_route_methods | {"add"}

        def adds(self, user: Any) -> bool:
            """Never by itself: an order comes from a request."""
            return False

        def step(self, record: Any, name: str, **data: Any) -> None:
            work_orders.take_step(record, name, **data)

        def transitions(self, record: Any, user: Any) -> list[dict[str, Any]]:
            """A pause for arrears is asked for a customer who owes, and answered when it was asked by another (B-022, B-204)."""
            asked = record.hold_asked
            without = set() if asked and asked.asked_by_id != user.id else {"agree_hold", "refuse_hold"}
            if asked or not record.customer.in_arrears:
                without.add("ask_hold")
            without |= work_orders.closed_steps()
            return [step for step in super().transitions(record, user) if step["name"] not in without]

        def row_actions(self, record: Any, user: Any) -> list[dict[str, Any]]:
            """Not the steps that the company's parameters close."""
            return [step for step in super().row_actions(record, user) if step["href"].rsplit("/", 1)[1] not in work_orders.closed_steps()]

        def at_hand(self, record: Any, name: str) -> list[tuple[Any, str]]:
            return people(record.region_id)

        def aside(self, record: Any, name: str) -> dict[str, Any] | None:
            return dispatch_aside(record) if name in ("assign", "reassign", "appoint", "reappoint", "promise") else None

        def preset(self, record: Any, name: str) -> dict[str, Any]:
            slip = record.records[-1] if record.records else None
            return {"solution": record.solution or (slip.treatment if slip else None),
                    "leave_consent": slip.leave_consent if slip else None,
                    "engineer": record.lead_engineer, "waiting_note": record.waiting_note}

        def banners(self, record: Any) -> list[dict[str, Any]]:
            found = arrears_banner(record.customer)
            if record.service_category == "A" and record.is_open:
                found.append({"level": "soon", "text": _("Paid service: agree the price with the customer before the visit."),
                              "href": None, "label": None})
            if record.is_open and "promise" in work_orders.closed_steps() and access.can(current_user(), "create", "visit_promise"):
                found.append({"level": "act", "href": None, "label": None, "text": _(
                    "Visit times: please consult the engineer first. %(name)s %(phone)s", name=record.lead_engineer or "",
                    phone=(record.lead_engineer and (record.lead_engineer.mobile or record.lead_engineer.phone)) or "")})
            visit = record.appointment
            if visit is not None and record.status in (OrderStatus.APPOINTED, OrderStatus.DEPARTED):
                if visit.customer_informed_at is None:
                    found.append({"level": "soon", "text": _("The customer has not been told who comes and when."),
                                  "href": f"{self.route_base}/{record.id}/do/reappoint"
                                  if record.status == OrderStatus.APPOINTED else None, "label": _("Tell now")})
                else:
                    found.append({"level": "act", "text": dispatch.told_customer(visit), "href": None, "label": None})
            if record.hold_asked is not None:
                found.append({"level": "wait", "text": _("%(who)s asks to pause for arrears: %(reason)s", reason=record.hold_asked.reason,
                                                         who=saving.user_name(record.hold_asked.asked_by_id)), "href": None, "label": None})
            if record.waiting_note:
                found.append({"level": "wait", "text": record.waiting_note, "href": None, "label": None})
            return found

        def loads(self) -> tuple[Any, ...]:
            return (*file_parts.with_customer(WorkOrder), joinedload(WorkOrder.lead_engineer), joinedload(WorkOrder.department),
                    joinedload(WorkOrder.request).options(*file_parts.with_unit()),
                    # for one record it costs less to ask for its lists when they are read
                    lazyload(WorkOrder.records).selectinload(ServiceRecord.part_lines).joinedload(PartUsage.part))

        def figures(self, user: Any) -> Figures:
            return file_parts.figures(WorkOrder, user) | file_parts.clocks(WorkOrder)

        def read_by_saving(self) -> tuple[Any, ...]:
            return (joinedload(WorkOrder.customer), joinedload(WorkOrder.request).joinedload(ServiceRequest.equipment))

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            page, request = super().show_page(record, user, counts), record.request
            page["title"] = " ".join(str(part) for part in (record.customer.name, request.product_name or request.product_model) if part)
            place = record.held_from if record.status == OrderStatus.ON_HOLD else ALONGSIDE.get(record.status, record.status)
            reached = STEPS.index(place) if place in STEPS else -1
            visit = record.appointment
            times = (record.assigned_at, record.contacted_at, visit.start_at if visit else None, record.departed_at, record.arrived_at,
                     record.finished_at, record.signed_off_at, record.form_returned_at)
            page["steps"] = shown.way(zip(STEPS, times, strict=True), reached)
            if place != record.status and reached >= 0:
                page["steps"][reached].update(label=str(record.status), state="now aside", time="")
            page["clocks"] = timers.strip(counts["clocks"], record)
            page["transitions"] = self.transitions(record, user)
            level, category = request.fault_level, record.service_category
            page["tags"] = [{"text": str(tag), "late": tag == FaultLevel.ONE} for tag in (level, category) if tag]
            page["tags"].append({"text": _("from %(number)s", number=request), "href": f"/service-requests/show/{record.request_id}"})
            if visit is not None and record.is_open:
                page["tags"].append({"text": _("Visit %(when)s", when=shown.span(visit.start_at, visit.end_at))})
            page["visit"] = visits.visit_page(record, user, full=shown.sees_phones(user, WorkOrder)) if page["tab"] == "facts" else None
            if page["tab"] == "facts":
                parts = file_parts.parts_panel(record)
                page["panels"] = [file_parts.report_panel(request, record.symptom, user, counts), *([parts] if parts else [])]
                page["rail"] = [file_parts.papers_card(record, user), *file_parts.analysis_card(request, user, counts),
                                file_parts.people_card(request, record, full=shown.sees_phones(user, WorkOrder))]
            return page

    return [WorkOrderView]
