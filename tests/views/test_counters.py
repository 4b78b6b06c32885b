"""What is late is the same number wherever it stands: navigation, lists, work page."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, text

from extensions import db
from models.account import Notification
from models.organisation import Department, Staff
from models.stock import StockBalance, StockZone, Warehouse
from models.stock_enums import ZoneKind
from services import access, accounts, clock, kept
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import ROLES
from tests.rig.client import Client
from tests.rig.databases import PASSWORD
from tests.services.stock_world import part, user
from tests.views.test_lists import fill


@pytest.fixture
def full(app):
    with app.app_context(), unit_of_work():
        fill(60)


def badge(page, href):
    """How many are late, beside an entry of the navigation."""
    start = r'<a class="area[^"]*"' if href == "/" else "<li><a"
    link = rf'{start} href="{re.escape(href)}"[^>]*>(?:<svg.*?</svg>)?<span>[^<]*</span>'
    found = re.search(link + r'(?:<b class="count">\d+</b>)?<b class="count late"[^>]*>(\d+)', page)
    return int(found[1]) if found else 0


def view(page, label):
    """The figure of a saved view."""
    found = re.search(rf'{label} <span[^>]*>(\d+)', page)
    return int(found[1]) if found else None


@pytest.mark.parametrize("address", ["/work-orders/list/", "/service-requests/list/", "/follow-ups/list/"])
def test_the_navigation_counts_as_late_what_the_list_calls_late(full, as_role, address):
    page = as_role("service_manager").get(address).text
    assert badge(page, address) == view(page, "超时")
    assert address == "/service-requests/list/" or badge(page, address) > 0


def test_two_of_one_role_who_see_all_are_each_told_of_his_own_stock(app):
    """The statement of a list is remembered for each: “my own stock” hangs on who asks, also where both see every row."""
    with app.app_context(), unit_of_work():
        second = accounts.create_user(username="second_inspector", name="第二", email=None, roles=["quality"], password=PASSWORD)
        department = access.staff_of(user("quality")).department
        holder = Staff(user_id=second.id, staff_no="S-2", name="第二", department=department, active=True)
        db.session.add(holder)
        db.session.flush()
        own = StockZone(warehouse=db.session.scalar(select(Warehouse)), name="第二随车", kind=ZoneKind.ENGINEER, holder_id=holder.id)
        thing = part("OWN-1")
        db.session.add(own)
        db.session.flush()
        db.session.add(StockBalance(part=thing, zone=own, on_hand=3))
    first, other = (Client(app).sign_in(name) for name in ("quality", "second_inspector"))
    pages = [client.get("/stock/list/").text for client in (first, other, first)]
    assert [view(page, "我的随车库存") for page in pages] == [0, 1, 0]


@pytest.mark.parametrize("role", ROLES)
def test_the_badge_of_the_work_page_is_the_number_of_late_things_on_it(full, as_role, role):
    page = as_role(role).get("/").text
    figure = badge(page, "/")
    strip = re.search(r'href="/\?show=late"[^>]*><b>(\d+)</b>', page)
    group = re.search(r'<h2 class="group late">[^<]*<span>(\d+)', page)
    if strip is not None:
        assert int(strip[1]) == figure
    if group is not None:
        assert int(group[1]) == figure > 0


def test_the_work_page_says_how_many_are_late_beyond_those_it_shows(full, as_role):
    page = as_role("dispatch_supervisor").get("/?show=late").text
    assert len(re.findall(r'class="todo-row late"', page)) == badge(page, "/") > 0


@pytest.mark.parametrize(("urgent", "look"), [(False, "new"), (True, "late")])
def test_the_bell_counts_what_is_unread_and_is_red_only_for_what_is_urgent(app, as_role, urgent, look):
    client = as_role("service_clerk")
    with app.app_context(), unit_of_work():
        db.session.add(Notification(user_id=user("service_clerk").id, at=clock.now(), text="看一看", href="/", urgent=urgent))
    page = client.get("/").text
    assert 'title="1 条未读"' in page
    assert f'<b class="count {look}">1</b>' in page


def test_the_overview_of_clocks_counts_clocks_and_says_so(full, as_role):
    page = as_role("dispatch_supervisor").get("/clocks/").text
    assert "超时的时钟" in page


def test_the_navigation_of_a_colleague_who_changes_his_post_is_asked_anew(app, as_role):
    """What a branch sees depends on the department; the remembered statement of the navigation does not outlive it."""
    engineer = as_role("service_engineer")
    kept._memory.now = None, {}
    sizes = []
    for moves in (False, True, False):
        if moves:
            with app.app_context(), unit_of_work():
                staff = access.staff_of(user("service_engineer"))
                staff.department_id = db.session.scalar(select(Department.id).where(Department.id != staff.department_id).limit(1))
        assert engineer.get("/").status_code == 200
        sizes.append(sum(key[0] == "figures" for key in kept._memory.now[1]))
    assert sizes == [1, 2, 2]


@pytest.mark.parametrize("address", ["/work-orders/list/", "/work-orders/edit/{key}", "/work-orders/show/{key}",
                                     "/service-requests/show/{key}", "/service-requests/add"])
def test_postgresql_plans_the_figures_of_a_page_once(full, app, as_role, address):
    """With a moment as a parameter it would plan them anew for each page, which takes longer than to count them."""
    if not app.config["DATABASE_URL"].startswith("postgresql"):
        return
    with app.app_context():
        db.engine.dispose()
    client = as_role("service_manager")
    for key in range(1, 31):
        assert client.get(address.format(key=key)).status_code == 200
    with app.app_context(), db.engine.connect() as connection:
        plans = connection.execute(text("SELECT generic_plans, custom_plans FROM pg_prepared_statements "
                                        "WHERE statement LIKE '%next_due_at%' AND statement LIKE '%count(*)%'")).all()
    assert plans
    assert all(generic > custom for generic, custom in plans), plans
