"""Dispatch, the way of an order and the request that follows it (WF-01, WF-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import FaultLevel, HoldReason, OrderStatus, RequestStatus
from services import clock, dispatch, service_records, service_requests, work_orders
from services.errors import DomainError, NotAllowed
from tests.services.conftest import BEGIN

S = OrderStatus


def send(story, request=None, **more):
    return work_orders.send(request or story.triaged(), by=story.user("dispatch_supervisor"), now=clock.now(),
                            engineer=story.staff("service_engineer"), **more)


def go(story, order, *steps, by="service_engineer", **data):
    for name in steps:
        work_orders.take_step(order, name, by=story.user(by), now=clock.now(), **data)


def on_site(story, **more):
    order = send(story, start_at=BEGIN + timedelta(hours=1), end_at=BEGIN + timedelta(hours=3), **more)
    go(story, order, "contact")
    go(story, order, "appoint", start_at=BEGIN + timedelta(hours=1), end_at=BEGIN + timedelta(hours=3), informed=True)
    go(story, order, "depart", "arrive")
    return order


def test_wf03_the_request_follows_its_order_from_dispatch_to_the_pause(story):
    order = on_site(story)
    request = order.request
    assert request.status == RequestStatus.IN_PROGRESS
    assert request.engineer.name == order.lead_engineer.name
    go(story, order, "wait_parts", waiting_note="探测器")
    assert (request.status, request.wait_reason) == (RequestStatus.WAITING, "探测器")


def test_r014_the_record_of_a_second_visit_does_not_say_the_first_arrival(story):
    with clock.frozen(BEGIN):
        order = on_site(story)
        go(story, order, "wait_parts", waiting_note="探测器")
    with clock.frozen(BEGIN + timedelta(days=2)):
        start = clock.now() + timedelta(hours=1)
        go(story, order, "appoint", start_at=start, end_at=start + timedelta(hours=2), informed=True)
        go(story, order, "depart", "arrive")
        record = service_records.prepare(order, by=story.user("service_engineer"), now=clock.now())
    assert (order.arrived_at, record.departed_at) == (BEGIN, BEGIN + timedelta(days=2))
    assert (record.arrived_at, record.started_at) == (None, None)


def test_wf03_while_the_engineer_is_on_his_way_the_request_is_dispatched(story):
    order = send(story)
    assert order.request.status == RequestStatus.DISPATCHED
    assert order.work_order_no.startswith("WO2503-")


# The table of WF-03 by hand: state → steps that leave it; whoever changes the machine changes this too.
PAUSE = " ask_hold agree_hold refuse_hold"
WAYS = {
    "pending": "assign hold cancel" + PAUSE,
    "assigned": "contact reassign hold cancel" + PAUSE,
    "contacted": "appoint solve_remotely reassign hold cancel" + PAUSE,
    "appointed": "depart reappoint reassign hold cancel" + PAUSE,
    "departed": "arrive hold cancel" + PAUSE,
    "on_site": "finish wait_parts need_support return_unresolved hold cancel" + PAUSE,
    "waiting_parts": "appoint hold cancel" + PAUSE,
    "need_support": "resume hold cancel" + PAUSE,
    "on_hold": "release cancel",
    "finished": "strike_off",
    "signed_off": "return_form",
}


@pytest.mark.parametrize("state", list(OrderStatus))
def test_wf03_only_the_steps_of_the_table_are_possible(story, state):
    order, manager, possible = send(story), story.user("service_manager"), set()
    for step in work_orders.MACHINE.transitions:
        trial = db.session.begin_nested()
        order.status = state
        try:
            work_orders.take_step(order, step, by=manager, now=clock.now(), reason="因故", **EXTRA.get(step, lambda _s: {})(story))
            possible.add(step)
        except DomainError as error:
            if error.rule != "WF":
                possible.add(step)
        trial.rollback()
    assert possible == set(WAYS.get(state.value, "").split())


EXTRA = {"assign": lambda s: {"engineer": s.staff("engineer2")}, "reassign": lambda s: {"engineer": s.staff("engineer2")},
         "hold": lambda s: {"hold_reason": HoldReason.CUSTOMER}, "wait_parts": lambda s: {"waiting_note": "件"},
         "solve_remotely": lambda s: {"solution": "已复位"},
         "appoint": lambda s: {"start_at": BEGIN + timedelta(hours=5), "end_at": BEGIN + timedelta(hours=6)},
         "reappoint": lambda s: {"start_at": BEGIN + timedelta(hours=5), "end_at": BEGIN + timedelta(hours=6)}}


def test_wf03_another_engineer_does_not_take_his_steps(story):
    order = send(story)
    with pytest.raises(NotAllowed):
        go(story, order, "contact", by="engineer2")
    with pytest.raises(NotAllowed):
        work_orders.issue(order.request, by=story.user("service_engineer"), now=clock.now())


def test_b015_an_engineer_is_not_booked_twice_but_touching_visits_are_fine(story):
    nine = BEGIN + timedelta(days=1)
    send(story, start_at=nine, end_at=nine + timedelta(hours=2))
    other = story.triaged(name="青石桥电力")
    with pytest.raises(DomainError) as refusal:
        send(story, other, start_at=nine + timedelta(minutes=90), end_at=nine + timedelta(hours=3))
    assert (refusal.value.rule, refusal.value.field) == ("B-015", "start_at")
    order = send(story, other, start_at=nine + timedelta(hours=2), end_at=nine + timedelta(hours=3))
    assert order.appointment.start_at == nine + timedelta(hours=2)


def test_b015_a_supervisor_books_over_it_with_a_reason_a_clerk_does_not(story):
    nine = BEGIN + timedelta(days=1)
    times = {"start_at": nine, "end_at": nine + timedelta(hours=2), "engineer": story.staff("service_engineer"), "now": clock.now()}
    work_orders.send(story.triaged(), by=story.user("service_clerk"), **times)
    other = story.triaged(name="青石桥电力")
    order = work_orders.issue(other, by=story.user("service_clerk"), now=clock.now())
    order.lead_engineer = times.pop("engineer")
    with pytest.raises(DomainError, match="WO2503"):
        dispatch.appoint(order, by=story.user("service_clerk"), override_reason="急", **times)
    assert dispatch.appoint(order, by=story.user("dispatch_supervisor"), override_reason="急", **times).override_reason == "急"


def test_b015_sales_promise_no_visit(story):
    order = send(story)
    with pytest.raises(NotAllowed):
        go(story, order, "contact", by="sales")


def test_b016_the_customer_is_told_who_comes_when_and_his_telephone(story):
    order = on_site(story)
    text = dispatch.told_customer(order.appointment)
    assert "2025-03-03 10:00" in text
    assert order.lead_engineer.name in text
    assert order.lead_engineer.mobile in text
    assert order.appointment.customer_informed_at is not None


def test_b022a_a_customer_in_arrears_is_served(story):
    assert send(story, story.triaged(arrears=True)).status == S.ASSIGNED


def test_b022b_arrears_pause_nothing_without_consent(story):
    order = send(story, story.triaged(arrears=True))
    for who in ("service_engineer", "service_manager"):
        with pytest.raises(DomainError) as refusal:
            go(story, order, "hold", by=who, hold_reason=HoldReason.ARREARS)
        assert refusal.value.rule == "B-022"
    with pytest.raises(DomainError) as refusal:
        go(story, order, "agree_hold", by="service_manager")
    assert refusal.value.rule == "B-022", "nobody has asked"
    go(story, order, "ask_hold", reason="欠款三个月")
    assert order.status == S.ASSIGNED, "until the answer the service goes on"
    go(story, order, "agree_hold", by="service_manager")
    assert (order.status, order.hold_reason) == (S.ON_HOLD, HoldReason.ARREARS)
    assert order.request.status == RequestStatus.WAITING
    go(story, order, "release")
    assert order.status == S.ASSIGNED


def test_b022c_a_refused_pause_leaves_the_order_where_it_stands_and_may_be_asked_again(story):
    order = send(story, story.triaged(arrears=True))
    go(story, order, "ask_hold", reason="欠款三个月")
    with pytest.raises(DomainError):
        go(story, order, "ask_hold", reason="再问")
    go(story, order, "refuse_hold", by="service_manager", reason="客户已承诺付款")
    assert order.status == S.ASSIGNED
    assert (order.holds[0].agreed, order.holds[0].opinion) == (False, "客户已承诺付款")
    go(story, order, "ask_hold", reason="仍未付款")
    assert len(order.holds) == 2


def test_b022d_no_pause_for_arrears_where_nobody_owes(story):
    with pytest.raises(DomainError) as refusal:
        go(story, send(story), "ask_hold", reason="欠款")
    assert refusal.value.rule == "B-022"


def test_b204_who_asks_for_a_pause_does_not_agree_to_it(story):
    order = send(story, story.triaged(arrears=True))
    go(story, order, "ask_hold", by="service_manager", reason="欠款三个月")
    for step in ("agree_hold", "refuse_hold"):
        with pytest.raises(DomainError) as refusal:
            go(story, order, step, by="service_manager", reason="同意")
        assert refusal.value.rule == "B-204"
    with pytest.raises(NotAllowed):
        go(story, order, "agree_hold", by="service_engineer")
    assert order.status == S.ASSIGNED
    go(story, order, "agree_hold", by="vice_president")
    assert order.holds[0].asked_by_id != order.holds[0].answered_by_id
    assert order.status == S.ON_HOLD


def test_b204_a_company_may_allow_it(story):
    from models.setting import Setting
    from services.unit_of_work import cache

    order = send(story, story.triaged(arrears=True))
    go(story, order, "ask_hold", by="service_manager", reason="欠款三个月")
    db.session.scalar(select(Setting).where(Setting.key == "approval.self_approve")).value = "on"
    cache().clear()
    go(story, order, "agree_hold", by="service_manager")
    assert order.status == S.ON_HOLD


def test_b032_a_repair_has_one_of_four_levels(story):
    assert [level.value for level in FaultLevel] == ["1", "2", "3", "4"]
    request = story.triaged(level=FaultLevel.ONE)
    assert request.fault_level == FaultLevel.ONE


def test_b038_the_line_is_struck_off_when_the_record_is_checked_in(story):
    order = on_site(story)
    record = service_records.prepare(order, by=story.user("service_engineer"), now=clock.now(), layout="repair_slip_3")
    record.treatment, record.is_simple, record.leave_consent = "已校准", True, "电话，王主任，16:20"
    go(story, order, "finish")
    assert order.request.struck_off_at is None
    go(story, order, "strike_off", by="service_clerk")
    assert order.request.struck_off_at == clock.now()


def test_b041_no_finish_without_the_signed_record_unless_it_was_simple(story):
    order = on_site(story)
    with pytest.raises(DomainError, match="请先填写维修记录单"):
        go(story, order, "finish")
    record = service_records.prepare(order, by=story.user("service_engineer"), now=clock.now(), layout="repair_slip_3")
    record.treatment, record.leave_consent = "已更换", "电话，王主任，16:20"
    with pytest.raises(DomainError) as refusal:
        go(story, order, "finish")
    assert refusal.value.rule == "B-041"
    record.is_simple = True
    go(story, order, "finish")
    assert order.request.status == RequestStatus.RESOLVED


def test_b045_nobody_leaves_without_consent(story):
    order = on_site(story)
    record = service_records.prepare(order, by=story.user("service_engineer"), now=clock.now(), layout="repair_slip_3")
    record.treatment, record.is_simple = "已校准", True
    with pytest.raises(DomainError) as refusal:
        go(story, order, "finish")
    assert refusal.value.rule == "B-045"
    record.leave_consent = "电话，王主任，16:20"
    go(story, order, "finish")


def test_wf03_what_comes_back_unresolved_waits_as_a_linked_order(story):
    order = on_site(story)
    go(story, order, "return_unresolved", reason="无备件")
    following = order.request.orders[-1]
    assert following.previous_order is order
    assert following.status == S.PENDING
    assert order.request.status == RequestStatus.IN_PROGRESS


def test_a_cancelled_request_takes_its_open_orders_with_it(story):
    order = send(story)
    service_requests.take_step(order.request, "cancel", by=story.user("service_clerk"), now=clock.now(), reason="客户撤回")
    assert (order.status, order.void_reason) == (S.CANCELLED, "客户撤回")


def test_a_file_is_closed_only_when_every_record_is_checked_in(story):
    order = on_site(story)
    record = service_records.prepare(order, by=story.user("service_engineer"), now=clock.now(), layout="repair_slip_3")
    record.treatment, record.is_simple, record.leave_consent = "已校准", True, "电话，王主任，16:20"
    go(story, order, "finish")
    order.request.status = RequestStatus.VERIFIED
    with pytest.raises(DomainError):
        service_requests.take_step(order.request, "close", by=story.user("service_clerk"), now=clock.now())
    go(story, order, "strike_off", by="service_clerk")
    story.analysed(order.request)
    service_requests.take_step(order.request, "close", by=story.user("service_clerk"), now=clock.now())
    assert order.request.status == RequestStatus.CLOSED
