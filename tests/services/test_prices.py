"""Prices of parts and the fee table: one holds on a day, another person approves, costs are for few (R-050, R-066; B-074, B-084)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

import services.registers  # noqa: F401  declares them
from extensions import db
from models.equipment import Part, PartPrice
from models.fee_rate import FeeRate
from models.money_enums import FeeCategory, PriceState, RateKind
from services import clock, price_list, register, saving
from services.errors import DomainError
from services.register import REGISTERS, Ask
from services.unit_of_work import current

DAY = dt.date(2025, 3, 3)


def part(number="P-1", **values):
    made = Part(part_no=number, name="开关电源", unit="台", **values)
    db.session.add(made)
    db.session.flush()
    return made


def price(story, piece, value, **days):
    return saving.create(PartPrice, {"part": piece, "sale_price": Decimal(value), "cost_price": Decimal("31.27"), **days},
                         by=story.user("buyer"), now=clock.now())


def lines(story, code, day, by="finance"):
    return REGISTERS[code].lines(story.user(by), Ask(day, day))


def test_r050_a_new_price_ends_the_old_one_the_day_before_and_the_list_shows_the_one_of_the_day(story):
    piece = part(is_wear_part=True)
    old = price(story, piece, 310, valid_from=dt.date(2025, 1, 1))
    price(story, piece, 350, valid_from=dt.date(2025, 6, 1))
    assert old.valid_to == dt.date(2025, 5, 31)
    assert [line.cells["sale_price"] for line in lines(story, "part_price_list", DAY)] == ["310.00"]
    found, = lines(story, "part_price_list", dt.date(2025, 6, 1))
    assert (found.cells["sale_price"], found.cells["is_wear_part"], found.cells["is_consumable"]) == ("350.00", "是", "否")


def test_r050_two_prices_on_one_day_are_refused(story):
    piece = part()
    price(story, piece, 310, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 12, 31))
    with pytest.raises(DomainError) as refusal:
        price(story, piece, 350, valid_from=dt.date(2025, 12, 31))
    assert (refusal.value.field, refusal.value.rule) == ("valid_from", "R-050")


def test_b204_another_person_approves_a_price_and_a_changed_one_is_approved_anew(story):
    row = price(story, part(), 310, valid_from=DAY)
    price_list.take_step(row, "approve", by=story.user("service_manager"), now=clock.now())
    assert (row.status, row.approved_by) == (PriceState.APPROVED, story.staff("service_manager"))
    current().actor_id = story.user("finance").id
    saving.change(row, {"sale_price": Decimal(320)}, by=story.user("finance"))
    assert (row.status, row.approved_by) == (PriceState.PROPOSED, None)
    with pytest.raises(DomainError) as refusal:
        price_list.take_step(row, "approve", by=story.user("finance"), now=clock.now())
    assert refusal.value.rule == "B-204"


def test_roles_cost_prices_stand_on_the_list_only_for_those_who_see_them():
    book = REGISTERS["part_price_list"]
    shown = register.shown_to(book, costs=False)
    assert "cost_price" in {column.name for column in book.columns}
    assert "cost_price" not in {column.name for column in shown.columns}
    assert round(sum(column.width for column in shown.columns), 6) == 100


def test_b074_the_fee_table_is_that_of_the_catalogue(story):
    found = lines(story, "fee_table", DAY)
    assert [(line.cells["line_no"], line.cells["category"], line.cells["rate"], line.cells["note"]) for line in found] == [
        ("1", "交通费", "实际发生费用", "也可顾客提供"), ("2", "住宿费", "150元/天", "也可按实际或顾客提供住宿"),
        ("3", "餐饮费", "50元/天", "也可由对方提供"), ("4", "人工费", "200元/天", "可降低"),
        ("5", "材料费", "按实际计算收取，见《备品备件库定价》", "顾客可自行购买"), ("6", "税费", "按15%收取", ""),
        ("7", "管理费", "按40%收取", "")]


def test_b084_a_new_version_holds_from_its_day_on_and_the_old_one_until_the_day_before(story):
    saving.create(FeeRate, {"version": "2026", "category": FeeCategory.LABOUR, "rate_kind": RateKind.PER_DAY, "rate_value": Decimal(260),
                            "valid_from": dt.date(2026, 1, 1)}, by=story.user("finance"), now=clock.now())
    values = [price_list.rates_on(day)[FeeCategory.LABOUR].rate_value for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1))]
    assert values == [200, 260]


@pytest.mark.parametrize(("kind", "value"), [(RateKind.PERCENT, Decimal(101)), (RateKind.PER_DAY, None), (RateKind.PER_DAY, Decimal(-1))])
def test_r066_a_rate_without_sense_is_refused(story, kind, value):
    rate = db.session.scalar(select(FeeRate).where(FeeRate.category == FeeCategory.TAX))
    with pytest.raises(DomainError) as refusal:
        saving.change(rate, {"rate_kind": kind, "rate_value": value}, by=story.user("finance"))
    assert refusal.value.field == "rate_value"
