"""Two dispatchers book one engineer for the same hour at the same moment: one gets him, the other a clear refusal (B-015)."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from extensions import db
from models.customer import Customer
from models.organisation import Region, Staff
from models.service_request import ServiceRequest
from models.work_order import Appointment, WorkOrder
from services import clock, dispatch
from services.errors import DomainError
from services.unit_of_work import unit_of_work

ROUNDS, CLIENTS = 5, 8


def orders(app):
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region))
        engineer = db.session.scalar(select(Staff).where(Staff.is_engineer))
        customer = Customer(code="C1", name="栖霞岭检测中心", region=region)
        db.session.add(customer)
        db.session.flush()
        request = ServiceRequest(customer_id=customer.id, status="triaged")
        db.session.add(request)
        db.session.flush()
        made = [WorkOrder(work_order_no=f"W{place}", request_id=request.id, customer_id=customer.id, issued_at=clock.now(),
                          status="contacted", lead_engineer_id=engineer.id) for place in range(CLIENTS)]
        db.session.add_all(made)
        db.session.flush()
        return [order.id for order in made]


def test_b015_of_many_who_book_at_once_exactly_one_gets_the_hour(app):
    keys = orders(app)
    start = clock.now() + timedelta(days=1)
    for turn in range(ROUNDS):
        begin, answers, gate = start + timedelta(hours=3 * turn), [], threading.Barrier(CLIENTS)

        def book(key, begin=begin, answers=answers, gate=gate):
            gate.wait()
            try:
                with app.app_context(), unit_of_work():
                    clerk = db.session.scalar(select(User).where(User.username == "service_clerk"))
                    order = db.session.get(WorkOrder, key)
                    dispatch.appoint(order, start_at=begin, end_at=begin + timedelta(hours=2), by=clerk, now=clock.now())
                answers.append("booked")
            except DomainError as refusal:
                answers.append(refusal.rule)

        threads = [threading.Thread(target=book, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(answers) == ["B-015"] * (CLIENTS - 1) + ["booked"], answers
        with app.app_context(), unit_of_work(write=False):
            live = db.session.scalar(select(func.count(Appointment.id)).where(Appointment.start_at == begin))
            assert live == 1
