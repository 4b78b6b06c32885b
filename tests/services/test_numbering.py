"""Numbers of documents (B-197 to B-201)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from extensions import db
from models.number import NumberRule
from models.organisation import Department
from services import clock, numbering
from services.errors import DomainError

MARCH, APRIL = clock.at_local(2025, 3, 31, 23, 59), clock.at_local(2025, 4, 1, 0, 0)


def department(code):
    return db.session.scalar(select(Department).where(Department.code == code))


def test_b197_the_information_sheet_counts_by_issuing_department_and_month(unit):
    market, production = department("YX"), department("SC")
    taken = [numbering.take("service_info_sheet", now=MARCH, department=market).number for _ in range(2)]
    assert taken == ["YX250301", "YX250302"]
    assert numbering.take("service_info_sheet", now=MARCH, department=production).number == "SC250301"
    assert numbering.take("service_info_sheet", now=APRIL, department=market).number == "YX250401"


def test_b197_a_department_without_the_right_issues_no_numbers(unit):
    with pytest.raises(DomainError) as refusal:
        numbering.take("service_info_sheet", now=MARCH, department=department("CC"))
    assert refusal.value.rule == "B-197"


def test_b198_the_field_record_counts_apart_from_the_sheet_of_the_same_department(unit):
    production = department("SC")
    numbering.take("service_info_sheet", now=MARCH, department=production)
    assert numbering.take("field_service_record", now=MARCH, department=production).number == "SC250301"


def test_b199_the_hundredth_number_has_three_digits_and_the_ninetieth_warns(unit):
    market = department("YX")
    papers = [numbering.take("service_info_sheet", now=MARCH, department=market) for _ in range(100)]
    assert papers[98].number == "YX250399"
    assert papers[99].number == "YX2503100"
    assert not numbering.near_the_end(papers[88])
    assert numbering.near_the_end(papers[89])


def test_b199_a_series_that_blocks_refuses_the_hundredth(unit):
    db.session.scalar(select(NumberRule).where(NumberRule.series == "service_info_sheet")).overflow = "block"
    market = department("YX")
    for _ in range(99):
        numbering.take("service_info_sheet", now=MARCH, department=market)
    with pytest.raises(DomainError) as refusal:
        numbering.take("service_info_sheet", now=MARCH, department=market)
    assert refusal.value.rule == "B-199"


def test_b201_the_month_of_a_number_is_the_companys_and_not_that_of_greenwich(unit):
    evening = dt.datetime(2025, 3, 31, 16, 30, tzinfo=dt.UTC)
    assert numbering.take("work_order", now=evening).number == "WO2504-0001"


@pytest.mark.parametrize("pattern", ["X{yy}", "{seq:04d}{seq:04d}", "{nope}{seq:04d}", "{seq}", "{", "A{seq:04d}}"])
def test_b201_a_pattern_that_cannot_count_is_refused_at_its_field(pattern):
    with pytest.raises(DomainError) as refusal:
        numbering.check_pattern(pattern)
    assert refusal.value.field == "pattern"


@pytest.mark.parametrize(("pattern", "number"), [
    ("C{seq:05d}", "C00007"), ("RPT{yyyy}-{seq:03d}", "RPT2026-007"), ("WP{yyyy}W{ww}-{seq:02d}", "WP2026W53-07"),
    ("X{yy}{mm}{dd}{seq:02d}", "X26123107"),
])
def test_b201_tokens_are_written_as_the_pattern_says(pattern, number):
    assert numbering.written(pattern, 7, dt.date(2026, 12, 31), "SC") == number
