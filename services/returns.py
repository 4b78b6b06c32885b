"""Sales returns and exchanges from the application to the closed file (R-053; WF-06; B-115, B-116, B-120, B-121, B-123)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from extensions import _l, _lp, db
from models.base import field_info
from models.customer import Customer
from models.organisation import Staff
from models.paper import PAPERS
from models.returns import ReturnLine, ReturnOrder, SalesShipment, SalesShipmentLine
from models.stock import StockDoc, StockDocLine, StockZone
from models.stock_enums import (
    AuditResult,
    InspectResult,
    LineState,
    LineType,
    Outcome,
    ReturnState,
    StockKind,
    StockState,
    Track,
    ZoneKind,
)
from services import (
    access,
    clock,
    defective,
    known,
    notices,
    numbering,
    paper_checks,
    parameters,
    record_rules,
    saving,
    signing,
    stock,
    stock_docs,
    two_persons,
    working_hours,
)
from services.errors import DomainError
from services.workflow import Machine, Transition

S, L = ReturnState, LineState
DONE = (L.QUALIFIED, L.NONCONFORMING, L.GIVEN_BACK, L.CLOSED, L.CANCELLED)


# --- what may come back

def plain(mark: str | None) -> str:
    """A batch or serial number as it is compared: trimmed, capitals and small letters alike (B-115)."""
    return (mark or "").strip().casefold()


@saving.rule(SalesShipmentLine)
def _sold_for(sold: SalesShipmentLine) -> None:
    paper_checks.not_negative(sold, ("unit_price",), rule="R-053")


def returnable(sold: SalesShipmentLine, *, but: int | None = None) -> Decimal:
    """How many of a sold batch may still come back: sold less what came or is on its way by other lines (B-115)."""
    query = (select(func.sum(func.coalesce(ReturnLine.received_qty, ReturnLine.qty)))
             .outerjoin(ReturnOrder, ReturnOrder.id == ReturnLine.return_order_id)
             .where(ReturnLine.shipment_line_id == sold.id, ReturnLine.status != L.CANCELLED,
                    ReturnOrder.status.not_in((S.REFUSED, S.VOIDED)) | ReturnLine.return_order_id.is_(None)))
    if but is not None:
        query = query.where(ReturnLine.id != but)
    return sold.qty - Decimal(db.session.scalar(query) or 0)


def match(order: ReturnOrder, line: ReturnLine) -> SalesShipmentLine | None:
    """The sale a line comes from: of this customer, this product, this batch and serial number; the one with most left (B-115)."""
    sold = db.session.scalars(
        select(SalesShipmentLine).join(SalesShipment).where(SalesShipment.customer_id == order.customer_id,
                                                            SalesShipmentLine.part_id == line.part_id)
        .order_by(SalesShipmentLine.id)).all()
    fits = [row for row in sold if plain(row.batch_no) == plain(line.batch_no)
            and (not row.serial_no or plain(row.serial_no) == plain(line.serial_no))]
    return max(fits, key=lambda row: returnable(row, but=line.id), default=None)


@record_rules.at("save", ReturnOrder)
def _lines_hold(order: ReturnOrder, *, now: dt.datetime) -> None:
    """Each line names what was sold to this customer, in this batch, and no more of it than is left (B-115)."""
    asked: dict[int, Decimal] = {}
    for place, line in enumerate(order.lines):
        where = line.typed_at or f"line-lines-{place}"
        line.line_type, line.customer_id = LineType.SALES_RETURN, order.customer_id
        if line.part is None:
            raise DomainError(_l("Choose the product from the list."), f"{where}-part", rule="B-115")
        line.part_id = line.part.id
        if line.qty is None or line.qty <= 0:
            raise DomainError(_l("How many? The quantity is a must."), f"{where}-qty")
        if line.part.track == Track.SERIAL and not line.serial_no:
            raise DomainError(_l("This part is tracked by serial number: enter it."), f"{where}-serial_no")
        sold = match(order, line)
        if sold is None:
            if parameters.text("return.batch_match") == "block":
                raise DomainError(_l("We never sold %(part)s of the batch “%(batch)s” to this customer.", part=line.part,
                                     batch=line.batch_no or "—"), f"{where}-batch_no", rule="B-115")
            continue
        line.shipment_line, line.expiry_date = sold, sold.expiry_date
        left = returnable(sold, but=line.id) - asked.get(sold.id, Decimal(0))
        if line.qty > left:
            raise DomainError(_l("More than may come back: %(left)s.", left=f"{left.normalize():f}"), f"{where}-qty", rule="B-115")
        asked[sold.id] = asked.get(sold.id, Decimal(0)) + line.qty


@saving.rule(ReturnOrder)
def _is_draft(order: ReturnOrder) -> None:
    if order.status not in (None, S.DRAFT):
        raise DomainError(_l("Only a draft is changed; afterwards the return goes on by its steps."), "customer", rule="WF-06")


@saving.rule(ReturnOrder)
def _whom_to_ask(order: ReturnOrder) -> None:
    """What the customer's file says of place and contact is not asked for again (R-053)."""
    customer = order.customer or (db.session.get(Customer, order.customer_id) if order.customer_id else None)
    for name in ("address", "contact_name", "contact_phone") if customer is not None else ():
        if not getattr(order, name):
            setattr(order, name, known.known(customer).get(name))


@record_rules.limits(ReturnOrder)
def _writable(order: ReturnOrder, fields: set[str], user: Any) -> set[str]:
    """The application while it is a draft; the rest follows from the steps."""
    return fields & {"customer", "return_type", "contact_name", "contact_phone", "address", "reason", "reason_note",
                     "lines"} if order.status == S.DRAFT else set()


def retain_until(day: dt.date, expiry: dt.date | None) -> dt.date:
    """Until when records of these goods are kept: a year past their expiry, at least three years (B-121)."""
    dates = [_years_on(day, parameters.number("retention.min_years"))]
    if expiry is not None:
        dates.append(_years_on(expiry, parameters.number("retention.after_expiry_years")))
    return max(dates)


def _years_on(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


# --- guards and effects

def _applicable(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    if not order.reason:
        raise DomainError(_l("Give the reason of the return."), "reason", rule="R-053")
    if not order.lines:
        raise DomainError(_l("Write on the sheet what is to come back."), "lines", rule="R-053")
    for name in ("address", "contact_name", "contact_phone"):
        if not getattr(order, name):
            raise DomainError(_l("Please fill in: %(field)s.", field=field_info(ReturnOrder, name)["label"]), name, rule="R-053")
    _lines_hold(order, now=now)


def _applied(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.applied_at, order.applicant = now, access.staff_of(by)
    order.audit_due = working_hours.after(now, parameters.number("return.audit_hours"))
    order.return_no = order.return_no or numbering.take("return_order", now=now, owner=order, form_code="return_order").number
    order.retain_until = max(retain_until(clock.today(now), line.expiry_date) for line in order.lines)


def _auditable(order: ReturnOrder, *, by: Any, now: dt.datetime, audit_result: AuditResult | None = None, **_data: Any) -> None:
    """The team leader decides, not the one who applied (B-123, B-204); what was handed to somebody is his to decide."""
    if audit_result is None:
        raise DomainError(_l("Choose the decision."), "audit_result", rule="B-123")
    staff = access.staff_of(by)
    if order.handed_to is not None and order.handed_to is not staff:
        raise DomainError(_l("This return was handed to %(name)s, who decides.", name=order.handed_to.name), "audit_result", rule="B-123")
    two_persons.require(by.id if staff is not None and order.applicant_id == staff.id else order.created_by_id, by)


def deciders(order: ReturnOrder, *, but: Staff | None = None) -> list[Staff]:
    """To whom a return that cannot be decided may be handed: who may decide it, and neither applied for it nor holds it now (B-123)."""
    return [person for person in access.holders("approve", "return_order")
            if person.id != order.applicant_id and person is not order.handed_to and person is not but]


def _handable(order: ReturnOrder, *, by: Any, now: dt.datetime, handed_to: Staff | None = None, **_data: Any) -> None:
    if handed_to is None or handed_to not in deciders(order, but=access.staff_of(by)):
        raise DomainError(_l("Choose another colleague who may decide on returns."), "handed_to", rule="B-123")


def _handed(order: ReturnOrder, *, by: Any, now: dt.datetime, reason: str | None = None, handed_to: Staff, **_data: Any) -> None:
    """The other one is told; the hours of the audit go on (B-123)."""
    order.handed_to = handed_to
    notices.tell([handed_to], _l("%(order)s: decide on the return. %(reason)s", order=str(order), reason=reason or ""),
                 href=f"/returns/show/{order.id}", now=now, by=by)


def _sent(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.sent_at = now


def _audited(order: ReturnOrder, *, by: Any, now: dt.datetime, audit_result: AuditResult, **_data: Any) -> None:
    order.audit_result, order.audited_at, order.audited_by = audit_result, now, access.staff_of(by)
    order.status = {AuditResult.REFUSED: S.REFUSED, AuditResult.REPAIR: S.TO_REPAIR}.get(audit_result, S.APPROVED)
    if order.status in (S.REFUSED, S.TO_REPAIR):
        for line in order.lines:
            line.status, line.closed_at = L.CANCELLED, now


def _receivable(order: ReturnOrder, *, by: Any, now: dt.datetime, zone: StockZone | None = None, **_data: Any) -> None:
    """Only into a yellow zone with a named keeper (B-116)."""
    place = zone or stock.zone_of(ZoneKind.RETURNED)
    if place.kind != ZoneKind.RETURNED:
        raise DomainError(_l("Returned goods lie in the return zone until they are inspected, not in “%(zone)s”.", zone=place), "zone",
                          rule="B-116")


def _received(order: ReturnOrder, *, by: Any, now: dt.datetime, zone: StockZone | None = None, **_data: Any) -> None:
    """What is still expected came as applied for."""
    for line in order.lines:
        if line.status == L.EXPECTED:
            receive_line(line, by=by, now=now, zone=zone)


def receive_line(line: ReturnLine, *, by: Any, now: dt.datetime, qty: Decimal | None = None, zone: StockZone | None = None) -> None:
    """One line of an approved return comes into the yellow zone, by a stock document. Raises DomainError for more than was applied for."""
    order = line.return_order
    if order is None or order.status not in (S.APPROVED, S.IN_TRANSIT, S.RECEIVED, S.INSPECTING):
        raise DomainError(_l("This return is not agreed: nothing of it is received."), "qty", rule="B-123")
    came = qty if qty is not None else line.qty
    if came is None or came <= 0 or (line.qty is not None and came > line.qty):
        raise DomainError(_l("More than was applied for: %(qty)s.", qty=f"{(line.qty or Decimal(0)).normalize():f}"), "qty", rule="B-115")
    yellow = zone or stock.zone_of(ZoneKind.RETURNED)
    stock_docs.book(StockKind.SALES_RETURN, [defective.item_of(line, stock.outside(ZoneKind.CUSTOMER), yellow, qty=came)], by=by, now=now,
                    source_no=order.return_no, party=str(order.customer), return_order_id=order.id)
    line.received_qty, line.received_at, line.zone, line.status = came, now, yellow, L.IN_ZONE
    staff = access.staff_of(by)
    order.received_at, order.received_by, order.zone = order.received_at or now, order.received_by or staff, order.zone or yellow
    order.keeper_id = order.keeper_id or yellow.keeper_id or (staff.id if staff else None)
    if order.status in (S.APPROVED, S.IN_TRANSIT):
        order.status = S.RECEIVED
    db.session.flush()


def _disposable(order: ReturnOrder, *, by: Any, now: dt.datetime, outcome: Outcome | None = None, **_data: Any) -> None:
    open_lines = [line for line in order.lines if line.status not in DONE]
    if open_lines:
        raise DomainError(_l("%(count)s lines are not inspected and put away yet.", count=len(open_lines)), "outcome", rule="B-117")
    if outcome is None:
        raise DomainError(_l("How did it end?"), "outcome", rule="R-053")
    if outcome == Outcome.REFUND:  # money goes out by two persons (R6)
        two_persons.require(order.created_by_id, by)


def _disposed(order: ReturnOrder, *, by: Any, now: dt.datetime, outcome: Outcome, **_data: Any) -> None:
    """A refund is disposed of when finance has confirmed it; anything else with the decision (WF-06)."""
    order.outcome, order.disposed_by = outcome, access.staff_of(by)
    if outcome != Outcome.REFUND:
        order.status = S.DISPOSED
        return
    notices.tell(access.holders("approve", "return_refund"), _l("%(order)s: confirm the refund.", order=str(order)),
                 href=f"/returns/show/{order.id}", now=now, by=by)


def _refundable(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Only what was decided as a refund, and by another person than decided it (R6)."""
    if order.outcome != Outcome.REFUND:
        raise DomainError(_l("No refund was decided for this return."), rule="WF-06")
    staff = access.staff_of(by)
    if staff is not None and order.disposed_by_id == staff.id:
        two_persons.require(by.id, by)
    two_persons.require(order.created_by_id, by)


def _refunded(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.refunded_at, order.refunded_by = now, access.staff_of(by)


def _informed(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.informed_at = now


def missing_signatures(order: ReturnOrder) -> list[Any]:
    """The cells of the return's paper that must still be signed before it is closed: the auditor's, and the keeper's when goods came
    (R-053).
    """
    paper = PAPERS["return_order"][1]
    signed = signing.signatures(order, paper)
    return [slot.name_of() for slot in signing.needed(order, paper)
            if slot.name not in signed and (slot.name != "keeper_sign" or order.received_at is not None)]


def _closable(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    missing = missing_signatures(order)
    if missing:
        raise DomainError(_l("Not all have signed the sheet yet. Missing: %(cells)s.", cells="、".join(missing)), "status", rule="R-053")


def _closed(order: ReturnOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    order.closed_at = now


def _voided(order: ReturnOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    order.voided_at, order.void_reason = now, (reason or "")[:200]
    for line in order.lines:
        line.status, line.closed_at = L.CANCELLED, now


MACHINE = Machine(
    Transition("apply", (S.DRAFT,), S.APPLIED, _lp("return_step", "Apply"), right="create", guard=_applicable, effect=_applied),
    Transition("audit", (S.APPLIED,), None, _l("Decide"), right="approve", guard=_auditable, effect=_audited),
    Transition("hand_over", (S.APPLIED,), None, _l("Cannot decide: hand over"), right="approve", guard=_handable, effect=_handed,
               reason=True, adverse=True),
    Transition("send_back", (S.APPROVED,), S.IN_TRANSIT, _l("The customer has sent it"), right="create", effect=_sent),
    Transition("receive", (S.APPROVED, S.IN_TRANSIT, S.RECEIVED, S.INSPECTING), S.RECEIVED, _l("Receive everything"), right="change",
               noun="stock_doc", guard=_receivable, effect=_received),
    Transition("dispose", (S.RECEIVED, S.INSPECTING), None, _l("Enter the outcome"), right="approve", guard=_disposable,
               effect=_disposed),
    Transition("refund", (S.RECEIVED, S.INSPECTING), S.DISPOSED, _l("Confirm the refund"), right="approve", noun="return_refund",
               guard=_refundable, effect=_refunded),
    Transition("inform", (S.DISPOSED, S.REFUSED, S.TO_REPAIR), S.INFORMED, _l("Customer was told"), right="create", effect=_informed),
    Transition("close", (S.INFORMED,), S.CLOSED, _lp("return_step", "Close"), right="change", guard=_closable,
               effect=_closed),
    Transition("void", (S.DRAFT, S.APPLIED, S.APPROVED, S.IN_TRANSIT), S.VOIDED, _l("Void"), right="void", effect=_voided,
               reason=True, adverse=True),
)


def take_step(order: ReturnOrder, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of WF-06. Raises as `Machine.fire` does."""
    db.session.flush()
    db.session.refresh(order, with_for_update=True)
    MACHINE.fire(order, name, by=by, now=now, reason=reason, **data)
    db.session.flush()


def put_away(line: ReturnLine, *, by: Any, now: dt.datetime) -> None:
    """The keeper moves an inspected line where its result leads; nowhere else (B-118). Who passed it does not release it (R6).

    It is the step `put_away` of a defective part (`defective.MACHINE`), by the door of lines that a sales return holds.
    """
    from services import inspections

    access.require(by, "change", "stock_doc")
    if line.status not in (L.OK, L.BAD):
        raise DomainError(_l("This line is not inspected yet, or its inspection is not confirmed."), "status", rule="B-118")
    if giving_back(line) is not None:
        raise DomainError(_l("A document gives this back to the customer. Void it first."), "status", rule="WF-06")
    staff = access.staff_of(by)
    if line.status == L.OK and staff is not None and staff.id in inspections.signers(line):
        two_persons.require(by.id, by)
    defective.put_away(line, by=by, now=now)
    db.session.flush()


def giving_back(line: ReturnLine) -> StockDoc | None:
    """The document by which an inspected line is to go back to the customer, while it waits to be approved and posted."""
    return db.session.scalar(select(StockDoc).join(StockDocLine, StockDocLine.doc_id == StockDoc.id).where(  # type: ignore[no-any-return]
        StockDocLine.return_line_id == line.id, StockDoc.kind == StockKind.GIVE_BACK, StockDoc.status == StockState.DRAFT).limit(1))


def give_back(line: ReturnLine, *, by: Any, now: dt.datetime) -> StockDoc:
    """The inspected goods of a return are to go back to the customer as they are (WF-06, WF-07: 退货区→客户, inspected and approved).

    The document is a draft until another person approves it; posting it takes the goods out of the return zone. Raises NotAllowed, and
    DomainError for a line that is not inspected or goes back already.
    """
    access.require(by, "change", "stock_doc")
    db.session.refresh(line, with_for_update=True)
    order = line.return_order
    if order is None or line.status not in (L.OK, L.BAD):
        raise DomainError(_l("This line is not inspected yet, or its inspection is not confirmed."), "status", rule="B-117")
    if giving_back(line) is not None:
        raise DomainError(_l("A document gives this back to the customer. Void it first."), "status", rule="WF-06")
    result = InspectResult.OK if line.status == L.OK else InspectResult.BAD
    item = defective.item_of(line, line.zone or stock.zone_of(ZoneKind.RETURNED), stock.outside(ZoneKind.CUSTOMER), result=result,
                             quality_by_id=line.confirmed_by_id)
    doc = stock_docs.drafted(StockKind.GIVE_BACK, [item], by=by, now=now, source_no=order.return_no, party=str(order.customer),
                             return_order_id=order.id)
    notices.tell(access.holders("approve", "stock_doc"), _l("Goods of %(order)s are to go back to the customer: approve it.", order=order),
                 href=f"/stock-docs/show/{doc.id}", now=now, by=by)
    return doc
