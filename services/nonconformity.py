"""Nonconformity reports: opened with a failure, approved by another person than the inspector (R-052; B-120, B-204)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import db
from models.enums import PaperState
from models.number import Signature
from models.quality import NonconformityReport
from models.stock import StockDocLine
from models.stock_enums import NcrSource, StockKind
from services import access, record_rules, signing, two_persons

_SOURCES = {StockKind.PURCHASE_IN: NcrSource.PURCHASE, StockKind.DATA_IN: NcrSource.DATA_IN, StockKind.SALES_RETURN: NcrSource.SALES_RETURN,
            StockKind.DEFECT_REPAIR: NcrSource.SCRAP_IN, StockKind.DEFECT_SCRAP: NcrSource.SCRAP_IN, StockKind.REPAIRED: NcrSource.REPAIR}


def open_for(line: StockDocLine) -> NonconformityReport:
    """The report of a line of a stock document that failed."""
    return begin(part_id=line.part_id, batch_no=line.batch_no, serial_no=line.serial_no, qty=line.qty, source_no=line.doc.doc_no,
                 source=_SOURCES.get(line.doc.kind, NcrSource.OTHER))


def begin(*, part_id: int | None, batch_no: str | None, serial_no: str | None, qty: Any, source_no: str | None, source: NcrSource,
          description: str | None = None) -> NonconformityReport:
    """A report in draft; quality describes it, the department answers, the disposition is approved by signature."""
    report = NonconformityReport(part_id=part_id, batch_no=batch_no, serial_no=serial_no, qty=qty, source_no=source_no, source_type=source,
                                 description=description)
    db.session.add(report)
    db.session.flush()
    return report


def _signer(report: NonconformityReport, slot: str) -> int | None:
    return db.session.scalar(select(Signature.signer_id).where(  # type: ignore[no-any-return]
        Signature.owner_type == report.__tablename__, Signature.owner_id == report.id, Signature.slot == slot,
        signing.holds()))


def is_approved(report: NonconformityReport) -> bool:
    """Whether the disposition bears the valid signature of the one who approves (B-120)."""
    return report.status != PaperState.VOID and report.disposition is not None and _signer(report, "approver") is not None


@record_rules.at("sign", NonconformityReport)
def _another_person(report: NonconformityReport, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Who found the failure does not approve what becomes of it (R6, B-204)."""
    staff = access.staff_of(by)
    if slot == "approver" and staff is not None and _signer(report, "inspector") == staff.id:
        two_persons.require(by.id, by)
