"""Fault analyses: begun from a request or order, and asked for before a grave fault is closed (R-062; B-057)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import exists, func, select

from extensions import _l, db
from models.enums import OrderStatus, PaperState, RequestStatus
from models.records.fault_analysis import FaultAnalysis
from models.records.site_survey import SiteSurvey
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import known, paper_checks, parameters, record_rules
from services.errors import DomainError


@record_rules.begins(FaultAnalysis)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> FaultAnalysis:
    """The analysis of a request, with all that request, order, survey and slip already say; the open one if there is one."""
    request = paper_checks.request_of(origin)
    there = paper_checks.open_one(FaultAnalysis, FaultAnalysis.request_id == request.id) if request is not None else None
    if there is not None:
        return there  # type: ignore[no-any-return]
    record = FaultAnalysis()
    known.pour(record, origin)
    if request is not None:
        known.pour(record, request)
        _of_the_work(record, request, origin if isinstance(origin, WorkOrder) else None)
    record.is_repeated = record.equipment is not None and failed_before(record.equipment.id, request, now=now)
    db.session.add(record)
    db.session.flush()
    return record


def _of_the_work(record: FaultAnalysis, request: ServiceRequest, order: WorkOrder | None) -> None:
    """What was found and done on the way: by the order, its slip, the survey, at last by the request."""
    done = [item for item in request.orders if item.status != OrderStatus.CANCELLED]
    record.work_order = order or (done[-1] if done else None)
    slips = [slip for item in ([record.work_order] if record.work_order else []) for slip in item.records
             if slip.status != PaperState.VOID]
    record.cause = next((slip.cause for slip in reversed(slips) if slip.cause), None) or request.cause
    record.solution = next((slip.treatment for slip in reversed(slips) if slip.treatment), None) or request.result
    record.fault_type = db.session.scalar(select(SiteSurvey.fault_type).where(
        SiteSurvey.request_id == request.id, SiteSurvey.status != PaperState.VOID, SiteSurvey.fault_type.is_not(None))
        .order_by(SiteSurvey.id.desc()).limit(1))


def failed_before(equipment_id: int, request: ServiceRequest | None, *, now: dt.datetime) -> bool:
    """Whether a unit had another request within the months that count as frequent (R-009, B-056)."""
    since = now - relativedelta(months=parameters.number("quality.frequent_fault_months"))
    query = select(exists().where(
        ServiceRequest.equipment_id == equipment_id, ServiceRequest.id != (request.id if request is not None else 0),
        ServiceRequest.reported_at >= since, ServiceRequest.status.not_in((RequestStatus.DRAFT, RequestStatus.CANCELLED))))
    return bool(db.session.scalar(query))


@record_rules.at("save", FaultAnalysis)
def _holds_together(record: FaultAnalysis, *, now: dt.datetime) -> None:
    """Order, customer and unit are those of the request (R-062)."""
    request, customer = record.request, record.customer
    if request is not None and record.work_order is not None and record.work_order.request_id != request.id:
        raise DomainError(_l("This order belongs to another request."), "work_order", rule="R-062")
    if request is not None and customer is not None and request.customer_id not in (None, customer.id):
        raise DomainError(_l("The request is of another customer."), "customer", rule="R-062")
    paper_checks.unit_of_customer(record, rule="R-062")


def _belong_to(request_id: Any) -> tuple[Any, ...]:
    return FaultAnalysis.request_id == request_id, FaultAnalysis.status != PaperState.VOID


def of_request(request: ServiceRequest) -> list[FaultAnalysis]:
    """The analyses of a request, void ones left out."""
    return list(db.session.scalars(select(FaultAnalysis).where(*_belong_to(request.id)).order_by(FaultAnalysis.id)))


def figure(request_id: Any) -> Any:
    """How many a request has, as a part of a larger statement."""
    return select(func.count(FaultAnalysis.id)).where(*_belong_to(request_id)).scalar_subquery()


def is_required(request: ServiceRequest) -> bool:
    """Whether faults of this level are not closed without an analysis (B-057)."""
    levels = parameters.text("quality.analysis_required_levels").replace("，", ",").split(",")
    return request.fault_level is not None and request.fault_level.value in {level.strip() for level in levels}


def require_signed(request: ServiceRequest) -> None:
    """Raise DomainError unless the analysis a request needs is signed (B-057)."""
    if is_required(request) and not any(record.status == PaperState.SIGNED for record in of_request(request)):
        raise DomainError(_l("A %(level)s is closed only with its fault analysis form, signed by the engineer.", level=request.fault_level),
                          rule="B-057")
