"""Threads that open their first pages at once build and prepare the same statements and forms at once; none gets in another's way."""

from __future__ import annotations

import sys
import threading

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import ProductModel
from models.work_order import WorkOrder
from services import access, kept
from services.unit_of_work import unit_of_work
from tests.rig import world
from tests.rig.client import Client

THREADS = 8
PAGES = ("/service-requests/add", "/work-orders/show/5", "/work-orders/edit/5", "/work-orders/list/")


@pytest.fixture
def hasty():
    """Threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rounds", [3, pytest.param(30, marks=pytest.mark.long)])
def test_first_pages_opened_at_once_by_many_threads_are_all_answered(app, hasty, rounds):
    world.fill(app)
    with app.app_context(), unit_of_work(write=False):
        wanted = [(model, db.session.scalar(select(model.id).order_by(model.id))) for model in (Customer, ProductModel, WorkOrder)]
    clients, wrong = [Client(app).sign_in("service_manager") for _ in range(THREADS)], []

    def work(client, gate):
        try:
            gate.wait(30)
            wrong.extend((page, status) for page in PAGES if (status := client.http.get(page).status_code) != 200)
            with app.app_context(), unit_of_work():
                kept.mark_is(db.session.scalar(select(kept.MARK)))
                find = access.finder(db.session.scalar(select(User).where(User.username == "service_manager")))
                wrong.extend(model for model, key in wanted if find(model, key).id != key)
        except Exception as error:
            wrong.append(repr(error))

    for _round in range(rounds):
        kept._memory.now = (None, {})
        with app.app_context():
            db.engine.clear_compiled_cache()
        gate = threading.Barrier(THREADS)
        threads = [threading.Thread(target=work, args=(client, gate)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    assert wrong == []
