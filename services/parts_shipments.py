"""Parts to be bought or sent after a visit, chased after ten days without the customer's call (R-060; B-051)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from extensions import _l, db
from models.enums import PaperState
from models.records.parts_shipment import PartsShipment
from models.stock_enums import ShipMode, ShipState
from services import access, calendars, clock, outbox, parameters, record_rules, working_time
from services.errors import DomainError


def follow_up_due(day: dt.date) -> dt.date:
    """The working day on which customer and company are called: ten days after the customer or the company was told (B-051)."""
    return working_time.roll(calendars.current(), day + dt.timedelta(days=parameters.number("parts.followup_days")))


@record_rules.at("save", PartsShipment)
def _chased(shipment: PartsShipment, *, now: dt.datetime) -> None:
    """The day of the calls follows from the day somebody was told; the arrival call ends it, both calls noted begin the next ten days
    (B-051). The stage follows while none was chosen.
    """
    if shipment.shipped_at and shipment.arrival_call_at and shipment.arrival_call_at < shipment.shipped_at:
        raise DomainError(_l("The customer cannot have called before it was shipped."), "arrival_call_at", rule="R-060")
    attributes: Any = inspect(shipment).attrs
    today = clock.today(now)
    told = shipment.told_on if shipment.supply_mode == ShipMode.CUSTOMER_PURCHASE else shipment.ship_requested_on
    told = told or shipment.told_on or shipment.ship_requested_on
    if shipment.arrival_call_at is not None or told is None:
        shipment.followup_due = None
    elif any(attributes[name].history.has_changes() for name in ("told_on", "ship_requested_on", "supply_mode")):
        shipment.followup_due = follow_up_due(told)
    elif shipment.followup_due is not None and shipment.followup_due <= today and attributes.followup_notes.history.has_changes():
        _both_noted(shipment)
        shipment.followup_due = follow_up_due(today)
    due = shipment.followup_due is not None and shipment.followup_due <= today
    if shipment.stage is None or (shipment.stage == ShipState.CHASE and not due):
        shipment.stage = _stage(shipment)


def _both_noted(shipment: PartsShipment) -> None:
    """The customer was called and the company too: a line for each call (B-051)."""
    before: Any = inspect(shipment).attrs.followup_notes.history.deleted
    known = {line.strip() for text in before for line in (text or "").splitlines()}
    fresh = {line.strip() for line in (shipment.followup_notes or "").splitlines()} - known - {""}
    if len(fresh) < 2:
        raise DomainError(_l("Note both calls, each in a line of its own: what the customer said and what the company said."),
                          "followup_notes", rule="B-051")


def chase(*, now: dt.datetime) -> int:
    """On the day of the calls the engineer is told to make them, once for each period (B-051); how many were left to be told."""
    today, left = clock.today(now), 0
    query = select(PartsShipment).where(
        PartsShipment.followup_due <= today, PartsShipment.arrival_call_at.is_(None), PartsShipment.status != PaperState.VOID,
        PartsShipment.stage.is_(None) | PartsShipment.stage.not_in((ShipState.REPLACED, ShipState.CANCELLED)))
    for shipment in db.session.scalars(query.order_by(PartsShipment.id).options(joinedload(PartsShipment.order))):
        shipment.stage = ShipState.CHASE
        engineer = shipment.order.lead_engineer if shipment.order is not None else None
        people = [engineer] if engineer is not None else access.holders("create", "parts_shipment")
        users = sorted({person.user_id for person in people if person.user_id is not None})
        text = _l("%(number)s: nobody called that the parts for %(customer)s are there. Call the customer and the company.",
                  number=shipment.number or shipment.order or "R-060", customer=shipment.customer)
        left += outbox.put("notice", f"parts-chase:{shipment.id}:{shipment.followup_due}", {
            "users": users, "text": str(text)[:300], "href": f"/records/parts_shipment/{shipment.id}", "urgent": True}, now=now)
    return left


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
