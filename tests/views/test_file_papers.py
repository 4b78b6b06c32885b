"""Papers that show a file, and how papers of a trip lead to one another (R-006, R-010, R-024 to R-030)."""

from __future__ import annotations

import subprocess

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer, CustomerContact
from models.records.trip import Trip
from services.unit_of_work import unit_of_work
from tests.rig import world


@pytest.fixture
def filled(app):
    world.fill(app)
    with app.app_context(), unit_of_work(reason="tests"):
        db.session.get(Customer, 1).phone = "0571-5550100"
        db.session.scalar(select(CustomerContact)).phone = "13900001234"
    return app


@pytest.mark.parametrize(("role", "shown", "hidden"), [
    ("service_clerk", ("0571-5550100", "13900001234"), ("0571-5****100", "139****1234")),
    ("quality", ("0571-5****100", "139****1234"), ("0571-5550100", "13900001234"))])
def test_r006_telephones_on_the_file_are_masked_for_who_may_not_change_it(filled, as_role, role, shown, hidden):
    page = as_role(role).get("/records/customer_file/1").text
    assert all(text in page for text in shown)
    assert not any(text in page for text in hidden)


def test_r006_the_file_prints_its_contacts_and_role_names(filled, as_role, tmp_path):
    with filled.app_context(), unit_of_work(reason="tests"):
        db.session.scalar(select(CustomerContact)).role = "lab_head"
    path = tmp_path / "x.pdf"
    path.write_bytes(as_role("service_clerk").get("/records/customer_file/1/pdf").data)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "13900001234" in text
    assert "化验室负责人" in text
    assert "lab_head" not in text


@pytest.mark.parametrize(("page", "paper"), [("/customers/show/1", "/records/customer_file/1"),
                                             ("/equipment/show/1", "/records/equipment_file/1"),
                                             ("/work-orders/show/1", "/records/task_notice/1"),
                                             ("/work-orders/show/1", "/records/service_voucher/1"),
                                             ("/service-requests/show/1", "/records/request_form/1")])
def test_a_file_leads_to_the_papers_that_show_it(filled, as_role, page, paper):
    clerk = as_role("service_clerk")
    assert f'href="{paper}"' in clerk.get(page).text
    assert clerk.get(paper).status_code == 200


def test_r025_the_papers_of_a_trip_lead_to_one_another_and_to_its_summary(filled, as_role):
    clerk = as_role("service_clerk")
    page = clerk.get("/records/trip_application/1").text
    assert 'href="/records/trip_plan/1"' in page
    assert 'action="/records/trip_summary/add?from=trip:1"' in page
    answer = clerk.post("/records/trip_summary/add?from=trip:1", {})
    assert answer.headers["Location"].startswith("/records/trip_summary/")


def test_r024_a_trip_is_begun_from_its_order(filled, as_role):
    clerk = as_role("service_clerk")
    assert 'action="/records/trip_application/add?from=work_order:1"' in clerk.get("/work-orders/show/1").text
    answer = clerk.post("/records/trip_application/add?from=work_order:1", {})
    with filled.app_context(), unit_of_work(write=False):
        trip = db.session.get(Trip, int(answer.headers["Location"].rsplit("/", 1)[1]))
        assert trip.request_id == 1


@pytest.mark.parametrize(("label", "short"), [("服务人员/日期", "服务人员"),
                                             ("客户签字(完成/携回)", "客户签字(完成/携回)"), ("批准", "批准")])
def test_a_stroke_within_brackets_does_not_cut_a_label(label, short):
    from models.paper import Slot

    assert Slot("x", label, "ours", "").name_of() == short


def test_a_paper_without_an_origin_is_begun_from_its_list_at_once(filled, as_role):
    engineer = as_role("service_engineer")
    assert '<form method="post" action="/records/daily_report/add" data-once>' in engineer.get("/records/daily_report/").text
    assert engineer.post("/records/daily_report/add", {}).headers["Location"].startswith("/records/daily_report/")


def test_on_a_phone_a_draft_is_called_by_the_name_of_its_paper(filled, as_role):
    clerk = as_role("service_clerk")
    where = clerk.post("/records/trip_application/add?from=work_order:1", {}).headers["Location"]
    assert '<small class="only-phone">外出服务申请单</small>草稿' in clerk.get(where).text
