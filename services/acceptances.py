"""Acceptance of equipment: begun from the order, its warranty reckoned, the unit's file kept by it (R-013; B-047, B-087)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from extensions import _l, db
from models.enums import PaperState, WorkType
from models.onsite_enums import AcceptanceKind, AcceptanceResult
from models.records.acceptance import AcceptanceRecord
from models.work_order import WorkOrder
from services import clock, known, parameters, record_rules, saving
from services.errors import DomainError

NOTED = "特别注明"  # the words a warranty below the least is agreed with (B-087)
_KINDS = {WorkType.REINSTALL: AcceptanceKind.REINSTALLATION, WorkType.ONSITE_REPAIR: AcceptanceKind.REPAIR,
          WorkType.RETURN_REPAIR: AcceptanceKind.REPAIR}


@record_rules.begins(AcceptanceRecord)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> AcceptanceRecord:
    """The acceptance of an order, unit or customer with all that is known; the open one of the order if there is one."""
    if isinstance(origin, WorkOrder):
        open_one = db.session.scalar(select(AcceptanceRecord).where(
            AcceptanceRecord.work_order_id == origin.id, AcceptanceRecord.status == PaperState.DRAFT).limit(1))
        if open_one is not None:
            return open_one  # type: ignore[no-any-return]
    record = AcceptanceRecord(qty=1)
    known.pour(record, origin)
    if isinstance(origin, WorkOrder):
        record.kind = _KINDS.get(origin.work_type, AcceptanceKind.INSTALLATION)
    if record.equipment is not None:
        record.warranty_start, record.warranty_end = record.equipment.warranty_start, record.equipment.warranty_end
    db.session.add(record)
    db.session.flush()
    return record


@record_rules.at("save", AcceptanceRecord)
def _holds(record: AcceptanceRecord, *, now: dt.datetime) -> None:
    """Times run forward, the unit is the customer's, each line names its thing (R-013)."""
    if record.started_at and record.finished_at and record.finished_at < record.started_at:
        raise DomainError(_l("The end lies before the beginning."), "finished_at", rule="R-013")
    if record.qty is not None and record.qty < 1:
        raise DomainError(_l("At least one."), "qty", rule="R-013")
    if record.equipment is not None and record.customer is not None and record.equipment.customer_id != record.customer.id:
        raise DomainError(_l("This belongs to another customer."), "equipment", rule="R-013")
    if record.warranty_start and record.warranty_end and record.warranty_end < record.warranty_start:
        raise DomainError(_l("The last day lies before the first."), "warranty_end", rule="B-087")
    for line in record.accessories:
        if not line.name:
            raise DomainError(_l("Please fill in."), f"{line.typed_at or 'line'}-name", rule="R-013")
    for test in record.test_lines:
        if not test.item:
            raise DomainError(_l("Please fill in."), f"{test.typed_at or 'line'}-item", rule="R-013")


@record_rules.at("sign", AcceptanceRecord)
def _covered(record: AcceptanceRecord, *, slot: str, by: Any, now: dt.datetime) -> None:
    """The warranty runs from installation for the months of the unit, and below the least only when specially noted (B-087)."""
    if record.warranty_start is None and record.finished_at is not None:
        record.warranty_start = clock.today(record.finished_at)
    if record.warranty_start is None:
        return
    least = parameters.number("warranty.months_min")
    if record.warranty_end is None:
        unit = record.equipment
        months = unit.warranty_months if unit is not None else parameters.number("warranty.months_default")
        record.warranty_end = record.warranty_start + relativedelta(months=months, days=-1)
    if record.warranty_end < record.warranty_start + relativedelta(months=least, days=-1) and NOTED not in (record.open_points or ""):
        raise DomainError(_l("The warranty is at least %(months)s months; a shorter one is written under the open points as 特别注明.",
                             months=least), "warranty_end", rule="B-087")


@record_rules.at("signed", AcceptanceRecord)
def _into_the_file(record: AcceptanceRecord, *, by: Any, now: dt.datetime) -> None:
    """An accepted unit has its days of installation and acceptance in its file, and so its warranty (R-007; B-047)."""
    unit = record.equipment
    if unit is None or record.kind == AcceptanceKind.REPAIR or record.conclusion in (None, AcceptanceResult.FAILED):
        return
    unit.installed_on = unit.installed_on or clock.today(record.finished_at or now)
    unit.accepted_on = unit.accepted_on or clock.today(now)
    saving.check(unit)
    db.session.flush()
