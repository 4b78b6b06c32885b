"""Calls after the work: planned when a result is entered, closed when the customer was reached (WF-11; B-030, B-152)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.enums import CallResult, FollowUpKind, FollowUpStatus, RequestStatus, Solved, VerifyResult
from models.follow_up import FollowUp
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, calendars, notices, numbering, parameters, record_rules, sla
from services.errors import DomainError
from services.workflow import Machine, Transition

OPEN = (FollowUpStatus.PLANNED, FollowUpStatus.ATTEMPTED)
MOST_ATTEMPTS = 3
LONG_CALL_MINUTES = 3
MERGE_WITHIN = timedelta(days=3)
TOLD = frozenset({"contact_name", "contact_phone", "customer_class", "respondent_role", "usage_state", "mastery", "satisfaction",
                  "engineer_check", "opinion", "needs_visit"})


def open_of(request: ServiceRequest) -> FollowUp | None:
    """The call that is still to verify a request."""
    found: FollowUp | None = db.session.scalar(select(FollowUp).where(
        FollowUp.request_id == request.id, FollowUp.status.in_(OPEN), FollowUp.kind.in_((FollowUpKind.VERIFY, FollowUpKind.REPAIR))))
    return found


def plan(request: ServiceRequest, kind: FollowUpKind, *, now: dt.datetime, order: WorkOrder | None = None) -> FollowUp:
    """A call due after the hours of the rule, counted over working days; an open call of the request serves again."""
    open_call = open_of(request)
    if open_call is not None:
        return open_call
    due = calendars.advance(now, parameters.number("followup.repair_hours") * 60, "workday")
    call = FollowUp(kind=kind, due_at=due, customer_id=request.customer_id, site_id=request.site_id, contact_id=request.contact_id,
                    contact_name=request.contact_name, contact_phone=request.contact_phone, request_id=request.id,
                    equipment_id=request.equipment_id, customer_class=request.customer.customer_class if request.customer else None,
                    followup_no=numbering.take("follow_up", now=now, form_code="follow_up").number)
    db.session.add(call)
    db.session.flush()
    return call


@record_rules.limits(FollowUp)
def _writable(call: FollowUp, fields: set[str], user: Any) -> set[str]:
    """On the paper one writes what was told; when and how the call ended is entered by its steps (R-077)."""
    return fields & TOLD


def mergeable(call: FollowUp) -> list[FollowUp]:
    """Other open calls of the customer due within three days of this one: one call may close them all (B-152)."""
    query = select(FollowUp).where(FollowUp.customer_id == call.customer_id, FollowUp.id != call.id, FollowUp.status.in_(OPEN),
                                   FollowUp.due_at.between(call.due_at - MERGE_WITHIN, call.due_at + MERGE_WITHIN))
    return list(db.session.scalars(query.order_by(FollowUp.due_at)))


def _reached(call: FollowUp, *, by: Any, now: dt.datetime, **data: Any) -> None:
    if data.get("solved") is None:
        raise DomainError(_l("Say whether the problem is solved."), "solved")
    if data["solved"] == Solved.NO and not data.get("unsolved"):
        raise DomainError(_l("Write what is still unsolved; the manager is told."), "unsolved", rule="B-147")
    minutes = data.get("duration_min")
    if minutes is not None and minutes > LONG_CALL_MINUTES and not data.get("extended"):
        raise DomainError(_l("A call of more than 3 minutes: tick that the customer wished it."), "extended", rule="WF-11")


def _done(call: FollowUp, *, by: Any, now: dt.datetime, reason: str | None = None, also: Sequence[int] = (), **data: Any) -> None:
    staff = access.staff_of(by)
    for name in ("solved", "unsolved", "mastery", "satisfaction", "opinion", "duration_min", "extended", "needs_visit"):
        if name in data:
            setattr(call, name, data[name])
    call.call_result, call.done_at, call.caller_id = CallResult.CONNECTED, now, staff.id if staff else None
    call.attempts += 1
    for other in mergeable(call):
        if other.id in also:
            other.status, other.done_at, other.caller_id = FollowUpStatus.SKIPPED, now, call.caller_id
            _settle(other, data["solved"], now=now)
    if data["solved"] == Solved.NO:
        call.status = FollowUpStatus.VISIT_NEEDED if data.get("needs_visit") else FollowUpStatus.ESCALATED
        call.escalated_at = now
        notices.tell(access.holders("approve", "work_order"),
                     _l("%(number)s: the customer says it is not solved.", number=call.followup_no),
                     href=f"/follow-ups/show/{call.id}", now=now, by=by, urgent=True)
    _settle(call, data["solved"], now=now)


def _settle(call: FollowUp, solved: Solved, *, now: dt.datetime) -> None:
    """The request is verified, or goes on (B-030)."""
    request = db.session.get(ServiceRequest, call.request_id) if call.request_id else None
    if request is None or request.status != RequestStatus.RESOLVED:
        return
    if solved == Solved.YES:
        request.status, request.verify_result, request.result_confirmed_at = RequestStatus.VERIFIED, VerifyResult.SOLVED, now
    else:
        request.status, request.verify_result, request.resolved_at = RequestStatus.IN_PROGRESS, VerifyResult.UNSOLVED, None


def _missed(call: FollowUp, *, by: Any, now: dt.datetime, **data: Any) -> None:
    if data.get("call_result") in (None, CallResult.CONNECTED):
        raise DomainError(_l("Choose how the call ended."), "call_result")


def _attempted(call: FollowUp, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    call.attempts += 1
    call.call_result = data["call_result"]
    if call.attempts >= MOST_ATTEMPTS:
        call.status, call.escalated_at = FollowUpStatus.ESCALATED, now
        notices.tell(access.holders("approve", "work_order"), _l("%(number)s: the customer was not reached three times.",
                                                                 number=call.followup_no),
                     href=f"/follow-ups/show/{call.id}", now=now, by=by, urgent=True)


MACHINE = Machine(
    Transition("done", OPEN, FollowUpStatus.DONE, _l("Customer reached"), guard=_reached, effect=_done),
    Transition("attempt", OPEN, FollowUpStatus.ATTEMPTED, _l("Not reached"), guard=_missed, effect=_attempted),
)


def take_step(call: FollowUp, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of WF-11; a request verified or reopened by the call tells its tracker (B-003)."""
    from services import service_requests

    MACHINE.fire(call, name, by=by, now=now, reason=reason, **data)
    db.session.flush()
    request = db.session.get(ServiceRequest, call.request_id) if call.request_id else None
    if request is not None:
        sla.sync(request, now=now)
    if request is not None and name == "done":
        service_requests.tell_first_contact(request, by=by, now=now)
