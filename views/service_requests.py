"""Service requests: the register, the form at the telephone, the file of one request (R-001, R-002)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import expose
from flask_babel import gettext as _

from extensions import _l
from models.enums import RequestStatus
from models.service_request import ServiceRequest
from services import clock, service_requests
from views.base import AppModelView, Section, allowed

STEPS = (RequestStatus.REGISTERED, RequestStatus.TRIAGED, RequestStatus.DISPATCHED, RequestStatus.IN_PROGRESS,
         RequestStatus.RESOLVED, RequestStatus.VERIFIED, RequestStatus.CLOSED)


def views() -> list[Any]:
    """The pages of service requests."""

    class ServiceRequestView(AppModelView):
        """Service requests."""

        model = ServiceRequest
        route_base = "/service-requests"
        heading, adding = _l("Service requests"), _l("Take a call")
        empty_text = _l("No requests yet. Take the first call.")
        badge = "status"
        strict = False
        listed = ("request_no", "status", "customer", "product_model", "symptom", "contact_phone", "fault_level", "engineer",
                  "reported_at")
        filtered = ("status", "customer", "request_type", "fault_level", "region", "department", "engineer", "product_model")
        order = ("-reported_at",)
        sections = (
            Section("call", _l("Call"), ("reported_at", "channel", "request_type", "informant")),
            Section("customer", _l("Customer"), ("customer", "site", "contact_name", "contact_phone")),
            Section("unit", _l("Equipment and fault"), ("product_model", "equipment", "in_warranty", "symptom", "requested_at")),
            Section("triage", _l("Triage"), ("info_type", "problem_nature", "fault_level", "complexity", "service_category",
                                             "handling_mode", "department", "department_reason", "remark")),
        )

        def _defaults(self, user: Any) -> dict[str, Any]:
            """The call is taken now."""
            return {"reported_at": clock.now(), **super()._defaults(user)}

        def saved(self, record: Any, user: Any, *, new: bool) -> None:
            """A new request is completed by what is known; “register” gives it its number."""
            now = clock.now()
            service_requests.begin(record, by=user, now=now)
            if request.form.get("act") == "register" and record.status == RequestStatus.DRAFT:
                service_requests.take_step(record, "register", by=user, now=now)

        def submits(self, record: Any) -> list[tuple[str, str, Any]]:
            """A draft may be saved with gaps, or registered."""
            if record is not None and record.status != RequestStatus.DRAFT:
                return super().submits(record)
            return [("act", "draft", _("Save the draft")), ("act", "register", _("Register"))]

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """Arrears of the customer (B-022) and calls that look like this one (B-002)."""
            found = []
            if record.customer is not None and record.customer.in_arrears:
                found.append({"level": "late", "text": _("This customer is in arrears.%(owed)s", owed=""), "href": None, "label": None})
            found += [{"level": "soon", "text": _("Perhaps the same call: %(number)s", number=str(other)), "href": self.at(other),
                       "label": _("Open it")} for other in service_requests.likely_repeats(record, now=clock.now())]
            return found

        def show_page(self, record: Any, user: Any) -> dict[str, Any]:
            """The steps behind it and those that may follow."""
            page = super().show_page(record, user)
            page["number"] = record.request_no
            page["title"] = record.customer.name if record.customer else _("Without customer")
            reached = STEPS.index(record.status) if record.status in STEPS else -1
            page["steps"] = [{"label": str(state), "state": "done" if place < reached else "now" if place == reached else "open"}
                             for place, state in enumerate(STEPS)]
            page["transitions"] = [{"name": step.name, "label": step.label, "reason": step.reason,
                                    "href": f"{self.route_base}/{record.id}/do/{step.name}"}
                                   for step in service_requests.MACHINE.open_to(record, user)]
            return page

        @expose("/<int:pk>/do/<transition>", methods=["POST"])
        def do(self, pk: int, transition: str) -> Any:
            """Take a step."""
            user = allowed(service_requests.MACHINE.right(transition), self.noun)
            record = self.get_or_404(pk, user)
            service_requests.take_step(record, transition, by=user, now=clock.now(), reason=request.form.get("reason"))
            flash(_("Now: %(state)s", state=str(record.status)), "success")
            return redirect(self.at(record))

    return [ServiceRequestView]


