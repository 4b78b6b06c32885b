"""Quality information from outside (R-061; B-058, B-060, B-065, B-066, B-204)."""

from __future__ import annotations

import pytest

from extensions import db
from models.enums import PaperState, ResponsibleParty
from models.equipment import Equipment
from models.organisation import Department
from models.paper import PAPERS
from models.quality_enums import CaseStage, DoubleFive, FoundIn, Gravity
from models.records.quality_case import QualityCase
from services import clock, paper_records
from services.errors import DomainError, NotAllowed
from tests.services.test_papers import sign

PAPER = PAPERS["quality_case"][1]


def fill(story, case, by="service_engineer", **values):
    paper_records.fill(case, PAPER, values, by=story.user(by), now=clock.now())


def reported(story, by="service_engineer", **values):
    request = story.triaged()
    unit = Equipment(equipment_no="E-9", serial_no="QX-9", product_model=request.product_model, customer=request.customer)
    db.session.add(unit)
    db.session.flush()
    request.equipment = unit
    case = paper_records.begin(QualityCase, PAPER, request, by=story.user(by), now=clock.now())
    fill(story, case, by, **{"severity": Gravity.MINOR, **values})
    return case


def handled(story, case, **values):
    department = db.session.scalars(db.select(Department)).first()
    fill(story, case, "quality", cause="焊点虚接", responsible_party=ResponsibleParty.PROCESS, department=department, **values)


def test_b058_the_report_begins_with_what_the_request_says_and_is_one(story):
    case = reported(story)
    assert (case.description, case.found_in, case.product_name, case.reporter) == (
        "示值漂移", FoundIn.REPAIR, "量热仪 QX-20", story.staff("service_engineer"))
    again = paper_records.begin(QualityCase, PAPER, case.request, by=story.user("quality"), now=clock.now())
    assert again is case


@pytest.mark.parametrize(("qty", "batch", "severity"), [(2, "B-1", Gravity.MAJOR), (1, "B-1", None), (2, None, None)])
def test_b060_two_units_of_a_batch_are_proposed_as_major(story, qty, batch, severity):
    assert reported(story, severity=None, qty=qty, batch_no=batch).severity == severity


def test_b065_a_major_problem_is_analysed_at_once_and_treated_after_approval(story):
    case = reported(story, severity=Gravity.MAJOR)
    handled(story, case)
    assert case.stage == CaseStage.WAITING
    with pytest.raises(NotAllowed):
        fill(story, case, "quality", corrective_action="全批复检")
    with pytest.raises(DomainError) as refusal:
        sign(story, case, "approver", by="general_manager", paper=PAPER)
    assert refusal.value.field == "gm_told_at"
    fill(story, case, gm_told_at=clock.now())
    sign(story, case, "approver", by="general_manager", paper=PAPER)
    fill(story, case, "quality", corrective_action="全批复检", conclusion="整改完成")
    assert case.stage == CaseStage.CONCLUDED
    sign(story, case, "closed", by="quality", paper=PAPER)
    assert (case.stage, case.status, case.number) == (CaseStage.CLOSED, PaperState.SIGNED, "QI2503-001")


def test_b065_a_minor_problem_needs_no_approval(story):
    case = reported(story)
    handled(story, case, conclusion="现场调整后正常")
    sign(story, case, "closed", by="quality", paper=PAPER)
    assert case.status == PaperState.SIGNED


def test_b204_nobody_approves_what_he_reported(story):
    case = reported(story, by="service_manager", severity=Gravity.MAJOR, gm_told_at=clock.now())
    with pytest.raises(DomainError) as refusal:
        sign(story, case, "approver", by="service_manager", paper=PAPER)
    assert refusal.value.rule == "B-204"


def test_b066_the_customer_agrees_to_the_measures_before_the_loop_is_closed(story):
    case = reported(story)
    handled(story, case, needs_consent=True, conclusion="现场调整后正常")
    with pytest.raises(DomainError):
        sign(story, case, "closed", by="quality", paper=PAPER)
    with pytest.raises(DomainError) as refusal:
        sign(story, case, "customer", by="quality", paper=PAPER)
    assert refusal.value.field == "corrective_action"
    fill(story, case, "quality", corrective_action="全批复检")
    sign(story, case, "customer", by="quality", paper=PAPER)
    sign(story, case, "closed", by="quality", paper=PAPER)
    assert case.status == PaperState.SIGNED


def test_b066_military_goods_are_closed_out_before_the_loop(story):
    case = reported(story)
    case.customer.is_military = True
    handled(story, case, double_five=DoubleFive.RUNNING, conclusion="整改完成")
    with pytest.raises(DomainError) as refusal:
        sign(story, case, "closed", by="quality", paper=PAPER)
    assert (refusal.value.field, refusal.value.rule) == ("double_five", "B-066")
    fill(story, case, "quality", double_five=DoubleFive.DONE)
    sign(story, case, "closed", by="quality", paper=PAPER)
    assert case.stage == CaseStage.CLOSED


def test_r061_the_report_is_not_the_engineers_to_judge(story):
    with pytest.raises(NotAllowed):
        fill(story, reported(story), cause="操作不当")
