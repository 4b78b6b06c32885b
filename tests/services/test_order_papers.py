"""Papers of a work order: the task notice and the voucher (R-010, R-011; B-215)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extensions import db
from models.enums import PaperState, ServiceCategory, SupplyMode, WorkType
from models.equipment import Part
from models.onsite_enums import CollectMode
from models.organisation import Department
from models.paper import PAPERS
from models.service_record import PartUsage, ServiceRecord
from services import clock, paper_records, signing
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD
from tests.services.test_work_orders import on_site

NOTICE, VOUCHER = PAPERS["task_notice"][1], PAPERS["service_voucher"][1]
WAVES = "[[[60,120],[90,60],[120,130],[150,60],[180,130],[215,70],[250,125],[290,70]]]"


def fill(order, paper, values, by, story):
    paper_records.fill(order, paper, values, by=story.user(by), now=clock.now())


def sign(order, paper, slot, by, story):
    drawn = {"drawn": WAVES, "name": "王主任"} if paper.slot(slot).side == "customer" else {"password": PASSWORD}
    return signing.sign(order, paper, slot, by=story.user(by), now=clock.now(), **drawn)


def ordered(story, **values):
    order = on_site(story)
    order.department = order.department or db.session.query(Department).first()
    for name, value in values.items():
        setattr(order, name, value)
    db.session.flush()
    return order


def slip(order, **line):
    record = ServiceRecord(order=order, customer=order.customer, treatment="更换探测器")
    if line:
        part = Part(part_no="P-9", name="探测器", unit="只")
        record.part_lines.append(PartUsage(part=part, part_name="探测器", position=0, **line))
    db.session.add(record)
    db.session.flush()
    db.session.refresh(order)
    return record


def test_r010_issued_received_and_seen_the_notice_is_kept(story):
    order = ordered(story)
    sign(order, NOTICE, "issuer", "service_clerk", story)
    fill(order, NOTICE, {"solution": "更换探测器后校准"}, "tech_lead", story)
    sign(order, NOTICE, "dept", "tech_lead", story)
    assert signing.state_of(order, NOTICE) == PaperState.ISSUED
    sign(order, NOTICE, "manager", "service_manager", story)
    assert signing.state_of(order, NOTICE) == PaperState.SIGNED
    assert signing.state_of(order, VOUCHER) == PaperState.ISSUED


def test_r010_the_department_names_its_solution_before_it_signs(story):
    order = ordered(story)
    sign(order, NOTICE, "issuer", "service_clerk", story)
    with pytest.raises(DomainError) as refusal:
        sign(order, NOTICE, "dept", "tech_lead", story)
    assert refusal.value.field == "solution"
    with pytest.raises(NotAllowed):
        sign(order, NOTICE, "dept", "service_clerk", story)


def test_b215_technical_support_names_its_content(story):
    order = ordered(story, work_type=WorkType.TECH_GUARANTEE)
    with pytest.raises(DomainError) as refusal:
        sign(order, NOTICE, "issuer", "service_clerk", story)
    assert (refusal.value.rule, refusal.value.field) == ("B-215", "guarantee_items")
    fill(order, NOTICE, {"guarantee_items": "joint_test,repair"}, "service_clerk", story)
    assert sign(order, NOTICE, "issuer", "service_clerk", story)


def test_b215_calling_in_a_maker_without_naming_him_is_refused(story):
    order = ordered(story)
    with pytest.raises(DomainError) as refusal:
        fill(order, NOTICE, {"guarantee_items": "coordinate"}, "service_clerk", story)
    assert (refusal.value.rule, refusal.value.field) == ("B-215", "maker_contact")
    fill(order, NOTICE, {"guarantee_items": "coordinate", "maker_contact": "某厂，李工，03-03 10:00"}, "service_clerk", story)
    assert order.guarantee_items == "coordinate"


def test_r011_a_paid_voucher_charges_the_parts_sold_and_says_how_it_is_collected(story):
    order = ordered(story, service_category=ServiceCategory.A)
    slip(order, kind=SupplyMode.CUSTOMER_PURCHASE, qty=2, unit_price=Decimal("120"))
    sign(order, VOUCHER, "dispatch", "dispatch_supervisor", story)
    with pytest.raises(DomainError) as refusal:
        sign(order, VOUCHER, "customer", "service_engineer", story)
    assert (refusal.value.field, order.charge_amount) == ("collect_mode", Decimal("240"))
    fill(order, VOUCHER, {"collect_mode": CollectMode.AT_ONCE}, "service_engineer", story)
    sign(order, VOUCHER, "customer", "service_engineer", story)
    assert signing.state_of(order, VOUCHER) == PaperState.SIGNED


def test_r011_a_voucher_without_what_was_done_is_not_signed_by_the_customer(story):
    order = ordered(story, service_category=ServiceCategory.C)
    sign(order, VOUCHER, "dispatch", "dispatch_supervisor", story)
    with pytest.raises(DomainError) as refusal:
        sign(order, VOUCHER, "customer", "service_engineer", story)
    assert refusal.value.field == "treatment"


def test_r011_goods_taken_away_are_signed_for_a_second_time_when_they_come_back(story):
    order = ordered(story, service_category=ServiceCategory.C)
    slip(order)
    sign(order, VOUCHER, "dispatch", "dispatch_supervisor", story)
    fill(order, VOUCHER, {"taken_back": True}, "service_engineer", story)
    sign(order, VOUCHER, "customer", "service_engineer", story)
    assert signing.state_of(order, VOUCHER) == PaperState.ISSUED
    sign(order, VOUCHER, "return", "service_engineer", story)
    assert signing.state_of(order, VOUCHER) == PaperState.SIGNED


def test_r006_a_view_of_a_file_is_not_written_on(story):
    customer = ordered(story).customer
    assert paper_records.may_edit(customer, PAPERS["customer_file"][1], story.user("service_clerk")) == set()
    with pytest.raises(NotAllowed):
        fill(customer, PAPERS["customer_file"][1], {"remark": "x"}, "service_clerk", story)
