"""Parts on their way are chased after ten days (R-060; B-051)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.account import Notification
from models.paper import PAPERS
from models.records.parts_shipment import PartsShipment
from models.stock_enums import ShipMode, ShipState
from services import clock, jobs, outbox, paper_records, parts_shipments
from services.errors import DomainError
from tests.services.test_work_orders import send

PAPER = PAPERS["parts_shipment"][1]


def shipment(story, **values):
    clerk = story.user("service_clerk")
    made = paper_records.begin(PartsShipment, PAPER, story.triaged().customer, by=clerk, now=clock.now())
    paper_records.fill(made, PAPER, values, by=clerk, now=clock.now())
    return made


@pytest.mark.parametrize(("asked", "due"), [(dt.date(2025, 3, 7), dt.date(2025, 3, 17)), (dt.date(2025, 3, 5), dt.date(2025, 3, 17)),
                                              (dt.date(2025, 4, 21), dt.date(2025, 5, 6))])
def test_b051_ten_days_after_the_company_was_told_on_a_working_day(story, asked, due):
    made = shipment(story, supply_mode=ShipMode.FREE_EXCHANGE, ship_requested_on=asked)
    assert (made.followup_due, made.stage) == (due, ShipState.TO_SHIP)


def test_b051_a_customer_who_buys_is_called_ten_days_after_he_was_told(story):
    made = shipment(story, supply_mode=ShipMode.CUSTOMER_PURCHASE, told_on=dt.date(2025, 3, 7))
    assert (made.followup_due, made.stage) == (dt.date(2025, 3, 17), ShipState.TO_BUY)


def test_b051_the_arrival_call_ends_the_chase(story):
    made = shipment(story, supply_mode=ShipMode.GIFT, ship_requested_on=dt.date(2025, 3, 7),
                    arrival_call_at=clock.at_local(2025, 3, 15, 9, 0))
    assert (made.followup_due, made.stage) == (None, ShipState.ARRIVED)


def test_an_arrival_before_the_shipment_is_refused(story):
    with pytest.raises(DomainError) as refusal:
        shipment(story, shipped_at=clock.at_local(2025, 3, 7, 9, 0), arrival_call_at=clock.at_local(2025, 3, 6, 9, 0))
    assert refusal.value.field == "arrival_call_at"


def told(story, day):
    """How often the engineer was told by the end of a day on which the job ran twice."""
    with clock.frozen(clock.at_local(2025, 3, day, 7, 0)):
        for _turn in range(2):
            parts_shipments.chase(now=clock.now())
        for key in iter(lambda: outbox.claim("test", now=clock.now()), None):
            outbox.finish(key, "test", now=clock.now())
    engineer = story.user("service_engineer").id
    return db.session.scalar(select(func.count(Notification.id)).where(Notification.user_id == engineer,
                                                                       Notification.href == "/records/parts_shipment/1"))


def refused(story, made, words, day):
    """The refusal of these notes; nothing of them stays."""
    trial = db.session.begin_nested()
    with pytest.raises(DomainError) as refusal:
        noted(story, made, words, day)
    trial.rollback()
    return refusal.value.rule, refusal.value.field


def noted(story, made, words, day):
    with clock.frozen(clock.at_local(2025, 3, day, 10, 0)):
        paper_records.fill(made, PAPER, {"followup_notes": words}, by=story.user("service_clerk"), now=clock.now())


def test_b051_on_the_day_the_engineer_is_told_once_and_both_calls_noted_begin_the_next_ten_days(story):
    order = send(story)
    clerk = story.user("service_clerk")
    made = paper_records.begin(PartsShipment, PAPER, order, by=clerk, now=clock.now())
    paper_records.fill(made, PAPER, {"supply_mode": ShipMode.FREE_EXCHANGE, "ship_requested_on": dt.date(2025, 3, 7)}, by=clerk,
                       now=clock.now())
    assert (told(story, 14), made.stage) == (0, ShipState.TO_SHIP)
    assert (told(story, 17), made.stage) == (1, ShipState.CHASE)
    assert refused(story, made, "客户：尚未收到", 17) == ("B-051", "followup_notes")
    noted(story, made, "客户：尚未收到\n公司：今日补发", 17)
    assert (made.followup_due, made.stage) == (dt.date(2025, 3, 27), ShipState.TO_SHIP)
    assert told(story, 20) == 1
    assert told(story, 27) == 2
    assert refused(story, made, "客户：尚未收到\n公司：今日补发\n客户：仍未收到", 27) == ("B-051", "followup_notes")
    with clock.frozen(clock.at_local(2025, 3, 28, 9, 0)):
        paper_records.fill(made, PAPER, {"arrival_call_at": clock.now()}, by=clerk, now=clock.now())
    assert (made.followup_due, made.stage) == (None, ShipState.ARRIVED)


def test_b051_parts_are_asked_after_each_morning():
    assert (jobs.JOBS["parts-chase"].hour, jobs.JOBS["parts-chase"].minute) == (7, 0)
