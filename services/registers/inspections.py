"""R-086 巡检计划: the inspections that are due in a month, with the table of how often (B-165)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from extensions import _lp, db
from models.care_enums import TaskState
from models.equipment import Equipment
from models.inspection_plan import InspectionPolicy, InspectionTask
from models.organisation import Staff
from services import access, clock, inspection_plan
from services.register import MONTH, Ask, Choice, Column, Legend, Line, Register, declare


def tasks(user: Any, ask: Ask) -> list[Line]:
    """The tasks due in the span, by customer and place, so that a visit stands together; cancelled ones are struck off."""
    query = select(InspectionTask).where(InspectionTask.due_on >= ask.first, InspectionTask.due_on <= ask.last,
                                         access.visible(user, InspectionTask))
    if ask.chosen.get("engineer"):
        query = query.where(InspectionTask.engineer_id == int(ask.chosen["engineer"]))
    rows = db.session.scalars(query.order_by(InspectionTask.customer_id, InspectionTask.site_id, InspectionTask.due_on, InspectionTask.id)
                              .options(joinedload(InspectionTask.customer), joinedload(InspectionTask.engineer),
                                       joinedload(InspectionTask.equipment).joinedload(Equipment.product_model)))
    today, wanted = clock.today(), ask.chosen.get("status")
    lines = []
    for task in rows:
        state = inspection_plan.state_of(task, today)
        if wanted and state.value != wanted:
            continue
        model = task.equipment.product_model
        lines.append(Line({
            "customer": str(task.customer), "equipment": " ".join(filter(None, (model.name if model else "", str(task.equipment)))),
            "accepted_on": f"{task.accepted_on:%Y-%m-%d}", "band": str(task.band),
            "inspect_every_months": str(_lp("R-086", "every %(count)s months", count=task.inspect_every_months)),
            "visit_every_months": str(_lp("R-086", "every %(count)s months", count=task.visit_every_months)),
            "due_on": f"{task.due_on:%Y-%m-%d}", "phase": str(task.phase or ""), "engineer": str(task.engineer or ""),
            "status": str(state)},
            href=f"/inspection-tasks/show/{task.id}", struck=state == TaskState.CANCELLED))
    return lines


def engineers(_user: Any) -> dict[str, str]:
    """Who may be sent."""
    found = db.session.scalars(select(Staff).where(Staff.active, Staff.is_engineer).order_by(Staff.id))
    return {str(person.id): str(person) for person in found}


def states(_user: Any) -> dict[str, str]:
    """The states a task may be in."""
    return {state.value: str(state) for state in TaskState}


def frequency() -> Legend:
    """How often units without a policy of their own are inspected and visited, as the paper has it."""
    policy = db.session.scalar(select(InspectionPolicy).where(InspectionPolicy.product_model_id.is_(None), InspectionPolicy.active))
    head = (_lp("R-086", "After installation and acceptance"), _lp("R-086", "Inspection"), _lp("R-086", "Follow-up"))
    rows: list[tuple[str, ...]] = [tuple(map(str, head))]
    before: int | None = None
    bands, visits = (inspection_plan.parsed(policy.bands), policy.visit_months) if policy is not None else ([], 0)
    for until, every in bands:
        age = _lp("R-086", "first %(count)s months", count=until) if until else _lp(
            "R-086", "after the first %(count)s months", count=before)
        rows.append((str(age), str(_lp("R-086", "once every %(count)s months inspected", count=every)),
                     str(_lp("R-086", "once every %(count)s months visited", count=visits))))
        before = until
    return Legend(_lp("R-086", "How often units are inspected and visited"), tuple(rows), (
        str(_lp("R-086", "Inspection: 1. how the unit is used; 2. a report and advice on maintenance.")),
        str(_lp("R-086", "Follow-up: 1. how the unit is used; 2. answers to technical questions; 3. how the engineer served."))))


PLAN = declare(Register(
    "R-086", "inspection_plan", _lp("R-086", "Inspection plan"), "inspection_plan", _lp("R-086", "Inspections"),
    _lp("R-086", "What is due, made a year ahead from the day of acceptance"),
    (Column("customer", _lp("R-086", "Customer"), 17), Column("equipment", _lp("R-086", "Unit"), 16),
     Column("accepted_on", _lp("R-086", "Accepted on"), 10, whole=True), Column("band", _lp("R-086", "Age band"), 9),
     Column("inspect_every_months", _lp("R-086", "Inspection every"), 8), Column("visit_every_months", _lp("R-086", "Follow-up every"), 8),
     Column("due_on", _lp("R-086", "Due"), 10, whole=True), Column("phase", _lp("R-086", "Phase"), 7),
     Column("engineer", _lp("R-086", "Inspector"), 8), Column("status", _lp("R-086", "Status"), 7)),
    tasks, MONTH, (Choice("engineer", _lp("R-086", "Inspector"), engineers), Choice("status", _lp("R-086", "Status"), states)),
    legend=frequency,
    who=_lp("R-086", "Made by the system; the supervisor assigns"), when=_lp("R-086", "A year ahead from the day of acceptance")))
