"""The demonstration: two plausible months of a mixed company, told through the services, ending on the day of seeding."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from extensions import db
from models.customer import Customer
from models.enums import OrderStatus, PaperState, RequestStatus
from models.equipment import Equipment, Part
from models.follow_up import FollowUp
from models.number import FrozenPaper
from models.returns import ReturnLine, ReturnOrder
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.stock import StockBalance
from models.stock_enums import ReturnState
from models.work_order import WorkOrder
from services import clock, defective, parameters, verification
from services.unit_of_work import unit_of_work
from tests.rig.databases import PASSWORD


@pytest.fixture(scope="module")
def demo(sqlite_golden, tmp_path_factory):
    """An installation with the demonstration in it, on SQLite: the services are tried on both databases elsewhere."""
    from app import create_app
    from seed import demo as story

    folder = tmp_path_factory.mktemp("demo")
    for name in ("service.sqlite", "audit_key"):
        shutil.copy(sqlite_golden / name, folder / name)
    app = create_app({"DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}", "DATA_DIR": folder,
                      "SECRET_KEY": "k" * 20 + "0123456789" * 4, "PASSWORD_METHOD": "pbkdf2:sha256:1"})
    with app.app_context():
        story.load(PASSWORD)
        with unit_of_work(write=False):
            yield app
        db.session.remove()
        db.engine.dispose()


def count(model, *where):
    return db.session.scalar(select(func.count(model.id)).where(*where))


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("demo")
def test_there_are_enough_of_each_kind():
    assert count(Customer) >= 60
    assert count(Equipment) >= 150
    assert count(ServiceRequest) >= 200
    assert count(FollowUp) >= 60
    assert count(Part) >= 40
    assert db.session.scalar(select(func.count(func.distinct(StockBalance.part_id))).where(StockBalance.on_hand > 0)) >= 40


@pytest.mark.usefixtures("demo")
def test_requests_and_returns_stand_in_every_state_built():
    assert {*RequestStatus} - set(db.session.scalars(select(ServiceRequest.status).distinct())) == set()
    waiting = {OrderStatus.WAITING_PARTS, OrderStatus.ON_HOLD, OrderStatus.FORM_RETURNED}  # the others depend on the hour
    assert waiting - set(db.session.scalars(select(WorkOrder.status).distinct())) == set()
    returns = set(db.session.scalars(select(ReturnOrder.status).distinct()))
    assert {*ReturnState} - {ReturnState.VOIDED} - returns == set()


@pytest.mark.usefixtures("demo")
def test_some_thirty_papers_are_frozen_and_the_rest_is_carried_on_paper():
    assert count(FrozenPaper) >= 30
    kinds = Counter(db.session.scalars(select(ServiceRecord.carried_on_paper).where(ServiceRecord.status == PaperState.SIGNED)))
    assert kinds[True] > kinds[False] > 0
    assert parameters.text("layout.STD") == "repair_slip_3", "the company of the demonstration writes on the slip"


@pytest.mark.usefixtures("demo")
def test_some_clocks_are_late_and_some_parts_owed():
    assert count(SlaClock, SlaClock.result == "breached") + count(SlaClock, SlaClock.result == "running",
                                                                   SlaClock.due_at < clock.now()) >= 5
    assert len(defective.owed()) >= 3
    assert count(ReturnLine) >= 10


@pytest.mark.usefixtures("demo")
def test_it_ends_today_and_its_history_can_be_trusted():
    newest, oldest = db.session.execute(select(func.max(ServiceRequest.reported_at), func.min(ServiceRequest.reported_at))).one()
    now = clock.now()
    assert timedelta(0) <= now - newest <= timedelta(days=4), "a weekend lies between at most"
    assert timedelta(days=45) <= now - oldest <= timedelta(days=75)
    assert verification.findings() == []
