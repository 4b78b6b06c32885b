"""The engineer's day and the page of a visit: what stands where, whose telephone, which step is next (WF-03, B-010)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer, CustomerSite
from models.equipment import Equipment, ProductModel
from models.organisation import Region, Staff
from models.service_request import ServiceRequest
from models.work_order import Appointment, WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig.queries import counted

PHONE = "13900007788"
# order: state and the day of its appointment
ORDERS = {"W1": ("assigned", None), "W2": ("departed", 0), "W3": ("appointed", 0), "W4": ("appointed", 1), "W5": ("waiting_parts", None),
          "W6": ("contacted", None), "W7": ("appointed", -1)}


@pytest.fixture
def jobs(app):
    """Seven orders of one engineer, each of a customer of its own; the keys by their numbers."""
    keys = {}
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region).order_by(Region.id))
        engineer = db.session.scalar(select(Staff).where(Staff.name == "顾北辰"))
        model = ProductModel(model_no="QX-20", name="量热仪")
        db.session.add(model)
        now = clock.now()
        noon = clock.day_start(now) + timedelta(hours=12)
        for number, (status, day) in ORDERS.items():
            customer = Customer(code=number, name=f"{number} 检测中心", region=region, house_rules="进场先登记" if number == "W2" else None)
            db.session.add(customer)
            db.session.flush()
            site = CustomerSite(customer_id=customer.id, name="一号楼", address="栖霞岭路 3 号")
            unit = Equipment(equipment_no=number, serial_no=f"S-{number}", product_model=model, customer_id=customer.id,
                             warranty_end=clock.today())
            db.session.add_all([site, unit])
            db.session.flush()
            request = ServiceRequest(request_no=f"R{number}", customer_id=customer.id, site=site, product_model=model, equipment=unit,
                                     status="dispatched", contact_name="王主任", contact_phone=PHONE,
                                     promised_contact_at=now - timedelta(minutes=5))
            db.session.add(request)
            db.session.flush()
            order = WorkOrder(work_order_no=number, request_id=request.id, customer_id=customer.id, issued_at=now, status=status,
                              symptom="示值漂移", lead_engineer_id=engineer.id, region_id=region.id)
            db.session.add(order)
            db.session.flush()
            if day is not None:
                db.session.add(Appointment(work_order_id=order.id, engineer_id=engineer.id, start_at=noon + timedelta(days=day),
                                           end_at=noon + timedelta(days=day, hours=1)))
            keys[number] = order.id
    return keys


def listed(page):
    """The numbers of the orders on the day's page, in order."""
    day = re.search(r'<section class="day".*?</section>', page, re.S)[0]
    return list(dict.fromkeys(re.findall(r">(W\d) 检测中心<", day)))


@pytest.mark.parametrize(("day", "numbers"), [("today", {"W1", "W2", "W3", "W6", "W7"}), ("tomorrow", {"W4"}), ("all", set(ORDERS))])
def test_the_day_holds_what_moves_what_is_agreed_and_what_must_be_called(jobs, as_role, day, numbers):
    page = as_role("service_engineer").get(f"/?day={day}").text
    assert set(listed(page)) == numbers
    assert [int(count) for count in re.findall(r"(?:今天|明天|全部) (\d)</a>", page)] == [5, 1, 7]


def test_b010_a_call_that_is_late_stands_on_top_and_the_job_in_hand_is_framed_with_its_next_step(jobs, as_role):
    page = as_role("service_engineer").get("/").text
    assert listed(page)[:2] == ["W1", "W2"]
    assert re.search(r'call-job late.*?联系 超时 5 分.*?href="tel:13900007788"', page, re.S)
    framed = re.search(r'now-job.*?</article>', page, re.S)[0]
    assert "W2 检测中心" in framed
    assert f'action="/work-orders/{jobs["W2"]}/do/arrive"' in framed
    assert 'href="geo:0,0?q=%E6%A0%96' in framed


def test_the_next_step_is_taken_from_the_day(app, jobs, as_role):
    engineer = as_role("service_engineer")
    engineer.get("/")
    assert engineer.post(f"/work-orders/{jobs['W2']}/do/arrive").status_code == 302
    with app.app_context(), unit_of_work(write=False):
        assert db.session.get(WorkOrder, jobs["W2"]).status == "on_site"


def test_the_visit_shows_what_one_needs_at_the_door(jobs, as_role):
    page = as_role("service_engineer").get(f"/work-orders/show/{jobs['W2']}").text
    visit = re.search(r'<section class="visit-page">.*?</section>', page, re.S)[0]
    for words in ("进场先登记", "栖霞岭路 3 号", "王主任", "S-W2", "在保", "示值漂移", "我已到达", 'aria-current="step"',
                  f'href="tel:{PHONE}"'):
        assert words in visit, words


def test_who_may_not_change_orders_reads_the_telephone_masked_and_takes_no_step(jobs, as_role):
    page = as_role("quality").get(f"/work-orders/show/{jobs['W2']}").text
    assert PHONE not in page
    assert "139****7788" in page
    assert "thumb-bar" not in page


def test_who_is_no_engineer_has_no_day(as_role):
    assert 'class="day"' not in as_role("service_clerk").get("/").text


@pytest.mark.parametrize("query", ["day=yesterday", "day="])
def test_nonsense_is_refused(as_role, query):
    assert as_role("service_engineer").get(f"/?{query}").status_code == 400


def test_day_and_visit_ask_at_most_twenty_questions(jobs, as_role):
    engineer = as_role("service_engineer")
    for url in ("/?day=all", f"/work-orders/show/{jobs['W2']}"):
        engineer.get(url)
        with counted() as asked:
            assert engineer.get(url).status_code == 200
        assert len(asked) <= 20, "\n".join(asked)
