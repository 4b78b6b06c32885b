"""Maintenance contracts and the notice before they end (R-070, R-071; B-086)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from extensions import _l, db
from models.care_enums import RenewalState
from models.enums import PaperState
from models.records.contract_notice import ContractNotice, ContractNoticeUnit
from models.records.service_contract import ServiceContract
from services import known, parameters, record_rules, two_persons
from services.errors import DomainError


@record_rules.begins(ServiceContract)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> ServiceContract:
    """A contract with the customer, and the response profile that holds for him."""
    record = ServiceContract(renewal_state=RenewalState.NOT_DUE)
    known.pour(record, origin)
    record.sla_profile = record.customer.sla_profile if record.customer is not None else None
    return known.kept(record)


def notice_day(end: dt.date) -> dt.date:
    """The day a notice is due: so many months before the end, the last day of a shorter month (B-086)."""
    return end - relativedelta(months=parameters.number("contract.notice_months"))


@record_rules.at("save", ServiceContract)
def _holds(record: ServiceContract, *, now: dt.datetime) -> None:
    """It ends after it began, its number is its own, its units are the customer's; the day of the notice follows (R-070, B-086)."""
    if record.start_on and record.end_on and record.end_on < record.start_on:
        raise DomainError(_l("The end lies before the beginning."), "end_on", rule="R-070")
    if record.visit_interval_months is not None and not 1 <= record.visit_interval_months <= 60:
        raise DomainError(_l("Between 1 and 60 months."), "visit_interval_months", rule="R-070")
    if record.customer is not None and any(unit.customer_id != record.customer.id for unit in record.units):
        raise DomainError(_l("This belongs to another customer."), "units", rule="R-070")
    record.notice_due = notice_day(record.end_on) if record.end_on is not None else None
    _numbered(record)


def _numbered(record: ServiceContract) -> None:
    """It is known by its own number; where a void one bore it before, with a mark behind it."""
    if not record.contract_no:
        record.number = None
        return
    with db.session.no_autoflush:
        others = db.session.execute(select(ServiceContract.number, ServiceContract.contract_no, ServiceContract.status).where(
            ServiceContract.id != (record.id or 0), ServiceContract.contract_no == record.contract_no)).all()
    if any(status != PaperState.VOID for _number, _own, status in others):
        raise DomainError(_l("A contract with this number is there already."), "contract_no", rule="R-070")
    taken = {number for number, _own, _status in others}
    record.number = record.contract_no if record.contract_no not in taken else f"{record.contract_no[:36]}-{len(taken) + 1}"


@record_rules.at("sign", ServiceContract)
def _approved(record: ServiceContract, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Nobody approves the contract he entered (B-204)."""
    two_persons.require(record.created_by_id, by)


@record_rules.limits(ServiceContract)
def _contract_fields(record: ServiceContract, fields: set[str], user: Any) -> set[str]:
    """The day of the notice is reckoned, the renewal follows what happens."""
    return fields - {"notice_due", "renewal_state"}


@record_rules.begins(ContractNotice)
def notify(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> ContractNotice:
    """The notice of a contract, or of the customer's contract that ends next, with its units; the open one if there is one."""
    contract = origin if isinstance(origin, ServiceContract) else _next_of(origin)
    kept = db.session.scalar(select(ContractNotice).where(
        ContractNotice.contract_id == contract.id, ContractNotice.status == PaperState.DRAFT).limit(1)) if contract is not None else None
    if kept is not None:
        return kept  # type: ignore[no-any-return]
    record = known.begun(ContractNotice, contract.customer if contract is not None else origin)
    record.owner = record.customer.sales if record.customer is not None else None
    if contract is not None:
        record.contract, record.end_on, record.proposal_amount = contract, contract.end_on, contract.amount
        record.equipment_lines = [ContractNoticeUnit(position=place, equipment=unit) for place, unit in enumerate(contract.units)]
    return known.kept(record)


def _next_of(customer: Any) -> ServiceContract | None:
    return db.session.scalar(select(ServiceContract).where(  # type: ignore[no-any-return]
        ServiceContract.customer_id == getattr(customer, "id", 0), ServiceContract.status == PaperState.SIGNED,
        ServiceContract.end_on.is_not(None)).order_by(ServiceContract.end_on).limit(1))


@record_rules.at("save", ContractNotice)
def _notice(record: ContractNotice, *, now: dt.datetime) -> None:
    """The contract is the customer's; the day of the end is the contract's (R-071)."""
    if record.contract is not None:
        if record.customer is not None and record.contract.customer_id not in (None, record.customer.id):
            raise DomainError(_l("This belongs to another customer."), "contract", rule="R-071")
        record.end_on = record.contract.end_on
    if record.visit_on and record.sent_on and record.visit_on < record.sent_on:
        raise DomainError(_l("The visit lies before the notice was sent."), "visit_on", rule="R-071")


@record_rules.limits(ContractNotice)
def _notice_fields(record: ContractNotice, fields: set[str], user: Any) -> set[str]:
    """The day of the end is the contract's."""
    return fields - {"end_on"}
