"""The dispatch board through the browser's door: rights, what is asked of the database, no double booking (B-015, B-016)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from extensions import db
from models.customer import Customer
from models.enums import OrderStatus
from models.equipment import ProductModel
from models.organisation import Region, Staff
from models.service_request import ServiceRequest
from models.setting import Setting
from models.work_order import Appointment, WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import FAMILIES, ROLES
from tests.rig.queries import counted


@pytest.fixture
def waiting(app):
    """Twelve triaged requests, and the key of an engineer."""
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region).order_by(Region.id))
        model = ProductModel(model_no="QX-20", name="量热仪")
        db.session.add(model)
        for place in range(12):
            customer = Customer(code=f"C{place}", name=f"第 {place} 检测中心", region=region)
            db.session.add(customer)
            db.session.flush()
            db.session.add(ServiceRequest(request_no=f"R{place}", customer_id=customer.id, product_model=model, status="triaged",
                                          symptom="示值漂移", region_id=region.id, reported_at=clock.now() - timedelta(hours=place)))
        return db.session.scalar(select(Staff.id).where(Staff.name == "顾北辰"))


def book(client, job, engineer, start=None, hours=2, **more):
    begin = clock.local(start) if start else None
    times = {"start_at": f"{begin:%Y-%m-%dT%H:%M}", "end_at": f"{begin + timedelta(hours=hours):%Y-%m-%dT%H:%M}"} if begin else {}
    page = client.get("/dispatch/").text
    key = re.search(r'name="form_key" type="hidden" value="([^"]+)"', page)[1]
    return client.post("/dispatch/send", {"job": job, "engineer": engineer, "form_key": key, **times, **more})


def count(app, model, *where):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(model.id)).where(*where))


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_the_board_is_for_who_may_dispatch(app, as_role, place):
    client = as_role(ROLES[place])
    may = "C" in FAMILIES["/work-orders"].split()[place]
    assert client.get("/dispatch/").status_code == (200 if may else 403)
    for path in ("/dispatch/send", "/dispatch/move"):
        assert (client.post(path, {}).status_code == 403) is not may
    assert ('href="/dispatch/"' in client.get("/work-orders/list/").text) is may


@pytest.mark.parametrize("view", ["", "?view=week"])
def test_the_board_asks_at_most_twenty_questions_however_much_waits(app, waiting, as_role, view):
    client = as_role("dispatch_supervisor")
    with app.app_context(), unit_of_work():
        engineers = db.session.scalars(select(Staff.id).where(Staff.is_engineer)).all()
        for place, request in enumerate(db.session.scalars(select(ServiceRequest)).all()[:8]):
            order = WorkOrder(work_order_no=f"W{place}", request_id=request.id, customer_id=request.customer_id, issued_at=clock.now(),
                              status="appointed", lead_engineer_id=engineers[place % 2], region_id=request.region_id)
            db.session.add(order)
            db.session.flush()
            start = clock.day_start(clock.now()) + timedelta(hours=9, minutes=place * 30)
            db.session.add(Appointment(work_order_id=order.id, engineer_id=engineers[place % 2], start_at=start,
                                       end_at=start + timedelta(hours=2)))
    client.get("/dispatch/" + view)
    with counted() as asked:
        page = client.get("/dispatch/" + view)
    assert page.status_code == 200
    assert "第 0 检测中心" in page.text
    assert len(asked) <= 20, "\n".join(asked)
    if not view:
        assert page.text.count("clash-box") > 0


def test_a_job_is_sent_to_the_chosen_engineer_and_leaves_the_board(app, waiting, as_role):
    boss = as_role("dispatch_supervisor")
    assert book(boss, "request-1", waiting).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        order = db.session.scalar(select(WorkOrder))
        assert (order.status, order.lead_engineer_id, order.request_id) == (OrderStatus.ASSIGNED, waiting, 1)
    page = boss.get("/dispatch/").text
    assert "第 0 检测中心 已派给顾北辰" in page
    assert 'value="request-1"' not in page


def test_a_form_sent_twice_sends_one(app, waiting, as_role):
    boss = as_role("dispatch_supervisor")
    assert book(boss, "request-1", waiting, form_key="k" * 20).status_code == 302
    assert boss.post("/dispatch/send", {"job": "request-1", "engineer": waiting, "form_key": "k" * 20}).status_code == 302
    assert count(app, WorkOrder, WorkOrder.request_id == 1) == 1


def test_of_two_who_send_one_job_the_second_is_told(app, waiting, as_role):
    book(as_role("dispatch_supervisor"), "request-1", waiting)
    answer = book(as_role("service_clerk"), "request-1", waiting)
    assert answer.status_code == 422
    assert "刚才已派给顾北辰" in answer.text
    assert count(app, WorkOrder, WorkOrder.request_id == 1) == 1


def test_b015_nobody_is_booked_twice_through_this_door_but_by_a_supervisor_with_a_reason(app, waiting, as_role):
    start = clock.day_start(clock.now()) + timedelta(days=1, hours=9)
    assert book(as_role("dispatch_supervisor"), "request-1", waiting, start).status_code == 302
    clerk = as_role("service_clerk")
    for reason in ("", "急"):
        answer = book(clerk, "request-2", waiting, start + timedelta(hours=1), override_reason=reason)
        assert answer.status_code == 422
        assert "请改约其他时间" in answer.text
        assert re.search(r'value="request-2"[^>]* checked', answer.text), "what was chosen stays chosen"
    assert count(app, Appointment) == 1
    assert count(app, WorkOrder) == 1
    assert book(as_role("dispatch_supervisor"), "request-2", waiting, start + timedelta(hours=1), override_reason="急").status_code == 302
    assert count(app, Appointment) == 2


def test_b016_the_customer_who_knows_is_noted_with_the_appointment(app, waiting, as_role):
    start = clock.day_start(clock.now()) + timedelta(days=1, hours=9)
    book(as_role("dispatch_supervisor"), "request-1", waiting, start, informed="y")
    assert count(app, Appointment, Appointment.customer_informed_at.is_not(None)) == 1


def test_a_job_out_of_sight_is_not_there(app, waiting, as_role):
    with app.app_context(), unit_of_work():
        db.session.get(ServiceRequest, 1).region_id = None
    boss = as_role("dispatch_supervisor")
    assert 'value="request-1"' not in boss.get("/dispatch/").text
    assert book(boss, "request-1", waiting).status_code == 404


@pytest.mark.parametrize("query", ["day=tomorrow", "day=0001-01-01", "view=month", "region=x", "x=1"])
def test_nonsense_is_refused(as_role, query):
    assert as_role("dispatch_supervisor").get(f"/dispatch/?{query}").status_code == 400


def test_an_absent_engineer_stands_on_the_board_with_who_stands_in(app, as_role):
    with app.app_context(), unit_of_work():
        person = db.session.scalar(select(Staff).where(Staff.name == "顾北辰"))
        person.absent_from = person.absent_to = clock.today()
        person.substitute_id = db.session.scalar(select(Staff.id).where(Staff.name == "方木青"))
    page = as_role("dispatch_supervisor").get("/dispatch/").text
    assert "由方木青代" in page
    assert "1 人不在岗" in page


SENTENCE = "还没有尝试电话或远程处理"


@pytest.mark.usefixtures("waiting")
def test_b029_the_board_and_the_request_say_that_nobody_tried_from_afar(app, as_role):
    client = as_role("dispatch_supervisor")
    with app.app_context(), unit_of_work():
        first, *others = db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)).all()
        for request in others:
            request.fault_level = "1"
        first.fault_level, key = "3", first.id
    assert client.get("/dispatch/").text.count(SENTENCE) == 1
    assert SENTENCE in client.get(f"/service-requests/show/{key}").text
    with app.app_context(), unit_of_work():
        db.session.get(ServiceRequest, key).contacted_at = clock.now()
    assert SENTENCE not in client.get("/dispatch/").text + client.get(f"/service-requests/show/{key}").text


def test_b015_sales_read_at_the_order_to_consult_the_engineer_and_have_the_step_where_they_may_book(app, as_role, waiting):
    with app.app_context(), unit_of_work():
        customer = db.session.scalar(select(Customer).order_by(Customer.id))
        customer.sales = db.session.scalar(select(Staff).where(Staff.user_id == user_key("sales")))
        request = db.session.scalar(select(ServiceRequest).where(ServiceRequest.customer_id == customer.id))
        order = WorkOrder(work_order_no="W1", request_id=request.id, customer_id=customer.id, issued_at=clock.now(), status="contacted",
                          lead_engineer_id=waiting, region_id=request.region_id)
        db.session.add(order)
        db.session.flush()
        path = f"/work-orders/show/{order.id}"
    client = as_role("sales")
    page = client.get(path).text
    assert "请先咨询工程师" in page
    assert "do/promise" not in page
    start = clock.local(clock.now() + timedelta(days=1))
    when = {"start_at": f"{start:%Y-%m-%dT%H:%M}", "end_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    step = path.replace("show/", "") + "/do/promise"
    refused = client.post(step, when)
    assert refused.status_code == 422
    assert "请先咨询工程师" in refused.text
    with app.app_context(), unit_of_work():
        db.session.scalar(select(Setting).where(Setting.key == "schedule.allow_sales_booking")).value = "on"
    assert "do/promise" in client.get(path).text
    assert client.post(step, when).status_code == 302
    assert count(app, Appointment, Appointment.engineer_id == waiting) == 1


def user_key(name):
    return db.session.scalar(select(User.id).where(User.username == name))
