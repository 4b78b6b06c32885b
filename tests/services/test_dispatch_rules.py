"""Before and while an engineer is sent: help from afar first, no visit times by sales, trips count as busy (B-015, B-029)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.contact_log import ContactLog
from models.enums import FaultLevel, HandlingMode, OrderStatus, PaperState, QualitySeverity, RequestType
from models.records.trip import Trip
from models.setting import Setting
from services import clock, dispatch, saving, schedule, service_requests, work_orders
from services.errors import DomainError, NotAllowed
from services.unit_of_work import cache
from tests.services.conftest import BEGIN

NINE = BEGIN + timedelta(days=1)
TWO = timedelta(hours=2)


def setting(key, value):
    db.session.scalar(select(Setting).where(Setting.key == key)).value = value
    db.session.flush()
    cache().pop("settings", None)


def send(story, request=None, **more):
    return work_orders.send(request or story.triaged(), by=story.user("dispatch_supervisor"), now=clock.now(),
                            engineer=story.staff("service_engineer"), **more)


def test_b029_a_repair_that_nobody_tried_from_afar_is_named_a_level_1_fault_is_not(story):
    plain, grave = story.triaged(level=FaultLevel.THREE), story.triaged(level=FaultLevel.ONE, name="青石桥电力")
    assert dispatch.untried([plain, grave]) == {plain.id}
    assert send(story, plain).status == OrderStatus.ASSIGNED, "it is said, not refused"
    assert dispatch.untried([plain]) == set(), "the second order of a request is not asked again"


def test_b029_handling_it_remotely_or_a_contact_with_an_answer_is_the_attempt(story):
    handled, answered, asked = (story.triaged(level=FaultLevel.THREE, name=name) for name in ("甲厂", "乙厂", "丙厂"))
    service_requests.take_step(handled, "remote", by=story.user("dispatch_supervisor"), now=clock.now())
    for request, answer in ((answered, "请先重新启动"), (asked, None)):
        db.session.add(ContactLog(log_no=f"T{request.id}", contacted_at=clock.now(), request=request, content="示值漂移", answer=answer,
                                  caller_name="王主任", phone="0571-5550100", taken_by=story.staff("service_clerk")))
    db.session.flush()
    assert dispatch.untried([handled, answered, asked]) == {asked.id}


def test_b029_only_repairs_and_only_where_the_company_asks_for_it(story):
    request = story.triaged(level=FaultLevel.THREE)
    request.request_type = RequestType.COMMISSIONING
    assert dispatch.untried([request]) == set()
    request.request_type = RequestType.REPAIR
    setting("dispatch.require_remote_attempt", "off")
    assert dispatch.untried([request]) == set()


def test_b029_a_company_may_refuse_to_send_anybody_before_the_attempt(story):
    setting("dispatch.require_remote_attempt", "block")
    request = story.triaged(level=FaultLevel.THREE)
    with pytest.raises(DomainError) as refusal:
        send(story, request)
    assert (refusal.value.rule, refusal.value.field) == ("B-029", "engineer")
    send(story, story.triaged(level=FaultLevel.ONE, name="青石桥电力"))
    service_requests.take_step(request, "remote", by=story.user("dispatch_supervisor"), now=clock.now())
    assert send(story, request).status == OrderStatus.ASSIGNED


def test_b029_wrong_use_is_proposed_to_be_answered_from_afar_and_another_way_may_be_chosen(story):
    request, clerk = story.triaged(level=FaultLevel.THREE), story.user("service_clerk")
    saving.change(request, {"quality_severity": QualitySeverity.MINOR}, by=clerk)
    assert request.handling_mode is None
    saving.change(request, {"quality_severity": QualitySeverity.MISUSE}, by=clerk)
    assert request.handling_mode == HandlingMode.REMOTE
    saving.change(request, {"handling_mode": HandlingMode.ONSITE}, by=clerk)
    assert request.handling_mode == HandlingMode.ONSITE


def promise(story, order, by="sales"):
    work_orders.take_step(order, "promise", by=story.user(by), now=clock.now(), start_at=NINE, end_at=NINE + TWO)


def test_b015_sales_consult_the_engineer_before_a_visit_time_is_promised(story):
    order = send(story)
    with pytest.raises(DomainError) as refusal:
        promise(story, order)
    assert (refusal.value.rule, refusal.value.field, str(refusal.value.message)[:7]) == ("B-015", "start_at", "请先咨询工程师")
    assert order.appointment is None


def test_b015_where_sales_may_book_the_engineer_is_told_and_is_not_booked_twice(story):
    setting("schedule.allow_sales_booking", "on")
    order = send(story)
    promise(story, order)
    assert (order.appointment.start_at, order.status) == (NINE, OrderStatus.ASSIGNED), "the engineer still speaks with the customer"
    told = db.session.scalars(select(Notification.text).where(Notification.user_id == story.user("service_engineer").id)).all()
    assert any("03-04 09:00" in text for text in told)
    other = send(story, story.triaged(name="青石桥电力"))
    with pytest.raises(DomainError) as refusal:
        promise(story, other)
    assert refusal.value.rule == "B-015"
    with pytest.raises(NotAllowed):
        promise(story, other, by="warehouse")


def trip(story, *, first, last, status=PaperState.ISSUED, orders=()):
    made = Trip(planned_start=first, planned_end=last, members=[story.staff("service_engineer")], work_orders=list(orders), status=status)
    db.session.add(made)
    db.session.flush()
    return made


DAY = dt.date(2025, 3, 4)


@pytest.mark.parametrize(("first", "last", "status", "free"), [
    (DAY, DAY, PaperState.ISSUED, False), (DAY - timedelta(days=1), DAY + timedelta(days=1), PaperState.SIGNED, False),
    (DAY + timedelta(days=1), DAY + timedelta(days=3), PaperState.ISSUED, True), (DAY, DAY, PaperState.DRAFT, True),
    (DAY, DAY, PaperState.VOID, True)])
def test_b015_an_engineer_on_an_agreed_trip_is_busy(story, first, last, status, free):
    trip(story, first=first, last=last, status=status)
    if free:
        assert send(story, start_at=NINE, end_at=NINE + TWO).appointment is not None
        return
    with pytest.raises(DomainError) as refusal:
        send(story, start_at=NINE, end_at=NINE + TWO)
    assert (refusal.value.rule, refusal.value.field) == ("B-015", "start_at")
    order = send(story, story.triaged(name="青石桥电力"), start_at=NINE, end_at=NINE + TWO, override_reason="急")
    assert order.appointment.override_reason == "急"


def test_b015_the_visits_of_the_trip_itself_lie_within_it(story):
    order = send(story)
    trip(story, first=DAY, last=DAY, orders=[order])
    dispatch.appoint(order, start_at=NINE, end_at=NINE + TWO, by=story.user("dispatch_supervisor"), now=clock.now())
    assert order.appointment.start_at == NINE


def test_b015_who_is_on_a_trip_is_away_on_the_board_and_not_recommended(story):
    trip(story, first=DAY, last=DAY)
    request = story.triaged()
    request.engineer = story.staff("service_engineer")
    db.session.flush()
    start = clock.day_start(NINE)
    board = schedule.lines(start, start + timedelta(days=1))
    [line] = [line for line in board if line.person is request.engineer]
    assert line.away(DAY)
    assert not line.away(DAY + timedelta(days=2))
    jobs = schedule.waiting(story.user("dispatch_supervisor"), BEGIN)
    schedule.recommend(jobs, board, DAY, BEGIN)
    assert jobs[0].engineer is not None
    assert jobs[0].engineer is not request.engineer


def test_b015_the_region_s_job_goes_to_the_other_resident_while_the_first_is_on_a_trip(story):
    region = story.triaged().region_id
    first = dispatch.proposed(region, DAY)
    assert first is not None
    db.session.add(Trip(planned_start=DAY, planned_end=DAY, members=[first], status=PaperState.ISSUED))
    db.session.flush()
    assert dispatch.proposed(region, DAY) is not first
    assert dispatch.proposed(region, DAY + timedelta(days=1)) is first
