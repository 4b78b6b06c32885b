"""Sales, returns and their lines are seen with their customer, at every door (roles §2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import Part
from models.organisation import Region, Staff
from models.returns import ReturnLine, ReturnOrder, SalesShipment, SalesShipmentLine
from services import clock
from services.unit_of_work import unit_of_work
from tests.views.test_api import Program

PLACES = {"sales-shipments": SalesShipment, "sales-shipment-lines": SalesShipmentLine, "returns": ReturnOrder,
          "defective-parts": ReturnLine}


@pytest.fixture
def two(app):
    """The same of two customers: the first is the seller's and lies in the engineer's region, the second neither."""
    from flask_appbuilder.security.sqla.models import User

    with app.app_context(), unit_of_work(reason="tests"):
        seller = db.session.scalar(select(Staff).join(User, User.id == Staff.user_id).where(User.username == "sales"))
        near = db.session.scalar(select(Region).order_by(Region.id))
        far = Region(name="别处")
        piece = Part(part_no="P1", name="某件", unit="只")
        db.session.add_all([far, piece])
        db.session.flush()
        for name, region, sales in (("本区客户", near, seller), ("外区客户", far, None)):
            customer = Customer(code=name, name=name, region=region, sales=sales)
            db.session.add(customer)
            db.session.flush()
            sale = SalesShipment(shipment_no=f"XS-{name}", customer=customer, shipped_on=clock.today())
            sale.lines = [SalesShipmentLine(part=piece, batch_no="B1", qty=9)]
            order = ReturnOrder(customer=customer, reason="quality", return_no=f"RT-{name[:1]}")
            db.session.add_all([sale, order])
            db.session.flush()
            db.session.add(ReturnLine(part=piece, qty=1, line_type="replaced", customer_id=customer.id))


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize(("role", "sees"), [("sales", 1), ("service_engineer", 1), ("warehouse", 2), ("service_clerk", 2)])
def test_roles_2_goods_of_a_customer_are_seen_with_the_customer(app, as_role, role, sees, place):
    client = as_role(role)
    if client.get(f"/{place}/list/").status_code == 403:
        assert (role, place) == ("sales", "defective-parts")
        return
    assert Program(app, role).get(f"{place}/").get_json()["count"] == sees
    assert [client.get(f"/{place}/show/{key}").status_code for key in (1, 2)] == [200, 200 if sees == 2 else 404]
    if place != "sales-shipment-lines":  # their list names shipments
        assert ("外区客户" in client.get(f"/{place}/list/").text) == (sees == 2)
