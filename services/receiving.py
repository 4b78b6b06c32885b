"""The desk where returned goods arrive: a scan finds the expected line and books it into the yellow zone (B-116)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from extensions import _l, db
from models.equipment import Part
from models.returns import ReturnLine, ReturnOrder
from models.stock import StockDoc, StockDocLine, StockZone
from models.stock_enums import LineState, ReturnState, StockState, ZoneKind
from services import access, clock, defective, parameters, returns, stock, stock_docs
from services.errors import DomainError

L = LineState
LONGEST = 80
COMING = (ReturnState.APPROVED, ReturnState.IN_TRANSIT, ReturnState.RECEIVED, ReturnState.INSPECTING)


def yellow() -> StockZone:
    """The zone the desk books into."""
    return stock.zone_of(ZoneKind.RETURNED)


def _expected() -> Any:
    orders = select(ReturnOrder.id).where(ReturnOrder.status.in_(COMING))
    return (ReturnLine.status == L.EXPECTED) & or_(ReturnLine.return_order_id.is_(None), ReturnLine.return_order_id.in_(orders))


def in_hand(*, now: dt.datetime, limit: int = 100) -> list[ReturnLine]:
    """What came today, then what is expected: by their returns and engineers."""
    query = (select(ReturnLine).where(_expected() | (ReturnLine.received_at >= clock.day_start(now)))
             .options(joinedload(ReturnLine.part), joinedload(ReturnLine.zone), joinedload(ReturnLine.return_order),
                      joinedload(ReturnLine.owed_by))
             .order_by(ReturnLine.received_at.is_(None), ReturnLine.received_at.desc(), ReturnLine.return_order_id, ReturnLine.due_at,
                       ReturnLine.id).limit(limit))
    return list(db.session.scalars(query))


def scan(code: str, *, qty: Decimal | None = None, by: Any, now: dt.datetime) -> ReturnLine:
    """Receive the expected line that bears this serial, batch, register or part number, all of it or `qty` pieces.

    Raises DomainError: nothing expected bears it, or more came than was applied for; NotAllowed.
    """
    access.require(by, "change", "stock_doc")
    if not code:
        raise DomainError(_l("Scan a serial number or a batch, or type it and press Enter."), "code")
    if qty is not None and (not qty.is_finite() or qty <= 0):
        raise DomainError(_l("How many? The quantity is a must."), "qty")
    line = _find(code) if len(code) <= LONGEST else None
    if line is None:
        raise DomainError(_elsewhere(code[:LONGEST]), "code", rule="B-116")
    if line.return_order is not None:
        db.session.refresh(line.return_order, with_for_update=True)
        returns.receive_line(line, by=by, now=now, qty=qty)
    else:
        if qty is not None and qty != line.qty:
            whole = f"{(line.qty or Decimal(0)).normalize():f}"
            raise DomainError(_l("A replaced part comes back whole: %(qty)s.", qty=whole), "qty", rule="B-052")
        defective.take_step(line, "receive", by=by, now=now)
    return line


def _find(code: str) -> ReturnLine | None:
    parts = select(Part.id).where(Part.part_no == code)
    rows = db.session.scalars(select(ReturnLine).where(_expected(), or_(
        ReturnLine.serial_no == code, ReturnLine.batch_no == code, ReturnLine.line_no == code, ReturnLine.part_id.in_(parts)))
        .order_by(ReturnLine.return_order_id.is_(None), ReturnLine.due_at, ReturnLine.id).limit(50)).all()
    exact = [row for row in rows if code in (row.serial_no, row.batch_no, row.line_no)]
    owing = {str(row.owed_by) for row in rows if row.return_order_id is None and row.owed_by is not None}
    if not exact and len(owing) > 1 and all(row.return_order_id is None for row in rows):
        raise DomainError(_l("%(code)s is owed by several: %(people)s. Scan the serial number, or receive it on the page of its line.",
                             code=code, people="、".join(sorted(owing))), "code", rule="B-052")
    return next(iter([*exact, *rows]), None)


def _elsewhere(code: str) -> Any:
    """Why nothing is found: what the number belongs to, when it is known."""
    other = db.session.scalar(select(ReturnLine).where(or_(ReturnLine.serial_no == code, ReturnLine.batch_no == code,
                                                           ReturnLine.line_no == code)).order_by(ReturnLine.id.desc()).limit(1))
    if other is None:
        return _l("%(code)s is not expected. Put it aside and ask who sent it.", code=code)
    if other.return_order is not None:
        return _l("%(code)s belongs to %(order)s (%(state)s): nothing of it is expected now.", code=code, order=other.return_order,
                  state=other.return_order.status)
    return _l("%(code)s is not expected any more: %(state)s.", code=code, state=other.status)


def undo_last(*, by: Any, now: dt.datetime) -> str:
    """Take back the user's last scan of today, as long as the goods were not looked at; what it was."""
    access.require(by, "change", "stock_doc")
    row = db.session.execute(
        select(StockDoc, ReturnLine).join(StockDocLine, StockDocLine.doc_id == StockDoc.id)
        .join(ReturnLine, ReturnLine.id == StockDocLine.return_line_id)
        .where(StockDoc.created_by_id == by.id, StockDoc.status == StockState.POSTED, ReturnLine.status == L.IN_ZONE,
               ReturnLine.received_at >= clock.day_start(now)).order_by(StockDoc.id.desc()).limit(1)).first()
    if row is None:
        raise DomainError(_l("There is no scan of today to take back."), "code")
    doc, line = row
    stock_docs.unbook(doc, by=by, now=now, reason=str(_l("Scan taken back")))
    line.status, line.received_qty, line.received_at, line.zone = L.EXPECTED, None, None, None
    db.session.flush()
    return line.part_name  # type: ignore[no-any-return]


def most_days() -> int:
    """How many days goods may lie in the return zone (B-116)."""
    return parameters.number("return.max_days_in_zone")


def days_in_zone(order: ReturnOrder, *, now: dt.datetime) -> int | None:
    """For how many days goods of a return lie in the return zone; None when none do."""
    there = (L.IN_ZONE, L.DOUBTFUL, L.EXTERNAL, L.OK, L.BAD)
    since = [line.received_at for line in order.lines if line.received_at and line.status in there]
    return (now - min(since)).days if since else None


def zone_cards(*, now: dt.datetime) -> list[dict[str, Any]]:
    """How many pieces lie in each kind of zone, and for how many days the oldest does."""
    return [{"kind": kind, "count": f"{count.normalize():,f}", "days": (now - since).days if since is not None else None}
            for kind, count, since in stock.by_kind()]
