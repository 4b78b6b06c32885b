"""Replaced parts that come back to the store: owed, received, looked at, put away or done with (R-051; WF-07; B-052, B-110, B-120)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from extensions import _l, db
from models.field_enums import DefectDisposal
from models.organisation import Staff
from models.quality import NonconformityReport
from models.returns import ReturnLine
from models.service_record import ServiceRecord
from models.stock_enums import (
    DefectDisposition,
    Disposition,
    InspectResult,
    LineState,
    LineType,
    NcrSource,
    Repairability,
    StockKind,
    ZoneKind,
)
from services import access, inbound, nonconformity, notices, numbering, parameters, record_rules, saving, stock, stock_docs
from services.errors import DomainError
from services.workflow import Machine, Transition

L, Z = LineState, ZoneKind
DEFECTIVE = (LineType.REPLACED, LineType.FOR_REPAIR, LineType.FOR_SCRAP)


# --- owed

def owe(record: ServiceRecord, *, now: dt.datetime) -> list[ReturnLine]:
    """An expected line for each replaced part of a slip that must come back (B-052); those that are there already stay.
    Nothing is owed when the record says that they were left with the customer (R-015).
    """
    if not parameters.switch("parts.defect_return_required") or record.defect_disposal == DefectDisposal.LEFT:
        return []
    have = set(db.session.scalars(select(ReturnLine.part_usage_id).where(ReturnLine.service_record_id == record.id,
                                                                         ReturnLine.status != L.CANCELLED)))
    made = []
    for line in record.part_lines:
        if line.part is None or not line.part.defect_return or line.id in have:
            continue
        made.append(ReturnLine(
            line_type=LineType.REPLACED, part=line.part, serial_no=line.old_serial_no, new_serial_no=line.new_serial_no, qty=line.qty,
            customer_id=record.customer_id, equipment_id=record.equipment_id, work_order_id=record.work_order_id, record=record,
            part_usage_id=line.id, symptom=record.symptom, owed_by_id=record.engineer_id or record.order.lead_engineer_id,
            due_at=inbound.due_at(record.finished_at or now)))
    db.session.add_all(made)
    db.session.flush()
    return made


def forgive(record: ServiceRecord, *, now: dt.datetime) -> None:
    """Nothing is owed for a void slip. Raises DomainError when a part of it is back already."""
    for line in db.session.scalars(select(ReturnLine).where(ReturnLine.service_record_id == record.id)):
        if line.status == L.EXPECTED:
            line.status, line.closed_at = L.CANCELLED, now
        elif line.status != L.CANCELLED:
            raise DomainError(_l("%(part)s of this slip is back in the store already.", part=line), rule="B-205")


def back_at_base(staff: Staff, *, by: Any, now: dt.datetime) -> int:
    """An engineer is back at headquarters: what he owes is due from now on (B-110); how many pieces that are."""
    rows = db.session.scalars(select(ReturnLine).where(ReturnLine.owed_by_id == staff.id, ReturnLine.status == L.EXPECTED,
                                                       ReturnLine.line_type.in_(DEFECTIVE))).all()
    for line in rows:
        line.due_at = inbound.due_at(now)
    db.session.flush()
    return len(rows)


def owed(*, staff_id: int | None = None) -> list[ReturnLine]:
    """What is still to come back, of everybody or of one engineer, the most urgent first."""
    query = select(ReturnLine).where(ReturnLine.status == L.EXPECTED, ReturnLine.line_type.in_(DEFECTIVE))
    if staff_id is not None:
        query = query.where(ReturnLine.owed_by_id == staff_id)
    # not joined: such a line may be locked afterwards, and PostgreSQL locks no outer join
    query = query.options(selectinload(ReturnLine.part), selectinload(ReturnLine.customer), selectinload(ReturnLine.order),
                          selectinload(ReturnLine.owed_by))
    return list(db.session.scalars(query.order_by(ReturnLine.due_at, ReturnLine.id).limit(500)))


# --- received, looked at, put away

def _put_in(line: ReturnLine, *, by: Any, now: dt.datetime, condition_note: str | None = None, **_data: Any) -> None:
    """Into the yellow zone by a stock document; not issuable there (B-116)."""
    _book_in(line, by=by, now=now, kind=StockKind.DEFECT_REPAIR, source_no=str(line.order or ""))
    line.received_qty, line.condition_note = line.qty, condition_note
    if line.line_no is None:
        line.line_no = numbering.take("defective_part", now=now, owner=line, form_code="defective_part").number
    notices.tell(access.holders("create", "nonconformity"), _l("%(part)s is back and waits for inspection.", part=line.part_name),
                 href=f"/defective-parts/show/{line.id}", now=now, by=by)


def _book_in(line: ReturnLine, *, by: Any, now: dt.datetime, kind: StockKind, source_no: str, qty: Any = None,
             return_order_id: int | None = None) -> None:
    yellow = stock.zone_of(Z.RETURNED)
    stock_docs.book(kind, [item_of(line, stock.outside(Z.CUSTOMER), yellow, qty=qty)], by=by, now=now, handed_by_id=line.owed_by_id,
                    source_no=source_no, party=str(line.customer or ""), return_order_id=return_order_id, work_order_id=line.work_order_id)
    line.zone, line.received_at = yellow, now


def item_of(line: ReturnLine, source: Any, target: Any, *, qty: Any = None, result: InspectResult = InspectResult.PENDING,
            quality_by_id: int | None = None) -> stock_docs.Item:
    """A line coming back as an item of a stock document."""
    if line.part is None or line.qty is None:
        raise DomainError(_l("Choose the part from the list."), "part")
    return stock_docs.Item(part=line.part, qty=qty or line.received_qty or line.qty, zone_from=source, zone_to=target,
                           batch_no=line.batch_no, serial_no=line.serial_no, result=result, quality_by_id=quality_by_id,
                           ncr_id=line.ncr_id, return_line_id=line.id)


def _lookable(line: ReturnLine, *, by: Any, now: dt.datetime, repairability: Repairability | None = None, **_data: Any) -> None:
    if repairability is None:
        raise DomainError(_l("Say what the look at it found."), "repairability", rule="R-051")


def _looked_at(line: ReturnLine, *, by: Any, now: dt.datetime, repairability: Repairability,
               disposition: DefectDisposition | None = None, **_data: Any) -> None:
    """A part without fault is good again; any other failed, and a report says what becomes of it (B-120)."""
    line.repairability, line.disposition = repairability, disposition
    if repairability == Repairability.NO_FAULT:
        line.status = L.OK
        return
    line.status = L.BAD
    line.ncr_id = nonconformity.begin(part_id=line.part_id, batch_no=line.batch_no, serial_no=line.serial_no,
                                      qty=line.received_qty or line.qty, source_no=line.line_no, source=NcrSource.SCRAP_IN,
                                      description=line.symptom).id
    line.confirmed_by_id = by.id  # quality itself looked at it


def put_away(line: ReturnLine, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """The keeper moves it where the result leads: passed to the qualified, failed to the nonconforming zone (B-118); the one place
    that does, for defective parts and for lines of a sales return (`returns.put_away`).
    """
    passed = line.status in (L.OK, L.QUALIFIED)
    yellow = line.zone or stock.zone_of(Z.RETURNED)
    target = stock.zone_of(Z.QUALIFIED if passed else Z.NONCONFORMING, like=yellow)
    result = InspectResult.OK if passed else InspectResult.BAD
    stock_docs.book(StockKind.TRANSFER, [item_of(line, yellow, target, result=result, quality_by_id=line.confirmed_by_id)], by=by, now=now,
                    source_no=line.line_no or str(line.return_order or ""), return_order_id=line.return_order_id)
    line.zone, line.status = target, L.QUALIFIED if passed else L.NONCONFORMING


_WAYS = {Disposition.SCRAP: (StockKind.SCRAP, Z.SCRAPPED), Disposition.TO_SUPPLIER: (StockKind.SUPPLIER_RETURN, Z.SUPPLIER),
         Disposition.REWORK: (StockKind.REPAIRED, Z.TO_INSPECT), Disposition.CONCESSION: (StockKind.REPAIRED, Z.TO_INSPECT),
         Disposition.DOWNGRADE: (StockKind.REPAIRED, Z.TO_INSPECT)}


def _report(line: ReturnLine) -> NonconformityReport:
    """The approved report of a line; DomainError while there is none (B-120)."""
    report = db.session.get(NonconformityReport, line.ncr_id) if line.ncr_id else None
    if report is None or not nonconformity.is_approved(report) or report.disposition not in _WAYS:
        raise DomainError(_l("First the nonconformity report must be approved, with a disposition that leads there."), "ncr", rule="B-120")
    return report  # type: ignore[no-any-return]


def _disposable(line: ReturnLine, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    _report(line)


def dispose(line: ReturnLine, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Out of the red zone the way the approved report says: scrapped, to the supplier, or to be looked at again (B-120)."""
    report = _report(line)
    assert report.disposition is not None  # noqa: S101  an approved report has one
    kind, zone_kind = _WAYS[report.disposition]
    red = line.zone or stock.zone_of(Z.NONCONFORMING)
    target = stock.outside(zone_kind) if zone_kind == Z.SUPPLIER else stock.zone_of(zone_kind, like=red)
    stock_docs.book(kind, [item_of(line, red, target)], by=by, now=now, source_no=report.number or line.line_no)
    line.zone, line.closed_at = (None if zone_kind == Z.SUPPLIER else target), now


@saving.rule(ReturnLine)
def _only_before_it_came(line: ReturnLine) -> None:
    """What came is not written otherwise afterwards."""
    if line.status not in (None, L.EXPECTED):
        raise DomainError(_l("It is in the store already: only its inspection is written now."), "serial_no", rule="R-051")


@record_rules.limits(ReturnLine)
def _on_paper(line: ReturnLine, fields: set[str], user: Any) -> set[str]:
    """Of the paper only what is known before it comes is written; the rest follows from its steps."""
    return fields & {"serial_no", "new_serial_no", "symptom", "owed_by"} if line.status == L.EXPECTED else set()


MACHINE = Machine(
    Transition("receive", (L.EXPECTED,), L.IN_ZONE, _l("Receive into the return zone"), effect=_put_in, right="change", noun="stock_doc"),
    Transition("look", (L.IN_ZONE,), None, _l("Enter the inspection"), right="approve", guard=_lookable, effect=_looked_at),
    Transition("put_away", (L.OK, L.BAD), None, _l("Move by the result"), effect=put_away, right="change", noun="stock_doc"),
    Transition("dispose", (L.NONCONFORMING,), L.CLOSED, _l("Do as the report says"), guard=_disposable, effect=dispose,
               right="change", noun="stock_doc"),
)


def take_step(line: ReturnLine, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of a defective part. Raises as `Machine.fire` does."""
    db.session.flush()
    db.session.refresh(line, with_for_update=True)
    MACHINE.fire(line, name, by=by, now=now, reason=reason, **data)
    db.session.flush()
