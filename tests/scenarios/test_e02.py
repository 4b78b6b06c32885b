"""E-02: a level 2 repair in warranty with a missing part, from the call to the closed file (WF-01, WF-03, WF-07).

B-009, B-010, B-011, B-030, B-032, B-034, B-051, B-052, B-057, B-110, B-112, B-150.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.enums import Complexity, FaultLevel, OrderStatus, PaperState, RepairResult, RequestStatus, Solved, SupplyMode
from models.equipment import Equipment
from models.follow_up import FollowUp
from models.paper import PAPERS
from models.records.fault_analysis import FaultAnalysis
from models.records.parts_shipment import PartsShipment
from models.stock import StockDoc
from models.stock_enums import LineState, Repairability, ShipMode, ShipState, StockKind, ZoneKind
from services import (
    clock,
    defective,
    follow_ups,
    inbound,
    paper_records,
    receiving,
    service_records,
    service_requests,
    sla,
    stock,
    work_orders,
)
from services.errors import DomainError
from tests.services.stock_world import put, zone
from tests.services.test_papers import sign
from tests.services.test_part_use import priced
from tests.services.test_sla import at, made, sent, step, timer, visit

SHEET, SHIPMENT, ANALYSIS = (PAPERS[code][1] for code in ("repair_record", "parts_shipment", "fault_analysis"))


def test_e02_level_2_repair_in_warranty_part_missing(story):
    clerk, engineer, keeper = story.user("service_clerk"), story.user("service_engineer"), story.user("warehouse")

    # Tuesday: the call, passed on, the customer rung
    request = made(story, at=at(4, 10), level=FaultLevel.TWO, complexity=Complexity.COMPLEX)
    unit = Equipment(equipment_no="EQ000001", serial_no="QX20-0001", product_model=request.product_model, customer=request.customer,
                     site=request.site, warranty_end=dt.date(2025, 12, 31))
    db.session.add(unit)
    request.equipment = unit
    db.session.flush()
    order = sent(story, request, at(4, 10, 8))
    step(story, order, "contact", at(4, 10, 25))
    step(story, order, "appoint", at(4, 10, 26), **visit(at(5, 9)))
    assert {name: timer(request, name).result.value for name in ("notify", "contact")} == {"notify": "met", "contact": "met"}
    assert timer(request, "contact").due_at == at(4, 10, 30)
    assert (timer(request, "arrive").warn_at, timer(request, "arrive").due_at) == (at(4, 22), at(6, 10))

    # Wednesday: there, a board is missing; it is sent free of charge
    step(story, order, "depart", at(5, 8, 20))
    step(story, order, "arrive", at(5, 9))
    assert (timer(request, "arrive").result.value, timer(request, "finish", order).due_at) == ("met", at(7, 9))
    with clock.frozen(at(5, 10)):
        board = priced("MB-2", defect_return=True)
        shipment = paper_records.begin(PartsShipment, SHIPMENT, order, by=clerk, now=clock.now())
        paper_records.fill(shipment, SHIPMENT, {"supply_mode": ShipMode.FREE_EXCHANGE, "ship_requested_on": dt.date(2025, 3, 5)},
                           by=clerk, now=clock.now())
    step(story, order, "wait_parts", at(5, 10, 30), waiting_note="主板")
    finish = timer(request, "finish", order)
    assert (order.status, request.status, finish.paused_at) == (OrderStatus.WAITING_PARTS, RequestStatus.WAITING, at(5, 10, 30))
    assert (shipment.followup_due, shipment.stage) == (dt.date(2025, 3, 17), ShipState.TO_SHIP)  # 03-15 is a Saturday

    # the customer says that it came; the second visit
    with clock.frozen(at(11, 9)):
        put(board, ZoneKind.QUALIFIED, 1)
        paper_records.fill(shipment, SHIPMENT, {"arrival_call_at": at(11, 9)}, by=clerk, now=clock.now())
    assert shipment.followup_due is None
    step(story, order, "appoint", at(11, 9, 30), **visit(at(12, 9)))
    finish = timer(request, "finish", order)
    assert (finish.paused_at, finish.paused_minutes, finish.due_at) == (None, 8580, at(13, 8))
    step(story, order, "depart", at(12, 8, 20))
    step(story, order, "arrive", at(12, 9))

    # the repair record: the board leaves the store, the old one is owed
    with clock.frozen(at(12, 10)):
        record = service_records.prepare(order, by=clerk, now=clock.now(), layout="repair_record")
        paper_records.fill(record, SHEET, {"treatment": "更换主板，试机正常。", "cause": "主板电容老化", "result": RepairResult.REPAIRED,
                                           "finished_at": at(12, 10), "leave_consent": "当面，王主任，10:00"},
                           {"part_lines": [{"part": board, "qty": Decimal(1), "kind": SupplyMode.FREE_EXCHANGE}]},
                           by=engineer, now=clock.now())
        sign(story, record, "engineer", paper=SHEET)
        sign(story, record, "customer", paper=SHEET)
    assert (record.status, stock.available(board)) == (PaperState.SIGNED, 0)
    assert db.session.scalars(select(StockDoc.kind).where(StockDoc.service_record_id == record.id)).all() == [StockKind.REPAIR_USE]
    step(story, order, "finish", at(12, 10, 30), solution="更换主板")
    assert (timer(request, "finish", order).result.value, request.status) == ("met", RequestStatus.RESOLVED)

    # back at headquarters on Wednesday at three: 16 office hours for the old board
    with clock.frozen(at(12, 15)):
        assert defective.back_at_base(story.staff("service_engineer"), by=engineer, now=clock.now()) == 1
        owed, = defective.owed(staff_id=story.staff("service_engineer").id)
        assert owed.due_at == inbound.due_at(at(12, 15)) == at(14, 15)
    with clock.frozen(at(12, 16)):
        got = receiving.scan("MB-2", by=keeper, now=clock.now())
        assert (got.status, got.zone.kind, defective.owed()) == (LineState.IN_ZONE, ZoneKind.RETURNED, [])
        defective.take_step(got, "look", by=story.user("quality"), now=clock.now(), repairability=Repairability.REPAIRABLE)
        defective.take_step(got, "put_away", by=keeper, now=clock.now())
    assert (got.status, stock.on_hand(board, zone(ZoneKind.NONCONFORMING))) == (LineState.NONCONFORMING, 1)

    # the customer confirms; the file is closed on Thursday at ten, the survey is due on Monday at ten
    with clock.frozen(at(13, 9)):
        call = db.session.scalar(select(FollowUp).where(FollowUp.request_id == request.id))
        follow_ups.take_step(call, "done", by=clerk, now=clock.now(), solved=Solved.YES)
    with clock.frozen(at(13, 9, 30)):
        work_orders.take_step(order, "strike_off", by=clerk, now=clock.now())
    with clock.frozen(at(13, 9, 45)):
        with pytest.raises(DomainError) as refusal:
            service_requests.take_step(request, "close", by=clerk, now=clock.now())
        assert refusal.value.rule == "B-057"
        lead = story.user("tech_lead")
        analysis = paper_records.begin(FaultAnalysis, ANALYSIS, request, by=lead, now=clock.now())
        assert (analysis.customer, analysis.symptom) == (request.customer, request.symptom)
        paper_records.fill(analysis, ANALYSIS, {"fault_type": "hardware", "cause": "主板电容老化", "solution": "更换主板"},
                           by=lead, now=clock.now())
        sign(story, analysis, "analyst", by="tech_lead", paper=ANALYSIS)
    with clock.frozen(at(13, 10)):
        service_requests.take_step(request, "close", by=clerk, now=clock.now())
    survey = timer(request, "survey")
    assert (request.status, survey.due_at, request.next_due_at) == (RequestStatus.CLOSED, at(17, 10), at(17, 10))
    with clock.frozen(at(14, 11)):
        service_requests.take_step(request, "survey", by=clerk, now=clock.now(), survey_no="SF2503-0001")
    assert (timer(request, "survey").result.value, request.next_due_at) == ("met", None)
    assert sla.differences(request) == stock.ledger_differences() == []
