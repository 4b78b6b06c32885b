"""Service plans: what they begin with and how they are reviewed (R-021; B-063, B-066, B-204)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from extensions import db
from models.audit_log import AuditLog
from models.enums import PaperState, ReviewResult
from models.equipment import Equipment
from models.field_enums import Charging
from models.onsite_enums import PlanSeverity
from models.organisation import Department
from models.paper import PAPERS
from services import clock, paper_records, signing
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD
from tests.services.conftest import BEGIN
from tests.services.test_order_papers import WAVES
from tests.services.test_work_orders import on_site

MODEL, PAPER = PAPERS["service_plan"]


def drafted(story, review=ReviewResult.PASSED, by="service_engineer", **more):
    order = on_site(story)
    unit = Equipment(equipment_no="E-7", serial_no="S-7", product_model=order.request.product_model, customer=order.customer)
    db.session.add(unit)
    order.request.equipment = unit
    db.session.flush()
    record = paper_records.begin(MODEL, PAPER, order, by=story.user(by), now=clock.now())
    values = {"cause": "密封圈老化", "solution": "更换密封圈并校准", "charging": Charging.FREE} | more
    paper_records.fill(record, PAPER, values, by=story.user(by), now=clock.now())
    sign(story, record, "draft", by)
    if review is not None:
        reviewed(story, record, review)
    return record


def reviewed(story, record, result):
    lines = {"review_lines": [{"department": db.session.query(Department).first(), "opinion": "同意", "result": result}]}
    paper_records.fill(record, PAPER, {}, lines, by=story.user("tech_lead"), now=clock.now())


def sign(story, record, slot, by):
    given = {"drawn": WAVES, "name": "王主任"} if slot == "customer" else {"password": PASSWORD}
    return signing.sign(record, PAPER, slot, by=story.user(by), now=clock.now(), **given)


def test_r021_it_begins_with_what_request_and_order_say(story):
    record = drafted(story)
    assert (record.problem, record.customer, record.equipment.serial_no) == ("示值漂移", record.order.customer, "S-7")
    assert [line.staff for line in record.people] == record.order.persons
    assert (record.planned_arrive_at, record.quality_severity) == (record.order.appointment.start_at, PlanSeverity.MINOR)


def test_r021_a_line_taken_away_stands_in_the_history(story):
    record = drafted(story, review=None)
    key = record.people[0].id
    paper_records.fill(record, PAPER, {}, {"people": [{"staff": story.staff("engineer2"), "task": "校准"}]},
                       by=story.user("service_engineer"), now=clock.now())
    told = select(AuditLog.row_id).where(AuditLog.entity == "plan_person", AuditLog.action == "remove")
    assert (db.session.scalars(told).all(), [line.staff.name for line in record.people]) == ([key], [story.staff("engineer2").name])


def test_b063_a_plan_is_done_after_technical_and_quality_review_and_stands_on_the_sheet(story):
    record = drafted(story)
    sign(story, record, "tech", "tech_lead")
    assert record.status == PaperState.DRAFT
    sign(story, record, "quality", "quality")
    assert (record.status, record.number, record.request.plan_no) == (PaperState.SIGNED, "SP2503-001", "SP2503-001")


def test_b063_a_major_problem_waits_for_the_general_manager(story):
    record = drafted(story, quality_severity=PlanSeverity.MAJOR)
    sign(story, record, "tech", "tech_lead")
    sign(story, record, "quality", "quality")
    assert record.status == PaperState.DRAFT
    sign(story, record, "gm", "general_manager")
    assert record.status == PaperState.SIGNED


def test_b063_a_plan_that_did_not_pass_is_not_signed_on(story):
    record = drafted(story, review=ReviewResult.REFUSED)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "tech", "tech_lead")
    assert refusal.value.rule == "B-063"
    reviewed(story, record, ReviewResult.AMENDED)
    assert sign(story, record, "tech", "tech_lead")


def test_b063_without_an_opinion_there_is_no_review(story):
    record = drafted(story, review=None)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "tech", "tech_lead")
    assert refusal.value.rule == "B-063"


def test_b066_the_customer_signs_where_his_consent_is_needed(story):
    record = drafted(story, consent_needed=True)
    sign(story, record, "tech", "tech_lead")
    sign(story, record, "quality", "quality")
    assert record.status == PaperState.DRAFT
    sign(story, record, "customer", "service_engineer")
    assert record.status == PaperState.SIGNED


def test_b204_nobody_reviews_his_own_plan(story):
    from services import access, audit

    audit.acts(story.user("tech_lead"))
    record = drafted(story, by="tech_lead")
    record.created_by_id = story.user("tech_lead").id
    assert access.can(story.user("tech_lead"), "approve", "service_plan")
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "tech", "tech_lead")
    assert refusal.value.rule == "B-204"
    assert sign(story, record, "tech", "project_manager")


@pytest.mark.parametrize(("values", "field"), [({"planned_finish_at": BEGIN - dt.timedelta(days=1)}, "planned_finish_at"),
                                               ({"est_cost": -1}, "est_cost")])
def test_r021_what_cannot_be_is_refused_at_its_field(story, values, field):
    with pytest.raises(DomainError) as refusal:
        drafted(story, **values)
    assert refusal.value.field == field


def test_r021_the_outcome_is_written_when_the_signed_plan_was_carried_out(story):
    record, engineer = drafted(story), story.user("service_engineer")
    with pytest.raises(NotAllowed):
        paper_records.fill(record, PAPER, {"outcome": "已更换，运行正常"}, by=engineer, now=clock.now())
    sign(story, record, "tech", "tech_lead")
    sign(story, record, "quality", "quality")
    assert record.status == PaperState.SIGNED
    frozen = signing.frozen(record, PAPER).content_sha256
    paper_records.fill(record, PAPER, {"outcome": "已更换，运行正常"}, by=engineer, now=clock.now())
    assert (record.outcome, signing.digest_of(record, PAPER), record.status) == ("已更换，运行正常", frozen, PaperState.SIGNED)
    for values, by in (({"solution": "另一方案"}, "service_engineer"), ({"outcome": "无"}, "vice_president")):
        with pytest.raises(NotAllowed):
            paper_records.fill(record, PAPER, values, by=story.user(by), now=clock.now())
