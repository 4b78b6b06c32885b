"""The steps of a sales return by page and by API: on its way, handed over, refunded by finance (WF-06, B-123)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import Part
from models.organisation import Region, Staff
from models.returns import ReturnLine, ReturnOrder
from models.stock_enums import LineState, ReturnState
from services import access, clock
from services.unit_of_work import unit_of_work
from tests.views.test_api import Program


@pytest.fixture
def returned(app):
    """Gives the key of a return in a state, its one line put away."""
    def made(state, **values):
        with app.app_context(), unit_of_work():
            customer = Customer(code="C1", name="临江检验所", region=db.session.scalar(select(Region)))
            piece = Part(part_no="PN-1", name="加样针", unit="只")
            db.session.add_all([customer, piece])
            db.session.flush()
            order = ReturnOrder(customer=customer, status=state, return_no="RT2503-0001", reason="quality", audit_due=clock.now(), **values)
            order.lines = [ReturnLine(part=piece, batch_no="B1", qty=Decimal(1), customer=customer, line_type="sales_return",
                                      status=LineState.QUALIFIED)]
            db.session.add(order)
            db.session.flush()
            return order.id
    return made


def stands(app, pk):
    with app.app_context(), unit_of_work(write=False):
        order = db.session.get(ReturnOrder, pk)
        return order.status, order.handed_to_id


def key_of(app, username):
    with app.app_context(), unit_of_work(write=False):
        user = db.session.scalar(select(User).where(User.username == username))
        return db.session.scalar(select(Staff.id).where(Staff.id == access.staff_of(user).id))


def test_b123_a_return_is_handed_over_on_its_page_and_the_other_one_decides(app, as_role, returned):
    pk, other = returned("applied"), key_of(app, "dispatch_supervisor")
    quality = as_role("quality")
    page = quality.get(f"/returns/{pk}/do/hand_over")
    assert page.status_code == 200
    assert f'value="{other}"' in page.text
    assert quality.post(f"/returns/{pk}/do/hand_over", {"handed_to": other, "reason": ""}).status_code == 422
    assert quality.post(f"/returns/{pk}/do/hand_over", {"handed_to": other, "reason": "批次不明"}).status_code == 302
    assert stands(app, pk) == (ReturnState.APPLIED, other)
    shown = quality.get(f"/returns/show/{pk}").text
    assert "do/audit" not in shown
    assert "已移交" in shown
    assert quality.post(f"/returns/{pk}/do/audit", {"audit_result": "return"}).status_code == 422
    assert as_role("dispatch_supervisor").post(f"/returns/{pk}/do/audit", {"audit_result": "return"}).status_code == 302
    assert stands(app, pk)[0] == ReturnState.APPROVED


def test_wf06_a_return_is_on_its_way_and_refunded_on_its_page(app, as_role, returned):
    pk = returned("approved")
    clerk = as_role("service_clerk")
    assert "客户已寄出" in clerk.get(f"/returns/show/{pk}").text
    assert clerk.post(f"/returns/{pk}/do/send_back", {}).status_code == 302
    assert stands(app, pk)[0] == ReturnState.IN_TRANSIT
    with app.app_context(), unit_of_work():
        db.session.get(ReturnOrder, pk).status = ReturnState.INSPECTING
    finance = as_role("finance")
    assert "do/refund" not in finance.get(f"/returns/show/{pk}").text
    assert as_role("service_manager").post(f"/returns/{pk}/do/dispose", {"outcome": "refund"}).status_code == 302
    assert stands(app, pk)[0] == ReturnState.INSPECTING
    assert "do/refund" in finance.get(f"/returns/show/{pk}").text
    assert "RT2503-0001" in finance.get("/returns/list/?view=refund").text
    assert finance.post(f"/returns/{pk}/do/refund", {}).status_code == 302
    assert stands(app, pk)[0] == ReturnState.DISPOSED


def test_wf06_and_b123_hold_at_the_api_as_on_the_page(app, returned):
    pk, other = returned("applied"), key_of(app, "dispatch_supervisor")
    door = f"returns/{pk}/do"
    quality, leader = Program(app, "quality"), Program(app, "dispatch_supervisor")
    assert Program(app, "service_clerk").post(f"{door}/hand_over", {"handed_to": other, "reason": "批次不明"}).status_code == 403
    assert quality.post(f"{door}/hand_over", {"handed_to": key_of(app, "quality"), "reason": "批次不明"}).status_code == 422
    assert quality.post(f"{door}/hand_over", {"handed_to": other, "reason": "批次不明"}).status_code == 200
    assert quality.post(f"{door}/audit", {"audit_result": "return"}).status_code == 422
    assert leader.post(f"{door}/audit", {"audit_result": "return"}).get_json()["result"]["status"] == "approved"
    assert Program(app, "service_clerk").post(f"{door}/send_back", {}).get_json()["result"]["status"] == "in_transit"
    with app.app_context(), unit_of_work():
        db.session.get(ReturnOrder, pk).status = ReturnState.INSPECTING
    assert Program(app, "finance").post(f"{door}/refund", {}).status_code == 422
    assert Program(app, "finance").post(f"{door}/dispose", {"outcome": "refund"}).status_code == 403
    assert Program(app, "service_manager").post(f"{door}/dispose", {"outcome": "refund"}).get_json()["result"]["status"] == "inspecting"
    assert Program(app, "service_manager").post(f"{door}/refund", {}).status_code == 403
    assert Program(app, "finance").post(f"{door}/refund", {}).get_json()["result"]["status"] == "disposed"
