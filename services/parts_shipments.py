"""Parts to be bought or sent after a visit, chased after ten days without the customer's call (R-060; B-051)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from extensions import _l
from models.records.parts_shipment import PartsShipment
from models.stock_enums import ShipMode, ShipState
from services import calendars, parameters, record_rules, working_time
from services.errors import DomainError


def follow_up_due(day: dt.date) -> dt.date:
    """The working day on which customer and company are called: ten days after the customer or the company was told (B-051)."""
    return working_time.roll(calendars.current(), day + dt.timedelta(days=parameters.number("parts.followup_days")))


@record_rules.at("save", PartsShipment)
def _chased(shipment: PartsShipment, *, now: dt.datetime) -> None:
    """The day of the call follows from the day somebody was told; the arrival call ends it. The stage follows while none was chosen."""
    if shipment.shipped_at and shipment.arrival_call_at and shipment.arrival_call_at < shipment.shipped_at:
        raise DomainError(_l("The customer cannot have called before it was shipped."), "arrival_call_at", rule="R-060")
    told = shipment.told_on if shipment.supply_mode == ShipMode.CUSTOMER_PURCHASE else shipment.ship_requested_on
    told = told or shipment.told_on or shipment.ship_requested_on
    shipment.followup_due = follow_up_due(told) if told is not None and shipment.arrival_call_at is None else None
    if shipment.stage is None:
        shipment.stage = _stage(shipment)


def _stage(shipment: PartsShipment) -> ShipState | None:
    if shipment.arrival_call_at is not None:
        return ShipState.ARRIVED
    if shipment.shipped_at is not None:
        return ShipState.SHIPPED
    if shipment.supply_mode is None:
        return None
    return ShipState.TO_BUY if shipment.supply_mode == ShipMode.CUSTOMER_PURCHASE else ShipState.TO_SHIP


@record_rules.limits(PartsShipment)
def _writable(shipment: PartsShipment, fields: set[str], user: Any) -> set[str]:
    """The day of the call is not written by hand."""
    return fields - {"followup_due"}
