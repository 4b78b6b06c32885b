"""The plan of inspections: days anchored on the acceptance, a year ahead, settled by signed records (R-086; B-165, B-166)."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import select

import services.registers  # noqa: F401  declares them
from extensions import db
from models.care_enums import InspectionPhase, InspectionState, TaskState
from models.enums import EquipmentStatus
from models.equipment import Equipment
from models.inspection_plan import InspectionPolicy, InspectionTask
from models.paper import PAPERS
from services import clock, inspection_plan, paper_records, saving, signing
from services.errors import DomainError
from services.register import REGISTERS, Ask

RECORD, PAPER = PAPERS["inspection_record"]
DEFAULT = "12:1,24:2,∞:3"


def unit(story, accepted, number="S-1", name="栖霞岭检测中心"):
    request = story.triaged(name=name)
    found = Equipment(equipment_no=number, serial_no=number, product_model=request.product_model, customer=request.customer,
                      accepted_on=accepted)
    db.session.add(found)
    db.session.flush()
    return found


def tasks(unit_):
    return list(db.session.scalars(select(InspectionTask).where(InspectionTask.equipment_id == unit_.id).order_by(InspectionTask.due_on)))


def dues(accepted, bands=DEFAULT, last=30):
    return [accepted + relativedelta(months=month) for month, _every in inspection_plan.months(inspection_plan.parsed(bands), last)]


def test_b165_inspections_fall_each_month_then_every_second_then_every_third():
    found = dues(dt.date(2024, 1, 31))
    assert found[:2] == [dt.date(2024, 2, 29), dt.date(2024, 3, 31)]
    assert found[11:13] == [dt.date(2025, 1, 31), dt.date(2025, 3, 31)]
    assert found[17:] == [dt.date(2026, 1, 31), dt.date(2026, 4, 30), dt.date(2026, 7, 31)]


@pytest.mark.parametrize("text", ["", "12:1", "24:1,12:2,∞:3", "12:0,∞:3", "abc", "∞:3,12:1"])
def test_b165_bands_that_cannot_be_read_or_have_no_end_are_refused(story, text):
    policy = db.session.scalar(select(InspectionPolicy))
    with pytest.raises(DomainError) as refusal:
        saving.change(policy, {"bands": text}, by=story.user("admin"))
    assert refusal.value.rule == "B-165"


def test_b165_the_plan_is_made_a_year_ahead_and_only_once(story):
    one = unit(story, dt.date(2025, 1, 15))
    assert inspection_plan.generate(now=clock.now()) == 11
    found = tasks(one)
    assert [task.due_on for task in found][:2] == [dt.date(2025, 3, 15), dt.date(2025, 4, 15)]
    assert found[-1].due_on == dt.date(2026, 1, 15)
    assert {(task.status, task.visit_every_months) for task in found} == {(TaskState.DUE, 3)}
    assert inspection_plan.generate(now=clock.now()) == 0


def test_b165_a_model_may_have_a_frequency_of_its_own(story):
    one = unit(story, dt.date(2025, 1, 15))
    saving.create(InspectionPolicy, {"product_model": one.product_model, "bands": "∞:6", "visit_months": 6}, by=story.user("admin"),
                  now=clock.now())
    inspection_plan.generate(now=clock.now())
    assert [task.due_on for task in tasks(one)] == [dt.date(2025, 7, 15), dt.date(2026, 1, 15)]


def test_b165_a_unit_that_went_or_was_accepted_on_another_day_loses_its_old_tasks(story):
    one = unit(story, dt.date(2025, 1, 15))
    inspection_plan.generate(now=clock.now())
    one.accepted_on = dt.date(2025, 1, 20)
    inspection_plan.generate(now=clock.now())
    assert {task.status for task in tasks(one) if task.accepted_on == dt.date(2025, 1, 15)} == {TaskState.CANCELLED}
    one.status = EquipmentStatus.SCRAPPED
    inspection_plan.generate(now=clock.now())
    assert {task.status for task in tasks(one)} == {TaskState.CANCELLED}


@pytest.mark.parametrize(("month", "phase"), [(1, InspectionPhase.EARLY), (4, InspectionPhase.EARLY), (5, InspectionPhase.MIDDLE),
                                              (12, InspectionPhase.LATE), (14, InspectionPhase.EARLY)])
def test_b166_the_phase_is_the_third_of_the_year_of_service(unit, month, phase):
    assert inspection_plan.phase_of(month) == phase


def test_r086_a_task_with_an_inspector_is_arranged(story):
    one = unit(story, dt.date(2025, 1, 15))
    inspection_plan.generate(now=clock.now())
    task = tasks(one)[0]
    saving.change(task, {"engineer": story.staff("service_engineer")}, by=story.user("dispatch_supervisor"))
    assert task.status == TaskState.ASSIGNED
    saving.change(task, {"engineer": None}, by=story.user("dispatch_supervisor"))
    assert task.status == TaskState.DUE


def test_b165_a_task_is_overdue_when_its_window_has_passed(story):
    one = unit(story, dt.date(2025, 1, 15))
    inspection_plan.generate(now=clock.now())
    task = tasks(one)[0]
    assert [inspection_plan.state_of(task, dt.date(2025, 3, day)) for day in (22, 23)] == [TaskState.DUE, TaskState.OVERDUE]


def test_b165_a_signed_record_settles_what_was_due_and_a_late_one_does_not_shift_the_next(story):
    one = unit(story, dt.date(2025, 1, 15))
    inspection_plan.generate(now=clock.now())
    engineer = story.user("service_engineer")
    with clock.frozen(clock.at_local(2025, 3, 28, 9)):
        record = paper_records.begin(RECORD, PAPER, one.customer, by=engineer, now=clock.now())
        assert (record.phase, [line.equipment for line in record.lines]) == (InspectionPhase.EARLY, [one, one])
        for line in record.lines:
            line.state = InspectionState.NORMAL
        signing.carry_on_paper(record, PAPER, by=story.user("service_manager"), now=clock.now())
    found = tasks(one)
    assert (found[0].status, found[0].record) == (TaskState.DONE, record)
    assert (found[1].status, found[1].due_on) == (TaskState.DUE, dt.date(2025, 4, 15))


def test_r086_the_register_shows_a_month_with_the_table_of_how_often(story):
    unit(story, dt.date(2025, 1, 15))
    inspection_plan.generate(now=clock.now())
    book = REGISTERS["inspection_plan"]
    lines = book.lines(story.user("admin"), Ask(dt.date(2025, 3, 1), dt.date(2025, 3, 31)))
    assert [(line.cells["due_on"], line.cells["accepted_on"]) for line in lines] == [("2025-03-15", "2025-01-15")]
    assert len(book.legend().rows) == 4
