"""Complaints: what they begin with, what makes one grave, and what is asked for before one is closed (R-073; B-134 to B-140)."""

from __future__ import annotations

import datetime as dt
import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

from extensions import _l
from models.care_enums import ComplaintKind, Substantiated
from models.records.complaint import PAPER, Complaint
from models.service_request import ServiceRequest
from services import access, calendars, clock, known, parameters, record_rules, signing, two_persons, working_time
from services.errors import DomainError

TIMES = ("received_at", "contacted_at", "escalated_at", "head_opinion_at", "replied_at", "implemented_at", "closed_at")
NOBODY = "nobody"


@record_rules.begins(Complaint)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> Complaint:
    """A complaint received now by whoever begins it, with all that customer, request or unit already say."""
    record = known.begun(Complaint, origin)
    record.received_at, record.first_contact = now, access.staff_of(by)
    if isinstance(origin, ServiceRequest):
        record.source = origin.request_no
    return known.kept(record)


@record_rules.at("save", Complaint)
def _graded(record: Complaint, *, now: dt.datetime) -> None:
    """A loss from the limit on, or any reason named, makes a complaint grave (B-134); times run forward; working days are counted."""
    reasons = set((record.major_reason or "").split(",")) - {""}
    if record.loss_amount is not None and record.loss_amount >= parameters.number("complaint.major_loss"):
        reasons.add("loss")
    order = [code for code, _label in parameters.dict_choices("major_reason")]
    record.major_reason = ",".join(code for code in order if code in reasons) or None
    record.is_major = record.is_major or bool(reasons)
    times = [(name, getattr(record, name)) for name in TIMES if getattr(record, name) is not None]
    for (_name, before), (name, at) in itertools.pairwise(times):
        if at < before:
            raise DomainError(_l("This time lies before the one above it."), name, rule="R-073")
    _counted(record)


def _counted(record: Complaint) -> None:
    record.elapsed_workdays = (Decimal(workdays(record.received_at, record.closed_at))
                               if record.received_at is not None and record.closed_at is not None else None)


def workdays(start: dt.datetime, end: dt.datetime) -> int:
    """Working days from receipt, which is day 0, to the day of the end (B-133)."""
    first, last, calendar = clock.today(start), clock.today(end), calendars.current()
    return sum(working_time.is_working(calendar, first + timedelta(days=offset)) for offset in range(1, (last - first).days + 1))


@record_rules.at("sign", Complaint)
def _signed(record: Complaint, *, slot: str, by: Any, now: dt.datetime) -> None:
    """A grave one says why; the opinion carries its hour; who closes is the supervisor named, and nothing is left open."""
    if record.is_major and not record.major_reason:
        raise DomainError(_l("Say why it is grave."), "major_reason", rule="B-134")
    if slot == "head":
        record.head_opinion_at = record.head_opinion_at or now
        return
    staff = access.staff_of(by)
    record.supervisor = record.supervisor or staff
    if record.supervisor is not staff:
        raise DomainError(_l("It is closed by the supervisor named in it."), "supervisor", rule="R-073")
    two_persons.require(record.created_by_id, by)  # who wrote it down does not close it (R6)
    if record.beyond_authority and "head" not in signing.signatures(record, PAPER):
        raise DomainError(_l("The head of the department gives his opinion first."), "head_opinion", rule="B-132")
    _may_be_closed(record)
    record.closed_at = record.closed_at or now
    _counted(record)


def _may_be_closed(record: Complaint) -> None:
    if record.is_substantiated == Substantiated.OPEN:
        raise DomainError(_l("Find out whether the complaint is justified; then it may be closed."), "is_substantiated", rule="B-140")
    if record.responsible is None and record.responsible_link != NOBODY:
        raise DomainError(_l("Name the person responsible, or choose that nobody was found."), "responsible", rule="B-136")
    if record.kind == ComplaintKind.GRIEVANCE and parameters.switch("complaint.supervisor_visit") and not (
            record.visitor and record.visited_on):
        raise DomainError(_l("A grievance is looked after on the spot: who went there, and when?"), "visitor", rule="B-138")
    if record.is_major and not record.letter_no:
        raise DomainError(_l("The result of a grave complaint is written to the customer: which letter?"), "letter_no", rule="B-139")


@record_rules.limits(Complaint)
def _writable(record: Complaint, fields: set[str], user: Any) -> set[str]:
    """The working days are counted, not written."""
    return fields - {"elapsed_workdays"}
