"""The work page: what waits, by how much time is left, for each of the fifteen roles."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.returns import ReturnLine
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import ROLES
from tests.rig.queries import counted
from tests.views.test_lists import PHONE, SHOWN_PHONE, fill

CEILING = 20


@pytest.fixture
def full(app):
    with app.app_context(), unit_of_work():
        fill(30)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_work_page_of_at_most_twenty_questions(full, as_role, role):
    client = as_role(role)
    with counted() as asked:
        page = client.get("/")
    assert page.status_code == 200
    assert len(asked) <= CEILING, "\n".join(asked)
    assert "今日数字" in page.text or "没有等您办理的事项" in page.text


def test_the_late_come_first_then_the_hour_then_the_day(full, as_role):
    page = as_role("service_clerk").get("/").text
    places = [page.index(f'<h2 class="group {key}">') for key in ("late", "soon", "later", "open") if f'<h2 class="group {key}">' in page]
    assert len(places) >= 3
    assert places == sorted(places)
    assert re.search(r'todo-row late.*?clock late.*?超时', page, re.S)


@pytest.mark.parametrize("key", ["late", "later", "open"])
def test_a_counter_of_the_strip_narrows_the_list_to_what_it_counts(full, as_role, key):
    client = as_role("service_clerk")
    count = int(re.search(rf'<a href="/\?show={key}"[^>]*><b>(\d+)\+?</b>', client.get("/").text)[1])
    narrowed = client.get(f"/?show={key}").text
    assert len(re.findall(rf'todo-row {key}"', narrowed)) == count > 0
    assert len(re.findall(r'class="todo-row ', narrowed)) == count


@pytest.mark.parametrize("query", ["show=none", "x=1"])
def test_nonsense_is_refused(as_role, query):
    assert as_role("service_clerk").get(f"/?{query}").status_code == 400


def test_each_row_names_its_next_act_and_leads_there(full, as_role):
    page = as_role("service_clerk").get("/").text
    assert re.search(r'href="/follow-ups/\d+/do/done">拨号回访<', page)
    assert re.search(r'href="/work-orders/\d+/do/assign">派工<', page)


def test_who_may_not_change_requests_reads_masked_telephones(full, as_role):
    page = as_role("finance").get("/").text
    assert SHOWN_PHONE in page
    assert PHONE not in page


@pytest.mark.parametrize(("role", "status", "words", "way"), [
    ("warehouse", "expected", "坏件待返库", "/defective-parts/show/"), ("quality", "in_return_zone", "检验返库坏件", "/do/look"),
    ("warehouse", "inspected_ok", "坏件已检验，待移区", "/defective-parts/show/")])
@pytest.mark.usefixtures("full")
def test_store_and_quality_have_a_work_page_of_their_own(app, as_role, *, role, status, words, way):
    with app.app_context(), unit_of_work():
        for line in db.session.scalars(select(ReturnLine)):
            line.status = status
    page = as_role(role).get("/").text
    assert words in page
    assert way in page
    other = as_role("quality" if role == "warehouse" else "warehouse").get("/").text
    assert words not in other


@pytest.mark.parametrize(("words", "found"), [("第 7 检测中心", "第 7 检测中心"), ("S7", "第 7 检测中心"), ("13900001111", "13900001111")])
def test_the_words_of_the_quick_entry_fill_the_form(full, as_role, app, words, found):
    page = as_role("service_clerk").get(f"/service-requests/add?words={words}")
    assert page.status_code == 200
    assert f'value="{found}"' in page.text


def test_a_customer_out_of_sight_is_not_filled_in(app, as_role):
    with app.app_context(), unit_of_work():
        fill(1)
        db.session.get(Customer, 1).sales_id = None
    assert "第 0 检测中心" not in as_role("sales").get("/service-requests/add?words=第 0").text


def test_the_counters_of_the_navigation_count_what_the_list_holds(full, as_role):
    page = as_role("service_manager").get("/work-orders/list/?view=open").text
    assert re.search(r'class="here"[^>]*><span>工单</span><b class="count">20</b>', page)
    assert re.search(r'class="area open"[^>]*>.*?<b class="count late"', page)


def test_the_bell_holds_what_was_not_read_and_empties(full, as_role, app):
    from services import clock, notices
    from services.access import holders

    with app.app_context(), unit_of_work():
        notices.tell(holders("create", "work_order"), "有新的派工", href="/work-orders/show/1", now=clock.now())
    clerk = as_role("service_clerk")
    assert "有新的派工" in clerk.get("/customers/list/").text
    assert clerk.post("/notices/read").status_code == 302
    assert "有新的派工" not in clerk.get("/customers/list/").text
