"""Acceptance of equipment: begun from the order, its warranty reckoned, the unit's file kept by it (R-013; B-047, B-087)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta

from extensions import _l, db
from models.enums import WorkType
from models.onsite_enums import AcceptanceKind, AcceptanceResult
from models.records.acceptance import AcceptanceRecord
from models.work_order import WorkOrder
from services import clock, known, paper_checks, parameters, record_rules, saving
from services.errors import DomainError

NOTED = "特别注明"  # the words a warranty below the least is agreed with (B-087)
_KINDS = {WorkType.REINSTALL: AcceptanceKind.REINSTALLATION, WorkType.ONSITE_REPAIR: AcceptanceKind.REPAIR,
          WorkType.RETURN_REPAIR: AcceptanceKind.REPAIR}


@record_rules.begins(AcceptanceRecord)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> AcceptanceRecord:
    """The acceptance of an order, unit or customer with all that is known; the open one of the order if there is one."""
    there = paper_checks.open_one(AcceptanceRecord, AcceptanceRecord.work_order_id == origin.id) if isinstance(origin, WorkOrder) else None
    if there is not None:
        return there  # type: ignore[no-any-return]
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
    paper_checks.forward(record, "started_at", "finished_at", rule="R-013")
    paper_checks.forward(record, "warranty_start", "warranty_end", rule="B-087")
    paper_checks.unit_of_customer(record, rule="R-013")
    paper_checks.lines_filled(record.accessories, "name", rule="R-013")
    paper_checks.lines_filled(record.test_lines, "item", rule="R-013")
    if record.qty is not None and record.qty < 1:
        raise DomainError(_l("At least one."), "qty", rule="R-013")


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


@record_rules.at("returned", AcceptanceRecord)
def _came_back(record: AcceptanceRecord, *, now: dt.datetime) -> None:
    """The day the signed original came back to the office; written by hand only where no copy was printed here (B-048)."""
    record.paper_returned_on = record.paper_returned_on or clock.today(now)


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
