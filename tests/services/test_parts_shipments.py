"""Parts on their way are chased after ten days (R-060; B-051)."""

from __future__ import annotations

import datetime as dt

import pytest

import models.records  # noqa: F401  declares the papers
from models.paper import PAPERS
from models.records.parts_shipment import PartsShipment
from models.stock_enums import ShipMode, ShipState
from services import clock, paper_records
from services.errors import DomainError

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
