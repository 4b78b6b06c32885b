"""Inspections at the customer: begun from an order or customer, the items by phase, nothing left unanswered (R-087; B-166, B-167)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import inspect, select

from extensions import _l, db
from models.care_enums import InspectionPhase
from models.enums import PaperState
from models.equipment import Equipment
from models.records.inspection_record import InspectionLine, InspectionRecord
from models.work_order import WorkOrder
from services import access, clock, inspection_plan, known, record_rules
from services.errors import DomainError

# What is looked at in each phase (B-166); of the late phase, follow-up and causes of frequent failures have cells of their own.
ITEMS = {InspectionPhase.EARLY: ("running", "hazard"), InspectionPhase.MIDDLE: ("running", "line", "upgrade", "care"),
         InspectionPhase.LATE: ("running", "line", "dusting")}
MOST_UNITS = 12


@record_rules.begins(InspectionRecord)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> InspectionRecord:
    """The record of an inspection, with customer, people and hours as far as the order says; the open one of the order if there is one."""
    if isinstance(origin, WorkOrder):
        kept = db.session.scalar(select(InspectionRecord).where(
            InspectionRecord.work_order_id == origin.id, InspectionRecord.status == PaperState.DRAFT).limit(1))
        if kept is not None:
            return kept  # type: ignore[no-any-return]
    record = known.begun(InspectionRecord, origin)
    staff = access.staff_of(by)
    lead = [record.order.lead_engineer] if record.order is not None and record.order.lead_engineer is not None else []
    helpers = [one.staff for one in record.order.engineers] if record.order is not None else []
    record.engineers = list(dict.fromkeys([*lead, *helpers])) or ([staff] if staff is not None and staff.is_engineer else [])
    record.inspected_on = clock.today(record.arrived_at or now)
    due = inspection_plan.waiting(record.customer.id, record.inspected_on) if record.customer is not None else []
    if due:
        record.phase = due[0].phase
        units = list(dict.fromkeys(task.equipment for task in due))[:MOST_UNITS]
        record.lines = _lines([unit for unit in units if record.site is None or unit.site_id in (None, record.site.id)], record.phase)
    return known.kept(record)


def units_of(record: InspectionRecord) -> list[Equipment]:
    """The units to be looked at: that of the request, else those of the customer at the place, as many as a visit can hold."""
    request = record.order.request if record.order is not None else None
    if request is not None and request.equipment is not None:
        return [request.equipment]
    if record.customer is None:
        return []
    query = select(Equipment).where(Equipment.customer_id == record.customer.id,
                                    Equipment.status.not_in(inspection_plan.GONE)).order_by(Equipment.id)
    found = [unit for unit in db.session.scalars(query) if record.site is None or unit.site_id in (None, record.site.id)]
    return found[:MOST_UNITS]


def _lines(units: list[Equipment], phase: InspectionPhase | None) -> list[InspectionLine]:
    """A line for each item of a phase on each unit (B-166)."""
    pairs = [(unit, item) for unit in units for item in ITEMS[phase]] if phase is not None else []
    return [InspectionLine(position=place, equipment=unit, item=item) for place, (unit, item) in enumerate(pairs)]


@record_rules.at("save", InspectionRecord)
def _holds(record: InspectionRecord, *, now: dt.datetime) -> None:
    """The phase brings its items (B-166); a line names unit and item; the units are the customer's; one leaves after one came."""
    if inspect(record).attrs.phase.history.has_changes() and record.phase is not None and not record.lines:
        record.lines = _lines(units_of(record), record.phase)
    if record.arrived_at and record.left_at and record.left_at < record.arrived_at:
        raise DomainError(_l("The end lies before the beginning."), "left_at", rule="R-087")
    for line in record.lines:
        where = line.typed_at or "line"
        if line.equipment is None:
            raise DomainError(_l("Choose the unit."), f"{where}-equipment", rule="R-087")
        if record.customer is not None and line.equipment.customer_id != record.customer.id:
            raise DomainError(_l("This belongs to another customer."), f"{where}-equipment", rule="R-087")
        if not line.item:
            raise DomainError(_l("Choose what was looked at."), f"{where}-item", rule="R-087")


@record_rules.at("sign", InspectionRecord)
def _signed(record: InspectionRecord, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Every item is answered; in the late phase it is written what fails often and why (B-166, WF-12)."""
    if not record.lines:
        raise DomainError(_l("Write at least one line."), rule="R-087")
    for place, line in enumerate(record.lines):
        if line.state is None:
            raise DomainError(_l("Line %(line)s: what was found?", line=place + 1), f"line-lines-{place}-state", rule="R-087")
    if record.phase == InspectionPhase.LATE and not record.frequent_faults:
        raise DomainError(_l("In the late phase: which units fail often, and why?"), "frequent_faults", rule="B-166")
