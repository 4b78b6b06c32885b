"""The ledger of the store: every change of stock is a movement of a document, written once, in the transaction of the balance.

Locks are taken in this order: document, parts by their key, balances, counter of the number (R5). A movement is corrected by its
reversal only (B-127).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import case, delete, event, func, insert, literal, select, union_all, update
from sqlalchemy.orm import Session

from extensions import _l, db
from models.equipment import Part
from models.quality import NonconformityReport
from models.stock import StockBalance, StockDoc, StockDocLine, StockMovement, StockZone
from models.stock_enums import VIRTUAL, Disposition, InspectResult, Track, ZoneKind
from services import access, chain, stock_moves
from services.errors import DomainError

Key = tuple[int, int, str, str]
chain.chain(StockMovement)
ISSUABLE = (ZoneKind.QUALIFIED, ZoneKind.ENGINEER)


# --- what lies where

def on_hand(part: Part, zone: StockZone, *, batch: str = "", serial: str = "") -> Decimal:
    """How many of a part, batch and serial number lie in a zone, in the part's unit."""
    found = db.session.scalar(select(StockBalance.on_hand).where(
        StockBalance.part_id == part.id, StockBalance.zone_id == zone.id, StockBalance.batch_no == batch, StockBalance.serial_no == serial))
    return found if found is not None else Decimal(0)


def available(part: Part, *, zone: StockZone | None = None) -> Decimal:
    """How many of a part can be issued: what lies in qualified zones and with engineers, or in one zone (B-116)."""
    query = (select(func.sum(StockBalance.on_hand)).join(StockZone, StockZone.id == StockBalance.zone_id)
             .where(StockBalance.part_id == part.id, StockZone.kind.in_(ISSUABLE)))
    total = db.session.scalar(query if zone is None else query.where(StockZone.id == zone.id))
    return Decimal(total) if total is not None else Decimal(0)


def outside(kind: ZoneKind) -> StockZone:
    """The one zone that stands for an end outside: supplier, customer, count difference."""
    return db.session.scalars(select(StockZone).where(StockZone.kind == kind, StockZone.warehouse_id.is_(None),
                                                      StockZone.holder_id.is_(None)).order_by(StockZone.id)).first() or _no_zone(kind)


def zone_of(kind: ZoneKind, *, like: StockZone | None = None) -> StockZone:
    """The zone of a kind in the warehouse of another zone, else the first in use; DomainError where there is none."""
    query = select(StockZone).where(StockZone.kind == kind, StockZone.active).order_by(StockZone.id)
    zones = db.session.scalars(query).all()
    near = [zone for zone in zones if like is not None and zone.warehouse_id == like.warehouse_id]
    return next(iter([*near, *zones]), None) or _no_zone(kind)


def engineers_zone(staff_id: int | None) -> StockZone | None:
    """The stock an engineer carries; none when he has no zone of his own."""
    return db.session.scalars(select(StockZone).where(StockZone.kind == ZoneKind.ENGINEER, StockZone.holder_id == staff_id,
                                                      StockZone.active)
                              .order_by(StockZone.id)).first() if staff_id else None


def _no_zone(kind: ZoneKind) -> StockZone:
    raise DomainError(_l("There is no zone “%(kind)s” yet. Ask the storekeeper to set it up.", kind=kind), "zone_to", rule="WF-07")


# --- locks

def lock(doc: StockDoc) -> None:
    """Take the document and then its parts in the order of their keys; what is read of them afterwards is what stands (R5)."""
    db.session.flush()
    db.session.refresh(doc, with_for_update=True)
    lock_parts(line.part_id for line in doc.lines if line.part_id)


def lock_parts(keys: Iterable[int]) -> None:
    """Take parts in the order of their keys."""
    wanted = sorted(set(keys))
    if wanted:
        db.session.execute(select(Part.id).where(Part.id.in_(wanted)).order_by(Part.id).with_for_update(key_share=True)).all()


# --- moving

def move(line: StockDocLine, source: StockZone, target: StockZone, *, by: Any, now: dt.datetime) -> StockMovement:
    """Write one movement of a line and its balances. Whatever door it comes by, the table of moves is obeyed (WF-07).

    The document and its parts are locked already. Raises DomainError at the field of the line: a way that is not allowed, too little
    on hand, a serial number that lies elsewhere.
    """
    doc, where = line.doc, line.typed_at or "line"
    part, qty = line.part, line.qty
    if part is None:
        raise DomainError(_l("Choose the part from the list."), f"{where}-part")
    if qty is None or qty <= 0:
        raise DomainError(_l("How many? The quantity is a must."), f"{where}-qty")
    if source.id == target.id:
        raise DomainError(_l("From and to are the same zone."), f"{where}-zone_to", rule="WF-07")
    stock_moves.check(source.kind, target.kind, result=line.inspect_result or InspectResult.PENDING, quality=line.quality_by_id is not None,
                      approved=is_approved(doc), way=approved_way(line))
    _tracked(line, part, where)
    return _write(line, source.id, target.id, qty, by=by, now=now)


def is_approved(doc: StockDoc) -> bool:
    """Approved by another person than the one who made it."""
    return doc.approved_by_id is not None and doc.approved_by_id != doc.created_by_id


def approved_way(line: StockDocLine) -> Disposition | None:
    """What the approved report of a line says to do with it, as far as it is about these goods and this many (B-120)."""
    from services import nonconformity

    report = db.session.get(NonconformityReport, line.ncr_id) if line.ncr_id else None
    if report is None or not nonconformity.is_approved(report) or report.part_id != line.part_id:
        return None
    if (report.batch_no or "", report.serial_no or "") != (line.batch_no or "", line.serial_no or ""):
        return None
    done = db.session.scalar(
        select(func.sum(case((StockMovement.reversal_of_id.is_(None), StockMovement.qty), else_=-StockMovement.qty)))
        .join(StockDocLine, StockDocLine.id == StockMovement.line_id)
        .join(StockZone, StockZone.id == case((StockMovement.reversal_of_id.is_(None), StockMovement.zone_from_id),
                                              else_=StockMovement.zone_to_id))
        .where(StockDocLine.ncr_id == report.id, StockZone.kind == ZoneKind.NONCONFORMING))
    if report.qty is not None and Decimal(done or 0) + (line.qty or 0) > report.qty:
        return None
    return report.disposition  # type: ignore[no-any-return]


def _tracked(line: StockDocLine, part: Part, where: str) -> None:
    if part.track == Track.BATCH and not line.batch_no:
        raise DomainError(_l("This part is tracked by batch: enter the batch."), f"{where}-batch_no")
    if part.track == Track.SERIAL:
        if not line.serial_no:
            raise DomainError(_l("This part is tracked by serial number: enter it."), f"{where}-serial_no")
        if line.qty != 1:
            raise DomainError(_l("One line for each serial number."), f"{where}-qty")


def _write(line: StockDocLine, source_id: int, target_id: int, qty: Decimal, *, by: Any, now: dt.datetime,
           reversal_of: StockMovement | None = None) -> StockMovement:
    batch, serial = (line.batch_no or "").strip(), (line.serial_no or "").strip()
    if reversal_of is not None:
        batch, serial = reversal_of.batch_no, reversal_of.serial_no
    _take((line.part_id or 0, source_id, batch, serial), qty, line)
    _put((line.part_id or 0, target_id, batch, serial), qty, line)
    staff = access.staff_of(by)
    made = StockMovement(line_id=line.id, doc_id=line.doc_id, part_id=line.part_id, batch_no=batch, serial_no=serial, qty=qty,
                         zone_from_id=source_id, zone_to_id=target_id, moved_at=now, user_id=by.id, staff_id=staff.id if staff else None,
                         reversal_of_id=reversal_of.id if reversal_of else None)
    db.session.add(made)
    db.session.flush()
    return made


def _is_outside(zone_id: int) -> bool:
    return db.session.get_one(StockZone, zone_id).kind in VIRTUAL


def _of(key: Key) -> Any:
    return ((StockBalance.part_id == key[0]) & (StockBalance.zone_id == key[1]) & (StockBalance.batch_no == key[2])
            & (StockBalance.serial_no == key[3]))


def _take(key: Key, qty: Decimal, line: StockDocLine) -> None:
    """Take from a balance; never below nothing, however many ask at once (B-127)."""
    if _is_outside(key[1]):
        return
    done = db.session.execute(update(StockBalance).where(_of(key), StockBalance.on_hand >= qty)
                              .values(on_hand=StockBalance.on_hand - qty).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise too_few(line, db.session.get_one(StockZone, key[1]), qty, key)


def too_few(line: StockDocLine, zone: StockZone, qty: Decimal, key: Key) -> DomainError:
    """“合格品区只有 1 只，少 2 只”; of a serial number, that it does not lie there."""
    where, part = line.typed_at or "line", line.part
    if key[3]:
        return DomainError(_l("%(serial)s does not lie in “%(zone)s”.", serial=key[3], zone=zone), f"{where}-serial_no", rule="B-127")
    there = db.session.scalar(select(StockBalance.on_hand).where(_of(key))) or Decimal(0)
    unit = part.unit if part is not None else ""
    return DomainError(_l("“%(zone)s” has only %(there)s %(unit)s of %(part)s, %(missing)s %(unit)s short.", zone=zone, unit=unit,
                          there=f"{there.normalize():f}", missing=f"{(qty - there).normalize():f}", part=part or ""), f"{where}-qty",
                       rule="B-127")


def _put(key: Key, qty: Decimal, line: StockDocLine) -> None:
    """Add to a balance; a serial number lies in one place only."""
    if _is_outside(key[1]):
        return
    if key[3]:
        other = db.session.scalar(select(StockBalance).where(StockBalance.part_id == key[0], StockBalance.serial_no == key[3],
                                                             StockBalance.on_hand > 0))
        if other is not None:
            raise DomainError(_l("%(serial)s lies in “%(zone)s” already.", serial=key[3], zone=other.zone),
                              f"{line.typed_at or 'line'}-serial_no", rule="B-127")
    done = db.session.execute(update(StockBalance).where(_of(key)).values(on_hand=StockBalance.on_hand + qty)
                              .execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        db.session.execute(insert(StockBalance).values(part_id=key[0], zone_id=key[1], batch_no=key[2], serial_no=key[3], on_hand=qty))


def undo(doc: StockDoc, *, by: Any, now: dt.datetime) -> int:
    """Write the opposite of every movement of a document that was not undone yet, the last one first; how many.

    Raises DomainError when the goods went on since: a serial number that was used, or too few left in the zone (B-127).
    """
    undone = set(db.session.scalars(select(StockMovement.reversal_of_id).where(StockMovement.doc_id == doc.id,
                                                                              StockMovement.reversal_of_id.is_not(None))))
    rows = db.session.scalars(select(StockMovement).where(StockMovement.doc_id == doc.id, StockMovement.reversal_of_id.is_(None))
                              .order_by(StockMovement.id.desc())).all()
    count = 0
    for row in rows:
        if row.id in undone:
            continue
        _still_there(row)
        _write(row.line, row.zone_to_id, row.zone_from_id, row.qty, by=by, now=now, reversal_of=row)
        count += 1
    return count


def _still_there(row: StockMovement) -> None:
    if not row.serial_no:
        return
    later = db.session.scalar(select(StockMovement).where(
        StockMovement.part_id == row.part_id, StockMovement.serial_no == row.serial_no, StockMovement.id > row.id,
        StockMovement.doc_id != row.doc_id, StockMovement.reversal_of_id.is_(None),
        StockMovement.id.not_in(select(StockMovement.reversal_of_id).where(StockMovement.reversal_of_id.is_not(None))))
        .order_by(StockMovement.id.desc()).limit(1))
    if later is not None:
        raise DomainError(_l("%(serial)s went on since with %(doc)s: reverse that first.", serial=row.serial_no, doc=later.doc),
                          rule="B-127")


# --- the balances are a cache

def _ledger() -> Any:
    """Part, zone, batch, serial → quantity, summed over all movements, without ends outside."""
    ends = union_all(
        select(StockMovement.part_id.label("part_id"), StockMovement.zone_to_id.label("zone_id"), StockMovement.batch_no.label("batch_no"),
               StockMovement.serial_no.label("serial_no"), StockMovement.qty.label("qty"), literal(1).label("sign")),
        select(StockMovement.part_id, StockMovement.zone_from_id, StockMovement.batch_no, StockMovement.serial_no, StockMovement.qty,
               literal(-1))).subquery()
    total = func.sum(case((ends.c.sign > 0, ends.c.qty), else_=-ends.c.qty))
    return (select(ends.c.part_id, ends.c.zone_id, ends.c.batch_no, ends.c.serial_no, total.label("total"))
            .join(StockZone, StockZone.id == ends.c.zone_id).where(StockZone.kind.not_in(VIRTUAL))
            .group_by(ends.c.part_id, ends.c.zone_id, ends.c.batch_no, ends.c.serial_no))


def _totals() -> dict[Key, Decimal]:
    return {(row[0], row[1], row[2], row[3]): Decimal(row[4]) for row in db.session.execute(_ledger())}


def ledger_differences() -> list[tuple[Key, Decimal, Decimal]]:
    """((part, zone, batch, serial), balance, sum of the movements) wherever the two differ; empty when all is well."""
    ledger = _totals()
    kept = {(row[0], row[1], row[2], row[3]): row[4] for row in db.session.execute(select(
        StockBalance.part_id, StockBalance.zone_id, StockBalance.batch_no, StockBalance.serial_no, StockBalance.on_hand))}
    zero = Decimal(0)
    return [(key, kept.get(key, zero), ledger.get(key, zero)) for key in sorted(kept.keys() | ledger.keys())
            if kept.get(key, zero) != ledger.get(key, zero)]


def rebuild_balances() -> int:
    """Make the balances from the movements again; how many differed."""
    differing = len(ledger_differences())
    totals = _totals()
    db.session.execute(delete(StockBalance))
    rows = [{"part_id": key[0], "zone_id": key[1], "batch_no": key[2], "serial_no": key[3], "on_hand": total}
            for key, total in sorted(totals.items()) if total]
    if rows:
        db.session.execute(insert(StockBalance), rows)
    return differing


@event.listens_for(Session, "before_flush")
def _movements_are_never_changed(session: Session, _context: Any, _instances: Any) -> None:
    changed = [thing for thing in session.dirty if isinstance(thing, StockMovement) and session.is_modified(thing)]
    if changed or any(isinstance(thing, StockMovement) for thing in session.deleted):
        raise RuntimeError("a movement of stock is corrected by its reversal only")


def on_ledger(part: Part) -> bool:
    """Whether a part was ever in the store; what never was is used without a movement."""
    return db.session.scalar(select(StockMovement.id).where(StockMovement.part_id == part.id).limit(1)) is not None


def find_zones(part: Part, zones: list[StockZone]) -> list[tuple[StockZone, str, str, Decimal]]:
    """(zone, batch, serial, quantity) of what lies of a part in these zones, in their order, batches in order of their numbers."""
    order = {zone.id: place for place, zone in enumerate(zones)}
    rows = db.session.scalars(select(StockBalance).where(StockBalance.part_id == part.id, StockBalance.zone_id.in_(list(order)),
                                                         StockBalance.on_hand > 0)).all()
    return [(zones[order[row.zone_id]], row.batch_no, row.serial_no, row.on_hand)
            for row in sorted(rows, key=lambda row: (order[row.zone_id], row.batch_no, row.serial_no))]


def total_issuable() -> Any:
    """How many of the part of an outer question can be issued, as a part of a larger statement."""
    return (select(func.coalesce(func.sum(StockBalance.on_hand), 0)).join(StockZone, StockZone.id == StockBalance.zone_id)
            .where(StockBalance.part_id == Part.id, StockZone.kind.in_(ISSUABLE)).correlate(Part).scalar_subquery())


def by_kind() -> list[tuple[ZoneKind, Decimal, dt.datetime | None]]:
    """(kind, pieces, since when the oldest lies there) of each kind of zone in which something lies."""
    rows = db.session.execute(
        select(StockZone.kind, func.sum(StockBalance.on_hand)).join(StockZone, StockZone.id == StockBalance.zone_id)
        .where(StockBalance.on_hand > 0).group_by(StockZone.kind)).all()
    since = dict(db.session.execute(
        select(StockZone.kind, func.min(StockMovement.moved_at)).join(StockZone, StockZone.id == StockMovement.zone_to_id)
        .join(StockBalance, (StockBalance.zone_id == StockMovement.zone_to_id) & (StockBalance.part_id == StockMovement.part_id)
              & (StockBalance.batch_no == StockMovement.batch_no) & (StockBalance.serial_no == StockMovement.serial_no))
        .where(StockBalance.on_hand > 0, StockMovement.reversal_of_id.is_(None)).group_by(StockZone.kind)).all())
    return [(kind, Decimal(count), since.get(kind)) for kind, count in rows]
