"""Service requests from the call to the triage (WF-01)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from extensions import _l, db
from models.base import field_info
from models.enums import (
    FaultLevel,
    FollowUpKind,
    HandlingMode,
    OrderStatus,
    ProblemNature,
    QualitySeverity,
    RequestStatus,
    RequestType,
)
from models.organisation import Department
from models.service_request import ServiceRequest
from models.work_order import UNDER_WAY, WorkOrder
from services import access, clock, fault_analyses, follow_ups, notices, numbering, parameters, record_rules, saving, sla
from services.errors import DomainError
from services.master_data import check_phone
from services.workflow import Machine, Transition

REPAIRS = (RequestType.REPAIR, RequestType.RETURN_REPAIR)
CALLED_BACK = (*REPAIRS, RequestType.TECH_SUPPORT)
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
        if access.in_branch(staff):
            request.branch_id = request.branch_id or staff.department_id
    request.reported_at = request.reported_at or now
    if request.region_id is None and request.customer is not None:
        request.region_id = (request.site.region_id if request.site else None) or request.customer.region_id
    if request.product_model is not None and not request.product_name:
        request.product_name = request.product_model.name
    if request.customer is not None and request.contact_name and request.contact_name != (request.contact and request.contact.name):
        known = [person for person in request.customer.contacts if person.active and person.name == request.contact_name]
        request.contact = known[0] if known else None
    _promise(request)


def minutes_promised(level: FaultLevel | None) -> int:
    """Within how many minutes of the call an engineer rings the caller: thirty, ten for level 1 (B-010, B-032)."""
    return parameters.number("sla.level1.respond" if level == FaultLevel.ONE else "sla.repair.contact")


def _promise(request: ServiceRequest) -> None:
    """Until when an engineer calls back; another level counts anew from the call, what was kept stays (B-009, B-032)."""
    if request.reported_at is not None and request.request_type in CALLED_BACK and request.contacted_at is None:
        request.promised_contact_at = request.reported_at + timedelta(minutes=minutes_promised(request.fault_level))


def told_caller(request: ServiceRequest) -> str:
    """The sentence to read to the caller once the request has its number (B-009)."""
    contact = request.contact_name or str(_l("Dear customer"))
    if request.promised_contact_at is None:
        return str(_l("%(contact)s, your request is registered under number %(number)s. We will come back to you.",
                      contact=contact, number=request.request_no))
    at = f"{clock.local(request.promised_contact_at):%H:%M}"
    engineer = str(_l("Engineer %(name)s", name=request.engineer.name) if request.engineer else _l("An engineer"))
    return str(_l("%(contact)s, your repair is registered under number %(number)s. %(engineer)s will call you before %(time)s to agree "
                  "on the visit.", contact=contact, number=request.request_no, engineer=engineer, time=at))


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
    if request.quality_severity == QualitySeverity.MISUSE and request.handling_mode is None:
        request.handling_mode = HandlingMode.REMOTE  # wrong use is answered from afar; another mode may be chosen (B-029)
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
    _promise(request)
    request.request_no = numbering.take("service_request", now=now, owner=request, form_code="service_request").number


def _triaged(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """Nature and, for a repair, the level are known (WF-01)."""
    needed = ["problem_nature"] + (["fault_level"] if request.request_type in REPAIRS else [])
    for name in needed:
        if getattr(request, name) is None:
            raise DomainError(_l("Please fill in: %(field)s.", field=field_info(ServiceRequest, name)["label"]), name, rule="WF-01")


def _cancelled(request: ServiceRequest, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    """The number is kept, with the reason (B-205); its open orders go with it."""
    from services import work_orders

    request.voided_at, request.void_reason = now, (reason or "")[:200]
    work_orders.cancel_all(request, by=by, now=now, reason=request.void_reason)


def _has_result(request: ServiceRequest, *, by: Any, now: dt.datetime, result: str | None = None, **_data: Any) -> None:
    if not result:
        raise DomainError(_l("Write what was done."), "result")


def _remote_begun(request: ServiceRequest, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Who handles it has been told and speaks with the customer (WF-01: the first contact has been made)."""
    request.notified_at, request.contacted_at = request.notified_at or now, request.contacted_at or now


def _resolved_remotely(request: ServiceRequest, *, by: Any, now: dt.datetime, result: str | None = None, **_data: Any) -> None:
    """The clerk verifies with the customer within 48 hours (B-030)."""
    request.result, request.resolved_at, request.finished_at = result, now, now
    follow_ups.plan(request, FollowUpKind.VERIFY, now=now)


def _complete_file(request: ServiceRequest, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Nothing is closed while an order is open or its record has not been checked in (WF-01, B-038), nor without the analysis of a
    grave fault (B-057)."""
    missing = [order.work_order_no for order in request.orders
               if order.is_open or order.status in (OrderStatus.FINISHED,)]
    if missing:
        raise DomainError(_l("Still to be checked in: %(orders)s.", orders="、".join(missing)), rule="WF-01")
    fault_analyses.require_signed(request)


def _closed(request: ServiceRequest, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    request.closed_at = now
    request.struck_off_at = request.struck_off_at or now


def _has_survey(request: ServiceRequest, *, by: Any, now: dt.datetime, survey_no: str | None = None, **_data: Any) -> None:
    if not survey_no:
        raise DomainError(_l("Write the number of the survey."), "survey_no", rule="B-150")
    if request.surveyed_at is not None:
        raise DomainError(_l("The customer has been asked already."), "survey_no", rule="B-150")


def _surveyed(request: ServiceRequest, *, by: Any, now: dt.datetime, survey_no: str | None = None, **_data: Any) -> None:
    """The customer was asked whether he is satisfied; the clock that ran since the closing stops (B-150)."""
    request.survey_no, request.surveyed_at = survey_no, now


def _sent(request: ServiceRequest, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    from services import work_orders

    work_orders.send(request, by=by, now=now, **data)


# who dispatches also closes the files: the right to issue work orders
R = RequestStatus
OPEN_STATES = (R.DRAFT, R.REGISTERED, R.TRIAGED, R.REMOTE, R.DISPATCHED, R.IN_PROGRESS, R.WAITING)
MACHINE = Machine(
    Transition("register", (R.DRAFT,), R.REGISTERED, _l("Register"), right="create", guard=_complete, effect=_register),
    Transition("triage", (R.REGISTERED,), R.TRIAGED, _l("Triage is done"), guard=_triaged),
    Transition("remote", (R.TRIAGED,), R.REMOTE, _l("Handle remotely"), effect=_remote_begun),
    Transition("solve", (R.REMOTE,), R.RESOLVED, _l("Solved remotely"), guard=_has_result, effect=_resolved_remotely),
    Transition("dispatch", (R.TRIAGED, R.REMOTE, R.DISPATCHED, R.IN_PROGRESS, R.WAITING), None, _l("Dispatch"), right="create",
               noun="work_order", effect=_sent),
    Transition("close", (R.VERIFIED,), R.CLOSED, _l("Close the file"), right="create", noun="work_order", guard=_complete_file,
               effect=_closed),
    Transition("survey", (R.CLOSED,), None, _l("Survey held"), right="create", noun="work_order", guard=_has_survey, effect=_surveyed),
    Transition("archive", (R.CLOSED,), R.ARCHIVED, _l("Archive"), right="create", noun="work_order"),
    Transition("cancel", OPEN_STATES, R.CANCELLED, _l("Cancel the request"), effect=_cancelled, reason=True, adverse=True),
)


def left_alone() -> ColumnElement[bool]:
    """Requests under way on which nobody works any more: the customer said that it is not solved (WF-11)."""
    order = aliased(WorkOrder)
    return and_(ServiceRequest.status == R.IN_PROGRESS, ~select(order.id).where(
        order.request_id == ServiceRequest.id, order.status.in_(UNDER_WAY)).exists())


def take_step(request: ServiceRequest, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of WF-01; the first person contacted is told (B-003)."""
    MACHINE.fire(request, name, by=by, now=now, reason=reason, **data)
    db.session.flush()
    sla.sync(request, now=now)
    if MACHINE.transitions[name].target is not None:  # where the orders decide, following them has told him already
        tell_first_contact(request, by=by, now=now)


def follow_orders(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """From dispatched to resolved a request stands where its work orders stand; nobody sets it by hand (WF-01)."""
    before = request.status
    if before not in (R.TRIAGED, R.REMOTE, R.DISPATCHED, R.IN_PROGRESS, R.WAITING):
        return
    orders, running = request.orders, [order for order in request.orders if order.is_open]
    finished = [order for order in orders if order.status in (OrderStatus.FINISHED, OrderStatus.SIGNED_OFF, OrderStatus.FORM_RETURNED)]
    if running and all(order.status in (OrderStatus.WAITING_PARTS, OrderStatus.NEED_SUPPORT, OrderStatus.ON_HOLD) for order in running):
        request.status = R.WAITING
        request.wait_reason = next((order.waiting_note for order in running if order.waiting_note), None)
    elif running and any(order.arrived_at for order in orders):
        request.status, request.wait_reason = R.IN_PROGRESS, None
    elif any(order.status != OrderStatus.PENDING for order in running):
        request.status, request.wait_reason = R.DISPATCHED, None
    elif running:
        request.status = before if before != R.WAITING else R.DISPATCHED
    elif finished:
        request.status, request.resolved_at, request.finished_at = R.RESOLVED, now, finished[-1].finished_at
        request.result = finished[-1].solution or request.result
        follow_ups.plan(request, FollowUpKind.REPAIR, now=now, order=finished[-1])
    else:
        request.status = R.TRIAGED
    if request.status != before:
        db.session.flush()
        tell_first_contact(request, by=by, now=now)


def tell_first_contact(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """A notice on the work page of who took the call, unless he did it himself (B-003)."""
    if parameters.switch("intake.first_contact_track"):
        notices.tell([request.first_contact], _l("%(number)s is now: %(state)s", number=request, state=request.status),
                     href=f"/service-requests/show/{request.id}", now=now, by=by)


def likely_repeats(request: ServiceRequest, *, now: dt.datetime) -> list[ServiceRequest]:
    """Open requests of the same customer and model within 24 hours: perhaps the same call twice (B-002)."""
    if request.customer_id is None or request.product_model_id is None:
        return []
    query = select(ServiceRequest).where(
        ServiceRequest.customer_id == request.customer_id, ServiceRequest.product_model_id == request.product_model_id,
        ServiceRequest.id != request.id, ServiceRequest.status.not_in((*_PAST, RequestStatus.DRAFT)),
        ServiceRequest.reported_at > now - timedelta(hours=24))
    return list(db.session.scalars(query.order_by(ServiceRequest.id.desc()).limit(5)))


@record_rules.at("number", ServiceRequest)
def _sheet_begun(request: ServiceRequest, *, by: Any, now: dt.datetime) -> None:
    """With its number the information sheet knows its department, clerk and hour (R-004, B-197)."""
    request.issue_department = request.issue_department or request.department
    request.sheet_filled_at = request.sheet_filled_at or now
    if request.clerk is None and by is not None:
        request.clerk = access.staff_of(by)
