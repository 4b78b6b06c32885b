"""How many questions a page asks of the database: a work page at most 20, whoever opens it and however much waits."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from extensions import db
from models.customer import Customer
from models.organisation import Staff
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import ROLES
from tests.rig import world
from tests.rig.client import Client

CEILING = 20


def asked(app, client, url):
    """The statements of one request, the second of its kind."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    assert client.get(url).status_code == 200
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    client.get(url)
    event.remove(engine, "before_cursor_execute", note)
    return seen


def more(app, count=12):
    """So many more requests and orders that wait, each of a customer of its own."""
    with app.app_context(), unit_of_work(reason="tests"):
        pattern = db.session.get(Customer, 1)
        engineer = db.session.scalar(select(Staff.id).where(Staff.is_engineer).order_by(Staff.id))
        for place in range(count):
            customer = Customer(code=f"Q{place}", name=f"某厂{place}", region_id=pattern.region_id)
            db.session.add(customer)
            db.session.flush()
            for status in world.REQUESTS:
                request = ServiceRequest(customer_id=customer.id, status=status)
                db.session.add(request)
                db.session.flush()
            for status in world.ORDERS:
                db.session.add(WorkOrder(work_order_no=f"Q{place}{status[:8]}", request_id=request.id, customer_id=customer.id,
                                         issued_at=clock.now(), status=status, lead_engineer_id=engineer))


@pytest.mark.parametrize("role", ROLES)
def test_a_work_page_asks_at_most_twenty_questions(app, role):
    world.fill(app)
    more(app)
    questions = asked(app, Client(app).sign_in(role), "/")
    assert len(questions) <= CEILING, "\n".join(questions)


def test_what_waits_does_not_make_a_work_page_ask_more(app):
    world.fill(app)
    more(app, 2)
    client = Client(app).sign_in("service_engineer")
    before = len(asked(app, client, "/"))
    with app.app_context(), unit_of_work(reason="tests"):
        for customer in db.session.scalars(select(Customer).where(Customer.code.like("Q%"))):
            customer.code = f"Z{customer.code}"
            customer.name = f"前{customer.name}"
        for order in db.session.scalars(select(WorkOrder).where(WorkOrder.work_order_no.like("Q%"))):
            order.work_order_no = f"Z{order.work_order_no}"
    more(app, 10)
    assert len(asked(app, client, "/")) == before
