"""Service requests from the call to the triage (WF-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.customer import Customer, CustomerContact, CustomerSite
from models.equipment import Equipment, ProductModel
from models.organisation import Department, Region, RegionEngineer, Staff
from models.service_request import ServiceRequest
from services import clock, search
from services.unit_of_work import unit_of_work
from tests.rig.queries import counted


@pytest.fixture
def house(app):
    """A customer with a site, and a model he owns."""
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region).order_by(Region.id))
        seller = db.session.scalar(select(Staff).where(Staff.post == "销售工程师"))
        customer = Customer(code="C1", name="栖霞岭检测中心", region=region, in_arrears=True, sales=seller)
        db.session.add(customer)
        db.session.flush()
        site = CustomerSite(customer_id=customer.id, name="一号楼", address="栖霞岭路 3 号", region_id=region.id)
        model = ProductModel(model_no="QX-20", name="量热仪")
        db.session.add_all([site, model])
        db.session.flush()
        return {"customer": customer.id, "site": site.id, "product_model": model.id, "contact_phone": "0571-5550100",
                "channel": "phone", "request_type": "repair"}


def the_request(app):
    with app.app_context(), unit_of_work(write=False):
        found = db.session.scalar(select(ServiceRequest).order_by(ServiceRequest.id.desc()))
        db.session.expunge_all()
        return found


def take(client, data, act="register"):
    marks = client.form("/service-requests/add")
    return client.post("/service-requests/add", {**data, **marks, "act": act})


def test_b001_a_repair_is_not_registered_without_its_fault(app, house, as_role):
    answer = take(as_role("service_clerk"), {**house, "in_warranty": "yes"})
    assert answer.status_code == 422
    assert "请填写故障情况。" in answer.text
    assert the_request(app) is None


def test_b001_a_commissioning_needs_only_the_four_fields(app, house, as_role):
    assert take(as_role("service_clerk"), {**house, "request_type": "commissioning"}).status_code == 302
    taken = the_request(app)
    assert taken.status == "registered"
    assert taken.request_no.endswith("-0001")


@pytest.mark.parametrize("gap", ["customer", "site", "contact_phone", "product_model"])
def test_b001_each_of_the_four_fields_is_asked_for(app, house, as_role, gap):
    data = {name: value for name, value in house.items() if name != gap}
    assert take(as_role("service_clerk"), {**data, "request_type": "commissioning"}).status_code == 422
    assert the_request(app) is None


def test_b001_a_draft_may_have_gaps_and_draws_no_number(app, as_role):
    answer = take(as_role("service_clerk"), {"channel": "phone", "request_type": "repair"}, act="draft")
    assert answer.status_code == 302, answer.text
    assert the_request(app).request_no is None
    assert the_request(app).status == "draft"


def test_b002_sales_register_too_and_a_second_call_for_the_same_model_is_pointed_out(app, house, as_role):
    first = take(as_role("sales"), {**house, "request_type": "commissioning"})
    assert first.status_code == 302, first.text
    clerk = as_role("service_clerk")
    second = take(clerk, {**house, "request_type": "commissioning"})
    assert "可能是同一个来电" in clerk.get(second.headers["Location"]).text


def test_b003_who_took_the_call_stays_its_tracker_and_is_told_of_each_step(app, house, as_role):
    location = take(as_role("sales"), {**house, "request_type": "commissioning"}).headers["Location"]
    clerk = as_role("service_clerk")
    clerk.get(location)
    assert clerk.post(location.replace("show/", "") + "/do/cancel", {"reason": "客户撤回"}).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        told = db.session.scalars(select(Notification)).all()
        assert len(told) == 1
        assert "已取消" in told[0].text


def test_b022_arrears_stand_above_the_file_and_hinder_nothing(app, house, as_role):
    clerk = as_role("service_clerk")
    location = take(clerk, {**house, "request_type": "commissioning"}).headers["Location"]
    assert "该客户欠款" in clerk.get(location).text


@pytest.mark.parametrize(("nature", "department"), [("software", "研发部"), ("hardware", "生产部"), ("unknown", "质量部")])
def test_b028_the_nature_of_the_problem_proposes_the_department(app, house, as_role, nature, department):
    take(as_role("service_clerk"), {**house, "symptom": "示值漂移", "in_warranty": "open", "problem_nature": nature})
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ServiceRequest)).department.name_zh == department


def test_b028_another_department_needs_a_reason(app, house, as_role):
    clerk = as_role("service_clerk")
    with app.app_context(), unit_of_work(write=False):
        other = db.session.scalar(select(Department.id).where(Department.name_zh == "研发部"))
    data = {**house, "symptom": "示值漂移", "in_warranty": "yes", "problem_nature": "hardware", "department": other}
    answer = take(clerk, data)
    assert answer.status_code == 422
    assert "这类问题由生产部负责" in answer.text
    assert take(clerk, {**data, "department_reason": "已查明是固件"}).status_code == 302


def test_b205_a_cancelled_request_keeps_its_number_and_reason(app, house, as_role):
    clerk = as_role("service_clerk")
    location = take(clerk, {**house, "request_type": "commissioning"}).headers["Location"]
    steps = location.replace("show/", "") + "/do/"
    clerk.get(location)
    assert clerk.post(steps + "cancel", {"reason": ""}).status_code == 422
    assert clerk.post(steps + "cancel", {"reason": "客户撤回"}).status_code == 302
    assert the_request(app).request_no.endswith("-0001")
    assert the_request(app).void_reason == "客户撤回"


def test_a_repair_is_triaged_only_with_nature_and_level(app, house, as_role):
    clerk = as_role("service_clerk")
    data = {**house, "symptom": "示值漂移", "in_warranty": "yes", "problem_nature": "hardware"}
    location = take(clerk, data).headers["Location"]
    steps = location.replace("show/", "") + "/do/"
    clerk.get(location)
    assert clerk.post(steps + "triage").status_code == 422
    edit = location.replace("show", "edit")
    page = clerk.get(edit)
    assert page.status_code == 200
    marks = clerk.form(edit)
    with app.app_context(), unit_of_work(write=False):
        stored = db.session.scalar(select(ServiceRequest))
        department = stored.department_id
    assert clerk.post(edit, {**data, **marks, "fault_level": "2", "department": department}).status_code == 302
    assert clerk.post(steps + "triage").status_code == 302
    assert the_request(app).status == "triaged"


@pytest.mark.parametrize(("state", "step"), [("draft", "triage"), ("cancelled", "register"), ("cancelled", "cancel"),
                                             ("triaged", "register"), ("closed", "cancel")])
def test_a_step_the_table_does_not_know_is_refused_and_changes_nothing(app, as_role, state, step):
    with app.app_context(), unit_of_work():
        db.session.add(ServiceRequest(status=state))
    clerk = as_role("service_clerk")
    clerk.get("/")
    assert clerk.post(f"/service-requests/1/do/{step}", {"reason": "试"}).status_code == 422
    assert the_request(app).status == state


def test_an_unknown_step_is_not_found(app, as_role):
    with app.app_context(), unit_of_work():
        db.session.add(ServiceRequest())
    clerk = as_role("service_clerk")
    assert clerk.post("/service-requests/1/do/explode").status_code == 404


def test_the_state_is_never_a_field_of_the_form(app, house, as_role):
    take(as_role("service_clerk"), {**house, "request_type": "commissioning", "status": "closed", "request_no": "SR-1"})
    assert the_request(app).status == "registered"
    assert the_request(app).request_no != "SR-1"


def called(app, house, as_role, act, **more):
    """A call taken at the telephone screen; the answer and the request."""
    data = {**house, "symptom": "示值漂移", "in_warranty": "yes", "problem_nature": "hardware", "fault_level": "2", **more}
    return take(as_role("service_clerk"), data, act=act), the_request(app)


@pytest.mark.parametrize(("level", "minutes"), [("1", 10), ("2", 30), ("3", 30)])
def test_b009_b032_the_caller_is_promised_a_call_within_half_an_hour_at_level_1_within_ten_minutes(app, house, as_role, level, minutes):
    _answer, taken = called(app, house, as_role, "register", reported_at="2025-03-03T09:12", fault_level=level)
    assert taken.promised_contact_at - taken.reported_at == timedelta(minutes=minutes)


def test_b032_another_level_counts_the_promise_anew_from_the_call(app, house, as_role):
    house["reported_at"] = "2025-03-03T09:12"
    answer, taken = called(app, house, as_role, "register")
    clerk, edit = as_role("service_clerk"), answer.headers["Location"].replace("show", "edit")
    data = {**house, "symptom": "示值漂移", "in_warranty": "yes", "problem_nature": "hardware", "department": taken.department_id}
    assert clerk.post(edit, {**data, **clerk.form(edit), "fault_level": "1"}).status_code == 302
    assert the_request(app).promised_contact_at - taken.reported_at == timedelta(minutes=10)


def test_b009_the_file_shows_the_sentence_to_read_until_the_engineer_called(app, house, as_role):
    answer, taken = called(app, house, as_role, "register", contact_name="王主任")
    at = f"{clock.local(taken.promised_contact_at):%H:%M}"
    page = as_role("service_clerk").get(answer.headers["Location"]).text
    assert f"王主任，您的报修已登记，编号 {taken.request_no}。工程师会在 {at} 前给您打电话" in page


def test_register_and_dispatch_triages_and_leads_to_the_dispatch_with_the_chosen_engineer(app, house, as_role):
    with app.app_context(), unit_of_work(write=False):
        engineer = db.session.scalar(select(Staff.id).where(Staff.name == "顾北辰"))
    answer, taken = called(app, house, as_role, "dispatch", engineer=engineer)
    assert (taken.status, taken.engineer_id) == ("triaged", engineer)
    page = as_role("service_clerk").get(answer.headers["Location"])
    assert page.status_code == 200
    assert "顾北辰" in page.text


def test_register_and_dispatch_asks_at_the_field_for_what_the_triage_needs_and_keeps_what_was_typed(app, house, as_role):
    answer, taken = called(app, house, as_role, "dispatch", fault_level="", remark="等回电")
    assert (answer.status_code, taken) == (422, None)
    assert 'id="fault_level-error"' in answer.text
    assert "示值漂移" in answer.text
    assert 'value="等回电"' in answer.text


def test_who_may_not_dispatch_is_offered_to_register_only(app, as_role):
    page = as_role("sales").get("/service-requests/add").text
    assert 'value="register"' in page
    assert 'value="dispatch"' not in page


def test_the_contact_of_the_file_is_known_by_his_name(app, house, as_role):
    with app.app_context(), unit_of_work():
        db.session.add(CustomerContact(customer_id=house["customer"], name="王主任", phone="0571-5550100"))
    assert called(app, house, as_role, "register", contact_name="王主任")[1].contact_id == 1


def test_a_caller_is_found_by_name_initials_telephone_and_serial_number(app, house, as_role):
    with app.app_context(), unit_of_work():
        db.session.add(CustomerContact(customer_id=house["customer"], name="王主任", phone="13900007788"))
        db.session.add(Equipment(equipment_no="EQ1", serial_no="QX20-0007", customer_id=house["customer"],
                                 product_model_id=house["product_model"]))
        db.session.flush()
        search.index(db.session(), db.session.get(Customer, house["customer"]))
    clerk = as_role("service_clerk")
    for words in ("栖霞", "qxl", "13900007788", "QX20-0007"):
        found = clerk.get(f"/service-requests/callers?q={words}").json
        assert found[0]["text"] == "栖霞岭检测中心", words
    assert found[0]["more"] == 1


def test_b002_b004_the_card_says_what_is_known_and_proposes_the_resident_engineer(app, house, as_role):
    with app.app_context(), unit_of_work():
        db.session.get(Customer, house["customer"]).house_rules = "进场先登记"
        day = clock.today()
        for place, until in enumerate((day, day - timedelta(days=1))):
            db.session.add(Equipment(equipment_no=f"EQ{place}", serial_no=f"QX20-{place}", customer_id=house["customer"],
                                     product_model_id=house["product_model"], warranty_end=until))
        region = db.session.get(Customer, house["customer"]).region_id
        resident = db.session.scalar(select(Staff).join(RegionEngineer, RegionEngineer.staff_id == Staff.id)
                                     .where(RegionEngineer.region_id == region, RegionEngineer.is_resident))
        resident_id = resident.id
    called(app, house, as_role, "register")
    card = as_role("service_clerk").get(f"/service-requests/context?customer={house['customer']}").text
    assert "进场先登记" in card
    assert "示值漂移" in card
    assert card.count("在保") == card.count("质保已过") == 1
    assert f'data-engineer="{resident_id}"' in card
    with app.app_context(), unit_of_work():
        away = db.session.get(Staff, resident_id)
        away.absent_from = away.absent_to = clock.today()
    assert 'data-engineer=""' in as_role("service_clerk").get(f"/service-requests/context?customer={house['customer']}").text


def test_the_screen_and_its_card_ask_few_questions(app, house, as_role):
    clerk = as_role("service_clerk")
    clerk.get("/service-requests/add")
    for url in ("/service-requests/add", f"/service-requests/context?customer={house['customer']}", "/service-requests/callers?q=qxl"):
        with counted() as asked:
            assert clerk.get(url).status_code == 200
        assert len(asked) <= 20, "\n".join(asked)


@pytest.mark.parametrize("query", ["", "customer=x", "customer=1&unit=x"])
def test_nonsense_at_the_telephone_is_refused(as_role, query):
    assert as_role("service_clerk").get(f"/service-requests/context?{query}").status_code == 400
