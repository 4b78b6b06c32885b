"""Registers keep themselves: the call register, the ledger of a month, the return zone (R-002, R-048, R-054; B-112, B-116, B-205)."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from datetime import timedelta
from decimal import Decimal

import pytest

import services.registers  # noqa: F401  declares them
from models.stock_enums import Repairability, ZoneKind
from services import clock, defective, register, service_requests
from services.register import REGISTERS, Ask
from tests.services.conftest import BEGIN
from tests.services.stock_world import put, zone
from tests.services.test_part_use import all_sign, came_back, priced, used

MARCH = Ask(dt.date(2025, 3, 1), dt.date(2025, 3, 31))
MONDAY = Ask(dt.date(2025, 3, 3), dt.date(2025, 3, 3))


def lines(story, code, ask, by="admin"):
    return REGISTERS[code].lines(story.user(by), ask)


def test_r002_a_call_stands_in_the_register_of_its_day_and_a_cancelled_one_is_struck_off(story):
    first, second = story.triaged(), story.triaged(name="三墩水厂")
    service_requests.take_step(second, "cancel", by=story.user("service_clerk"), now=clock.now(), reason="客户撤销")
    with clock.frozen(BEGIN + timedelta(days=1)):
        story.triaged(name="次日来电")
    found = lines(story, "call_register", MONDAY, by="service_clerk")
    assert [(line.cells["line_no"], line.cells["customer_name"], line.struck) for line in found] == [
        ("1", "栖霞岭检测中心", False), ("2", "三墩水厂", True)]
    assert (found[0].cells["reported_at"], found[0].cells["contact_phone"], found[0].href) == (
        "09:00", first.contact_phone, f"/service-requests/show/{first.id}")
    assert (found[1].cells["struck_off_at"], found[1].cells["remark"]) == ("09:00", "客户撤销")


def test_r048_opening_in_out_and_balance_follow_from_the_movements(story):
    piece = priced()
    put(piece, ZoneKind.QUALIFIED, 5)
    all_sign(story, used(story, piece, 2))
    at_hand = zone(ZoneKind.QUALIFIED)
    found = lines(story, "stock_ledger", Ask(MARCH.first, MARCH.last, {"zone": str(at_hand.id)}))
    assert [(line.cells["opening"], line.cells["qty_in"], line.cells["qty_out"], line.cells["balance"]) for line in found] == [
        ("0", "5", "", "5"), ("5", "", "2", "3")]
    assert register.totals(REGISTERS["stock_ledger"], found) == {"qty_in": Decimal(5), "qty_out": Decimal(2)}
    april = lines(story, "stock_ledger", Ask(dt.date(2025, 4, 1), dt.date(2025, 4, 30)))
    assert april == []
    put(piece, ZoneKind.QUALIFIED, 1)
    with clock.frozen(clock.at_local(2025, 4, 2, 9)):
        put(piece, ZoneKind.QUALIFIED, 4)
    april = lines(story, "stock_ledger", Ask(dt.date(2025, 4, 1), dt.date(2025, 4, 30)))
    assert [(line.cells["opening"], line.cells["balance"]) for line in april] == [("4", "8")]


def test_r054_the_return_zone_says_since_when_what_was_found_and_where_it_went(story):
    _piece, line = came_back(story)
    later = clock.at_local(2025, 3, 6, 10)
    with clock.frozen(later):
        found, = lines(story, "return_custody", MARCH)
        assert (found.cells["days"], found.cells["inspect_result"], found.cells["out"]) == ("3", "", "")
        defective.take_step(line, "look", by=story.user("quality"), now=later, repairability=Repairability.NO_FAULT)
        defective.take_step(line, "put_away", by=story.user("warehouse"), now=later)
    with clock.frozen(clock.at_local(2025, 4, 10)):
        found, = lines(story, "return_custody", MARCH)
        assert (found.cells["days"], found.cells["inspect_result"]) == ("3", "合格")
        assert found.cells["out"].startswith("03-06 10:00 ")
        assert lines(story, "return_custody", Ask(dt.date(2025, 4, 1), dt.date(2025, 4, 30))) == []


def pdf_text(content, tmp_path):
    (tmp_path / "book.pdf").write_bytes(content)
    return subprocess.run(["pdftotext", "-layout", tmp_path / "book.pdf", "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("engine", ["pdfkit", "weasyprint"])
@pytest.mark.parametrize("count", [0, 1, 60])
def test_each_sheet_has_head_and_total_and_every_word_stands_on_one(story, tmp_path, engine, count):
    book = REGISTERS["stock_ledger"]
    long = "备用高精度称重传感器组件（含屏蔽电缆与接线端子）规格 QX-2000-0.01g"
    made = [register.Line({**{column.name: f"{place}" for column in book.columns}, "part": f"{long} 末字{place}"}, {"qty_in": Decimal(10)})
            for place in range(count)]
    printed = register.to_print(book, made, MARCH, [("仓库/区域", "合格品区")], engine=engine)
    text = pdf_text(printed.pdf, tmp_path)
    sheets = register.pages(book, made)
    assert printed.pages == len(sheets) == (1 if count < 10 else len(sheets))
    flat = re.sub(r"\s", "", text)
    assert flat.count("备件收发存台账") == len(sheets)
    assert "2025年3月" in flat
    assert flat.count("小计") == len(sheets)
    assert flat.count("末字") == count
    if count == 60:
        assert len(sheets) > 2
        assert "600" in text


@pytest.mark.parametrize(("text", "span"), [("2025-02", (dt.date(2025, 2, 1), dt.date(2025, 2, 28))),
                                            ("2024-12", (dt.date(2024, 12, 1), dt.date(2024, 12, 31))),
                                            ("2025-03-07", (dt.date(2025, 3, 7),) * 2), ("", (dt.date(2025, 3, 3),) * 2)])
def test_a_register_is_of_a_day_or_of_a_month(text, span):
    assert register.span_of(REGISTERS["call_register"], text, dt.date(2025, 3, 3)) == span


@pytest.mark.parametrize("text", ["x", "2025-13", "2025-02-30", "2025"])
def test_nonsense_is_no_day(text):
    with pytest.raises(ValueError, match=r".+"):
        register.span_of(REGISTERS["call_register"], text, dt.date(2025, 3, 3))
