"""The day of a technician: filled from his work, one a day, signed by himself and read by another (R-091; B-020, B-171)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from extensions import db
from models.care_enums import DayKind
from models.enums import PaperState, ServiceCategory
from models.organisation import Department, Region, RegionEngineer
from models.paper import PAPERS
from models.setting import Setting
from services import access, clock, daily_reports, paper_records, record_rules, service_records, signing
from services.errors import DomainError
from tests.rig.databases import PASSWORD
from tests.services.test_work_orders import on_site

MODEL, PAPER = PAPERS["daily_report"]


def report(story, day=3, who="service_engineer"):
    with clock.frozen(clock.at_local(2025, 3, day, 17)):
        return paper_records.begin(MODEL, PAPER, None, by=story.user(who), now=clock.now())


def fill(story, record, lines=None, **values):
    paper_records.fill(record, PAPER, values, {"lines": lines} if lines is not None else {}, by=story.user("service_engineer"),
                       now=clock.now())


def line(hours="1", **more):
    return {"service_category": ServiceCategory.C, "work": "更换光源灯", "hours": Decimal(hours) if hours else None} | more


def sign(story, record, slot="technician", who="service_engineer"):
    signing.sign(record, PAPER, slot, by=story.user(who), now=clock.now(), password=PASSWORD)


def refused(story, record, slot="technician", who="service_engineer"):
    with pytest.raises(DomainError) as refusal:
        sign(story, record, slot, who)
    return refusal.value.rule


def test_b171_the_lines_are_those_of_the_slips_of_the_day(story):
    order = on_site(story)
    order.service_category, order.lead_engineer = ServiceCategory.A, story.staff("service_engineer")
    slip = service_records.prepare(order, by=story.user("service_engineer"), now=clock.now())
    slip.started_at, slip.treatment = clock.at_local(2025, 3, 3, 10), "更换主板"
    slip.finished_at = slip.started_at + timedelta(hours=3)
    db.session.flush()
    record = report(story)
    assert [(row.service_category, row.customer, row.source, row.work, row.hours) for row in record.lines] == [
        (ServiceCategory.A, order.customer, order.work_order_no, "更换主板", Decimal(3))]
    assert (record.hours_a, record.hours_c, record.hours_total, record.day_kind) == (3, 0, 3, DayKind.ON_SITE)
    assert (record.lines[0].start_at, record.lines[0].end_at) == (dt.time(10), dt.time(13))


def test_r091_there_is_one_report_for_each_person_and_day(story):
    record = report(story)
    assert report(story) is record
    other = report(story, 4)
    with pytest.raises(DomainError) as refusal:
        fill(story, other, day=record.day)
    assert refusal.value.field == "day"


def test_r091_hours_follow_from_the_times_and_add_up_by_category(story):
    record = report(story)
    fill(story, record, [line("", start_at=dt.time(9), end_at=dt.time(11, 30)), line("1.5", service_category=ServiceCategory.D)])
    assert (record.hours_c, record.hours_d, record.hours_total) == (Decimal("2.5"), Decimal("1.5"), 4)


@pytest.mark.parametrize(("row", "field"), [
    (line(work=None), "line-lines-0-work"), (line(""), "line-lines-0-hours"),
    (line(start_at=dt.time(11), end_at=dt.time(9)), "line-lines-0-end_at")])
def test_r091_a_line_says_what_was_done_and_for_how_long(story, row, field):
    with pytest.raises(DomainError) as refusal:
        fill(story, report(story), [row])
    assert refusal.value.field == field


def test_r091_a_long_day_is_told_and_one_of_more_than_a_day_is_not_signed(story):
    record = report(story)
    fill(story, record, [line("12")], day_kind=DayKind.ON_SITE)
    assert record_rules.warnings(record) == []
    fill(story, record, [line("12.5")])
    assert len(record_rules.warnings(record)) == 1
    fill(story, record, [line("20"), line("4.5")])
    assert refused(story, record) == "R-091"


def test_r091_the_technician_signs_and_another_reads(story):
    record = report(story)
    fill(story, record, [line()], day_kind=DayKind.ON_SITE)
    assert refused(story, record, who="project_manager") == "R-091"
    sign(story, record)
    sign(story, record, "supervisor", "dispatch_supervisor")
    assert record.status == PaperState.SIGNED


def test_b204_nobody_reads_his_own_report(story):
    record = report(story, who="dispatch_supervisor")
    boss = story.user("dispatch_supervisor")
    paper_records.fill(record, PAPER, {"day_kind": DayKind.OFFICE}, {"lines": [line()]}, by=boss, now=clock.now())
    sign(story, record, who="dispatch_supervisor")
    assert refused(story, record, "supervisor", "dispatch_supervisor") == "B-204"


def phone_days(story, first, second):
    for day in (first, second):
        with clock.frozen(clock.at_local(day.year, day.month, day.day, 17)):
            record = paper_records.begin(MODEL, PAPER, None, by=story.user("service_engineer"), now=clock.now())
        fill(story, record, [line()], day_kind=DayKind.PHONE)
    return record


def test_b020_a_second_day_of_calls_in_a_week_is_told_and_has_its_reason(story):
    record = phone_days(story, dt.date(2025, 3, 4), dt.date(2025, 3, 6))
    assert len(record_rules.warnings(record)) == 1
    assert refused(story, record) == "B-020"
    fill(story, record, special_note="现场任务临时取消")
    sign(story, record)


def test_b020_days_of_different_weeks_do_not_count_together(story):
    assert not daily_reports.second_phone_day(phone_days(story, dt.date(2025, 3, 7), dt.date(2025, 3, 10)))


def test_b020_a_company_may_forbid_it(story):
    db.session.scalar(select(Setting).where(Setting.key == "engineer.phone_day_enforcement")).value = "block"
    record = phone_days(story, dt.date(2025, 3, 4), dt.date(2025, 3, 6))
    fill(story, record, special_note="现场任务临时取消")
    assert refused(story, record) == "B-020"


def seen(story, record, who):
    return db.session.scalar(select(MODEL.id).where(MODEL.id == record.id, access.visible(story.user(who), MODEL))) is not None


def test_roles_2_a_report_is_seen_by_its_technician_his_department_and_who_leads_his_region(story):
    record = report(story)
    mine, leader, boss = (story.staff(name) for name in ("service_engineer", "tech_lead", "dispatch_supervisor"))
    record.department, leader.department, boss.department = None, None, None
    for region in db.session.scalars(select(Region)):
        region.account_manager = None
    db.session.flush()
    assert [seen(story, record, who) for who in ("service_engineer", "tech_lead", "dispatch_supervisor", "service_clerk")] == [
        True, False, False, True]
    house = db.session.scalar(select(Department).order_by(Department.id))
    record.department = leader.department = house
    region = db.session.scalar(select(Region).join(RegionEngineer).where(RegionEngineer.staff_id == mine.id).limit(1))
    if region is None:
        region = db.session.scalar(select(Region).order_by(Region.id))
        db.session.add(RegionEngineer(region_id=region.id, staff_id=mine.id))
    region.account_manager = boss
    db.session.flush()
    assert [seen(story, record, who) for who in ("tech_lead", "dispatch_supervisor")] == [True, True]
