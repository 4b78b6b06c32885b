"""Service plans: begun from the request, reviewed by others than who drafted them (R-021; B-063, B-066, B-204)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import _l, _lp, db
from models.enums import PaperState, ReviewResult, ServiceCategory
from models.field_enums import Charging
from models.onsite_enums import PlanSeverity
from models.records.fault_analysis import FaultAnalysis
from models.records.service_plan import PlanPerson, ServicePlan
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import known, paper_checks, record_rules, two_persons
from services.errors import DomainError


@record_rules.begins(ServicePlan)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> ServicePlan:
    """The plan of a request or order with what is known of it; the open one of the request if there is one."""
    request = paper_checks.request_of(origin)
    there = paper_checks.open_one(ServicePlan, ServicePlan.request_id == request.id) if request is not None else None
    if there is not None:
        return there  # type: ignore[no-any-return]
    record = ServicePlan()
    known.pour(record, origin)
    if request is not None:
        _of_request(record, request)
    if isinstance(origin, WorkOrder):
        visit = origin.appointment
        record.solution, record.planned_arrive_at = origin.solution, visit.start_at if visit is not None else None
        record.planned_finish_at = visit.end_at if visit is not None else None
        record.people = [PlanPerson(staff_id=person.id, position=place) for place, person in enumerate(origin.persons)]
    db.session.add(record)
    db.session.flush()
    return record


def _of_request(record: ServicePlan, request: ServiceRequest) -> None:
    """What the request, its sheet and the analysis of the fault say."""
    analysed = db.session.scalar(select(FaultAnalysis.cause).where(
        FaultAnalysis.request_id == request.id, FaultAnalysis.status != PaperState.VOID).order_by(FaultAnalysis.id.desc()).limit(1))
    record.problem, record.cause = request.symptom, analysed or request.cause
    record.quality_severity = PlanSeverity.MAJOR if request.is_major else PlanSeverity.MINOR
    if request.service_category is not None:
        record.charging = Charging.PAID if request.service_category == ServiceCategory.A else Charging.FREE
    record.consent_needed = bool(request.is_major and request.customer is not None and request.customer.is_military)


@record_rules.at("save", ServicePlan)
def _holds(record: ServicePlan, *, now: dt.datetime) -> None:
    """Times run forward, the unit is the customer's, each line says who, what or whose (R-021)."""
    paper_checks.forward(record, "planned_arrive_at", "planned_finish_at", rule="R-021")
    paper_checks.not_negative(record, ("est_cost",), rule="R-021")
    paper_checks.unit_of_customer(record, rule="R-021")
    paper_checks.lines_filled(record.people, "staff", rule="R-021")
    paper_checks.lines_filled(record.resource_lines, "name", rule="R-021")
    paper_checks.lines_filled(record.review_lines, "department", "result", rule="R-021")


@record_rules.at("sign", ServicePlan)
def _reviewed(record: ServicePlan, *, slot: str, by: Any, now: dt.datetime) -> None:
    """People are named; who drafted it does not review it; after the review nothing is refused any more (B-063, B-204)."""
    if not record.people:
        raise DomainError(_l("Please fill in: %(field)s.", field=_lp("R-021", "People")), rule="R-021")
    if slot not in ("tech", "quality", "gm"):
        return
    two_persons.require(record.created_by_id, by)
    if not record.review_lines:
        raise DomainError(_l("Please fill in: %(field)s.", field=_lp("R-021", "Review opinions")), rule="B-063")
    if any(line.result == ReviewResult.REFUSED for line in record.review_lines):
        raise DomainError(_l("A department did not let the plan pass. Amend it and let it be reviewed again."), rule="B-063")


@record_rules.at("number", ServicePlan)
def _on_the_sheet(record: ServicePlan, *, by: Any, now: dt.datetime) -> None:
    """The information sheet names the plan (R-004)."""
    if record.request is not None and record.number is not None:
        record.request.plan_no = record.number
