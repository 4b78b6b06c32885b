"""Clocks of the repair path through the services and the database (B-009 … B-012, B-030 … B-036, B-150, B-202, B-203; E-02)."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.clock_enums import LateReason
from models.customer import CustomerSite
from models.enums import Complexity, FaultLevel, HandlingMode, HoldReason, InWarranty, OrderStatus, RequestStatus, Solved
from models.equipment import ProductCategory
from models.follow_up import FollowUp
from models.sla import SlaClock, SlaProfile
from models.working_calendar import CalendarException, WorkCalendar
from services import clock, clock_hooks, dispatch, follow_ups, saving, service_requests, sla, work_orders  # noqa: F401
from services.clock import at_local
from services.errors import DomainError
from services.unit_of_work import cache

BEGIN = at_local(2025, 3, 3, 9)


def at(day, hour=0, minute=0):
    return at_local(2025, 3, day, hour, minute)


def made(story, *, level=FaultLevel.TWO, at=BEGIN, **facts):
    """A triaged request, reported then, with these facts; its clocks are reckoned."""
    with clock.frozen(at):
        request = story.triaged(level=level)
        saving.change(request, facts, by=story.user("service_clerk"))
    return request


def timer(request, name, owner=None):
    owner = owner or request
    return db.session.scalar(select(SlaClock).where(SlaClock.owner_type == owner.__tablename__, SlaClock.owner_id == owner.id,
                                                    SlaClock.clock == name))


def step(story, order, name, moment, **data):
    with clock.frozen(moment):
        work_orders.take_step(order, name, by=story.user("service_engineer"), now=moment, **data)


def sent(story, request, moment):
    with clock.frozen(moment):
        return work_orders.send(request, by=story.user("dispatch_supervisor"), now=moment, engineer=story.staff("service_engineer"))


def visit(start):
    return {"start_at": start, "end_at": start + timedelta(hours=2)}


def under_way(story, request, come):
    """Notified after 8 minutes, contacted after 25, there at `come`."""
    begun = request.reported_at
    order = sent(story, request, begun + timedelta(minutes=8))
    step(story, order, "contact", begun + timedelta(minutes=25))
    step(story, order, "appoint", begun + timedelta(minutes=26), **visit(come))
    step(story, order, "depart", come - timedelta(minutes=40))
    step(story, order, "arrive", come)
    return order


def test_b009_passed_on_within_ten_minutes(story):
    request = made(story, at=at(3, 9, 12))
    sent(story, request, at(3, 9, 20))
    found = timer(request, "notify")
    assert (found.due_at, found.stopped_at, str(found.result.value)) == (at(3, 9, 22), at(3, 9, 20), "met")


def test_b010_contact_within_half_an_hour_warned_after_twenty_minutes(story):
    request = made(story, at=at(3, 9, 12))
    order = sent(story, request, at(3, 9, 20))
    assert (timer(request, "contact").due_at, timer(request, "contact").warn_at) == (at(3, 9, 42), at(3, 9, 32))
    step(story, order, "contact", at(3, 9, 50))
    found = timer(request, "contact")
    assert (found.result.value, found.stopped_at - found.due_at) == ("breached", timedelta(minutes=8))


def test_b010_the_first_notice_counts_when_the_order_goes_to_another(story):
    request = made(story)
    order = sent(story, request, at(3, 9, 5))
    with clock.frozen(at(3, 11)):
        work_orders.take_step(order, "reassign", by=story.user("dispatch_supervisor"), now=at(3, 11), engineer=story.staff("engineer2"),
                              reason="改派")
    assert timer(request, "notify").stopped_at == at(3, 9, 5)


def test_b011_a_visit_after_the_due_moment_needs_a_reason_and_the_customers_wish_moves_it(story):
    request = made(story)
    order = sent(story, request, at(3, 9, 5))
    step(story, order, "contact", at(3, 9, 20))
    with pytest.raises(DomainError) as refusal, clock.frozen(at(3, 9, 25)):
        dispatch.appoint(order, by=story.user("service_engineer"), now=at(3, 9, 25), **visit(at(6, 10)))
    assert (refusal.value.field, refusal.value.rule) == ("late_reason", "B-011")
    step(story, order, "appoint", at(3, 9, 25), late_reason=LateReason.CUSTOMER, **visit(at(6, 10)))
    assert timer(request, "arrive").due_at == at(6, 10)


def test_b011_another_reason_leaves_the_due_moment_and_none_is_kept_in_time(story):
    request = made(story)
    order = sent(story, request, at(3, 9, 5))
    step(story, order, "contact", at(3, 9, 20))
    step(story, order, "appoint", at(3, 9, 25), late_reason=LateReason.TRAVEL, **visit(at(6, 10)))
    assert timer(request, "arrive").due_at == at(5, 9)
    step(story, order, "reappoint", at(3, 9, 30), late_reason=LateReason.CUSTOMER, **visit(at(4, 10)))
    assert (timer(request, "arrive").due_at, order.appointment.late_reason) == (at(5, 9), None)


@pytest.mark.parametrize(("area", "called", "due"), [("urban", at(3, 15, 30), at(4, 13, 30)), ("suburb", at(3, 15, 30), at(4, 14, 30)),
                                                     ("core_urban", at(7, 16), at(10, 14)), ("remote", at(3, 9), at(5, 9))])
def test_b012_the_area_of_the_site_decides_in_the_dispatch_profile(story, area, called, due):
    request = made(story, at=called)
    dsp = db.session.scalar(select(SlaProfile).where(SlaProfile.code == "DSP"))
    with clock.frozen(called):
        saving.change(request.customer, {"sla_profile": dsp}, by=story.user("service_clerk"))
        saving.change(db.session.get(CustomerSite, request.site_id), {"area_class": area}, by=story.user("service_clerk"))
    assert timer(request, "arrive").due_at == due


def test_b030_a_remote_result_is_verified_within_48_hours_of_working_days(story):
    request, clerk = made(story, at=at(6, 9)), story.user("service_clerk")
    with clock.frozen(at(6, 9, 5)):
        service_requests.take_step(request, "remote", by=clerk, now=at(6, 9, 5))
    with clock.frozen(at(6, 10)):
        service_requests.take_step(request, "solve", by=clerk, now=at(6, 10), result="已复位")
    call = db.session.scalar(select(FollowUp).where(FollowUp.request_id == request.id))
    assert (call.due_at, timer(request, "verify", call).due_at, request.next_due_at) == (at(10, 10),) * 3
    assert [timer(request, name).result.value for name in ("notify", "contact", "arrive")] == ["met", "met", "cancelled"]
    with clock.frozen(at(7, 9)):
        follow_ups.take_step(call, "done", by=clerk, now=at(7, 9), solved=Solved.YES)
    assert (timer(request, "verify", call).result.value, request.next_due_at) == ("met", None)


@pytest.mark.parametrize(("level", "area", "contact", "arrive"), [
    (FaultLevel.ONE, "core_urban", at(3, 22, 25), at(4, 0, 15)), (FaultLevel.ONE, "suburb", at(3, 22, 25), at(4, 22, 15)),
    (FaultLevel.THREE, None, at(3, 22, 45), at(6, 22, 15)), (FaultLevel.FOUR, None, at(3, 22, 45), None)])
def test_b032_the_level_decides(story, level, area, contact, arrive):
    request = made(story, level=level, at=at(3, 22, 15))
    saving.change(db.session.get(CustomerSite, request.site_id), {"area_class": area}, by=story.user("service_clerk"))
    found = timer(request, "arrive")
    assert (timer(request, "contact").due_at, found and found.due_at) == (contact, arrive)


def test_b032_level_2_turns_amber_after_twelve_hours(story):
    found = timer(made(story), "arrive")
    assert (found.warn_at, found.due_at) == (at(3, 21), at(5, 9))


def test_b032_another_level_counts_from_the_report_and_raising_to_1_tells_the_manager(story):
    request = made(story, level=FaultLevel.THREE)
    manager = story.user("service_manager")
    before = db.session.scalars(select(Notification).where(Notification.user_id == manager.id)).all()
    with clock.frozen(at(3, 10)):
        saving.change(request, {"fault_level": FaultLevel.TWO}, by=story.user("service_clerk"))
        assert timer(request, "arrive").due_at == at(5, 9)
        saving.change(request, {"fault_level": FaultLevel.ONE}, by=story.user("service_clerk"))
    assert (timer(request, "arrive").due_at, timer(request, "contact").due_at) == (at(4, 9), at(3, 9, 10))
    told = db.session.scalars(select(Notification).where(Notification.user_id == manager.id)).all()
    assert len(told) - len(before) == 1
    with clock.frozen(at(3, 11)):
        saving.change(request, {"fault_level": FaultLevel.FOUR}, by=story.user("service_clerk"))
    assert timer(request, "arrive") is None


def test_b034_simple_24_complex_48_hours_and_waiting_for_the_part_does_not_count(story):
    request = made(story, complexity=Complexity.COMPLEX)
    order = under_way(story, request, at(5, 9))
    assert timer(request, "finish", order).due_at == at(7, 9)
    step(story, order, "wait_parts", at(5, 12), waiting_note="主板")
    found = timer(request, "finish", order)
    assert (found.paused_at, found.due_at, order.next_due_at, order.next_clock_id) == (at(5, 12), at(7, 9), None, found.id)
    step(story, order, "appoint", at(5, 22), **visit(at(6, 9)))
    found = timer(request, "finish", order)
    assert (found.paused_at, found.due_at, found.paused_minutes, order.next_due_at) == (None, at(7, 19), 600, at(7, 19))
    with clock.frozen(at(5, 23)):
        saving.change(request, {"complexity": Complexity.SIMPLE}, by=story.user("service_clerk"))
    assert timer(request, "finish", order).due_at == at(6, 19)


def test_b044_waiting_for_support_does_not_stop_the_clock(story):
    request = made(story)
    order = under_way(story, request, at(4, 9))
    step(story, order, "need_support", at(4, 10), reason="故障重复")
    assert (timer(request, "finish", order).paused_at, order.next_due_at) == (None, at(6, 9))


def test_s15_a_pause_the_customer_asks_for_moves_the_arrival(story):
    request = made(story)
    order = sent(story, request, at(3, 9, 5))
    step(story, order, "contact", at(3, 9, 20))
    step(story, order, "hold", at(3, 10), hold_reason=HoldReason.CUSTOMER)
    assert timer(request, "arrive").paused_at == at(3, 10)
    step(story, order, "release", at(4, 10))
    assert timer(request, "arrive").due_at == at(6, 9)


def test_b035_b036_the_medical_profile(story):
    request = made(story, level=FaultLevel.THREE, in_warranty=InWarranty.YES)
    med = db.session.scalar(select(SlaProfile).where(SlaProfile.code == "MED"))
    saving.change(request.customer, {"sla_profile": med}, by=story.user("service_clerk"))
    assert [timer(request, name).due_at for name in ("contact", "arrive", "depart")] == [at(3, 11), at(4, 9), at(3, 10)]
    assert request.promised_contact_at == at(3, 11), "what the caller is told is what the clock says"
    saving.change(request, {"fault_level": FaultLevel.ONE}, by=story.user("service_clerk"))
    order = sent(story, request, at(3, 9, 1))
    step(story, order, "contact", at(3, 9, 2))
    step(story, order, "appoint", at(3, 9, 3), **visit(at(3, 10)))
    step(story, order, "depart", at(3, 9, 5))
    found = timer(request, "depart")
    assert (found.result.value, found.stopped_at - found.due_at) == ("breached", timedelta(minutes=5))
    step(story, order, "arrive", at(3, 10))
    assert timer(request, "finish", order).due_at == timer(request, "oem_parts", order).due_at == at(4, 10)


def test_nobody_is_awaited_at_a_customer_who_sends_the_machine_in(story):
    request = made(story, handling_mode=HandlingMode.MAIL_IN)
    assert (timer(request, "arrive"), timer(request, "contact") is None) == (None, False)


def test_e02_a_level_2_repair_with_a_missing_part(story):
    request = made(story, at=at(4, 10), complexity=Complexity.COMPLEX)
    order = under_way(story, request, at(5, 9))
    results = {name: timer(request, name).result.value for name in ("notify", "contact", "arrive")}
    assert results == dict.fromkeys(("notify", "contact", "arrive"), "met")
    assert (timer(request, "contact").due_at, timer(request, "arrive").warn_at, timer(request, "arrive").due_at) == (
        at(4, 10, 30), at(4, 22), at(6, 10))
    step(story, order, "wait_parts", at(5, 11), waiting_note="主板")
    step(story, order, "appoint", at(11, 10), **visit(at(12, 9)))
    assert timer(request, "finish", order).due_at == at(13, 8)


@pytest.mark.parametrize(("closed", "due"), [(at(7, 15, 30), at(11, 15, 30)), (at(13, 10), at(17, 10))])
def test_b150_the_survey_is_due_16_office_hours_after_the_closing(story, closed, due):
    request, clerk = made(story), story.user("service_clerk")
    request.status, request.closed_at = RequestStatus.CLOSED, closed
    sla.sync(request, now=closed)
    found = timer(request, "survey")
    assert (found.due_at, found.result.value, request.next_due_at, request.next_clock_id) == (due, "running", due, found.id)
    moment = closed + timedelta(hours=1)
    with pytest.raises(DomainError) as refusal:
        service_requests.take_step(request, "survey", by=clerk, now=moment)
    assert (refusal.value.field, refusal.value.rule) == ("survey_no", "B-150")
    service_requests.take_step(request, "survey", by=clerk, now=moment, survey_no="SF2503-0001")
    assert (timer(request, "survey").result.value, request.surveyed_at, request.next_due_at) == ("met", moment, None)
    with pytest.raises(DomainError):
        service_requests.take_step(request, "survey", by=clerk, now=moment, survey_no="SF2503-0002")


def test_a_cancelled_request_has_no_clock_that_runs(story):
    request = made(story)
    sent(story, request, at(3, 9, 5))
    with clock.frozen(at(3, 12)):
        service_requests.take_step(request, "cancel", by=story.user("service_clerk"), now=at(3, 12), reason="已恢复")
    assert {row.clock: row.result.value for row in sla.rows_of(request)} == {"notify": "met", "contact": "cancelled", "arrive": "cancelled"}
    assert (request.next_due_at, request.next_clock_id) == (None, None)


def test_b202_a_change_of_the_calendar_raises_its_version_and_moves_open_clocks(story):
    request = made(story, at=at(3, 15, 30))
    request.customer.sla_profile = db.session.scalar(select(SlaProfile).where(SlaProfile.code == "DSP"))
    db.session.get(CustomerSite, request.site_id).area_class = "urban"
    sla.sync(request, now=at(3, 15, 30))
    calendar = db.session.scalar(select(WorkCalendar))
    version = calendar.version
    admin = story.user("admin")
    saving.create(CalendarException, {"calendar": calendar, "day": at(4).date() + timedelta(days=1), "is_working": False, "active": True},
                  by=admin, now=clock.now())
    assert calendar.version == version + 1
    sla.sync(request, now=at(3, 16))
    assert timer(request, "arrive").due_at in (at(4, 13, 30), at(5, 13, 30))
    saving.change(calendar, {"tuesday": "13:00-17:30"}, by=admin)
    cache().pop("calendar", None)
    sla.sync(request, now=at(3, 16))
    assert calendar.version == version + 2
    with pytest.raises(DomainError):
        saving.change(calendar, {"monday": "12-8"}, by=admin)


# --- histories

STEPS = {OrderStatus.ASSIGNED: ("contact", "hold"), OrderStatus.CONTACTED: ("appoint", "appoint", "solve_remotely", "hold"),
         OrderStatus.APPOINTED: ("depart", "depart", "reappoint", "hold"), OrderStatus.DEPARTED: ("arrive",),
         OrderStatus.ON_SITE: ("wait_parts", "need_support", "return_unresolved", "hold", "cancel"),
         OrderStatus.WAITING_PARTS: ("appoint",), OrderStatus.NEED_SUPPORT: ("resume",), OrderStatus.ON_HOLD: ("release",)}


def live(story, pick, place):
    """A random life of a request."""
    clerk, boss = story.user("service_clerk"), story.user("dispatch_supervisor")
    moment = BEGIN + timedelta(minutes=pick.randrange(20_000))
    with clock.frozen(moment):
        request = story.triaged(level=pick.choice(list(FaultLevel)), name=f"某厂{place}")
        profile = pick.choice(["STD", "INS", "ELE", "DSP", "MED"])
        request.customer.sla_profile = db.session.scalar(select(SlaProfile).where(SlaProfile.code == profile))
        request.site.area_class = pick.choice(["core_urban", "urban", "suburb", "remote"])
    order = None
    for _turn in range(pick.randrange(2, 12)):
        moment += timedelta(minutes=pick.choice([4, 30, 300, 2000]))
        with clock.frozen(moment):
            if pick.random() < 0.15 and request.status != RequestStatus.CANCELLED:
                facts = {"fault_level": pick.choice(list(FaultLevel)), "complexity": pick.choice(list(Complexity))}
                saving.change(request, facts, by=clerk)
            if order is None or not order.is_open:
                waiting = [item for item in request.open_orders if item.status == OrderStatus.PENDING]
                if request.status not in (RequestStatus.TRIAGED, RequestStatus.DISPATCHED, RequestStatus.IN_PROGRESS) and not waiting:
                    break
                order = work_orders.send(request, by=boss, now=moment, engineer=story.staff("service_engineer"))
                continue
            name = pick.choice(STEPS[order.status])
            data = {"appoint": lambda now: {**visit(now + timedelta(days=place, minutes=pick.randrange(60, 6000))),
                                            "late_reason": pick.choice(list(LateReason)), "override_reason": "并行"},
                    "wait_parts": lambda _now: {"waiting_note": "件"}, "hold": lambda _now: {"hold_reason": HoldReason.CUSTOMER},
                    "solve_remotely": lambda _now: {"solution": "已复位"}}.get(name.removeprefix("re"), lambda _now: {})(moment)
            reason = "缘由" if name in ("need_support", "return_unresolved", "cancel") else None
            work_orders.take_step(order, name, by=boss, now=moment, reason=reason, **data)
    return request


def wrong(request):
    """Kept clocks that are not as reckoned from nothing but what is stored."""
    db.session.flush()
    db.session.expire_all()
    cache().clear()
    found = [(name, row and sla.as_value(row), clock_) for _owner, name, row, clock_ in sla.differences(request)]
    rows = sla.rows_of(request)
    for owner in sla.owners_of(request):
        mine = {row.clock: sla.as_value(row) for row in rows if (row.owner_type, row.owner_id) == (owner.__tablename__, owner.id)}
        fresh = sla.expected(owner, request)
        found += [(name, value, fresh.get(name)) for name, value in mine.items() if value.stopped is None and fresh.get(name) != value]
        found += [(name, None, value) for name, value in fresh.items() if name not in mine]
        found += [(name, value, "result") for name, value in mine.items() if value.result in ("met", "breached")
                  and (value.result == "met") != (value.stopped <= value.due)]
    return found


def histories(story, seeds):
    for seed in seeds:
        request = live(story, random.Random(seed), seed)
        assert wrong(request) == [], seed


@pytest.mark.parametrize("part", range(4))
def test_100_random_histories_kept_clocks_are_those_reckoned_anew(story, part):
    histories(story, range(part * 25, part * 25 + 25))


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_800_more_random_histories(story, part):
    histories(story, range(1000 + part * 100, 1100 + part * 100))


def test_the_check_of_histories_bites(story):
    request = live(story, random.Random(3), 3)
    row = next(row for row in sla.rows_of(request) if row.stopped_at is None)
    row.due_at += timedelta(minutes=1)
    db.session.flush()
    assert wrong(request)


def test_customers_without_a_profile_follow_the_category_and_then_the_house(story):
    request = made(story)
    category = ProductCategory(name="医疗", sla_profile=db.session.scalar(select(SlaProfile).where(SlaProfile.code == "MED")))
    db.session.add(category)
    db.session.flush()
    assert sla.profile_of(request) == "STD"
    request.product_model.category = category
    assert sla.profile_of(request) == "MED"
    request.customer.sla_profile = db.session.scalar(select(SlaProfile).where(SlaProfile.code == "INS"))
    assert sla.profile_of(request) == "INS"
