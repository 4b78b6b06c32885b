"""Service requests from the call to the triage (WF-01)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.account import Notification
from models.base import field_info
from models.enums import ProblemNature, RequestStatus, RequestType
from models.organisation import Department
from models.service_request import ServiceRequest
from services import access, clock, numbering, parameters, saving
from services.errors import DomainError
from services.master_data import check_phone
from services.workflow import Machine, Transition

REPAIRS = (RequestType.REPAIR, RequestType.RETURN_REPAIR)
_ROUTES = {ProblemNature.HARDWARE: "routing.hardware", ProblemNature.SOFTWARE: "routing.software",
           ProblemNature.DATA_PROJECT: "routing.data_project", ProblemNature.INTEGRATION: "routing.integration",
           ProblemNature.UNKNOWN: "routing.unknown"}
_PAST = (RequestStatus.CLOSED, RequestStatus.ARCHIVED, RequestStatus.CANCELLED, RequestStatus.RESOLVED, RequestStatus.VERIFIED)


def begin(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """Complete a new request by what is known: who took it stays its tracker (B-003), the region comes from site or customer."""
    staff = access.staff_of(by)
    if staff is not None:
        request.received_by_id = request.received_by_id or staff.id
        request.first_contact_id = request.first_contact_id or staff.id
        if staff.department is not None and staff.department.kind == "branch":
            request.branch_id = request.branch_id or staff.department_id
    request.reported_at = request.reported_at or now
    if request.region_id is None and request.customer is not None:
        request.region_id = (request.site.region_id if request.site else None) or request.customer.region_id
    if request.product_model is not None and not request.product_name:
        request.product_name = request.product_model.name


@saving.rule(ServiceRequest)
def _holds_together(request: ServiceRequest) -> None:
    """What is said of the customer belongs to him; a register entry is not of tomorrow."""
    check_phone(request.contact_phone, "contact_phone")
    for name in ("site", "contact", "equipment"):
        thing = getattr(request, name)
        if thing is not None and request.customer is not None and thing.customer_id != request.customer.id:
            raise DomainError(_l("This belongs to another customer."), name)
    if request.reported_at is not None and request.reported_at > clock.now() + timedelta(minutes=5):
        raise DomainError(_l("This time lies in the future."), "reported_at")
    if request.status not in (None, RequestStatus.DRAFT):
        _complete(request, by=None, now=clock.now())
    _route(request)


def _route(request: ServiceRequest) -> None:
    """The nature of the problem proposes the department; another one needs a reason (B-028)."""
    if request.problem_nature is None:
        return
    name = parameters.text(_ROUTES[request.problem_nature])
    proposed = db.session.scalar(select(Department).where(Department.name_zh == name, Department.active))
    if request.department is None:
        request.department = proposed
    elif proposed is not None and request.department.id != proposed.id and not request.department_reason:
        raise DomainError(_l("%(department)s answers for this kind of problem. Give the reason for another one.", department=name),
                          "department_reason", rule="B-028")


def _complete(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """Nothing is registered without customer, address, telephone and model; a repair also says what is wrong (B-001)."""
    names = parameters.text("intake.required_fields").split(",")
    if request.request_type in REPAIRS:
        names += parameters.text("intake.required_fields_repair").split(",")
    for name in names:
        if getattr(request, name, None) in (None, ""):
            raise DomainError(_l("Please fill in: %(field)s.", field=field_info(ServiceRequest, name)["label"]), name, rule="B-001")


def _register(request: ServiceRequest, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    request.request_no = numbering.take("service_request", now=now, owner=request, form_code="service_request").number


def _triaged(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """Nature and, for a repair, the level are known (WF-01)."""
    needed = ["problem_nature"] + (["fault_level"] if request.request_type in REPAIRS else [])
    for name in needed:
        if getattr(request, name) is None:
            raise DomainError(_l("Please fill in: %(field)s.", field=field_info(ServiceRequest, name)["label"]), name, rule="WF-01")


def _cancelled(request: ServiceRequest, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    """The number is kept, with the reason (B-205)."""
    request.voided_at, request.void_reason = now, (reason or "")[:200]


MACHINE = Machine(
    Transition("register", (RequestStatus.DRAFT,), RequestStatus.REGISTERED, _l("Register"), right="create", guard=_complete,
               effect=_register),
    Transition("triage", (RequestStatus.REGISTERED,), RequestStatus.TRIAGED, _l("Triage is done"), guard=_triaged),
    Transition("cancel", (RequestStatus.DRAFT, RequestStatus.REGISTERED, RequestStatus.TRIAGED), RequestStatus.CANCELLED,
               _l("Cancel the request"), effect=_cancelled, reason=True),
)


def take_step(request: ServiceRequest, name: str, *, by: Any, now: dt.datetime, reason: str | None = None) -> None:
    """Take a step of WF-01; the first person contacted is told (B-003)."""
    MACHINE.fire(request, name, by=by, now=now, reason=reason)
    db.session.flush()
    tell_first_contact(request, by=by, now=now)


def tell_first_contact(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """A notice on the work page of who took the call, unless he did it himself (B-003)."""
    tracker = request.first_contact
    if parameters.switch("intake.first_contact_track") and tracker is not None and tracker.user_id not in (None, by.id):
        db.session.add(Notification(user_id=tracker.user_id, at=now, href=f"/service-requests/show/{request.id}",
                                    text=str(_l("%(number)s is now: %(state)s", number=request, state=request.status))))


def likely_repeats(request: ServiceRequest, *, now: dt.datetime) -> list[ServiceRequest]:
    """Open requests of the same customer and model within 24 hours: perhaps the same call twice (B-002)."""
    if request.customer_id is None or request.product_model_id is None:
        return []
    query = select(ServiceRequest).where(
        ServiceRequest.customer_id == request.customer_id, ServiceRequest.product_model_id == request.product_model_id,
        ServiceRequest.id != request.id, ServiceRequest.status.not_in((*_PAST, RequestStatus.DRAFT)),
        ServiceRequest.reported_at > now - timedelta(hours=24))
    return list(db.session.scalars(query.order_by(ServiceRequest.id.desc()).limit(5)))


