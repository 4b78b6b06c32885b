"""The generated lists: few questions to the database, saved views, pages, picked rows, masked telephones."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import FollowUpStatus, OrderStatus, RequestStatus
from models.equipment import Equipment, Part, PartPrice, ProductCategory, ProductModel, Supplier
from models.follow_up import FollowUp
from models.organisation import Region, Staff
from models.returns import ReturnLine
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import DESKS, FAMILIES
from tests.rig.queries import counted
from views import paging
from views.base import AppModelView

CEILING = 12
PHONE, SHOWN_PHONE = "13800135678", "138****5678"


def fill(count):
    """So many customers, each with everything that hangs on one."""
    now = clock.now()
    region, engineer = db.session.scalar(select(Region).order_by(Region.id)), db.session.scalar(select(Staff).where(Staff.is_engineer))
    category, supplier = ProductCategory(name="仪器"), Supplier(name="澄江仪器厂")
    db.session.add_all([category, supplier])
    for number in range(count):
        model = ProductModel(model_no=f"QX-{number}", name="量热仪", category=category, supplier=supplier)
        customer = Customer(code=f"C{number:05}", name=f"第 {number} 检测中心", region=region, sales=engineer, phone="0571-5550100",
                            is_key=number % 2 == 0)
        db.session.add_all([model, customer])
        db.session.flush()
        site = CustomerSite(customer_id=customer.id, name="一号楼", address="滨江路 1 号", region_id=region.id)
        part = Part(part_no=f"P-{number}", name="导轨", unit="件", product_model=model)
        db.session.add_all([site, part, CustomerContact(customer_id=customer.id, name="王主任", role="lab_head", phone=PHONE)])
        db.session.flush()
        unit = Equipment(equipment_no=f"E{number}", serial_no=f"S{number}", product_model_id=model.id, customer_id=customer.id,
                         site_id=site.id, warranty_end=clock.today())
        db.session.add_all([unit, PartPrice(part=part, sale_price=36, valid_from=clock.today()),
                            ReturnLine(line_type="replaced", part=part, qty=1, customer=customer, owed_by=engineer)])
        db.session.flush()
        request = ServiceRequest(request_no=f"SR-{number:03}", status=RequestStatus.DISPATCHED, reported_at=now, customer=customer,
                                 site=site, product_model=model, equipment=unit, engineer=engineer, region=region, symptom="示值漂移",
                                 contact_phone=PHONE, contact_name="王主任")
        db.session.add(request)
        db.session.flush()
        state = (OrderStatus.ASSIGNED, OrderStatus.PENDING, OrderStatus.FINISHED)[number % 3]
        due = now + dt.timedelta(hours=number - 3) if number % 4 else None
        db.session.add(WorkOrder(work_order_no=f"WO-{number:03}", request_id=request.id, customer_id=customer.id, status=state, due_at=due,
                                 next_due_at=due, lead_engineer=engineer, symptom="示值漂移",
                                 issued_at=now - dt.timedelta(hours=number // 2)))
        db.session.add(FollowUp(followup_no=f"FU-{number:03}", kind="first", status=FollowUpStatus.PLANNED, customer_id=customer.id,
                                due_at=now + dt.timedelta(hours=number - 2), contact_phone=PHONE, request=request))


@pytest.fixture
def full(app):
    with app.app_context(), unit_of_work():
        fill(30)


@pytest.fixture
def some(app):
    """More rows than a list may ask questions."""
    with app.app_context(), unit_of_work():
        fill(CEILING + 1)


@pytest.mark.parametrize("base", FAMILIES)
def test_a_list_asks_at_most_twelve_questions(some, as_role, base):
    client, page = as_role("warehouse" if base in DESKS else "service_manager"), DESKS.get(base, f"{base}/list/")
    client.get(page)
    with counted() as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= CEILING, "\n".join(asked)


@pytest.mark.parametrize("role", ["service_clerk", "service_engineer", "dispatch_supervisor", "sales", "warehouse"])
def test_a_list_asks_no_more_of_those_with_a_narrow_view(some, as_role, role):
    client = as_role(role)
    for base in ("/work-orders", "/service-requests", "/customers"):
        with counted() as asked:
            client.get(f"{base}/list/?view=open" if base != "/customers" else f"{base}/list/")
        assert len(asked) <= CEILING, "\n".join(asked)


def test_the_ceiling_bites_when_each_row_asks(some, as_role, app, monkeypatch):
    monkeypatch.setattr(AppModelView, "row_actions",
                        lambda _self, record, _user: [{"label": db.session.scalar(select(Region.name).where(Region.id == record.id)),
                                                       "href": "/", "form": True}])
    client = as_role("service_manager")
    with counted() as asked:
        client.get("/customers/list/")
    assert len(asked) > CEILING


def numbers(page):
    """The document numbers of a list's rows in order."""
    return re.findall(r'class="subject" href="[^"]+">([^<]+)<', page.text)


@pytest.mark.parametrize(("view", "states"), [("open", 2), ("dispatch", 1), ("strike_off", 1)])
def test_a_saved_view_holds_its_rows_and_says_how_many(full, as_role, view, states):
    page = as_role("service_manager").get(f"/work-orders/list/?view={view}&psize=50")
    assert len(numbers(page)) == 10 * states
    assert re.search(rf'view={view}" class="here"[^>]*>[^<]+<span>{10 * states}</span>', page.text)


def test_a_late_order_says_so_before_its_number(full, as_role):
    page = as_role("service_manager").get("/work-orders/list/?view=late").text
    assert re.search(r'class="clock late"[^>]*>.*超时 ', page)
    finished = as_role("service_manager").get("/work-orders/list/?view=strike_off").text
    assert "超时" not in finished.split("<tbody")[1], "a finished job has no clock"


@pytest.mark.parametrize("query", ["view=none", "after=x", "ids=1,x", "ids=", f"ids={','.join('1' * 101)}", "after=-1"])
def test_nonsense_in_the_address_is_refused(as_role, query):
    assert as_role("service_manager").get(f"/work-orders/list/?{query}").status_code == 400


@pytest.mark.parametrize("sort", ["", "_oc_=next_due_at&_od_=asc", "_oc_=next_due_at&_od_=desc", "_oc_=status&_od_=asc",
                                  "_oc_=symptom&_od_=desc"])
def test_the_way_on_by_the_last_row_shows_what_the_page_numbers_show(full, as_role, sort):
    client = as_role("service_manager")
    by_number = [numbers(client.get(f"/work-orders/list/?psize=7&page={page}&{sort}")) for page in range(5)]
    address, by_row = f"/work-orders/list/?psize=7&{sort}", []
    while address:
        page = client.get(address)
        by_row.append(numbers(page))
        following = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = following[1].replace("&amp;", "&") if following else None
        assert address is None or "after=" in address
    assert by_row == by_number
    assert len({number for page in by_row for number in page}) == 30


@pytest.mark.parametrize(("here", "last", "wanted"), [
    (0, 0, [0]), (0, 10, [0, 1, 2, None, 10]), (5, 10, [0, None, 4, 5, 6, None, 10]), (10, 10, [0, None, 9, 10]), (1, 2, [0, 1, 2])])
def test_the_foot_names_the_first_the_last_and_the_neighbours(here, last, wanted):
    assert paging.numbers(here, last) == wanted


def test_only_the_picked_rows_are_exported(full, as_role):
    text = as_role("service_manager").get("/work-orders/export/csv?ids=1,3").text
    assert "WO-000" in text
    assert "WO-002" in text
    assert "WO-001" not in text


def test_a_telephone_is_masked_for_who_may_not_change_the_record(full, as_role):
    for address in ("/customer-contacts/list/", "/customer-contacts/show/1", "/customer-contacts/export/csv",
                    "/customer-contacts/list/?q=王"):
        clerk = as_role("service_clerk").get(address).text
        assert PHONE in clerk, address
        assert SHOWN_PHONE not in clerk
    for address in ("/customer-contacts/list/", "/customer-contacts/show/1"):
        quality = as_role("quality").get(address).text
        assert SHOWN_PHONE in quality, address
        assert PHONE not in quality
    assert "0571-5****100" in as_role("quality").get("/customers/show/1").text


def test_a_list_without_an_entry_in_the_index_is_searched_by_name(full, as_role):
    assert "王主任" in as_role("service_clerk").get("/customer-contacts/list/?q=王主").text
    assert "王主任" not in as_role("service_clerk").get("/customer-contacts/list/?q=李").text.split("<main")[1]
    assert "在列表中查找" not in as_role("service_clerk").get("/part-prices/list/").text, "nothing to search by, so no box"


def test_a_row_offers_the_steps_its_state_leaves_open(full, as_role):
    page = as_role("service_manager").get("/work-orders/list/?view=dispatch").text
    assert 'href="/work-orders/2/do/assign"' in page
    quality = as_role("quality").get("/work-orders/list/?view=dispatch").text
    assert "/do/" not in quality
