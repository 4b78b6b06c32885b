"""Customers' goods: taken away, kept, repaired, passed, given back (R-035 to R-037, R-039, R-040; B-100 to B-104, B-107, B-108)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import services.registers  # noqa: F401  declares them
from extensions import db
from models.enums import PaperState
from models.number import IssuedPaper
from models.paper import PAPERS
from models.repair import RepairItem
from models.repair_enums import PassResult, RepairHandling, RepairRoute, RepairStage, ReturnRoute
from models.stock import StockMovement
from models.stock_enums import ZoneKind
from services import clock, paper_records, register, signing
from services.errors import DomainError, NotAllowed
from services.register import REGISTERS, Ask
from tests.services.conftest import BEGIN
from tests.services.stock_world import zone
from tests.services.test_papers import on_site, sign

ITEM, RECEIPT, CARD = (PAPERS[code][1] for code in ("repair_item", "goods_receipt", "repair_card"))
MARCH = Ask(dt.date(2025, 3, 1), dt.date(2025, 3, 31))


def fill(story, record, paper, by="service_clerk", lines=None, **values):
    paper_records.fill(record, paper, values, lines, by=story.user(by), now=clock.now())


def taken(story):
    """Goods the engineer took away from a visit, the receipt signed by both."""
    item = paper_records.begin(RepairItem, RECEIPT, on_site(story), by=story.user("service_engineer"), now=clock.now())
    fill(story, item, RECEIPT, product_name="量热仪 QX-20", serial_no="QX-1", condition_note="带电源线，外壳完好", contact_name="王主任")
    sign(story, item, "taker", paper=RECEIPT)
    sign(story, item, "giver", paper=RECEIPT)
    return item


def worked(story, card, **values):
    """The engineer wrote his time down and signed."""
    row = {"start_at": BEGIN + timedelta(hours=1), "end_at": BEGIN + timedelta(hours=3, minutes=30),
           "staff": story.staff("service_engineer")}
    fill(story, card, CARD, "service_engineer", {"labor_lines": [row]}, treatment="更换传感器", service_category="C", **values)
    sign(story, card, "engineer", paper=CARD)


def passed(story, card):
    fill(story, card, CARD, "dispatch_supervisor", pass_result=PassResult.PASSED)
    sign(story, card, "supervisor", by="dispatch_supervisor", paper=CARD)


def test_b100_taking_goods_away_makes_item_receipt_and_card_in_one_act_and_the_register_shows_it(story):
    item = taken(story)
    assert (item.source, item.stage, item.receipt_no, item.customer.name) == (
        RepairRoute.TAKEN_BACK, RepairStage.QUEUED, "CR2503-0001", "栖霞岭检测中心")
    assert item.card.item is item
    found, = REGISTERS["goods_register"].lines(story.user("service_clerk"), MARCH)
    assert [found.cells[name] for name in ("receipt_no", "equipment", "source")] == ["CR2503-0001", "量热仪 QX-20 / QX-1", "技术员携回"]
    assert item.status == PaperState.DRAFT, "the signed receipt does not end the life of the goods"


def test_b100_pressed_twice_it_is_one_receipt(story):
    order, engineer = on_site(story), story.user("service_engineer")
    first, second = (paper_records.begin(RepairItem, RECEIPT, order, by=engineer, now=clock.now()) for _time in range(2))
    assert first is second
    assert db.session.scalar(select(func.count(RepairItem.id))) == 1


def test_r035_what_stands_on_a_signed_receipt_stays(story):
    item = taken(story)
    assert not paper_records.may_edit(item, RECEIPT, story.user("service_clerk"))
    with pytest.raises(NotAllowed):
        fill(story, item, ITEM, symptom="另一故障")
    fill(story, item, ITEM, handling=RepairHandling.OWN)
    assert item.handling == RepairHandling.OWN


def test_b101_a_repair_without_time_is_not_finished(story):
    card = taken(story).card
    fill(story, card, CARD, "service_engineer", treatment="更换传感器", service_category="C")
    with pytest.raises(DomainError) as refusal:
        sign(story, card, "engineer", paper=CARD)
    assert refusal.value.rule == "B-101"
    worked(story, card)
    assert (card.labor_lines[0].hours, card.item.stage) == (dt.timedelta(hours=2.5).total_seconds() / 3600, RepairStage.POST_TEST)


def test_b102_goods_go_back_only_when_passed_and_the_receipt_is_void_then(story):
    item = taken(story)
    with pytest.raises(NotAllowed):
        fill(story, item, ITEM, returned_on=clock.now())
    worked(story, item.card)
    fill(story, item.card, CARD, "dispatch_supervisor", pass_result=PassResult.REWORK)
    assert item.stage == RepairStage.REPAIRING
    with pytest.raises(DomainError) as refusal:
        sign(story, item.card, "supervisor", by="dispatch_supervisor", paper=CARD)
    assert (refusal.value.field, refusal.value.rule) == ("pass_result", "B-102")
    passed(story, item.card)
    assert (item.stage, item.ready_on, item.treatment) == (RepairStage.READY, dt.date(2025, 3, 3), "更换传感器")
    with clock.frozen(BEGIN + timedelta(days=2)):
        fill(story, item, ITEM, returned_on=clock.now(), returned_by=story.staff("service_engineer"))
    number = db.session.scalar(select(IssuedPaper).where(IssuedPaper.number == item.receipt_no))
    assert (item.stage, item.receipt_voided_on, number.state) == (RepairStage.RETURNED, dt.date(2025, 3, 5), PaperState.VOID)
    found, = REGISTERS["goods_register"].lines(story.user("service_clerk"), MARCH)
    assert found.cells["returned_on"] == "03-05 09:00"
    assert found.cells["passed_sign"].startswith(story.staff("dispatch_supervisor").name)


def test_b102_nobody_passes_his_own_repair(story):
    card = taken(story).card
    row = {"start_at": BEGIN, "end_at": BEGIN, "staff": story.staff("dispatch_supervisor")}
    fill(story, card, CARD, "dispatch_supervisor", {"labor_lines": [row]}, treatment="更换传感器", service_category="C")
    sign(story, card, "engineer", by="dispatch_supervisor", paper=CARD)
    fill(story, card, CARD, "dispatch_supervisor", pass_result=PassResult.PASSED)
    with pytest.raises(DomainError) as refusal:
        sign(story, card, "supervisor", by="dispatch_supervisor", paper=CARD)
    assert refusal.value.rule == "B-204"


def test_b103_five_working_days_are_promised_and_a_late_repair_says_why(story):
    item = taken(story)
    assert item.promised_on == dt.date(2025, 3, 10)
    assert item.card.promised_at == clock.at_local(2025, 3, 10, 17, 30)
    worked(story, item.card)
    with clock.frozen(clock.at_local(2025, 3, 10, 17, 31)):
        fill(story, item.card, CARD, "dispatch_supervisor", pass_result=PassResult.PASSED)
        with pytest.raises(DomainError) as refusal:
            sign(story, item.card, "supervisor", by="dispatch_supervisor", paper=CARD)
        assert (refusal.value.field, refusal.value.rule) == ("delay_note", "B-103")
        fill(story, item.card, CARD, "dispatch_supervisor", delay_note="等待配件，已请主任协助")
        sign(story, item.card, "supervisor", by="dispatch_supervisor", paper=CARD)
    assert item.card.status == PaperState.SIGNED


def brought(story, owner="栖霞岭检测中心", **values):
    """Goods the delivery man brought to the service desk."""
    item = paper_records.begin(RepairItem, ITEM, story.triaged(name=owner).customer, by=story.user("service_clerk"), now=clock.now())
    fill(story, item, ITEM, **{"source": RepairRoute.DELIVERY, "handling": RepairHandling.OWN, "product_name": "血压计",
                               "serial_no": "BP-7", "symptom": "不加压", "condition_note": "无附件", "contact_name": "刘护士",
                               "contact_phone": "0571-5550111", **values})
    return item


def test_r040_goods_have_their_number_once_they_are_registered(story):
    item = paper_records.begin(RepairItem, ITEM, story.triaged().customer, by=story.user("service_clerk"), now=clock.now())
    fill(story, item, ITEM, product_name="血压计", source=RepairRoute.BROUGHT)
    assert item.number is None
    fill(story, item, ITEM, symptom="不加压", condition_note="无附件")
    assert item.number == "RI2503-0001"


def test_b107_goods_go_back_the_way_they_came_or_it_is_said_why(story):
    item = brought(story)
    assert item.return_via == ReturnRoute.DELIVERY
    fill(story, item, ITEM, treatment="更换气囊", ready_on=dt.date(2025, 3, 4))
    with clock.frozen(BEGIN + timedelta(days=1)), pytest.raises(DomainError) as refusal:
        fill(story, item, ITEM, return_via=ReturnRoute.MAILED, returned_on=clock.now())
    assert (refusal.value.field, refusal.value.rule) == ("return_reason", "B-107")
    with clock.frozen(BEGIN + timedelta(days=1)):
        fill(story, item, ITEM, return_via=ReturnRoute.MAILED, returned_on=clock.now(), return_reason="客户要求快递",
             returned_by=story.staff("service_clerk"))
    assert item.stage == RepairStage.RETURNED


def test_r040_who_brought_it_is_said_before_the_repairer_signs_and_the_customer_ends_it(story):
    item = brought(story, treatment="更换气囊", ready_on=dt.date(2025, 3, 3))
    with pytest.raises(DomainError) as refusal:
        sign(story, item, "repairer", paper=ITEM)
    assert refusal.value.field == "carrier"
    fill(story, item, ITEM, carrier=story.staff("warehouse"))
    sign(story, item, "repairer", paper=ITEM)
    fill(story, item, ITEM, returned_on=clock.now(), returned_by=story.staff("warehouse"))
    sign(story, item, "receiver", by="service_clerk", paper=ITEM)
    assert (item.status, item.number) == (PaperState.SIGNED, "RI2503-0001")
    found, = REGISTERS["repair_register"].lines(story.user("warehouse"), MARCH)
    assert (found.cells["number"], found.cells["repairer"], found.cells["handling"]) == (
        "RI2503-0001", story.staff("service_engineer").name, "自修")


def test_wf05_goods_at_the_maker_stand_there_until_they_are_back(story):
    item = brought(story)
    fill(story, item, ITEM, handling=RepairHandling.MAKER, sent_on=dt.date(2025, 3, 4))
    assert item.stage == RepairStage.AT_MAKER
    fill(story, item, ITEM, back_on=dt.date(2025, 3, 6))
    assert item.stage == RepairStage.POST_TEST


def test_b108_customers_goods_never_move_our_stock(story):
    taken(story)
    assert db.session.scalar(select(func.count(StockMovement.id))) == 0


def kept(story, owner="栖霞岭检测中心"):
    """Mailed goods that lie in custody, the keeper has signed."""
    item = brought(story, owner, source=RepairRoute.MAILED, promised_on=dt.date(2025, 3, 10))
    fill(story, item, ITEM, "warehouse", zone=zone(ZoneKind.CUSTODY))
    sign(story, item, "keeper", by="warehouse", paper=ITEM)
    return item


def in_custody(story, day=BEGIN.date()):
    return REGISTERS["custody_register"].lines(story.user("warehouse"), Ask(day, day))


def test_r039_goods_in_custody_stand_in_the_register_of_the_day_they_came_with_keeper_and_hand_overs(story):
    item = kept(story)
    brought_too = brought(story, "三墩水厂")
    assert (item.stage, brought_too.stage) == (RepairStage.CUSTODY, RepairStage.RECEIVED)
    fill(story, item, ITEM, "warehouse", {"out_lines": [{"sent_on": dt.date(2025, 3, 4), "taken_by": story.staff("quality")}]})
    found, = in_custody(story)
    assert [found.cells[name] for name in ("custody_no", "received_at", "customer", "item", "zone", "keeper_sign", "out_lines")] == [
        item.number, "03-03 09:00", "栖霞岭检测中心", "血压计 / BP-7", "代管区", story.staff("warehouse").name,
        f"03-04 {story.staff('quality').name}"]
    assert in_custody(story, dt.date(2025, 3, 4)) == []


def test_r039_what_is_done_with_the_goods_later_leaves_the_keepers_signature_alone_but_another_position_does_not(story):
    item = kept(story)
    fill(story, item, ITEM, treatment="更换气囊", ready_on=dt.date(2025, 3, 4))
    assert "keeper" in signing.signatures(item, ITEM)
    fill(story, item, ITEM, "warehouse", zone=None)
    assert "keeper" not in signing.signatures(item, ITEM)


def test_r039_only_the_store_signs_as_keeper(story):
    item = brought(story, zone=zone(ZoneKind.CUSTODY), promised_on=dt.date(2025, 3, 10))
    with pytest.raises(NotAllowed):
        sign(story, item, "keeper", by="service_clerk", paper=ITEM)


def test_b108_custody_is_a_custody_zone_never_a_zone_of_our_own_stock(story):
    item = brought(story)
    with pytest.raises(DomainError) as refusal:
        fill(story, item, ITEM, zone=zone(ZoneKind.QUALIFIED))
    assert (refusal.value.field, refusal.value.rule) == ("zone", "B-108")
    kept(story, "三墩水厂")
    assert db.session.scalar(select(func.count(StockMovement.id))) == 0


def test_b104_goods_are_handed_to_inspection_only_out_of_custody_and_not_before_they_came(story):
    item, handed = brought(story), {"sent_on": dt.date(2025, 3, 2), "taken_by": story.staff("quality")}
    with pytest.raises(DomainError) as refusal:
        fill(story, item, ITEM, lines={"out_lines": [handed]})
    assert refusal.value.rule == "B-104"
    item = kept(story, "三墩水厂")
    with pytest.raises(DomainError) as refusal:
        fill(story, item, ITEM, lines={"out_lines": [handed]})
    assert refusal.value.field == "line-out_lines-0-sent_on"


def test_r039_void_goods_are_struck_off_and_not_counted_in_the_total(story):
    item, other = kept(story), kept(story, "三墩水厂")
    paper_records.void(item, ITEM, by=story.user("admin"), now=clock.now(), reason="重复登记")
    found = in_custody(story)
    assert [line.struck for line in found] == [line.href.endswith(f"/{item.id}") for line in found]
    assert register.totals(REGISTERS["custody_register"], found) == {"qty": other.qty}
