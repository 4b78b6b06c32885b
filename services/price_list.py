"""Prices of parts and rates of the fee table: one holds on a day, another person approves (R-050, R-066; B-074, B-084, B-204)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, inspect, or_, select

from extensions import _l, db
from models.equipment import PartPrice
from models.fee_rate import FeeRate
from models.money_enums import FeeCategory, PriceState, RateKind
from services import access, saving, two_persons
from services.errors import DomainError
from services.workflow import Machine, Transition

PRICES = ("sale_price", "list_price", "cost_price")


def holds_on(model: type[Any], day: dt.date) -> ColumnElement[bool]:
    """That a price or rate holds on a day."""
    return (model.valid_from <= day) & or_(model.valid_to.is_(None), model.valid_to >= day)  # type: ignore[no-any-return]


def prices_on(day: dt.date) -> dict[int, PartPrice]:
    """Part → the price that holds on a day."""
    return {row.part_id: row for row in db.session.scalars(select(PartPrice).where(holds_on(PartPrice, day)).order_by(
        PartPrice.valid_from, PartPrice.id))}


def rates_on(day: dt.date) -> dict[FeeCategory, FeeRate]:
    """Category → its rate on a day, in the order of the table (B-074)."""
    found = {row.category: row for row in db.session.scalars(select(FeeRate).where(holds_on(FeeRate, day)).order_by(
        FeeRate.valid_from, FeeRate.id))}
    return {category: found[category] for category in FeeCategory if category in found}


def _follow_on(record: Any, model: type[Any], same: ColumnElement[bool]) -> None:
    """An open one that began earlier ends the day before; DomainError when two would hold on one day (R-050, B-084)."""
    if record.valid_from is None:
        return
    if record.valid_to is not None and record.valid_to < record.valid_from:
        raise DomainError(_l("The last day lies before the first."), "valid_to")
    until = record.valid_to or dt.date.max
    with db.session.no_autoflush:
        others = [other for other in db.session.scalars(select(model).where(same)) if other is not record and other.valid_from is not None]
    for other in others:
        if other.valid_to is None and other.valid_from < record.valid_from:
            other.valid_to = record.valid_from - dt.timedelta(days=1)
        elif other.valid_from <= until and record.valid_from <= (other.valid_to or dt.date.max):
            day = f"{other.valid_from:%Y-%m-%d}"
            raise DomainError(_l("On these days another one holds already (from %(day)s).", day=day), "valid_from", rule="R-050")


@saving.rule(PartPrice)
def _price(price: PartPrice) -> None:
    """Never negative, one on a day; what is changed is approved anew (R-050)."""
    for name in PRICES:
        value = getattr(price, name)
        if value is not None and value < 0:
            raise DomainError(_l("A price is not negative."), name)
    part = price.part
    if part is not None and part.id is not None:
        _follow_on(price, PartPrice, PartPrice.part_id == part.id)
    changed: Any = inspect(price).attrs
    if price.status == PriceState.APPROVED and any(changed[name].history.has_changes() for name in (*PRICES, "valid_from")):
        price.status, price.approved_by = PriceState.PROPOSED, None


@saving.rule(FeeRate)
def _rate(rate: FeeRate) -> None:
    """What is reckoned as spent has no rate, all else has one; one version holds on a day (R-066; B-084)."""
    if rate.rate_kind == RateKind.ACTUAL:
        rate.rate_value = None
    elif rate.rate_value is None:
        raise DomainError(_l("Enter the rate."), "rate_value", rule="R-066")
    if rate.rate_value is not None and (rate.rate_value < 0 or (rate.rate_kind == RateKind.PERCENT and rate.rate_value > 100)):
        raise DomainError(_l("A percentage lies between 0 and 100, an amount is not negative."), "rate_value", rule="R-066")
    _follow_on(rate, FeeRate, FeeRate.category == rate.category)


def _another_person(price: PartPrice, *, by: Any, now: dt.datetime) -> None:
    """Who entered a price does not approve it (B-204)."""
    two_persons.require(price.changed_by_id or price.created_by_id, by)


def _approved(price: PartPrice, *, by: Any, now: dt.datetime, reason: str | None) -> None:
    price.approved_by = access.staff_of(by)


MACHINE = Machine(Transition("approve", (PriceState.PROPOSED,), PriceState.APPROVED, _l("Approve the price"), right="approve",
                             guard=_another_person, effect=_approved))


def take_step(price: PartPrice, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """A step of a price (R-050)."""
    MACHINE.fire(price, name, by=by, now=now, reason=reason, **data)
    db.session.flush()
