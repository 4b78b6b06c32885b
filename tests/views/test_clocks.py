"""The overview of clocks, the strip of a file, and the pages of working time in the back office (B-202, B-207)."""

from __future__ import annotations

import datetime as dt
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from extensions import db
from models.account import Notification
from models.job import Outbox
from models.service_request import ServiceRequest
from models.setting import Setting
from models.sla import SlaClock, SlaPause, SlaPolicy
from models.working_calendar import CalendarException, WorkCalendar
from services import calendars, clock, jobs
from services.unit_of_work import unit_of_work
from tests.rig import world

ROWS = {"notify": -120, "contact": 5, "arrive": 600, "finish": 300}


@pytest.fixture
def running(app):
    """Four running clocks: late, warned, in time, and paused."""
    world.fill(app)
    with app.app_context(), unit_of_work(reason="tests"):
        now = clock.now()
        db.session.get(ServiceRequest, 1).request_no = "SR-1"
        for name, left in ROWS.items():
            due, order = now + timedelta(minutes=left), name == "finish"
            policy = db.session.scalar(select(SlaPolicy).where(SlaPolicy.clock == name, SlaPolicy.kind == "wall"))
            row = SlaClock(owner_type="work_order" if order else "service_request", owner_id=5 if order else 1, request_id=1, clock=name,
                           policy=policy, kind="wall", amount=1000, reserve=10, calendar_version=1,
                           started_at=due - timedelta(minutes=1000), warn_at=due - timedelta(minutes=10), due_at=due,
                           paused_at=now - timedelta(minutes=30) if order else None)
            if order:
                row.pauses.append(SlaPause(begun_at=now - timedelta(minutes=30), reason="parts"))
            db.session.add(row)


@pytest.mark.parametrize(("show", "group", "count"), [("late", "late", 1), ("soon", "soon", 1), ("time", "left", 1), ("wait", "wait", 1),
                                                      ("all", "late", 4)])
def test_running_clocks_are_found_by_their_state(running, as_role, show, group, count):
    page = as_role("service_manager").get(f"/clocks/?show={show}").text
    body = page.split("<tbody")[1]
    assert body.count("<tr ") == count
    assert re.search(r'class="clock (\w+)"', body)[1] == group


def test_what_stands_still_comes_last_and_a_kind_can_be_chosen(running, as_role):
    client = as_role("service_manager")
    page = client.get("/clocks/").text.split("<tbody")[1]
    assert re.findall(r'class="clock (\w+)"', page) == ["late", "soon", "left", "wait"]
    assert client.get("/clocks/?clock=finish").text.split("<tbody")[1].count("<tr ") == 1
    assert "W5" in client.get("/clocks/?clock=finish").text


@pytest.mark.parametrize("query", ["show=none", "clock=none", "page=-1", "other=1"])
def test_nonsense_in_the_address_of_clocks_is_refused(as_role, query):
    assert as_role("service_manager").get(f"/clocks/?{query}").status_code == 400


def test_clocks_of_requests_out_of_sight_are_not_shown(running, as_role):
    assert "<tbody" not in as_role("engineer2").get("/clocks/").text


def test_the_overview_asks_few_questions_however_many_clocks_run(running, app, as_role):
    client, seen = as_role("service_manager"), []
    client.get("/clocks/")
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    client.get("/clocks/")
    event.remove(engine, "before_cursor_execute", note)
    assert len(seen) <= 12, "\n".join(seen)


def test_the_file_of_an_order_shows_its_clocks_with_their_pauses(running, as_role):
    page = as_role("service_manager").get("/work-orders/show/5").text
    strip = page.split('<ol class="clocks"')[1].split("</ol>")[0]
    assert re.findall(r'<li class="(\w+)"', strip) == ["late", "soon", "left", "wait"]
    assert "待件" in strip
    assert strip.count("暂停") >= 2
    other = as_role("service_manager").get("/work-orders/show/1").text.split('<ol class="clocks"')[1].split("</ol>")[0]
    assert re.findall(r'<li class="(\w+)"', other) == ["late", "soon", "left"], "the finish is another order's"


# --- back office

def save(client, address, data):
    return client.post(address, {**client.form(address), **data})


def test_b202_a_holiday_is_entered_and_the_version_rises(app, as_role):
    admin = as_role("admin")
    data = {"calendar": "1", "day": "2030-06-05", "name": "端午节", "active": "y"}
    assert save(admin, "/admin/calendar-days/add", data).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(WorkCalendar.version)) == 2
        assert calendars.known_years()[-1] == 2030
        assert db.session.scalar(select(Outbox.kind).where(Outbox.key.like("calendar:%"))) == "clocks.recompute"
    assert save(admin, "/admin/calendar-days/add", data).status_code == 422


@pytest.mark.parametrize(("field", "hours"), [("monday", "8-12"), ("tuesday", "08:30-12:00,11:00-13:00"), ("friday", "全天")])
def test_b202_hours_that_cannot_be_read_are_refused_at_their_day(app, as_role, field, hours):
    answer = save(as_role("admin"), "/admin/calendars/edit/1", {"name": "公司日历", "monday": "08:30-12:00", field: hours})
    assert answer.status_code == 422
    assert "08:30-12:00,13:00-17:30" in answer.text
    assert hours in answer.text


def test_b202_a_calendar_in_which_nobody_works_is_refused(app, as_role):
    empty = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "")
    answer = save(as_role("admin"), "/admin/calendars/edit/1", {"name": "公司日历", **empty})
    assert answer.status_code == 422
    assert "一周至少有一天上班" in answer.text


def test_b203_a_target_is_changed_without_code(app, as_role):
    with app.app_context(), unit_of_work(write=False):
        key = db.session.scalar(select(SlaPolicy.id).where(SlaPolicy.code == "sla.repair.contact").order_by(SlaPolicy.id))
    data = {"amount": "45", "kind": "business", "warn_amount": "30"}
    assert save(as_role("admin"), f"/admin/sla-policies/edit/{key}", data).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        row = db.session.get(SlaPolicy, key)
        assert (row.amount, row.kind.value) == (45, "business")


def test_the_shipped_calendar_knows_holidays_and_make_up_days(app):
    with app.app_context(), unit_of_work(write=False):
        calendar = calendars.current()
        days = {row.day.isoformat(): row.is_working for row in db.session.scalars(select(CalendarException))}
    assert not calendar.hours(dt.date(2025, 5, 1))
    assert days["2025-04-27"] is True
    assert days["2025-10-01"] is False


def test_a_year_without_holidays_stands_above_the_back_office(app, as_role):
    admin = as_role("admin")
    with app.app_context(), unit_of_work():
        for row in db.session.scalars(select(CalendarException).where(CalendarException.day >= clock.at_local(2026, 1, 1).date())):
            row.active = False
    assert f"还没有 {clock.today().year}" in admin.get("/admin/").text
    assert "运行状况" in admin.get("/admin/").text


def test_the_health_page_says_whether_the_worker_lives(app, as_role):
    admin = as_role("admin")
    assert "最近几分钟没有动静" in admin.get("/admin/health/").text
    with app.app_context():
        jobs.tick()
    page = admin.get("/admin/health/").text
    assert "运行中" in page
    assert "差异 0 处" in page


def test_b203_the_default_profile_is_a_parameter_and_open_clocks_follow(app, as_role):
    with app.app_context(), unit_of_work(write=False):
        key = db.session.scalar(select(Setting.id).where(Setting.key == "sla.default_profile"))
    assert save(as_role("admin"), f"/admin/parameters/edit/{key}", {"value": "DSP"}).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(Outbox.kind).where(Outbox.key.like("recompute:setting:%"))) == "clocks.recompute"
        assert db.session.scalars(select(Notification)).all() == []
