"""Complaints: what makes one grave, who says what is done, and what is asked for before it is closed (R-073; B-132 to B-140)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from extensions import db
from models.care_enums import ComplaintKind, Contentment, Substantiated
from models.enums import PaperState
from models.paper import PAPERS
from services import access, clock, complaints, paper_records, signing
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD

MODEL, PAPER = PAPERS["complaint"]


def at(day, hour=9, minute=0):
    return clock.at_local(2025, 3, day, hour, minute)


def begun(story, origin=None, name="栖霞岭检测中心"):
    return paper_records.begin(MODEL, PAPER, origin or story.triaged(name=name), by=story.user("service_clerk"), now=clock.now())


def fill(story, record, **values):
    paper_records.fill(record, PAPER, values, by=story.user("service_clerk"), now=clock.now())


def handled(story, name="栖霞岭检测中心", **more):
    """A complaint of which everything is written."""
    record = begun(story, name=name)
    fill(story, record, **({
        "kind": ComplaintKind.COMPLAINT, "channel": "phone", "handler": story.staff("service_clerk"), "content": "三天未到场",
        "problem_type": "delay", "contacted_at": at(3, 10), "customer_demand": "今天到场", "is_substantiated": Substantiated.YES,
        "replied_at": at(3, 11), "resolution_plan": "今日下午到场", "responsible_link": "service",
        "responsible": story.staff("service_engineer"), "implementer": story.staff("service_engineer"), "implemented_at": at(3, 16),
        "feedback": "已解决", "feedback_satisfied": Contentment.SATISFIED, "contact_name": "王主任", "contact_phone": "5550100"} | more))
    return record


def sign(story, record, slot, who):
    return signing.sign(record, PAPER, slot, by=story.user(who), now=clock.now(), password=PASSWORD)


def refused(story, record, slot="supervision", who="dispatch_supervisor"):
    with pytest.raises(DomainError) as refusal:
        sign(story, record, slot, who)
    return refusal.value.rule


def test_r073_a_complaint_begins_with_who_took_it_and_what_the_request_says(story):
    request = story.triaged()
    record = begun(story, request)
    assert (record.customer, record.site, record.contact_name, record.contact_phone) == (
        request.customer, request.site, request.contact_name, request.contact_phone)
    assert (record.received_at, record.first_contact, record.source) == (clock.now(), story.staff("service_clerk"), request.request_no)


@pytest.mark.parametrize(("loss", "grave"), [("4999.99", False), ("5000.00", True)])
def test_b134_a_loss_of_five_thousand_makes_a_complaint_grave(story, loss, grave):
    record = begun(story)
    fill(story, record, loss_amount=Decimal(loss))
    assert (record.is_major, record.major_reason) == (grave, "loss" if grave else None)


def test_b134_a_reason_named_makes_it_grave_and_a_grave_one_names_its_reason(story):
    record = begun(story)
    fill(story, record, major_reason="exposure")
    assert record.is_major
    assert refused(story, handled(story, name="孤山化验室", is_major=True)) == "B-134"


def test_b132_beyond_his_authority_the_head_of_the_department_speaks_first(story):
    record = handled(story, within_authority=False)
    assert refused(story, record) == "B-132"
    fill(story, record, head_opinion="免费更换", escalated_at=at(3, 10, 30))
    with pytest.raises(NotAllowed):
        sign(story, record, "head", "service_clerk")
    sign(story, record, "head", "service_manager")
    assert record.head_opinion_at == clock.now()


def test_b133_working_days_are_counted_from_the_day_after_receipt(unit):
    assert complaints.workdays(at(5, 10), at(12, 17, 30)) == 5
    assert complaints.workdays(clock.at_local(2025, 4, 28, 10), clock.at_local(2025, 5, 8, 17)) == 5


@pytest.mark.parametrize(("values", "rule"), [
    ({"is_substantiated": Substantiated.OPEN}, "B-140"), ({"responsible": None}, "B-136"), ({"kind": ComplaintKind.GRIEVANCE}, "B-138"),
    ({"major_reason": "exposure", "head_opinion": "上门致歉", "escalated_at": at(3, 10, 30)}, "B-139")])
def test_b136_b138_b139_b140_nothing_is_left_open_when_it_is_closed(story, values, rule):
    record = handled(story, **values)
    if record.beyond_authority:
        sign(story, record, "head", "service_manager")
    with clock.frozen(at(3, 17)):
        assert refused(story, record) == rule


def test_b136_that_nobody_was_found_is_an_answer(story):
    record = handled(story, responsible=None, responsible_link="nobody")
    with clock.frozen(at(4, 9)):
        sign(story, record, "supervision", "dispatch_supervisor")
    db.session.flush()
    assert (record.status, record.supervisor, record.closed_at) == (PaperState.SIGNED, story.staff("dispatch_supervisor"), at(4, 9))
    assert record.elapsed_workdays == 1


def test_r073_only_the_supervisor_named_closes_it(story):
    assert refused(story, handled(story, supervisor=story.staff("service_manager"))) == "R-073"


def test_r073_times_run_forward(story):
    record = begun(story)
    with pytest.raises(DomainError) as refusal:
        fill(story, record, contacted_at=at(3, 11), replied_at=at(3, 10))
    assert (refusal.value.rule, refusal.value.field) == ("R-073", "replied_at")


def test_roles_2_sales_see_the_complaints_of_their_own_customers(story):
    record = begun(story)
    query = select(MODEL.id).where(MODEL.id == record.id, access.visible(story.user("sales"), MODEL))
    assert db.session.scalar(query) is None
    record.customer.sales = story.staff("sales")
    db.session.flush()
    assert db.session.scalar(query) == record.id


def test_r6_who_wrote_a_complaint_down_does_not_close_it(story):
    record = handled(story)
    assert refused(story, record, who="service_clerk") == "B-204"
