"""Part used, part returned: the signed slip takes its parts, the replaced one is owed, comes back (B-052, B-110, B-120)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from extensions import db
from models.equipment import PartPrice
from models.paper import PAPERS
from models.quality import NonconformityReport
from models.returns import ReturnLine
from models.setting import Setting
from models.stock import StockDoc, StockZone
from models.stock_enums import DefectDisposition, Disposition, LineState, Repairability, StockState, Track, ZoneKind
from services import clock, defective, inbound, paper_records, receiving, signing, stock
from services.errors import DomainError, NotAllowed
from services.unit_of_work import cache
from tests.rig.databases import PASSWORD
from tests.services.stock_world import part, put, zone
from tests.services.test_papers import SLIP, sign, slip

Q = ZoneKind.QUALIFIED


def priced(number="P-7", **values):
    made = part(number, **values)
    db.session.add(PartPrice(part=made, sale_price=Decimal(36), valid_from=clock.today()))
    db.session.flush()
    return made


def used(story, piece, qty=1, **marks):
    """A slip with one part, ready to be signed."""
    record = slip(story)
    paper_records.fill(record, SLIP, {}, {"three_guarantee_lines": [{"part": piece, "qty": Decimal(qty)}]},
                       by=story.user("service_engineer"), now=clock.now())
    for line in record.part_lines:
        for name, value in marks.items():
            setattr(line, name, value)
    db.session.flush()
    return record


def all_sign(story, record):
    for slot in ("engineer", "repairer", "customer"):
        sign(story, record, slot)
    sign(story, record, "warehouse", by="warehouse")
    sign(story, record, "dept_head", by="service_manager")


def own_zone(story, piece, qty):
    """The engineer's own stock, with some of a part."""
    made = StockZone(kind=ZoneKind.ENGINEER, name="顾北辰随车", holder_id=story.staff("service_engineer").id)
    db.session.add(made)
    db.session.flush()
    put(piece, ZoneKind.ENGINEER, qty)
    return made


def test_b112_the_signed_slip_takes_its_parts_from_the_engineer_first_then_from_the_store(story):
    piece = priced()
    own = own_zone(story, piece, 1)
    put(piece, Q, 5)
    record = used(story, piece, 3)
    assert stock.available(piece) == 6
    all_sign(story, record)
    assert (stock.on_hand(piece, own), stock.on_hand(piece, zone(Q))) == (0, 3)
    doc = db.session.scalar(select(StockDoc).where(StockDoc.service_record_id == record.id))
    assert (doc.status, doc.order, doc.source_no, len(doc.lines)) == (StockState.POSTED, record.order, record.record_no, 2)


def test_b127_nobody_signs_for_parts_that_are_not_there(story):
    piece = priced()
    put(piece, Q, 1)
    record = used(story, piece, 3)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "engineer")
    assert refusal.value.rule == "B-127"


def test_a_serial_number_is_taken_from_where_it_lies(story):
    piece = priced(track=Track.SERIAL)
    put(piece, Q, 1, serial_no="N-1")
    record = used(story, piece, 1, new_serial_no="N-2")
    with pytest.raises(DomainError):
        sign(story, record, "engineer")
    record.part_lines[0].new_serial_no = "N-1"
    db.session.flush()
    all_sign(story, record)
    assert stock.on_hand(piece, zone(Q), serial="N-1") == 0


def test_a_slip_signed_on_paper_takes_its_parts_too(story):
    piece = priced()
    put(piece, Q, 2)
    record = used(story, piece, 2)
    signing.carry_on_paper(record, SLIP, by=story.user("service_engineer"), now=clock.now())
    assert stock.available(piece) == 0


def test_b205_a_void_slip_has_used_and_owes_nothing(story):
    piece = priced(defect_return=True)
    put(piece, Q, 2)
    record = used(story, piece, 2)
    all_sign(story, record)
    assert (stock.available(piece), len(defective.owed())) == (0, 1)
    story.agreed_change(record, SLIP)
    paper_records.void(record, SLIP, by=story.user("service_manager"), now=clock.now(), reason="写错备件")
    assert (stock.available(piece), defective.owed()) == (2, [])
    assert stock.ledger_differences() == []


def test_b052_two_boards_replaced_are_two_owed_and_one_received_leaves_one(story):
    board = priced(track=Track.SERIAL, defect_return=True)
    put(board, Q, 1, serial_no="N-1")
    put(board, Q, 1, serial_no="N-2")
    record = slip(story)
    rows = [{"part": board, "qty": Decimal(1)}, {"part": board, "qty": Decimal(1)}]
    paper_records.fill(record, SLIP, {}, {"three_guarantee_lines": rows}, by=story.user("service_engineer"), now=clock.now())
    for place, line in enumerate(record.part_lines, start=1):
        line.new_serial_no, line.old_serial_no = f"N-{place}", f"O-{place}"
    db.session.flush()
    all_sign(story, record)
    assert [line.serial_no for line in defective.owed(staff_id=story.staff("service_engineer").id)] == ["O-1", "O-2"]
    with pytest.raises(NotAllowed):
        receiving.scan("O-1", by=story.user("service_engineer"), now=clock.now())
    got = receiving.scan("O-1", by=story.user("warehouse"), now=clock.now())
    assert (got.status, got.zone.kind, got.line_no) == (LineState.IN_ZONE, ZoneKind.RETURNED, "DP2503-0001")
    assert [line.serial_no for line in defective.owed()] == ["O-2"]
    assert stock.available(board) == 0
    with pytest.raises(DomainError) as refusal:
        receiving.scan("O-1", by=story.user("warehouse"), now=clock.now())
    assert refusal.value.rule == "B-116"
    receiving.undo_last(by=story.user("warehouse"), now=clock.now())
    assert [line.serial_no for line in defective.owed()] == ["O-1", "O-2"]


@pytest.mark.parametrize(("switch", "flag", "count"), [("on", True, 1), ("off", True, 0), ("on", False, 0)])
def test_b052_per_company_and_per_part_it_can_be_switched_off(story, switch, flag, count):
    db.session.scalar(select(Setting).where(Setting.key == "parts.defect_return_required")).value = switch
    db.session.flush()
    cache().clear()
    piece = priced(defect_return=flag)
    put(piece, Q, 1)
    all_sign(story, used(story, piece, 1))
    assert len(defective.owed()) == count


@pytest.mark.parametrize(("back", "due"), [
    (clock.at_local(2025, 3, 7, 15, 30), clock.at_local(2025, 3, 11, 15, 30)),
    (clock.at_local(2025, 3, 12, 15, 0), clock.at_local(2025, 3, 14, 15, 0)),
    (clock.at_local(2025, 4, 30, 10, 0), clock.at_local(2025, 5, 7, 10, 0))])
def test_b110_sixteen_business_hours_after_the_return(story, back, due):
    assert inbound.due_at(back) == due


def test_b110_the_hours_count_from_the_return_to_headquarters(story):
    piece = priced(defect_return=True)
    put(piece, Q, 1)
    all_sign(story, used(story, piece, 1))
    later = clock.at_local(2025, 3, 12, 15, 0)
    assert defective.back_at_base(story.staff("service_engineer"), by=story.user("service_engineer"), now=later) == 1
    assert defective.owed()[0].due_at == clock.at_local(2025, 3, 14, 15, 0)


def came_back(story):
    piece = priced(defect_return=True)
    put(piece, Q, 1)
    all_sign(story, used(story, piece, 1))
    line = defective.owed()[0]
    defective.take_step(line, "receive", by=story.user("warehouse"), now=clock.now())
    return piece, line


def test_a_part_without_fault_is_good_again(story):
    piece, line = came_back(story)
    with pytest.raises(NotAllowed):
        defective.take_step(line, "look", by=story.user("warehouse"), now=clock.now(), repairability=Repairability.NO_FAULT)
    defective.take_step(line, "look", by=story.user("quality"), now=clock.now(), repairability=Repairability.NO_FAULT)
    defective.take_step(line, "put_away", by=story.user("warehouse"), now=clock.now())
    assert (line.status, stock.available(piece)) == (LineState.QUALIFIED, 1)


def test_b120_b214_a_failed_part_is_scrapped_only_by_its_approved_report(story):
    piece, line = came_back(story)
    defective.take_step(line, "look", by=story.user("quality"), now=clock.now(), repairability=Repairability.IRREPARABLE,
                        disposition=DefectDisposition.SCRAP)
    defective.take_step(line, "put_away", by=story.user("warehouse"), now=clock.now())
    assert (line.status, stock.on_hand(piece, zone(ZoneKind.NONCONFORMING)), stock.available(piece)) == (LineState.NONCONFORMING, 1, 0)
    with pytest.raises(DomainError) as refusal:
        defective.take_step(line, "dispose", by=story.user("warehouse"), now=clock.now())
    assert refusal.value.rule == "B-120"
    report, paper = db.session.get(NonconformityReport, line.ncr_id), PAPERS["nonconformity_report"][1]
    answer = {"description": "主板烧毁", "cause": "雷击", "department": story.staff("quality").department, "disposition": Disposition.SCRAP}
    paper_records.fill(report, paper, answer,
                       by=story.user("quality"), now=clock.now())
    signing.sign(report, paper, "inspector", by=story.user("quality"), now=clock.now(), password=PASSWORD)
    with pytest.raises(DomainError):
        signing.sign(report, paper, "approver", by=story.user("quality"), now=clock.now(), password=PASSWORD)
    signing.sign(report, paper, "approver", by=story.user("service_manager"), now=clock.now(), password=PASSWORD)
    defective.take_step(line, "dispose", by=story.user("warehouse"), now=clock.now() + timedelta(minutes=1))
    assert (line.status, stock.on_hand(piece, zone(ZoneKind.SCRAPPED))) == (LineState.CLOSED, 1)
    assert db.session.scalar(select(ReturnLine)).closed_at is not None
