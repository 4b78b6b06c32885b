"""E-05: a customer returns parts of two batches (WF-06; B-115 to B-121, B-123)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.account import Notification
from models.customer import Customer, CustomerContact
from models.organisation import Region, Staff
from models.paper import PAPERS
from models.quality import NonconformityReport, QualityInspection
from models.returns import ReturnOrder, SalesShipment, SalesShipmentLine
from models.stock_enums import AuditResult, Conclusion, LineState, NcrSource, Outcome, ReturnState, Track, ZoneKind
from services import clock, paper_records, printing, receiving, returns, saving, signing, stock, stock_docs
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD
from tests.services.stock_world import part, put, user, zone

DAY = clock.at_local(2025, 3, 10, 9, 0)
SHEET = PAPERS["return_order"][1]


@pytest.fixture
def case(story):
    """The sale of the story, and an application for six of the first batch and two of the second, on 2025-03-10."""
    with clock.frozen(DAY):
        reagent = part("RG-1", Track.BATCH, "盒")
        put(reagent, ZoneKind.QUALIFIED, 7, batch_no="20250101")
        customer = Customer(code="C5", name="临江检验所", region=db.session.scalar(select(Region)), address="临江市江堤路 3 号")
        customer.contacts = [CustomerContact(name="试剂室", phone="0571-5550105")]
        db.session.add(customer)
        db.session.flush()
        sale = SalesShipment(shipment_no="XS2502-0007", customer=customer, shipped_on=dt.date(2025, 2, 3))
        sale.lines = [SalesShipmentLine(part=reagent, batch_no="20240501", qty=Decimal(10), expiry_date=dt.date(2026, 6, 30)),
                      SalesShipmentLine(part=reagent, batch_no="20240601", qty=Decimal(5), expiry_date=dt.date(2026, 6, 30))]
        db.session.add(sale)
        order = ReturnOrder(customer=customer, reason="quality", created_by_id=user("service_clerk").id)
        db.session.add(order)
        db.session.flush()
        yield reagent, order


def write(order, *rows, by="service_clerk"):
    lines = [{"part": reagent, "batch_no": batch, "qty": Decimal(qty)} for reagent, batch, qty in rows]
    paper_records.fill(order, SHEET, {}, {"lines": lines}, by=user(by), now=clock.now())


def step(order, name, by, **data):
    returns.take_step(order, name, by=user(by), now=clock.now(), **data)


def inspect(line, result, by, **values):
    """Fill the acceptance record of a line and sign it as the inspector."""
    paper = PAPERS["return_inspection"][1]
    record = paper_records.begin(QualityInspection, paper, line, by=user(by), now=clock.now())
    paper_records.fill(record, paper, {"result": result, **values}, by=user(by), now=clock.now())
    signing.sign(record, paper, "inspector", by=user(by), now=clock.now(), password=PASSWORD)
    return record


def sign(order, slot, by):
    signing.sign(order, SHEET, slot, by=user(by), now=clock.now(), password=PASSWORD)


def agreed(reagent, order):
    write(order, (reagent, "20240501", 6), (reagent, "20240601", 2))
    step(order, "apply", "service_clerk")
    step(order, "audit", "dispatch_supervisor", audit_result=AuditResult.RETURN)


def test_e05_a_return_of_two_batches_from_the_call_to_the_closed_file(case):
    reagent, order = case
    with pytest.raises(DomainError) as refusal:
        write(order, (reagent, "20240501", 6), (reagent, "20240701", 2))
    assert (refusal.value.rule, refusal.value.field) == ("B-115", "line-lines-1-batch_no")
    db.session.refresh(order)
    db.session.expire(order)

    write(order, (reagent, "20240501", 6), (reagent, "20240601", 2))
    step(order, "apply", "service_clerk")
    assert (order.status, order.return_no) == (ReturnState.APPLIED, "RT2503-0001")
    step(order, "audit", "dispatch_supervisor", audit_result=AuditResult.RETURN)
    assert order.status == ReturnState.APPROVED

    before = stock.available(reagent)
    step(order, "receive", "warehouse")
    first, second = order.lines
    assert order.status == ReturnState.RECEIVED
    assert {line.zone.kind for line in order.lines} == {ZoneKind.RETURNED}
    assert (stock.on_hand(reagent, zone(ZoneKind.RETURNED), batch="20240501"), stock.available(reagent)) == (6, before)

    passed = inspect(first, Conclusion.OK, "quality")
    assert passed.retain_until == dt.date(2028, 3, 10)
    returns.put_away(first, by=user("warehouse"), now=clock.now())
    assert (first.status, stock.available(reagent)) == (LineState.QUALIFIED, before + 6)

    failed = inspect(second, Conclusion.BAD, "warehouse", defect_note="包装破损，试剂浑浊")
    with pytest.raises(DomainError) as refusal:
        returns.put_away(second, by=user("warehouse"), now=clock.now())
    assert refusal.value.rule == "B-118"
    signing.sign(failed, PAPERS["return_inspection"][1], "quality", by=user("quality"), now=clock.now(), password=PASSWORD)
    returns.put_away(second, by=user("warehouse"), now=clock.now())
    report = db.session.scalar(select(NonconformityReport))
    assert (second.status, second.zone.kind) == (LineState.NONCONFORMING, ZoneKind.NONCONFORMING)
    assert stock.on_hand(reagent, zone(ZoneKind.NONCONFORMING), batch="20240601") == 2
    assert (report.id, report.qty, report.batch_no, report.source_type) == (second.ncr_id, 2, "20240601", NcrSource.SALES_RETURN)
    assert failed.retain_until == dt.date(2028, 3, 10)

    step(order, "dispose", "service_manager", outcome=Outcome.REFUND)
    with pytest.raises(DomainError):
        step(order, "inform", "service_clerk")
    step(order, "refund", "finance")
    with pytest.raises(DomainError):
        step(order, "close", "service_clerk")
    step(order, "inform", "service_clerk")
    with pytest.raises(DomainError) as refusal:
        step(order, "close", "service_clerk")
    assert (refusal.value.rule, refusal.value.message._kwargs["cells"]) == ("R-053", "审核人、保管人签字")
    sign(order, "auditor", "dispatch_supervisor")
    sign(order, "keeper_sign", "warehouse")
    step(order, "close", "service_clerk")
    assert (order.status, order.informed_at, order.retain_until) == (ReturnState.CLOSED, DAY, dt.date(2028, 3, 10))
    assert stock.ledger_differences() == []


def test_r053_a_refused_return_is_closed_with_the_auditor_s_signature_alone(case):
    reagent, order = case
    write(order, (reagent, "20240501", 1))
    step(order, "apply", "service_clerk")
    step(order, "audit", "dispatch_supervisor", audit_result=AuditResult.REFUSED)
    step(order, "inform", "service_clerk")
    with pytest.raises(DomainError) as refusal:
        step(order, "close", "service_clerk")
    assert refusal.value.message._kwargs["cells"] == "审核人"
    sign(order, "auditor", "dispatch_supervisor")
    step(order, "close", "service_clerk")
    assert order.status == ReturnState.CLOSED


def inspected(case):
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    inspect(order.lines[0], Conclusion.OK, "quality")
    return order.lines[0]


def test_wf06_inspected_goods_go_back_to_the_customer_when_another_person_approved_it(case):
    reagent, line = case[0], inspected(case)
    doc = returns.give_back(line, by=user("warehouse"), now=clock.now())
    with pytest.raises(DomainError) as refusal:
        stock_docs.post(doc, by=user("warehouse"), now=clock.now())
    assert refusal.value.field == "approved"
    db.session.refresh(doc)
    with pytest.raises(DomainError):
        returns.put_away(line, by=user("warehouse"), now=clock.now())
    with pytest.raises(DomainError):
        returns.give_back(line, by=user("warehouse"), now=clock.now())
    stock_docs.take_step(doc, "approve", by=user("service_manager"), now=clock.now())
    stock_docs.post(doc, by=user("warehouse"), now=clock.now())
    assert (line.status, line.zone, line.closed_at) == (LineState.GIVEN_BACK, None, DAY)
    assert stock.on_hand(reagent, zone(ZoneKind.RETURNED), batch="20240501") == 0
    stock_docs.reverse(doc, by=user("warehouse"), now=clock.now(), reason="客户改变主意")
    assert (line.status, line.zone.kind, line.closed_at) == (LineState.OK, ZoneKind.RETURNED, None)
    assert stock.ledger_differences() == []


def test_wf06_what_is_not_inspected_does_not_go_back(case):
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    with pytest.raises(DomainError) as refusal:
        returns.give_back(order.lines[0], by=user("warehouse"), now=clock.now())
    assert refusal.value.rule == "B-117"


def test_b115_no_more_than_is_left_of_a_batch(case):
    reagent, order = case
    write(order, (reagent, " 20240501 ", 4))
    step(order, "apply", "service_clerk")
    another = ReturnOrder(customer=order.customer, reason="quality", created_by_id=user("service_clerk").id)
    db.session.add(another)
    db.session.flush()
    with pytest.raises(DomainError) as refusal:
        write(another, (reagent, "20240501", 7))
    assert (refusal.value.rule, refusal.value.message._kwargs["left"]) == ("B-115", "6")
    db.session.expire(another)
    write(another, (reagent, "20240501", 6))


def test_b115_not_two_lines_of_one_batch_beyond_what_was_sold(case):
    reagent, order = case
    with pytest.raises(DomainError) as refusal:
        write(order, (reagent, "20240501", 6), (reagent, "20240501", 5))
    assert refusal.value.rule == "B-115"


def test_b115_what_another_customer_bought_does_not_come_back_from_this_one(case):
    reagent, order = case
    stranger = Customer(code="C6", name="某所", region=db.session.scalar(select(Region)))
    db.session.add(stranger)
    db.session.flush()
    order.customer = stranger
    with pytest.raises(DomainError) as refusal:
        write(order, (reagent, "20240501", 1))
    assert refusal.value.rule == "B-115"


def test_b116_returned_goods_are_received_into_the_yellow_zone_only(case):
    reagent, order = case
    agreed(reagent, order)
    with pytest.raises(DomainError) as refusal:
        step(order, "receive", "warehouse", zone=zone(ZoneKind.QUALIFIED))
    assert refusal.value.rule == "B-116"


def test_b117_each_batch_has_an_inspection_of_its_own(case):
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    inspect(order.lines[0], Conclusion.OK, "quality")
    returns.put_away(order.lines[0], by=user("warehouse"), now=clock.now())
    with pytest.raises(DomainError) as refusal:
        step(order, "dispose", "service_manager", outcome=Outcome.REFUND)
    assert refusal.value.rule == "B-117"


def test_b118_the_inspector_does_not_confirm_his_own_failure(case):
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    record = inspect(order.lines[0], Conclusion.BAD, "quality", defect_note="破损")
    with pytest.raises(DomainError) as refusal:
        signing.sign(record, PAPERS["return_inspection"][1], "quality", by=user("quality"), now=clock.now(), password=PASSWORD)
    assert refusal.value.rule == "B-118"


def test_b119_doubtful_goods_stay_in_the_zone_until_the_recheck(case):
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    line = order.lines[0]
    inspect(line, Conclusion.DOUBTFUL, "quality", defect_note="颜色偏深")
    assert (line.status, line.zone.kind) == (LineState.DOUBTFUL, ZoneKind.RETURNED)
    with pytest.raises(DomainError):
        returns.put_away(line, by=user("warehouse"), now=clock.now())
    paper = PAPERS["recheck"][1]
    record = paper_records.begin(QualityInspection, paper, line, by=user("quality"), now=clock.now())
    assert record.doubt == "颜色偏深"
    paper_records.fill(record, paper, {"result": Conclusion.OK}, by=user("quality"), now=clock.now())
    signing.sign(record, paper, "quality", by=user("quality"), now=clock.now(), password=PASSWORD)
    returns.put_away(line, by=user("warehouse"), now=clock.now())
    assert stock.on_hand(reagent, zone(ZoneKind.QUALIFIED), batch="20240501") == 6


@pytest.mark.parametrize(("day", "expiry", "until"), [
    (dt.date(2024, 5, 10), dt.date(2026, 6, 30), dt.date(2027, 6, 30)), (dt.date(2024, 5, 10), dt.date(2024, 12, 31), dt.date(2027, 5, 10)),
    (dt.date(2024, 5, 10), None, dt.date(2027, 5, 10)), (dt.date(2024, 2, 29), None, dt.date(2027, 2, 28))])
def test_b121_records_are_kept_a_year_past_the_expiry_and_at_least_three(story, day, expiry, until):
    assert returns.retain_until(day, expiry) == until


def test_b123_the_one_who_applied_does_not_decide(case):
    reagent, order = case
    write(order, (reagent, "20240501", 1))
    with pytest.raises(NotAllowed):
        step(order, "audit", "service_clerk", audit_result=AuditResult.RETURN)
    step(order, "apply", "dispatch_supervisor")
    with pytest.raises(DomainError) as refusal:
        step(order, "audit", "dispatch_supervisor", audit_result=AuditResult.RETURN)
    assert refusal.value.rule == "B-204"
    step(order, "audit", "service_manager", audit_result=AuditResult.RETURN)


def test_b123_a_refused_return_is_closed_once_the_customer_was_told(case):
    reagent, order = case
    write(order, (reagent, "20240501", 1))
    step(order, "apply", "service_clerk")
    step(order, "audit", "dispatch_supervisor", audit_result=AuditResult.REFUSED)
    with pytest.raises(DomainError):
        step(order, "receive", "warehouse")
    with pytest.raises(DomainError):
        step(order, "close", "service_clerk")
    step(order, "inform", "service_clerk")
    sign(order, "auditor", "dispatch_supervisor")
    step(order, "close", "service_clerk")
    assert order.status == ReturnState.CLOSED
    assert returns.returnable(db.session.scalar(select(SalesShipmentLine).order_by(SalesShipmentLine.id))) == 10


def test_r6_who_passed_returned_goods_does_not_release_them(case):
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    line = order.lines[0]
    inspect(line, Conclusion.OK, "warehouse")
    with pytest.raises(DomainError) as refusal:
        returns.put_away(line, by=user("warehouse"), now=clock.now())
    assert refusal.value.rule == "B-204"
    assert (line.status, stock.on_hand(reagent, zone(ZoneKind.QUALIFIED), batch="20240501")) == (LineState.OK, 0)


def test_r6_who_wrote_the_return_does_not_decide_the_refund(case):
    reagent, order = case
    order.created_by_id = user("service_manager").id
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    for line in order.lines:
        inspect(line, Conclusion.OK, "quality")
        returns.put_away(line, by=user("warehouse"), now=clock.now())
    with pytest.raises(DomainError) as refusal:
        step(order, "dispose", "service_manager", outcome=Outcome.REFUND)
    assert refusal.value.rule == "B-204"
    step(order, "dispose", "dispatch_supervisor", outcome=Outcome.REFUND)


# The table of WF-06 by hand: state → steps that leave it; whoever changes the machine changes this too.
WAYS = {
    "draft": "apply void", "applied": "audit hand_over void", "approved": "send_back receive void", "in_transit": "receive void",
    "received": "receive dispose refund", "inspecting": "receive dispose refund", "disposed": "inform", "refused": "inform",
    "to_repair": "inform", "informed": "close",
}


@pytest.mark.parametrize("state", list(ReturnState))
def test_wf06_only_the_steps_of_the_table_leave_a_state(state):
    found = {step.name for step in returns.MACHINE.transitions.values() if state in step.sources}
    assert found == set(WAYS.get(state.value, "").split())


def test_wf06_what_the_customer_has_sent_is_on_its_way_until_the_store_receives_it(case):
    reagent, order = case
    agreed(reagent, order)
    with pytest.raises(NotAllowed):
        step(order, "send_back", "finance")
    step(order, "send_back", "service_clerk")
    assert (order.status, order.sent_at) == (ReturnState.IN_TRANSIT, DAY)
    received = receiving.scan("20240501", by=user("warehouse"), now=clock.now())
    assert (received.status, order.status) == (LineState.IN_ZONE, ReturnState.RECEIVED)


def staff(name):
    return db.session.scalar(select(Staff).where(Staff.user_id == user(name).id))


def test_b123_what_one_cannot_decide_is_handed_to_another_who_decides_it(case):
    reagent, order = case
    write(order, (reagent, "20240501", 1))
    step(order, "apply", "service_clerk")
    due = order.audit_due
    for nobody in (None, staff("warehouse"), staff("service_clerk"), staff("quality")):
        with pytest.raises(DomainError) as refusal:
            step(order, "hand_over", "quality", handed_to=nobody, reason="批次不明")
        assert (refusal.value.rule, refusal.value.field) == ("B-123", "handed_to")
    with pytest.raises(DomainError) as refusal:
        step(order, "hand_over", "quality", handed_to=staff("dispatch_supervisor"))
    assert refusal.value.field == "reason"
    step(order, "hand_over", "quality", handed_to=staff("dispatch_supervisor"), reason="批次不明")
    assert (order.status, order.handed_to, order.audit_due) == (ReturnState.APPLIED, staff("dispatch_supervisor"), due)
    told = db.session.scalars(select(Notification.text).where(Notification.user_id == user("dispatch_supervisor").id)).all()
    assert any("批次不明" in text for text in told)
    with pytest.raises(DomainError) as refusal:
        step(order, "audit", "quality", audit_result=AuditResult.RETURN)
    assert refusal.value.rule == "B-123"
    step(order, "audit", "dispatch_supervisor", audit_result=AuditResult.RETURN)
    assert order.status == ReturnState.APPROVED


def put_back(case):
    """The order when all its goods are put away."""
    reagent, order = case
    agreed(reagent, order)
    step(order, "receive", "warehouse")
    for line in order.lines:
        inspect(line, Conclusion.OK, "quality")
        returns.put_away(line, by=user("warehouse"), now=clock.now())
    return order


def test_wf06_a_refund_is_decided_by_the_manager_and_confirmed_by_finance(case):
    order = put_back(case)
    with pytest.raises(DomainError) as refusal:
        step(order, "refund", "finance")
    assert refusal.value.rule == "WF-06"
    for who in ("service_clerk", "warehouse", "finance"):
        with pytest.raises(NotAllowed):
            step(order, "dispose", who, outcome=Outcome.REFUND)
    step(order, "dispose", "service_manager", outcome=Outcome.REFUND)
    assert (order.status, order.disposed_by) == (ReturnState.INSPECTING, staff("service_manager"))
    assert db.session.scalar(select(Notification.id).where(Notification.user_id == user("finance").id)) is not None
    with pytest.raises(NotAllowed):
        step(order, "refund", "service_manager")
    step(order, "refund", "finance")
    assert (order.status, order.refunded_at, order.refunded_by) == (ReturnState.DISPOSED, DAY, staff("finance"))


def test_r6_who_decided_a_refund_does_not_confirm_it(case):
    order = put_back(case)
    step(order, "dispose", "service_manager", outcome=Outcome.REFUND)
    order.disposed_by = staff("finance")
    with pytest.raises(DomainError) as refusal:
        step(order, "refund", "finance")
    assert refusal.value.rule == "B-204"


def test_wf06_an_exchange_needs_no_word_of_finance(case):
    order = put_back(case)
    step(order, "dispose", "service_manager", outcome=Outcome.EXCHANGE)
    assert order.status == ReturnState.DISPOSED


def test_r053_whom_to_ask_is_taken_from_the_customers_file_and_a_return_without_it_is_not_handed_in(case):
    reagent, order = case
    write(order, (reagent, "20240501", 1))
    assert (order.address, order.contact_name, order.contact_phone) == ("临江市江堤路 3 号", "试剂室", "0571-5550105")
    order.contact_phone = None
    with pytest.raises(DomainError) as refused:
        step(order, "apply", "service_clerk")
    assert refused.value.field == "contact_phone"


def test_r053_the_sheet_says_what_the_goods_were_sold_for_and_a_price_is_not_negative(case):
    reagent, order = case
    sold = db.session.scalar(select(SalesShipmentLine).where(SalesShipmentLine.batch_no == "20240501"))
    saving.change(sold, {"unit_price": Decimal("120.50")}, by=user("service_clerk"))
    write(order, (reagent, "20240501", 6), (reagent, "20240601", 2))
    assert [(line.unit_price, line.amount) for line in order.lines] == [(Decimal("120.50"), Decimal("723.00")), (None, None)]
    words = printing.pages_html(SHEET, order, {}, model=ReturnOrder, number="RT")
    assert "723.00" in words
    with pytest.raises(DomainError) as refused:
        saving.change(sold, {"unit_price": Decimal("-1")}, by=user("service_clerk"))
    assert refused.value.field == "unit_price"
