"""R-048 备件收发存台账 and R-054 退货区保管记录: what went in and out of a zone, and what lay in the return zone for how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from extensions import _lp, db
from models.returns import ReturnLine, ReturnOrder
from models.stock import StockDocLine, StockMovement, StockZone
from models.stock_enums import VIRTUAL, Conclusion, LineState, ZoneKind
from services import access, clock
from services.register import MONTH, Ask, Choice, Column, Line, Register, amount, declare

AREA = _lp("R-043", "Stock and returns")
CONCLUSIONS = {LineState.OK: Conclusion.OK, LineState.QUALIFIED: Conclusion.OK, LineState.BAD: Conclusion.BAD,
               LineState.NONCONFORMING: Conclusion.BAD, LineState.DOUBTFUL: Conclusion.DOUBTFUL}


def zones(_user: Any) -> dict[str, str]:
    """The zones of our own stores and engineers."""
    found = db.session.scalars(select(StockZone).where(StockZone.kind.not_in(VIRTUAL)).order_by(StockZone.id)).all()
    return {str(zone.id): str(zone) for zone in found}


def when(moment: Any) -> str:
    """`03-04 09:12` on the company's wall clock."""
    return f"{clock.local(moment):%m-%d %H:%M}" if moment is not None else ""


def _wanted(ask: Ask) -> list[int]:
    query = select(StockZone.id).where(StockZone.kind.not_in(VIRTUAL))
    if ask.chosen.get("zone"):
        query = query.where(StockZone.id == int(ask.chosen["zone"]))
    return list(db.session.scalars(query))


def _openings(wanted: list[int], ask: Ask) -> dict[tuple[int, int], Decimal]:
    """(part, zone) → how many lay there when the span began."""
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for end, sign in ((StockMovement.zone_to_id, 1), (StockMovement.zone_from_id, -1)):
        rows = db.session.execute(select(StockMovement.part_id, end, func.sum(StockMovement.qty)).where(
            end.in_(wanted), StockMovement.moved_at < ask.begin).group_by(StockMovement.part_id, end))
        for part_id, zone_id, total in rows:
            found[(part_id, zone_id)] += sign * Decimal(total)
    return found


def ledger(user: Any, ask: Ask) -> list[Line]:
    """Every movement into or out of the chosen zone (all of ours when none is chosen), with what lay there before and after (R-048)."""
    wanted = _wanted(ask)
    balance = _openings(wanted, ask)
    moves = db.session.scalars(select(StockMovement).where(
        StockMovement.moved_at >= ask.begin, StockMovement.moved_at < ask.end,
        or_(StockMovement.zone_from_id.in_(wanted), StockMovement.zone_to_id.in_(wanted)), access.visible(user, StockMovement))
        .order_by(StockMovement.moved_at, StockMovement.id).options(
            joinedload(StockMovement.doc), joinedload(StockMovement.part), joinedload(StockMovement.staff),
            joinedload(StockMovement.line), joinedload(StockMovement.zone_from), joinedload(StockMovement.zone_to)))
    lines = []
    for move in moves:
        for zone, came in ((move.zone_from, False), (move.zone_to, True)):
            if zone.id not in wanted:
                continue
            key = (move.part_id, zone.id)
            before, balance[key] = balance[key], balance[key] + (move.qty if came else -move.qty)
            lines.append(Line({
                "occurred_at": when(move.moved_at), "doc": f"{move.doc.doc_no or ''} {move.doc.kind}".strip(),
                "part": " ".join(filter(None, (move.part.part_no, move.part.name, move.part.spec))),
                "marks": " / ".join(filter(None, (move.batch_no, move.serial_no))), "opening": amount(before) or "0",
                "qty_in": amount(move.qty) if came else "", "qty_out": "" if came else amount(move.qty),
                "balance": amount(balance[key]) or "0", "zone": " / ".join(str(it) for it in (zone.warehouse, zone) if it is not None),
                "staff": str(move.staff or ""), "remark": (move.line.purpose or move.doc.source_no or "") if move.line else ""},
                {"qty_in" if came else "qty_out": move.qty}, href=f"/stock-docs/show/{move.doc_id}"))
    return lines


LEDGER = declare(Register(
    "R-048", "stock_ledger", _lp("R-048", "Spare-part ledger"), "stock", AREA,
    _lp("R-048", "What came in and went out, printed each month"),
    (Column("occurred_at", _lp("R-048", "Date"), 8, whole=True), Column("doc", _lp("R-048", "Document no. / kind"), 13),
     Column("part", _lp("R-048", "Part no. / name / specification"), 18), Column("marks", _lp("R-048", "Batch / serial no."), 10),
     Column("opening", _lp("R-048", "Opening"), 6, "right"), Column("qty_in", _lp("R-048", "Quantity in"), 6, "right", total=True),
     Column("qty_out", _lp("R-048", "Quantity out"), 6, "right", total=True), Column("balance", _lp("R-048", "Balance"), 6, "right"),
     Column("zone", _lp("R-048", "Warehouse / zone"), 10), Column("staff", _lp("R-048", "By"), 7),
     Column("remark", _lp("R-048", "Remarks"), 10)),
    ledger, MONTH, (Choice("zone", _lp("R-048", "Warehouse / zone"), zones),), _lp("R-048", "Storekeeper"),
    who=_lp("R-048", "Kept by itself; the storekeeper signs the month"), when=_lp("R-048", "Always current; printed monthly")))


def _moves_of(lines: Iterable[ReturnLine]) -> dict[int, list[StockMovement]]:
    """Return line → its movements, in order."""
    found: dict[int, list[StockMovement]] = defaultdict(list)
    query = (select(StockDocLine.return_line_id, StockMovement).join(StockDocLine, StockDocLine.id == StockMovement.line_id)
             .where(StockDocLine.return_line_id.in_([line.id for line in lines]), StockMovement.reversal_of_id.is_(None),
                    StockMovement.id.not_in(select(StockMovement.reversal_of_id).where(StockMovement.reversal_of_id.is_not(None))))
             .order_by(StockMovement.id).options(joinedload(StockMovement.zone_from), joinedload(StockMovement.zone_to),
                                                 joinedload(StockMovement.staff)))
    for key, move in db.session.execute(query):
        found[key].append(move)
    return found


def custody(user: Any, ask: Ask) -> list[Line]:
    """What came into a return zone in the span or still lay there when it began: how long, what was found, where it went (R-054)."""
    rows = db.session.scalars(select(ReturnLine).where(
        ReturnLine.received_at < ask.end, ReturnLine.status != LineState.CANCELLED, access.visible(user, ReturnLine))
        .order_by(ReturnLine.received_at, ReturnLine.id).options(
            joinedload(ReturnLine.return_order).joinedload(ReturnOrder.customer), joinedload(ReturnLine.part),
            joinedload(ReturnLine.customer)).limit(5000)).all()
    moves, until, lines = _moves_of(rows), min(clock.now(), ask.end), list[Line]()
    for row in rows:
        into = next((move for move in moves[row.id] if move.zone_to.kind == ZoneKind.RETURNED), None)
        out = next((move for move in moves[row.id] if move.zone_from.kind == ZoneKind.RETURNED), None)
        if into is None or (out is not None and out.moved_at < ask.begin):
            continue
        left = out if out is not None and out.moved_at < ask.end else None
        lines.append(Line({
            "line_no": str(len(lines) + 1), "in_at": when(into.moved_at), "return_no": str(row.return_order or row.line_no or ""),
            "item": " / ".join(filter(None, (row.part_name, row.batch_no, row.serial_no))), "qty": amount(into.qty),
            "customer": str(row.customer or (row.return_order and row.return_order.customer) or ""),
            "days": str(((left.moved_at if left else until) - into.moved_at).days), "inspect_result": str(CONCLUSIONS.get(row.status, "")),
            "out": f"{when(left.moved_at)} {left.zone_to}" if left else "", "keeper": str(into.staff or "")},
            {"qty": into.qty}, href=f"/returns/show/{row.return_order_id}" if row.return_order_id else f"/defective-parts/show/{row.id}"))
    return lines


CUSTODY = declare(Register(
    "R-054", "return_custody", _lp("R-054", "Return-zone custody record"), "return_order", AREA,
    _lp("R-054", "What lies in the return zone, since when, and where it went"),
    (Column("line_no", _lp("R-054", "Line"), 4, "right"), Column("in_at", _lp("R-054", "Into the zone"), 9, whole=True),
     Column("return_no", _lp("R-054", "Return no."), 11), Column("item", _lp("R-054", "Name / specification / batch / serial no."), 24),
     Column("qty", _lp("R-054", "Quantity"), 5, "right", total=True), Column("customer", _lp("R-054", "Customer"), 14),
     Column("days", _lp("R-054", "Days in zone"), 6, "right"), Column("inspect_result", _lp("R-054", "Inspection"), 7),
     Column("out", _lp("R-054", "Moved out / to"), 13), Column("keeper", _lp("R-054", "Keeper"), 7)),
    custody, MONTH, signed=_lp("R-054", "Keeper"),
    who=_lp("R-054", "Keeper of the return zone"), when=_lp("R-054", "At each movement in or out of the zone")))
