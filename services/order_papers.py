"""What the papers of a work order hold it to before they are signed (R-010, R-011; B-215)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from extensions import _l
from models.enums import ServiceCategory, WorkType
from models.work_order import WorkOrder
from services import paper_checks, record_rules
from services.errors import DomainError

COORDINATE = "coordinate"  # of the list guarantee_item: the maker of a companion product is called in


@record_rules.at("save", WorkOrder)
def _holds(order: WorkOrder, *, now: dt.datetime) -> None:
    """Calling in a maker names him, his person and the time; a charge is not negative (R-011; B-215)."""
    if COORDINATE in (order.guarantee_items or "").split(",") and not order.maker_contact:
        raise DomainError(_l("Write which maker was contacted: maker, person and time."), "maker_contact", rule="B-215")
    paper_checks.not_negative(order, ("charge_amount",), rule="R-011")


@record_rules.at("sign", WorkOrder)
def _ready(order: WorkOrder, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Technical support names its content; a paid service its charge, which is that of the parts sold where none was typed."""
    if slot == "issuer" and order.work_type == WorkType.TECH_GUARANTEE and not order.guarantee_items:
        raise DomainError(_l("Choose what the technical support consists of."), "guarantee_items", rule="B-215")
    if slot == "dept" and not order.persons:
        raise DomainError(_l("Name the people who do the work."), "persons", rule="R-010")
    if slot == "customer" and not order.treatment:
        raise DomainError(_l("Write in the repair record what was done."), "treatment", rule="R-011")
    if slot == "customer" and order.service_category == ServiceCategory.A:
        if order.charge_amount is None:
            order.charge_amount = _sold(order)
        if order.charge_amount is None:
            raise DomainError(_l("A paid service: enter what is charged."), "charge_amount", rule="R-011")
        if order.charge_amount and order.collect_mode is None:
            raise DomainError(_l("Choose how the charge is collected."), "collect_mode", rule="R-011")


def _sold(order: WorkOrder) -> Decimal | None:
    """What the customer pays for the parts he buys; None when he buys none."""
    amounts = [line.amount for line in (order.slip.purchase_lines if order.slip is not None else []) if line.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None
