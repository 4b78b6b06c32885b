"""The sheets of customers' goods and of quotations, by the doors people use (R-035, R-037, R-040, R-067)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from extensions import db
from models.equipment import PartPrice
from models.repair import RepairCard, RepairItem
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig import world


@pytest.fixture
def filled(app):
    world.fill(app)
    return app


def test_b100_the_receipt_is_begun_from_an_order_and_leads_to_its_card(filled, as_role):
    clerk = as_role("service_clerk")
    answer = clerk.post("/records/goods_receipt/add", {"from": "work_order:1"})
    assert answer.status_code == 302
    where = answer.headers["Location"]
    with filled.app_context(), unit_of_work(write=False):
        item = db.session.scalars(select(RepairItem).order_by(RepairItem.id.desc())).first()
        card = db.session.scalars(select(RepairCard).where(RepairCard.item_id == item.id)).one()
        key, number = item.id, card.id
    assert where.endswith(f"/records/goods_receipt/{key}")
    page = clerk.get(f"/records/goods_receipt/{key}").get_data(as_text=True)
    assert f'href="/records/repair_card/{number}"' in page
    assert f'href="/records/repair_item/{key}"' in page


def test_roles_a_clerk_drafts_the_offer_and_is_not_shown_the_costing(filled, as_role):
    clerk, finance = as_role("service_clerk"), as_role("finance")
    page = clerk.get("/records/quotation_offer/1")
    assert page.status_code == 200
    assert "/records/quotation/1" not in page.get_data(as_text=True)
    assert clerk.get("/records/quotation/1").status_code == 403
    assert finance.get("/records/quotation/1").status_code == 200


@pytest.mark.parametrize(("user", "shown"), [("finance", True), ("service_clerk", False)])
def test_roles_the_price_list_shows_costs_to_few(filled, as_role, user, shown):
    with filled.app_context(), unit_of_work(reason="tests"):
        db.session.get(PartPrice, 1).valid_from = clock.today()
    assert ("成本价" in as_role(user).get("/registers/part_price_list/").get_data(as_text=True)) == shown
