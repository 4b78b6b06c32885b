"""The page of a file: number, state and steps over it, papers and people beside it, what happened in sentences."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import FaultLevel, OrderStatus
from models.service_record import PartUsage, ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig.queries import counted
from tests.views.test_lists import PHONE, SHOWN_PHONE, fill


@pytest.fixture
def order(app):
    with app.app_context(), unit_of_work():
        fill(1)
        order = db.session.scalar(select(WorkOrder))
        order.assigned_at = order.contacted_at = clock.now()
        order.status = OrderStatus.CONTACTED
        order.request.fault_level = FaultLevel.ONE
        order.request.equipment.warranty_end = clock.today() + dt.timedelta(days=30)
        slip = ServiceRecord(work_order_id=order.id, customer_id=order.customer_id, record_no="RR-0001", symptom="示值漂移")
        slip.part_lines.append(PartUsage(part_name="综框导轨", qty=2))
        db.session.add(slip)
    return "/work-orders/show/1"


def test_the_head_names_number_state_level_and_request(order, as_role):
    head = as_role("service_manager").get(order).text.split('class="file-head"')[1].split('class="two"')[0]
    assert '<span class="no">WO-000</span>' in head
    assert re.search(r'badge running">已联系<', head)
    assert re.search(r'class="tag late">一级故障<', head)
    assert 'href="/service-requests/show/1">来自 SR-000<' in head
    assert "第 0 检测中心" in head


def test_one_step_is_the_main_one_and_the_rest_stand_beside_it(order, as_role):
    page = as_role("service_manager").get(order).text
    assert len(re.findall(r'class="btn primary"[^>]*data-key="f9"', page)) == 1
    assert re.search(r'href="/work-orders/1/do/appoint" data-key="f9">预约上门', page)


def test_the_steps_behind_carry_their_times_and_those_to_come_do_not(order, as_role):
    way = as_role("service_manager").get(order).text.split('<ol class="way">')[1].split("</ol>")[0]
    states = re.findall(r'<li class="([a-z ]+)">', way)
    assert states[:3] == ["done", "now", "open"]
    assert way.count("<time>") == 2


def test_a_state_beside_the_way_stands_in_its_place(app, order, as_role):
    with app.app_context(), unit_of_work():
        db.session.get(WorkOrder, 1).status = OrderStatus.WAITING_PARTS
    way = as_role("service_manager").get(order).text.split('<ol class="way">')[1].split("</ol>")[0]
    assert re.search(r'<li class="now aside"><span>待件', way)


def test_facts_of_unit_and_customer_parts_papers_and_people_stand_on_one_page(order, as_role):
    page = as_role("service_manager").get(order).text
    for words in ("质保期内", "近一年 1 次", "无拖欠", "综框导轨", "RR-0001", "还缺", "未返回", "滨江路 1 号", PHONE):
        assert words in page, words
    assert f'href="tel:{PHONE}"' in page


def test_who_may_not_change_the_order_reads_a_masked_telephone_and_no_steps(order, as_role):
    page = as_role("quality").get(order).text
    assert SHOWN_PHONE in page
    assert PHONE not in page
    assert "/do/" not in page


def test_what_happened_is_told_in_sentences(order, as_role):
    client = as_role("service_manager")
    client.post("/work-orders/1/do/hold", {"hold_reason": "customer", "form_key": "k" * 24})
    for address in (order, f"{order}?tab=history"):
        page = client.get(address).text
        assert "将状态由 已联系 改为 暂停" in page, address
        assert "陆启明" in page


@pytest.mark.parametrize("address", ["/work-orders/show/1", "/service-requests/show/1", "/customers/show/1", "/equipment/show/1",
                                     "/follow-ups/show/1"])
def test_the_page_of_a_file_asks_at_most_twenty_questions(order, as_role, address):
    client = as_role("service_manager")
    with counted() as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= 20, "\n".join(asked)


def test_a_request_shows_its_orders_and_sheet(order, app, as_role):
    page = as_role("service_manager").get("/service-requests/show/1").text
    assert "WO-000" in page
    assert "售后信息处理单" in page
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ServiceRequest)) is not None
