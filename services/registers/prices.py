"""R-050 备品备件库定价 and R-066 收费标准 as they hold on a day, printed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from extensions import _l, _lp, db
from models.equipment import Part, PartPrice
from models.fee_rate import FeeRate
from models.money_enums import FeeCategory, RateKind
from services import access
from services.price_list import PRICES, holds_on, rates_on
from services.register import DAY, Ask, Column, Line, Register, declare
from services.sheets import written

AREA = _lp("R-066", "Prices and charges")


def _yes(flag: bool) -> str:
    return str(_l("Yes")) if flag else str(_l("No"))


def price_list(user: Any, ask: Ask) -> list[Line]:
    """The price of each part in use that holds on the day (R-050)."""
    rows = db.session.scalars(select(PartPrice).join(Part).where(
        holds_on(PartPrice, ask.last), Part.active, access.visible(user, PartPrice)).order_by(Part.part_no, PartPrice.valid_from).options(
            joinedload(PartPrice.part), joinedload(PartPrice.approved_by)))
    return [Line({
        "part_no": row.part.part_no, "name": row.part.name, "spec": row.part.spec or "", "unit": row.part.unit,
        **{name: written(getattr(row, name), None) for name in PRICES},
        "is_wear_part": _yes(row.part.is_wear_part), "is_consumable": _yes(row.part.is_consumable),
        "valid_from": written(row.valid_from, None), "valid_to": written(row.valid_to, None), "approver": str(row.approved_by or "")},
        href=f"/part-prices/show/{row.id}") for row in rows]


PRICE_LIST = declare(Register(
    "R-050", "part_price_list", _lp("R-050", "Spare-part price list"), "part_price", AREA,
    _lp("R-050", "The prices of all parts on a day, printed when prices change and with the yearly fee table"),
    (Column("part_no", _lp("R-050", "Part no."), 9), Column("name", _lp("R-050", "Name"), 13),
     Column("spec", _lp("R-050", "Specification"), 12), Column("unit", _lp("R-050", "Unit"), 4),
     Column("cost_price", _lp("R-050", "Cost price"), 8, "right", cost=True),
     Column("sale_price", _lp("R-050", "Selling price"), 8, "right"), Column("list_price", _lp("R-050", "List price"), 8, "right"),
     Column("is_wear_part", _lp("R-050", "Wear part"), 6), Column("is_consumable", _lp("R-050", "Consumable"), 6),
     Column("valid_from", _lp("R-050", "Valid from"), 9), Column("valid_to", _lp("R-050", "Valid until"), 9),
     Column("approver", _lp("R-050", "Approved by"), 8)),
    price_list, DAY, signed=_lp("R-050", "Approved by"),
    who=_lp("R-050", "Buyer and finance; the service manager approves"), when=_lp("R-050", "When a price changes; at least yearly")))


def fee(rate: FeeRate) -> str:
    """The rate as the table words it: 150元/天, 按15%收取, 实际发生费用."""
    value = f"{rate.rate_value.normalize():f}" if rate.rate_value is not None else ""
    if rate.rate_kind == RateKind.PER_DAY:
        return str(_lp("R-066", "%(value)s yuan a day", value=value))
    if rate.rate_kind == RateKind.PERCENT:
        return str(_lp("R-066", "%(value)s percent are charged", value=value))
    if rate.category == FeeCategory.MATERIAL:
        return str(_lp("R-066", "As spent, see the price list of parts"))
    return str(_lp("R-066", "Expenses as they were"))


def fee_table(_user: Any, ask: Ask) -> list[Line]:
    """The seven rates that hold on the day (R-066; B-074, B-084)."""
    return [Line({
        "line_no": str(place), "category": str(rate.category), "rate": fee(rate), "note": rate.note or "",
        "customer_may_provide": _yes(rate.customer_may_provide), "may_lower": _yes(rate.may_lower),
        "valid_from": written(rate.valid_from, None), "valid_to": written(rate.valid_to, None), "version": rate.version},
        href=f"/fee-rates/show/{rate.id}") for place, rate in enumerate(rates_on(ask.last).values(), start=1)]


FEE_TABLE = declare(Register(
    "R-066", "fee_table", _lp("R-066", "Fee table"), "fee_rate", AREA,
    _lp("R-066", "What service costs on a day; adjusted each year"),
    (Column("line_no", _lp("R-066", "Line no."), 5, "right"), Column("category", _lp("R-066", "Category"), 10),
     Column("rate", _lp("R-066", "Rate"), 22), Column("note", _lp("R-066", "Remarks"), 20),
     Column("customer_may_provide", _lp("R-066", "Customer may provide"), 8), Column("may_lower", _lp("R-066", "May be lowered"), 7),
     Column("valid_from", _lp("R-066", "Valid from"), 10), Column("valid_to", _lp("R-066", "Valid until"), 10),
     Column("version", _lp("R-066", "Version"), 8)),
    fee_table, DAY, note=_lp("R-066", "May be adjusted each year as the finance rules require."),
    who=_lp("R-066", "Finance and the service manager"), when=_lp("R-066", "From 1 January; when the rules change")))
