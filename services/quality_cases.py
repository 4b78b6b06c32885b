"""Quality information from outside: begun from the request, a major one handled only after approval, closed by quality.

R-061; B-058, B-060, B-065, B-066.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from extensions import _l, db
from models.enums import PaperState, QualitySeverity, RequestType
from models.quality_enums import CaseStage, DoubleFive, FoundIn, Gravity
from models.records.quality_case import PAPER, QualityCase
from services import access, known, paper_checks, record_rules, signing, two_persons
from services.errors import DomainError

TREATMENT = {"corrective_action", "double_five", "conclusion"}
FOUND = {RequestType.COMMISSIONING: FoundIn.COMMISSIONING, RequestType.REPAIR: FoundIn.REPAIR, RequestType.RETURN_REPAIR: FoundIn.REPAIR,
         RequestType.INSPECTION: FoundIn.INSPECTION, RequestType.COMPLAINT: FoundIn.COMPLAINT}
GRAVITY = {QualitySeverity.MINOR: Gravity.MINOR, QualitySeverity.MAJOR: Gravity.MAJOR}


@record_rules.begins(QualityCase)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> QualityCase:
    """The report of a request with all it says already; the open one if there is one (B-058)."""
    request = paper_checks.request_of(origin)
    open_one = paper_checks.open_one(QualityCase, QualityCase.request_id == request.id) if request is not None else None
    if open_one is not None:
        return open_one  # type: ignore[no-any-return]
    case = QualityCase(reported_at=now, reporter=access.staff_of(by))
    known.pour(case, origin)
    if case.equipment is not None:
        case.product_name = f"{case.equipment.product_model.name} {case.equipment.product_model.model_no}"
    if request is not None:
        case.description, case.cause, case.responsible_party = request.symptom, request.cause, request.responsible_party
        case.found_in = FOUND.get(request.request_type)
        case.severity = GRAVITY.get(request.quality_severity) if request.quality_severity is not None else None
    case.double_five = DoubleFive.RUNNING if case.customer is not None and case.customer.is_military else DoubleFive.NONE
    case.stage = stage_of(case)
    db.session.add(case)
    db.session.flush()
    return case


def is_approved(case: QualityCase) -> bool:
    """Whether the leaders approved the handling of a major problem (B-065)."""
    return case.id is not None and signing.signed_as_it_reads(case, PAPER, "approver") is not None


def stage_of(case: QualityCase) -> CaseStage:
    """Where a case stands (WF-04)."""
    if case.status == PaperState.SIGNED:
        return CaseStage.CLOSED
    if case.is_major and not is_approved(case):
        return CaseStage.WAITING
    if case.conclusion:
        return CaseStage.CONCLUDED
    return CaseStage.ANALYSED if case.cause else CaseStage.REPORTED


@record_rules.at("save", QualityCase)
def _holds_together(case: QualityCase, *, now: dt.datetime) -> None:
    """Request and unit are the customer's; a batch with two units affected is proposed as major (B-060)."""
    customer = case.customer
    if case.request is not None and customer is not None and case.request.customer_id not in (None, customer.id):
        raise DomainError(_l("The request is of another customer."), "customer", rule="R-061")
    if case.equipment is not None and customer is not None and case.equipment.customer_id != customer.id:
        raise DomainError(_l("This belongs to another customer."), "equipment", rule="R-061")
    if case.qty is not None and case.qty < 1:
        raise DomainError(_l("At least one."), "qty", rule="R-061")
    if case.severity is None and case.batch_no and (case.qty or 0) > 1:
        case.severity = Gravity.MAJOR
    case.stage = stage_of(case)


@record_rules.limits(QualityCase)
def _writable(case: QualityCase, fields: set[str], user: Any) -> set[str]:
    """A major problem is described and analysed at once, treated only after approval (B-065)."""
    return fields - TREATMENT if case.is_major and not is_approved(case) else fields


@record_rules.at("sign", QualityCase)
def _may_sign(case: QualityCase, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Nobody approves what he reported (B-204); military goods are closed out before the loop is (B-066)."""
    staff = access.staff_of(by)
    if slot == "approver" and staff is not None and case.reporter is staff:
        two_persons.require(by.id, by)
    if slot == "closed" and case.customer is not None and case.customer.is_military and case.double_five != DoubleFive.DONE:
        raise DomainError(_l("Military goods: the close-out has to be done first."), "double_five", rule="B-066")


@record_rules.at("stamped", QualityCase)
def _stamped(case: QualityCase, *, slot: str, by: Any, now: dt.datetime) -> None:
    case.stage = stage_of(case)
    db.session.flush()


@record_rules.at("signed", QualityCase)
def _closed(case: QualityCase, *, by: Any, now: dt.datetime) -> None:
    """The last signature closes the loop."""
    case.stage = CaseStage.CLOSED
    db.session.flush()
