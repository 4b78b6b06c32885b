"""How many questions a page asks of the database: a work page at most 20, whoever opens it and however much waits; a record few."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from extensions import db
from models.customer import Customer, CustomerSite
from models.organisation import Staff
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import ROLES
from tests.rig import world
from tests.rig.client import Client
from tests.rig.queries import counted

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


# What a page costs in questions, at least for the rights, the counters and the notices of its frame; a new one needs a reason.
@pytest.mark.parametrize(("url", "most"), [("/work-orders/show/{order}", 12), ("/service-requests/show/{request}", 10),
                                           ("/work-orders/edit/{order}", 6), ("/service-requests/add", 8)])
def test_a_page_of_a_record_asks_few_questions(app, url, most):
    world.fill(app)
    client = Client(app).sign_in("service_manager")
    url = url.format(order=_newest(app, WorkOrder), request=_newest(app, ServiceRequest))
    client.get(url)
    with counted() as questions:
        assert client.get(url).status_code == 200
    assert len(questions) <= most, "\n".join(questions)


def test_saving_a_change_asks_few_questions(app):
    world.fill(app)
    client, url = Client(app).sign_in("service_manager"), f"/work-orders/edit/{_newest(app, WorkOrder)}"
    for words in ("开机无反应", "开机后报警"):
        fields = {**client.form(url), "work_type": "onsite_repair", "symptom": words}
        with counted() as questions:
            assert client.post(url, fields).status_code == 302
    assert len(questions) <= 11, "\n".join(questions)


def test_taking_a_call_asks_few_questions_and_writes_the_request_once(app):
    world.fill(app)
    client, url = Client(app).sign_in("service_manager"), "/service-requests/add"
    with app.app_context():
        site = db.session.scalars(select(CustomerSite).order_by(CustomerSite.id)).first()
        called = {"reported_at": "2025-03-03T09:00", "channel": "phone", "request_type": "repair", "customer": str(site.customer_id),
                  "site": str(site.id), "contact_name": "主任", "contact_phone": "13900000001", "act": "draft"}
    for words in ("基线噪声大", "基线漂移"):
        fields = {**client.form(url), **called, "symptom": words}
        with counted() as questions:
            assert client.post(url, fields).status_code == 302
    assert len(questions) <= 15, "\n".join(questions)
    assert not any(question.startswith("UPDATE service_request") for question in questions), "\n".join(questions)


def _newest(app, model):
    with app.app_context():
        return db.session.scalar(select(func.max(model.id)))
