"""Service requests: the register, the form at the telephone, the file of one request (R-001, R-002)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import redirect, request
from flask_appbuilder import expose
from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from extensions import _l, db
from extensions import gettext as _
from models.customer import Customer
from models.enums import FaultLevel, HandlingMode, OrderStatus, RequestStatus
from models.equipment import Equipment
from models.follow_up import FollowUp
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock, dispatch, search, service_requests, sla, waiting
from services.counters import Figures
from views import file_parts, shown, telephone, timers
from views.base import AppModelView, Related, Section, allowed
from views.listing import Saved
from views.security import current_user
from views.steps import Stepping
from views.work_orders import arrears_banner, dispatch_aside, people

VIEWS = (
    Saved("open", _l("Not finished"), lambda _now: waiting.is_open(ServiceRequest)),
    Saved("late", _l("Late"), lambda now: waiting.is_late(ServiceRequest, now), late=True, order=("next_due_at",), to_the_minute=True),
    Saved("time", _l("By time left"), lambda _now: ServiceRequest.status.in_(sla.LIVE) & ServiceRequest.next_due_at.is_not(None),
          order=("next_due_at",)),
    Saved("draft", _l("Drafts"), lambda _now: ServiceRequest.status == RequestStatus.DRAFT),
    Saved("triage", _l("To be triaged"), lambda _now: ServiceRequest.status == RequestStatus.REGISTERED),
    Saved("dispatch", _l("To be dispatched"), lambda _now: ServiceRequest.status == RequestStatus.TRIAGED),
    Saved("resolved", _l("To be verified"), lambda _now: ServiceRequest.status == RequestStatus.RESOLVED),
    Saved("close", _l("To be closed"), lambda _now: ServiceRequest.status == RequestStatus.VERIFIED),
    Saved("today", _l("Today’s calls"), lambda now: ServiceRequest.reported_at >= clock.day_start(now)),
)

STEPS = (RequestStatus.REGISTERED, RequestStatus.TRIAGED, RequestStatus.DISPATCHED, RequestStatus.IN_PROGRESS,
         RequestStatus.RESOLVED, RequestStatus.VERIFIED, RequestStatus.CLOSED)

# The caller has been told an engineer’s call, which has not been made yet.
TO_BE_TOLD = (RequestStatus.REGISTERED, RequestStatus.TRIAGED)

# States beside the way: where they stand on it.
ALONGSIDE = {RequestStatus.WAITING: RequestStatus.IN_PROGRESS, RequestStatus.REMOTE: RequestStatus.DISPATCHED,
             RequestStatus.ARCHIVED: RequestStatus.CLOSED}


def dispatch_address(record: Any) -> str:
    """Where a triaged request is given to an engineer: it stands chosen on the board, with him."""
    return f"/dispatch/?job=request-{record.id}"


def views() -> list[Any]:
    """The pages of service requests."""

    class ServiceRequestView(Stepping, AppModelView):
        """Service requests."""

        model = ServiceRequest
        machine = service_requests.MACHINE
        route_base = "/service-requests"
        heading, adding = _l("Service requests"), _l("Take a call")
        empty_text = _l("No requests yet. Take the first call.")
        badge = "status"
        strict = False
        clock = "next_due_at"
        listed = ("next_due_at", "request_no", "customer", "symptom", "contact_phone", "fault_level", "engineer", "status",
                  "reported_at")
        saved_views = VIEWS
        filtered = ("status", "customer", "request_type", "fault_level", "region", "department", "engineer", "product_model")
        order = ("-reported_at",)
        sections = (
            Section("call", _l("Call"), ("reported_at", "channel", "request_type", "informant")),
            Section("customer", _l("Customer"), ("customer", "site", "contact_name", "contact_phone")),
            Section("unit", _l("Equipment and fault"), ("product_model", "equipment", "in_warranty", "symptom", "requested_at")),
            Section("triage", _l("Triage"), ("info_type", "problem_nature", "fault_level", "complexity", "service_category",
                                             "handling_mode", "department", "department_reason", "remark")),
        )

        related = (
            Related("orders", _l("Work orders"), WorkOrder, "request_id",
                    ("work_order_no", "status", "lead_engineer", "symptom", "issued_at", "finished_at"), "/work-orders", add=False),
            Related("calls", _l("Follow-up calls"), FollowUp, "request_id",
                    ("followup_no", "status", "kind", "due_at", "solved", "done_at"), "/follow-ups", add=False),
        )

        def step(self, record: Any, name: str, **data: Any) -> None:
            service_requests.take_step(record, name, **data)

        def row_actions(self, record: Any, user: Any) -> list[dict[str, Any]]:
            """A second dispatch is no matter for a row: it depends on the orders under way. A customer is asked once (B-150)."""
            return [step for step in super().row_actions(record, user)
                    if not (step["href"].endswith("/dispatch") and record.status != RequestStatus.TRIAGED)
                    and not (step["href"].endswith("/survey") and record.surveyed_at is not None)]

        def transitions(self, record: Any, user: Any) -> list[dict[str, Any]]:
            """Another engineer is sent only when nobody is under way, and the customer is asked once (B-150)."""
            busy = any(order.status != OrderStatus.PENDING for order in record.open_orders)
            past = {name for name, over in (("dispatch", busy), ("survey", record.surveyed_at is not None)) if over}
            steps = [step for step in super().transitions(record, user) if step["name"] not in past]
            on_site = record.handling_mode not in (None, HandlingMode.REMOTE)
            return sorted(steps, key=lambda step: (step["adverse"], on_site and step["name"] == "remote"))

        def at_hand(self, record: Any, name: str) -> list[tuple[Any, str]]:
            return people(record.region_id)

        def aside(self, record: Any, name: str) -> dict[str, Any] | None:
            return dispatch_aside(record) if name == "dispatch" else None

        def preset(self, record: Any, name: str) -> dict[str, Any]:
            return {"symptom": record.symptom, "due_at": record.requested_at, "engineer": record.engineer}

        @expose("/context", methods=["GET"])
        def context(self) -> Any:
            """What is known of a customer, beside the form at the telephone."""
            return telephone.context(allowed("create", self.noun))

        @expose("/callers", methods=["GET"])
        def callers(self) -> Any:
            """Customers by what a caller says."""
            return telephone.callers(allowed("create", self.noun))

        @expose("/call", methods=["GET"])
        def call(self) -> Any:
            """A short address for the telephone."""
            allowed("create", self.noun)
            return redirect(f"{self.route_base}/add")

        def made_form(self, names: Iterable[str], *, whole: bool = False) -> type[Any]:
            made = super().made_form(names)
            return telephone.with_engineer(made) if whole else made

        def _form_page(self, form: Any, title: Any, cancel: str, conflicts: dict[str, Any] | None, buttons: Any, *, about: str = "") -> Any:
            """A call that is not registered yet has a screen of its own; what is registered is changed as any record."""
            if any(value == "register" for _name, value, _label in buttons):
                return telephone.page(form, title=title, cancel=cancel, buttons=buttons, conflicts=conflicts)
            return super()._form_page(form, title, cancel, conflicts, buttons, about=about)

        def _defaults(self, user: Any) -> dict[str, Any]:
            """The call is taken now; what was typed into the box of the work page finds its customer, unit or telephone."""
            found = {"reported_at": clock.now(), **super()._defaults(user)}
            words = request.args.get("words", "").strip()[:64]
            return {**found, **self._heard(words, user)} if words else found

        @staticmethod
        def _heard(words: str, user: Any) -> dict[str, Any]:
            """Customer, unit and telephone of the words of a caller, as far as they say which one."""
            def only(model: type[Any]) -> Any:
                hits = db.session.scalars(select(model).where(search.matching(model, words), access.visible(user, model)).limit(2)).all()
                return hits[0] if len(hits) == 1 else None
            customer, unit = only(Customer), only(Equipment)
            if customer is None and unit is not None:
                return {"customer": unit.customer, "equipment": unit, "product_model": unit.product_model}
            if customer is not None:
                return {"customer": customer}
            digits = words.replace("-", "").replace(" ", "")
            return {"contact_phone": words} if digits.isdigit() and len(digits) > 6 else {}

        def completed(self, record: Any, user: Any) -> None:
            """A request is completed by what is known, and by the engineer who was chosen at the telephone."""
            if record.status in (None, RequestStatus.DRAFT) and request.form.get("act") is not None:
                record.engineer = telephone.chosen_engineer() or record.engineer
            service_requests.begin(record, by=user, now=clock.now())

        def saved(self, record: Any, user: Any, *, new: bool) -> None:
            """“Register” gives a new request its number, “dispatch” triages it as well."""
            now, act = clock.now(), request.form.get("act")
            if act in ("register", "dispatch") and record.status == RequestStatus.DRAFT:
                service_requests.take_step(record, "register", by=user, now=now)
                if act == "dispatch":
                    service_requests.take_step(record, "triage", by=user, now=now)

        def leads_to(self, record: Any) -> str:
            """“Register and dispatch” goes on to the dispatch, with the engineer who was chosen."""
            if request.form.get("act") == "dispatch" and record.status == RequestStatus.TRIAGED:
                return dispatch_address(record)
            return super().leads_to(record)

        def submits(self, record: Any) -> list[tuple[str, str, Any]]:
            """A draft may be saved with gaps, registered, or registered and sent on to dispatch by who may do that."""
            if record is not None and record.status != RequestStatus.DRAFT:
                return super().submits(record)
            user = current_user()
            buttons = [("act", "draft", _("Save the draft")), ("act", "register", _("Only register"))]
            if access.can(user, "create", "work_order") and access.can(user, "change", self.noun):
                return [*buttons, ("act", "dispatch", _("Register and dispatch"))]
            return [buttons[0], ("act", "register", _("Register"))]

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """Arrears of the customer (B-022) and calls that look like this one (B-002)."""
            found = arrears_banner(record.customer)
            if record.contacted_at is None and record.status in TO_BE_TOLD:
                found.append({"level": "act", "text": service_requests.told_caller(record), "href": None, "label": None})
            if record.status == RequestStatus.TRIAGED and dispatch.untried([record]):
                found.append({"level": "soon", "text": _("Nobody has tried by telephone or remotely yet."), "label": None,
                              "href": None})
            found += [{"level": "soon", "text": _("Perhaps the same call: %(number)s", number=str(other)), "href": self.at(other),
                       "label": _("Open it")} for other in service_requests.likely_repeats(record, now=clock.now())]
            return found

        def loads(self) -> tuple[Any, ...]:
            """Unit, customer and orders with their engineers."""
            return (*file_parts.with_customer(ServiceRequest), *file_parts.with_unit(), joinedload(ServiceRequest.department),
                    joinedload(ServiceRequest.informant),
                    lazyload(ServiceRequest.orders).options(joinedload(WorkOrder.lead_engineer), selectinload(WorkOrder.appointments)))

        def read_by_saving(self) -> tuple[Any, ...]:
            return (joinedload(ServiceRequest.customer), joinedload(ServiceRequest.equipment), joinedload(ServiceRequest.product_model))

        def figures(self, user: Any) -> Figures:
            return file_parts.figures(ServiceRequest, user) | file_parts.clocks(ServiceRequest)

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            """The steps behind it and those that may follow."""
            page = super().show_page(record, user, counts)
            page["number"] = record.request_no
            page["title"] = " ".join(str(part) for part in (record.customer or _("Without customer"), record.product_model) if part)
            place_of = ALONGSIDE.get(record.status, record.status)
            reached = STEPS.index(place_of) if place_of in STEPS else -1
            sent = min((order.assigned_at for order in record.orders if order.assigned_at), default=None)
            came = min((order.arrived_at for order in record.orders if order.arrived_at), default=None)
            times = (record.reported_at, None, sent, came, record.resolved_at, record.result_confirmed_at, record.closed_at)
            page["steps"] = shown.way(zip(STEPS, times, strict=True), reached)
            page["clocks"] = timers.strip(counts["clocks"])
            page["transitions"] = self.transitions(record, user)
            page["tags"] = [{"text": str(tag), "late": tag == FaultLevel.ONE}
                            for tag in (record.request_type, record.fault_level, record.service_category) if tag]
            if place_of != record.status and reached >= 0:
                page["steps"][reached].update(label=str(record.status))
            if page["tab"] == "facts":
                page["panels"] = [file_parts.report_panel(record, record.symptom, user, counts)]
                page["sections"] = [part for part in page["sections"] if part["key"] in ("call", "triage")]  # the rest stands above
                page["rail"] = [file_parts.orders_card(record, user), *file_parts.analysis_card(record, user, counts),
                                file_parts.people_card(record, None, full=shown.sees_phones(user, ServiceRequest))]
            return page

    return [ServiceRequestView]
