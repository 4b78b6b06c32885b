"""The plan of inspections: due days anchored on the acceptance, twelve months ahead; done by a signed record (R-086; B-165, B-166)."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from extensions import _l, db
from models.care_enums import InspectionBand, InspectionPhase, TaskState
from models.enums import EquipmentStatus, PaperState
from models.equipment import Equipment
from models.inspection_plan import InspectionPolicy, InspectionTask
from models.records.inspection_record import InspectionRecord
from models.records.service_contract import ServiceContract
from services import clock, parameters, record_rules, saving
from services.errors import DomainError

OPEN = (TaskState.DUE, TaskState.ASSIGNED)
GONE = (EquipmentStatus.IN_STOCK, EquipmentStatus.RETURNED, EquipmentStatus.EXCHANGED, EquipmentStatus.SCRAPPED)
YEAR = 12
BATCH = 500
Bands = list[tuple[int | None, int]]


def parsed(text: str) -> Bands:
    """(until month, every so many months) of “12:1,24:2,∞:3”; None for ever. Raises ValueError when it is not such a text."""
    found: Bands = []
    for part in text.replace("，", ",").replace("：", ":").split(","):
        match = re.fullmatch(r"\s*(\d{1,3}|∞)\s*:\s*(\d{1,2})\s*", part, re.ASCII)
        if match is None or int(match[2]) < 1:
            raise ValueError(text)
        found.append((None if match[1] == "∞" else int(match[1]), int(match[2])))
    limits = [until if until is not None else 10_000 for until, _every in found]
    if found[-1][0] is not None or limits != sorted(set(limits)):
        raise ValueError(text)
    return found


@saving.rule(InspectionPolicy)
def _policy(policy: InspectionPolicy) -> None:
    """The bands can be read, the last one has no end; one policy holds for all other models (B-165)."""
    try:
        parsed(policy.bands or "")
    except ValueError:
        raise DomainError(_l("Write until which month: every how many months, the last one ∞, such as 12:1,24:2,∞:3."), "bands",
                          rule="B-165") from None
    if policy.visit_months is None or not 1 <= policy.visit_months <= 120:
        raise DomainError(_l("Between 1 and 120 months."), "visit_months", rule="B-165")
    if policy.product_model is None:
        other = db.session.scalar(select(InspectionPolicy.id).where(InspectionPolicy.product_model_id.is_(None),
                                                                    InspectionPolicy.id != (policy.id or 0)).limit(1))
        if other is not None:
            raise DomainError(_l("Choose the model: there is a policy for all others already."), "product_model", rule="B-165")


def months(bands: Bands, last: int) -> list[tuple[int, int]]:
    """(months after acceptance, every how many) of each inspection up to a month."""
    found: list[tuple[int, int]] = []
    month = 0
    while True:
        every = next(every for until, every in bands if until is None or month < until)
        month += every
        if month > last:
            return found
        found.append((month, every))


def band_of(month: int) -> InspectionBand:
    """The age band of a month after acceptance."""
    return InspectionBand.FIRST if month <= YEAR else InspectionBand.SECOND if month <= 2 * YEAR else InspectionBand.LATER


def phase_of(month: int) -> InspectionPhase | None:
    """The third of the year of service a month lies in; none when the phase is chosen by hand (B-166)."""
    if parameters.text("inspect.phase_rule") != "by_third":
        return None
    return (InspectionPhase.EARLY, InspectionPhase.MIDDLE, InspectionPhase.LATE)[(month - 1) % YEAR * 3 // YEAR]


@dataclass(frozen=True)
class Rhythm:
    """How a unit is inspected: from which day it is counted, how often, and until when it is planned."""

    anchor: dt.date
    bands: Bands
    visits: int
    last: dt.date


def generate(*, now: dt.datetime) -> int:
    """Make the tasks that are missing for the coming months, and cancel those whose unit or day of acceptance is no more; how many."""
    today, changed, last_id = clock.today(now), 0, 0
    policies = {policy.product_model_id: policy for policy in db.session.scalars(select(InspectionPolicy).where(InspectionPolicy.active))}
    agreed, horizon = _agreed(today), today + relativedelta(months=parameters.number("inspect.ahead_months"))
    while True:
        units = db.session.scalars(select(Equipment).where(Equipment.id > last_id, or_(
            Equipment.accepted_on.is_not(None), Equipment.id.in_(list(agreed)))).options(
                joinedload(Equipment.customer)).order_by(Equipment.id).limit(BATCH)).all()
        if not units:
            db.session.flush()
            return changed
        last_id = units[-1].id
        tasks: dict[int, list[InspectionTask]] = defaultdict(list)
        for task in db.session.scalars(select(InspectionTask).where(InspectionTask.equipment_id.in_([unit.id for unit in units]),
                                                                    InspectionTask.due_on >= today)):
            tasks[task.equipment_id].append(task)
        for unit in units:
            policy = policies.get(unit.product_model_id) or policies.get(None)
            changed += _plan(unit, _rhythm(unit, policy, agreed.get(unit.id), horizon), tasks[unit.id], today)


def _agreed(today: dt.date) -> dict[int, ServiceContract]:
    """Unit → the contract in force that says how often it is visited (R-070)."""
    contracts = db.session.scalars(select(ServiceContract).where(
        ServiceContract.status == PaperState.SIGNED, ServiceContract.visit_interval_months.is_not(None),
        ServiceContract.start_on <= today, ServiceContract.end_on >= today).options(selectinload(ServiceContract.units))
        .order_by(ServiceContract.start_on))
    return {unit.id: contract for contract in contracts for unit in contract.units}


def _rhythm(unit: Equipment, policy: InspectionPolicy | None, contract: ServiceContract | None, horizon: dt.date) -> Rhythm | None:
    """That of its contract until this ends, else that of its model; none where nothing is planned."""
    anchor = unit.accepted_on or (contract.start_on if contract is not None else None)
    if anchor is None or unit.status in GONE or not unit.customer.active:
        return None
    if contract is not None and contract.visit_interval_months and contract.end_on is not None:
        visits = policy.visit_months if policy is not None else contract.visit_interval_months
        return Rhythm(anchor, [(None, contract.visit_interval_months)], visits, min(contract.end_on, horizon))
    return Rhythm(anchor, parsed(policy.bands), policy.visit_months, horizon) if policy is not None else None


def _plan(unit: Equipment, rhythm: Rhythm | None, there: list[InspectionTask], today: dt.date) -> int:
    """Make the open tasks of a unit what its rhythm says; how many were made or cancelled."""
    changed = 0
    for task in there:
        if task.status in OPEN and (rhythm is None or task.accepted_on != rhythm.anchor):
            task.status, changed = TaskState.CANCELLED, changed + 1
    if rhythm is None:
        return changed
    age = (rhythm.last.year - rhythm.anchor.year) * YEAR + rhythm.last.month - rhythm.anchor.month
    have = {task.due_on for task in there}
    for month, every in months(rhythm.bands, age):
        due = rhythm.anchor + relativedelta(months=month)
        if today <= due <= rhythm.last and due not in have:
            db.session.add(InspectionTask(
                customer=unit.customer, site=unit.site, equipment=unit, accepted_on=rhythm.anchor, band=band_of(month), due_on=due,
                inspect_every_months=every, visit_every_months=rhythm.visits, phase=phase_of(month), status=TaskState.DUE))
            changed += 1
    return changed


@saving.rule(InspectionTask)
def _assigned(task: InspectionTask) -> None:
    """A task with an inspector is arranged (R-086)."""
    if task.status in OPEN:
        task.status = TaskState.ASSIGNED if task.engineer is not None else TaskState.DUE


def state_of(task: InspectionTask, today: dt.date) -> TaskState:
    """Where a task stands; an open one is overdue once its window has passed (B-165)."""
    late = task.due_on + timedelta(days=parameters.number("inspect.window_days")) < today
    return TaskState.OVERDUE if late and task.status in OPEN else task.status


def waiting(customer_id: int, day: dt.date) -> list[InspectionTask]:
    """The open tasks of a customer that an inspection on a day settles: due before the end of its window, oldest first."""
    until = day + timedelta(days=parameters.number("inspect.window_days"))
    return list(db.session.scalars(select(InspectionTask).where(
        InspectionTask.customer_id == customer_id, InspectionTask.status.in_(OPEN), InspectionTask.due_on <= until)
        .order_by(InspectionTask.due_on, InspectionTask.id)))


@record_rules.at("signed", InspectionRecord)
def _done(record: InspectionRecord, *, by: Any, now: dt.datetime) -> None:
    """The tasks of the units that were inspected are done; a late one does not shift the next (B-165)."""
    units = {line.equipment_id for line in record.lines}
    for task in waiting(record.customer_id or 0, record.inspected_on or clock.today(now)):
        if task.equipment_id in units:
            task.status, task.record = TaskState.DONE, record
