"""Inspections of what came back: one for each line and batch, signed; doubt goes to a re-check (R-055, R-056; B-117 to B-121)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.enums import PaperState
from models.number import Signature
from models.quality import InspectionCheck, QualityInspection
from models.returns import ReturnLine
from models.stock_enums import Conclusion, InspectStage, LineState, NcrSource, ReturnState
from services import access, clock, nonconformity, parameters, record_rules, returns, signing
from services.errors import DomainError

L = LineState
ITEMS = (_l("Batch number as sold"), _l("Package"), _l("Label and instructions"), _l("Appearance"), _l("Accessories"), _l("Function"),
         _l("Within its expiry date"))


@record_rules.begins(QualityInspection)
def prepare(line: ReturnLine | None, *, by: Any, now: dt.datetime, layout: str = "return_inspection") -> QualityInspection:
    """The record of a line, begun with what is known of it; the open one if there is one. A re-check names the look it goes back to."""
    kept = _open_one(line, layout)
    if kept is not None:
        return kept
    today = clock.today(now)
    record = QualityInspection(layout=layout, line=line, inspected_on=today)
    if layout == "recheck":
        record.stage = InspectStage.RECHECK
        record.parent = None if line is None else last_signed(line)
        record.doubt = record.parent.defect_note if record.parent is not None else None
    else:
        record.stage = InspectStage.ACCEPTANCE
        record.checks = [InspectionCheck(position=place, item=str(item)) for place, item in enumerate(ITEMS)]
    if line is not None:
        sold = line.shipment_line
        record.expiry_date, record.made_on = line.expiry_date, sold.made_on if sold is not None else None
    record.retain_until = returns.retain_until(today, record.expiry_date)
    db.session.add(record)
    db.session.flush()
    return record


def _open_one(line: ReturnLine | None, layout: str) -> QualityInspection | None:
    return None if line is None else db.session.scalar(select(QualityInspection).where(  # type: ignore[no-any-return]
        QualityInspection.return_line_id == line.id, QualityInspection.layout == layout, QualityInspection.status == PaperState.DRAFT))


def last_signed(line: ReturnLine) -> QualityInspection | None:
    """The latest inspection of a line that is signed."""
    return db.session.scalar(select(QualityInspection).where(QualityInspection.return_line_id == line.id,  # type: ignore[no-any-return]
                                                             QualityInspection.status == PaperState.SIGNED)
                             .order_by(QualityInspection.id.desc()).limit(1))


@record_rules.at("save", QualityInspection)
def _kept_long_enough(record: QualityInspection, *, now: dt.datetime) -> None:
    """How long it is kept follows from its day and the expiry (B-121)."""
    record.retain_until = returns.retain_until(record.inspected_on or clock.today(now), record.expiry_date)


@record_rules.limits(QualityInspection)
def _writable(record: QualityInspection, fields: set[str], user: Any) -> set[str]:
    """The line it is about and how long it is kept are not written by hand."""
    return fields - {"retain_until", "parent"}


@record_rules.at("sign", QualityInspection)
def _can_be_signed(record: QualityInspection, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Of goods that lie in the return zone; a failure says what is wrong, and is confirmed by another person (B-117, B-118)."""
    line = record.line
    if line is None or line.status not in (L.IN_ZONE, L.DOUBTFUL, L.EXTERNAL):
        raise DomainError(_l("These goods are not in the return zone, waiting to be inspected."), "result", rule="B-117")
    if record.layout == "recheck" and record.result == Conclusion.DOUBTFUL and record.stage == InspectStage.EXTERNAL:
        raise DomainError(_l("The laboratory's word is passed or failed."), "result", rule="B-119")
    if record.layout == "recheck" and record.stage == InspectStage.EXTERNAL and not (record.lab and record.report_no):
        raise DomainError(_l("Name the laboratory and its report."), "report_no", rule="B-119")
    if record.result == Conclusion.BAD and record.layout == "return_inspection" and not record.defect_note:
        raise DomainError(_l("Write what is wrong with it."), "defect_note", rule="R-055")
    staff = access.staff_of(by)
    if (slot == "quality" and record.layout == "return_inspection" and staff is not None and _signer(record, "inspector") == staff.id
            and not parameters.switch("approval.self_approve")):
        raise DomainError(_l("Another person of quality confirms the failure."), rule="B-118")


def signers(line: ReturnLine) -> set[int]:
    """Who signed the latest inspection of a line."""
    record = last_signed(line)
    return set() if record is None else set(db.session.scalars(select(Signature.signer_id).where(
        Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, signing.holds(),
        Signature.signer_id.is_not(None))))


def _signer(record: QualityInspection, slot: str) -> int | None:
    return db.session.scalar(select(Signature.signer_id).where(  # type: ignore[no-any-return]
        Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, Signature.slot == slot,
        signing.holds()))


@record_rules.at("signed", QualityInspection)
def _takes_effect(record: QualityInspection, *, by: Any, now: dt.datetime) -> None:
    """The signed result is that of the line; a confirmed failure opens its report (B-118, B-119, B-120)."""
    line = record.line
    if line is None or record.result is None:
        return
    line.status = {Conclusion.OK: L.OK, Conclusion.BAD: L.BAD, Conclusion.DOUBTFUL: L.DOUBTFUL}[record.result]
    if record.result == Conclusion.DOUBTFUL and record.stage == InspectStage.RECHECK:
        line.status = L.EXTERNAL
    if record.result == Conclusion.BAD:
        line.confirmed_by_id = by.id
        if line.ncr_id is None:
            line.ncr_id = nonconformity.begin(
                part_id=line.part_id, batch_no=line.batch_no, serial_no=line.serial_no, qty=line.received_qty or line.qty,
                source_no=record.number, source=NcrSource.SALES_RETURN, description=record.defect_note or record.doubt).id
    order = line.return_order
    if order is not None and order.status == ReturnState.RECEIVED:
        order.status = ReturnState.INSPECTING
    db.session.flush()


@record_rules.at("void", QualityInspection)
def _no_effect(record: QualityInspection, *, by: Any, now: dt.datetime) -> None:
    """A void inspection says nothing of goods that still lie there; once they were moved it stands. It is kept all the same (B-121)."""
    line = record.line
    if line is None or record.signed_at is None:
        return
    if line.status not in (L.OK, L.BAD, L.DOUBTFUL, L.EXTERNAL):
        raise DomainError(_l("The goods were moved by this result already: it cannot be void any more."), rule="B-118")
    line.status, line.confirmed_by_id = L.IN_ZONE, None
