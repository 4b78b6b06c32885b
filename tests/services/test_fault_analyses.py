"""Fault analyses: what they begin with, and that a grave fault is not closed without one (R-062; B-057)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import FaultLevel, PaperState, RequestStatus
from models.equipment import Equipment
from models.paper import PAPERS
from models.records.site_survey import SiteSurvey
from models.setting import Setting
from services import clock, paper_records, service_requests, signing
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD
from tests.services.test_work_orders import on_site

MODEL, PAPER = PAPERS["fault_analysis"]


def verified(story, level=FaultLevel.TWO, **more):
    request = story.triaged(level=level, **more)
    request.status = RequestStatus.VERIFIED
    return request


def close(story, request):
    service_requests.take_step(request, "close", by=story.user("service_clerk"), now=clock.now())


def unit_of(request, number="S-1"):
    unit = Equipment(equipment_no=number, serial_no=number, product_model=request.product_model, customer=request.customer)
    db.session.add(unit)
    db.session.flush()
    request.equipment = unit
    return unit


def analysis(story, origin, by="service_engineer"):
    return paper_records.begin(MODEL, PAPER, origin, by=story.user(by), now=clock.now())


def levels(text):
    db.session.scalar(select(Setting).where(Setting.key == "quality.analysis_required_levels")).value = text
    db.session.flush()


@pytest.mark.parametrize("level", [FaultLevel.ONE, FaultLevel.TWO])
def test_b057_a_grave_fault_is_not_closed_without_an_analysis(story, level):
    request = verified(story, level)
    with pytest.raises(DomainError) as refusal:
        close(story, request)
    assert refusal.value.rule == "B-057"
    assert request.status == RequestStatus.VERIFIED


@pytest.mark.parametrize("level", [FaultLevel.THREE, FaultLevel.FOUR])
def test_b057_a_lesser_fault_is_closed_without_one(story, level):
    request = verified(story, level)
    close(story, request)
    assert request.status == RequestStatus.CLOSED


def test_b057_a_draft_or_the_analysis_of_another_request_does_not_do(story):
    request, other = verified(story), story.triaged(name="另一检测中心")
    analysis(story, request)
    story.analysed(other)
    with pytest.raises(DomainError) as refusal:
        close(story, request)
    assert refusal.value.rule == "B-057"


def test_b057_which_levels_need_one_is_a_parameter(story):
    levels("1，3")
    close(story, verified(story))
    with pytest.raises(DomainError):
        close(story, verified(story, FaultLevel.THREE, name="另一检测中心"))


def test_b057_the_engineer_fills_and_signs_it_and_the_file_is_closed(story):
    request = verified(story)
    unit_of(request)
    record = analysis(story, request)
    engineer = story.user("service_engineer")
    paper_records.fill(record, PAPER, {"fault_type": "hardware", "cause": "密封圈老化"}, by=engineer, now=clock.now())
    with pytest.raises(DomainError) as refusal:  # the solution is missing
        signing.sign(record, PAPER, "analyst", by=engineer, now=clock.now(), password=PASSWORD)
    assert refusal.value.field == "solution"
    paper_records.fill(record, PAPER, {"solution": "更换密封圈"}, by=engineer, now=clock.now())
    signing.sign(record, PAPER, "analyst", by=engineer, now=clock.now(), password=PASSWORD)
    assert (record.status, record.number) == (PaperState.SIGNED, "FA2503-0001")
    close(story, request)
    assert request.status == RequestStatus.CLOSED


def test_r062_the_clerk_reads_it_and_does_not_write_it(story):
    record = analysis(story, verified(story))
    with pytest.raises(NotAllowed):
        paper_records.fill(record, PAPER, {"cause": "不明"}, by=story.user("service_clerk"), now=clock.now())


@pytest.mark.parametrize("begun_from", ["request", "order"])
def test_r062_it_begins_with_what_request_order_and_survey_say(story, begun_from):
    order = on_site(story)
    request, unit = order.request, unit_of(order.request)
    db.session.add(SiteSurvey(request=request, fault_type="power"))
    db.session.flush()
    record = analysis(story, request if begun_from == "request" else order)
    assert (record.request, record.work_order, record.customer, record.equipment) == (request, order, request.customer, unit)
    assert (record.symptom, record.fault_type, record.is_repeated) == ("示值漂移", "power", False)


def test_r062_there_is_one_open_analysis_of_a_request(story):
    request = story.triaged()
    assert analysis(story, request) is analysis(story, request, by="tech_lead")


@pytest.mark.parametrize(("days", "repeated"), [(300, True), (400, False)])
def test_r009_a_unit_that_failed_within_twelve_months_is_suggested_as_repeated(story, days, repeated):
    first, second = story.triaged(), story.triaged(name="另一检测中心")
    unit = unit_of(first)
    second.equipment = unit
    first.reported_at = clock.now() - timedelta(days=days)
    db.session.flush()
    assert analysis(story, second).is_repeated is repeated


def test_r062_unit_and_order_are_those_of_the_request(story):
    request, other = story.triaged(), story.triaged(name="另一检测中心")
    record, unit = analysis(story, request), unit_of(other)
    with pytest.raises(DomainError) as refusal:
        paper_records.fill(record, PAPER, {"equipment": unit}, by=story.user("service_engineer"), now=clock.now())
    assert refusal.value.field == "equipment"
