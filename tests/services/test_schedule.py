"""The dispatch board as rules: order of what waits, who is recommended, where visits meet and the ways out (B-004, B-013, B-015)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import FaultLevel
from models.organisation import RegionEngineer, Staff
from models.setting import Setting
from services import clock, schedule, work_orders
from services.errors import DomainError, NotThere
from services.unit_of_work import cache
from tests.services.conftest import BEGIN

TWO = timedelta(hours=2)


def board(day=BEGIN):
    start = clock.day_start(day)
    return schedule.lines(start, start + timedelta(days=1))


@pytest.mark.parametrize(("first", "order"), [("on", ["C", "A", "B"]), ("off", ["A", "C", "B"])])
def test_b013_level_1_first_then_what_was_carried_over_then_the_level_then_the_time_of_the_call(story, first, order):
    db.session.scalar(select(Setting).where(Setting.key == "dispatch.level1_first")).value = first
    cache().pop("settings", None)
    for name, level, at in (("A", FaultLevel.THREE, BEGIN - timedelta(days=1)), ("B", FaultLevel.TWO, BEGIN - timedelta(minutes=25)),
                            ("C", FaultLevel.ONE, BEGIN - timedelta(minutes=20))):
        story.triaged(name=name, level=level).reported_at = at
    db.session.flush()
    jobs = schedule.waiting(story.user("dispatch_supervisor"), BEGIN)
    assert [job.request.customer.name for job in jobs] == order


def test_b004_the_resident_of_the_region_is_recommended_another_when_he_is_away(story):
    request = story.triaged()
    near = list(db.session.scalars(select(Staff).join(RegionEngineer, RegionEngineer.staff_id == Staff.id).where(
        RegionEngineer.region_id == request.region_id).order_by(RegionEngineer.is_resident.desc())))
    jobs = schedule.waiting(story.user("dispatch_supervisor"), BEGIN)
    schedule.recommend(jobs, board(), clock.today(BEGIN), BEGIN)
    assert (jobs[0].engineer, jobs[0].start, jobs[0].end) == (near[0], BEGIN, BEGIN + schedule.visit_length())
    near[0].absent_from = near[0].absent_to = clock.today(BEGIN)
    schedule.recommend(jobs, board(), clock.today(BEGIN), BEGIN)
    assert jobs[0].engineer == near[1]


def test_who_was_asked_for_at_the_telephone_is_recommended_first(story):
    request = story.triaged()
    request.engineer = story.staff("engineer5")
    db.session.flush()
    jobs = schedule.waiting(story.user("dispatch_supervisor"), BEGIN)
    schedule.recommend(jobs, board(), clock.today(BEGIN), BEGIN)
    assert jobs[0].engineer == story.staff("engineer5")


def test_the_free_time_of_an_engineer_lies_between_his_visits(story):
    engineer = story.staff("service_engineer")
    for start in (BEGIN + timedelta(minutes=30), BEGIN + timedelta(hours=4)):
        send(story, story.triaged(name=f"某厂{start:%H}"), engineer, start)
    request = story.triaged()
    request.engineer = engineer
    db.session.flush()
    jobs = schedule.waiting(story.user("dispatch_supervisor"), BEGIN)
    schedule.recommend(jobs, board(), clock.today(BEGIN), BEGIN)
    assert jobs[0].start == BEGIN + timedelta(hours=6), "half past eleven to one is too short"


def send(story, request, engineer, start, **more):
    return work_orders.send(request, by=story.user("dispatch_supervisor"), now=clock.now(), engineer=engineer, start_at=start,
                            end_at=start + TWO, **more)


def clash_of(story):
    engineer, boss = story.staff("service_engineer"), story.user("dispatch_supervisor")
    send(story, story.triaged(), engineer, BEGIN + timedelta(hours=1))
    order = send(story, story.triaged(name="青石桥电力"), engineer, BEGIN + timedelta(minutes=150), override_reason="急")
    for step, data in (("contact", {}), ("appoint", {"start_at": BEGIN + timedelta(minutes=150), "end_at": BEGIN + timedelta(minutes=270),
                                                     "override_reason": "急"})):
        work_orders.take_step(order, step, by=boss, now=clock.now(), **data)
    line = next(line for line in board() if line.person is engineer)
    return line, order, boss


def test_b015_two_visits_that_meet_are_shown_with_two_ways_out(story):
    line, order, _boss = clash_of(story)
    [clash] = line.clashes
    assert (clash.start, clash.end) == (BEGIN + timedelta(minutes=150), BEGIN + timedelta(hours=3))
    assert clash.second.order is order
    assert clash.later == BEGIN + timedelta(hours=3)
    assert clash.other is not None
    assert clash.other is not line.person


def test_b015_b016_the_later_time_ends_the_clash_and_the_customer_is_to_be_told_anew(story):
    line, order, boss = clash_of(story)
    schedule.move(order, by=boss, now=clock.now(), start_at=line.clashes[0].later)
    assert order.appointment.end_at - order.appointment.start_at == TWO
    assert order.appointment.customer_informed_at is None
    assert all(not line.clashes for line in board())


def test_b015_another_engineer_ends_the_clash_and_keeps_the_time(story):
    line, order, boss = clash_of(story)
    schedule.move(order, by=boss, now=clock.now(), engineer=line.clashes[0].other)
    assert order.lead_engineer is line.clashes[0].other
    assert order.appointment.start_at == BEGIN + timedelta(minutes=150)
    assert all(not line.clashes for line in board())


def test_what_was_sent_meanwhile_is_not_sent_again(story):
    request, boss = story.triaged(), story.user("dispatch_supervisor")
    key = f"request-{request.id}"
    order = schedule.give(key, by=boss, now=clock.now(), engineer=story.staff("service_engineer"))
    for again in (key, f"order-{order.id}"):
        with pytest.raises(DomainError, match="顾北辰"):
            schedule.give(again, by=boss, now=clock.now(), engineer=story.staff("engineer2"))
    assert len(request.orders) == 1
    assert schedule.waiting(boss, clock.now()) == []


@pytest.mark.parametrize("key", ["", "request", "request-x", "order-99", "customer-1"])
def test_what_is_not_there_is_not_sent(story, key):
    with pytest.raises(NotThere):
        schedule.give(key, by=story.user("dispatch_supervisor"), now=clock.now(), engineer=story.staff("engineer2"))
