"""Work orders from dispatch to the returned record (WF-03); the request follows its orders (WF-01)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from extensions import _l, db
from models.clock_enums import LateReason
from models.enums import AppointmentStatus, HoldReason, OrderStatus, RequestStatus, RequestType, WorkType
from models.organisation import Staff
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, audit, clock, custody, dispatch, holds, notices, numbering, parameters, pauses, sla
from services.errors import DomainError, NotAllowed
from services.rights import NO_RIGHT
from services.workflow import Machine, Transition

S = OrderStatus
_BEFORE_FINISHED = (S.PENDING, S.ASSIGNED, S.CONTACTED, S.APPOINTED, S.DEPARTED, S.ON_SITE, S.WAITING_PARTS, S.NEED_SUPPORT)
_WAITING = (S.WAITING_PARTS, S.NEED_SUPPORT, S.ON_HOLD)
_WORK_TYPES = {RequestType.COMMISSIONING: WorkType.COMMISSIONING, RequestType.RETURN_REPAIR: WorkType.RETURN_REPAIR,
               RequestType.INSPECTION: WorkType.INSPECTION, RequestType.TRAINING: WorkType.TRAINING}


def issue(request: ServiceRequest, *, by: Any, now: dt.datetime, symptom: str | None = None, due_at: dt.datetime | None = None,
          previous: WorkOrder | None = None) -> WorkOrder:
    """A new order of a triaged request, completed from it, with its number; it waits to be dispatched (R-010).

    Raises NotAllowed without the right to dispatch, DomainError when the request is not at that point.
    """
    access.require(by, "create", "work_order")
    if request.status not in _DISPATCHABLE:
        raise DomainError(_l("This step is not possible in the state “%(state)s”.", state=request.status), rule="WF-01")
    if parameters.switch("arrears.block_without_hold") and request.customer is not None and request.customer.in_arrears:
        raise DomainError(_l("This customer is in arrears. Ask sales or the service manager first."), "engineer", rule="B-022")
    dispatch.require_tried(request)
    return _issue(request, by=by, now=now, symptom=symptom, due_at=due_at, previous=previous)


_DISPATCHABLE = (RequestStatus.TRIAGED, RequestStatus.REMOTE, RequestStatus.DISPATCHED, RequestStatus.IN_PROGRESS,
                 RequestStatus.WAITING)


def _issue(request: ServiceRequest, *, by: Any, now: dt.datetime, symptom: str | None, due_at: dt.datetime | None,
           previous: WorkOrder | None) -> WorkOrder:
    staff = access.staff_of(by)
    number = numbering.take("work_order", now=now, form_code="task_notice").number
    order = WorkOrder(
        work_order_no=number, request=request, customer=request.customer, region_id=request.region_id, branch_id=request.branch_id,
        department_id=request.department_id, work_type=_WORK_TYPES.get(request.request_type, WorkType.ONSITE_REPAIR),
        service_category=request.service_category, in_warranty=request.in_warranty, symptom=symptom or request.symptom,
        due_at=due_at or request.requested_at, issued_at=now, issued_by_id=staff.id if staff else None, previous_order=previous)
    db.session.add(order)
    db.session.flush()
    return order


# --- guards

def _his(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Steps on the way are taken by the engineer of the order, or by who dispatches."""
    if not dispatch.is_on_the_job(by, order) and not access.can(by, "create", "work_order"):
        raise NotAllowed(NO_RIGHT)


def _assignable(order: WorkOrder, *, by: Any, now: dt.datetime, engineer: Staff | None = None, **_data: Any) -> None:
    if engineer is None:
        raise DomainError(_l("Choose the engineer first."), "engineer")
    if not engineer.is_engineer or not engineer.active:
        raise DomainError(_l("%(name)s does not go out as an engineer.", name=engineer.name), "engineer")


def _needs_note(order: WorkOrder, *, by: Any, now: dt.datetime, **data: Any) -> None:
    _his(order, by=by, now=now)
    if not data.get("waiting_note"):
        raise DomainError(_l("Write what it waits for."), "waiting_note")


def _needs_result(order: WorkOrder, *, by: Any, now: dt.datetime, **data: Any) -> None:
    _his(order, by=by, now=now)
    if not data.get("solution"):
        raise DomainError(_l("Write what was done."), "solution")


def _finishable(order: WorkOrder, *, by: Any, now: dt.datetime, leave_consent: str | None = None, **_data: Any) -> None:
    """A signed record unless it was simple (B-041), with the consent to leave (B-045)."""
    _his(order, by=by, now=now)
    from services import service_records

    service_records.require_handed_over(order, leave_consent=leave_consent)


def _holdable(order: WorkOrder, *, by: Any, now: dt.datetime, hold_reason: HoldReason | None = None, **_data: Any) -> None:
    """For arrears an order pauses only by a question and the answer of another person (B-022)."""
    _his(order, by=by, now=now)
    if hold_reason is None:
        raise DomainError(_l("Choose the reason for the pause."), "hold_reason")
    if hold_reason == HoldReason.ARREARS:
        raise DomainError(_l("For arrears ask first: “Ask to pause for arrears”. Sales or the service manager agree or not."),
                          "hold_reason", rule="B-022")


def _promisable(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Sales promise no visit times, unless the company lets them look into the engineer's schedule themselves (B-015)."""
    if not parameters.switch("schedule.allow_sales_booking"):
        raise DomainError(_l("Please consult the engineer first: he agrees the time with the customer."), "start_at", rule="B-015")


# --- effects

def _assigned(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, engineer: Staff,
              start_at: dt.datetime | None = None, end_at: dt.datetime | None = None, informed: bool = False,
              override_reason: str | None = None, late_reason: LateReason | None = None, **_data: Any) -> None:
    former = order.lead_engineer
    order.lead_engineer, order.assigned_at = engineer, now
    for visit in order.appointments:
        if visit.status in (AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED):
            visit.status, visit.change_reason = AppointmentStatus.CANCELLED, reason
    request = order.request
    request.engineer, request.notified_at = engineer, request.notified_at or now
    if start_at is not None or end_at is not None:
        dispatch.appoint(order, start_at=start_at, end_at=end_at, by=by, now=now, informed=informed, override_reason=override_reason,
                        late_reason=late_reason)
    href = f"/work-orders/show/{order.id}"
    notices.tell([engineer], _l("%(order)s is yours: %(customer)s, %(symptom)s", order=order.work_order_no, customer=order.customer.name,
                                symptom=(order.symptom or "")[:40]), href=href, now=now, by=by)
    if former is not None and former is not engineer:
        notices.tell([former], _l("%(order)s went to %(name)s.", order=order.work_order_no, name=engineer.name), href=href, now=now, by=by)


def _contacted(order: WorkOrder, *, by: Any, now: dt.datetime, contact_note: str | None = None, **_data: Any) -> None:
    order.contacted_at, order.contact_note = now, contact_note
    order.request.contacted_at = order.request.contacted_at or now


def _appointed(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    dispatch.appoint(order, by=by, now=now, **data)


def _promised(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """The engineer is told of it; who has not spoken with the customer yet still does (B-015)."""
    visit = dispatch.appoint(order, by=by, now=now, **data)
    if order.status != S.ASSIGNED:
        order.status = S.APPOINTED
    notices.tell([order.lead_engineer], _l("%(order)s: sales promised a visit at %(when)s.", order=order.work_order_no,
                                           when=f"{clock.local(visit.start_at):%m-%d %H:%M}"),
                 href=f"/work-orders/show/{order.id}", now=now, by=by)


def _departed(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.departed_at = now


def _arrived(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.arrived_at = order.arrived_at or now
    if order.appointment is not None:
        order.appointment.status = AppointmentStatus.DONE


def _waits(order: WorkOrder, *, by: Any, now: dt.datetime, waiting_note: str | None = None, **_data: Any) -> None:
    order.waiting_note = waiting_note


def _asks_support(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    """Supervisor and technical lead are told at once."""
    order.waiting_note = reason
    notices.tell(access.holders("approve", "work_order") + access.holders("approve", "service_record"),
                 _l("%(order)s needs support: %(reason)s", order=order.work_order_no, reason=reason),
                 href=f"/work-orders/show/{order.id}", now=now, by=by, urgent=True)


def _goes_on(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.waiting_note = None


def _held(order: WorkOrder, *, by: Any, now: dt.datetime, hold_reason: HoldReason | None = None, **_data: Any) -> None:
    order.hold_reason = hold_reason


def _released(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.status, order.held_from, order.hold_reason = order.held_from or S.PENDING, None, None


def _finished(order: WorkOrder, *, by: Any, now: dt.datetime, solution: str | None = None, **_data: Any) -> None:
    order.finished_at = now
    if solution:
        order.solution = solution
    order.waiting_note = None


def _unresolved(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    """The manager is informed and a linked order waits to be dispatched."""
    order.finished_at = now
    following = _issue(order.request, by=by, now=now, symptom=order.symptom, due_at=order.due_at, previous=order)
    notices.tell(access.holders("approve", "work_order"),
                 _l("%(order)s came back unresolved: %(reason)s", order=order.work_order_no, reason=reason),
                 href=f"/work-orders/show/{following.id}", now=now, by=by, urgent=True)


def _struck_off(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """With its last order checked in the line of the register is struck off (B-038)."""
    order.signed_off_at = now
    if all(item.status in (S.SIGNED_OFF, S.FORM_RETURNED, S.CANCELLED, S.UNRESOLVED) for item in order.request.orders):
        order.request.struck_off_at = now


def _returned(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.form_returned_at = now
    for record in order.records:
        custody.came_back(record, by=by, now=now)


def _cancelled(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    order.voided_at, order.void_reason = now, reason
    for visit in order.appointments:
        if visit.status in (AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED):
            visit.status, visit.change_reason = AppointmentStatus.CANCELLED, reason


MACHINE = Machine(
    Transition("assign", (S.PENDING,), S.ASSIGNED, _l("Dispatch"), right="create", guard=_assignable, effect=_assigned),
    Transition("contact", (S.ASSIGNED,), S.CONTACTED, _l("Customer contacted"), guard=_his, effect=_contacted),
    Transition("appoint", (S.CONTACTED, S.WAITING_PARTS), S.APPOINTED, _l("Make the appointment"), guard=_his, effect=_appointed),
    Transition("depart", (S.APPOINTED,), S.DEPARTED, _l("Departed"), guard=_his, effect=_departed),
    Transition("arrive", (S.DEPARTED,), S.ON_SITE, _l("Arrived"), guard=_his, effect=_arrived),
    Transition("resume", (S.NEED_SUPPORT,), S.ON_SITE, _l("Go on with the repair"), guard=_his, effect=_goes_on),
    Transition("finish", (S.ON_SITE,), S.FINISHED, _l("Finish the job"), guard=_finishable, effect=_finished),
    Transition("solve_remotely", (S.CONTACTED,), S.FINISHED, _l("Solved remotely"), guard=_needs_result, effect=_finished),
    Transition("wait_parts", (S.ON_SITE,), S.WAITING_PARTS, _l("Waits for parts"), guard=_needs_note, effect=_waits),
    Transition("need_support", (S.ON_SITE,), S.NEED_SUPPORT, _l("Ask for support"), guard=_his, effect=_asks_support, reason=True),
    Transition("return_unresolved", (S.ON_SITE,), S.UNRESOLVED, _l("Return unresolved"), guard=_his, effect=_unresolved, reason=True,
               adverse=True),
    Transition("reappoint", (S.APPOINTED,), S.APPOINTED, _l("Change the appointment"), guard=_his, effect=_appointed),
    Transition("promise", (S.ASSIGNED, S.CONTACTED, S.APPOINTED, S.WAITING_PARTS), None, _l("Promise a visit time"), right="create",
               noun="visit_promise", guard=_promisable, effect=_promised),
    Transition("hold", _BEFORE_FINISHED, S.ON_HOLD, _l("Pause"), guard=_holdable, effect=_held, adverse=True),
    Transition("ask_hold", _BEFORE_FINISHED, None, _l("Ask to pause for arrears"), right="create", noun="service_hold",
               guard=holds.askable, effect=holds.asked, reason=True),
    Transition("agree_hold", _BEFORE_FINISHED, S.ON_HOLD, _l("Agree to the pause"), right="approve", noun="service_hold",
               guard=holds.answerable, effect=holds.agreed),
    Transition("refuse_hold", _BEFORE_FINISHED, None, _l("No pause"), right="approve", noun="service_hold", guard=holds.answerable,
               effect=holds.refused, reason=True, adverse=True),
    Transition("release", (S.ON_HOLD,), None, _l("Go on"), guard=_his, effect=_released),
    Transition("reassign", (S.ASSIGNED, S.CONTACTED, S.APPOINTED), S.ASSIGNED, _l("Give it to another engineer"), right="create",
               guard=_assignable, effect=_assigned, reason=True),
    Transition("strike_off", (S.FINISHED,), S.SIGNED_OFF, _l("Check the record in, strike off"), right="create", effect=_struck_off),
    Transition("return_form", (S.SIGNED_OFF,), S.FORM_RETURNED, _l("Original received"), right="create", effect=_returned),
    Transition("cancel", (*_BEFORE_FINISHED, S.ON_HOLD), S.CANCELLED, _l("Cancel the order"), right="create", effect=_cancelled,
               reason=True, adverse=True),
)


def take_step(order: WorkOrder, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of WF-03; the request follows its orders. Raises as `Machine.fire` does."""
    from services import service_requests

    if name in ("hold", "agree_hold"):
        order.held_from = order.status
    MACHINE.fire(order, name, by=by, now=now, reason=reason, **data)
    pauses.follow(order, now=now)
    db.session.flush()
    service_requests.follow_orders(order.request, by=by, now=now)
    sla.sync(order.request, now=now)


def send(request: ServiceRequest, *, by: Any, now: dt.datetime, engineer: Staff | None, symptom: str | None = None,
         due_at: dt.datetime | None = None, start_at: dt.datetime | None = None, end_at: dt.datetime | None = None,
         informed: bool = False, override_reason: str | None = None, late_reason: LateReason | None = None) -> WorkOrder:
    """Dispatch a request: its waiting order, else a new one, goes to the engineer, with an appointment where one was agreed."""
    waiting = [order for order in request.orders if order.status == S.PENDING]
    order = waiting[0] if waiting else issue(request, by=by, now=now, symptom=symptom, due_at=due_at)
    take_step(order, "assign", by=by, now=now, engineer=engineer, start_at=start_at, end_at=end_at, informed=informed,
              override_reason=override_reason, late_reason=late_reason)
    return order


def cancel_all(request: ServiceRequest, *, by: Any, now: dt.datetime, reason: str) -> None:
    """Cancel the open orders of a request that is cancelled itself."""
    for order in request.open_orders:
        audit.because(reason)
        order.status = S.CANCELLED
        _cancelled(order, by=by, now=now, reason=reason)
        pauses.follow(order, now=now)


def closed_steps() -> set[str]:
    """The steps nobody is offered, because a parameter of the company closes them (B-015)."""
    return set() if parameters.switch("schedule.allow_sales_booking") else {"promise"}


def is_waiting(order: WorkOrder) -> bool:
    """Stands still."""
    return order.status in _WAITING
