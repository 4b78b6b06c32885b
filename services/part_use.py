"""Parts used on a slip leave the store when it is signed, and come back to it when it is void (B-112, B-205).

They are taken from what the engineer carries, then from the qualified zones; a part that was never in the store is used without a
movement. Until the slip is signed every signature is held against what is there.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.service_record import PartUsage, ServiceRecord
from models.stock import StockDoc, StockZone
from models.stock_enums import StockKind, Track, ZoneKind
from services import defective, record_rules, stock, stock_docs
from services.errors import DomainError

Place = tuple[StockZone, str, str]


def zones_for(record: ServiceRecord) -> list[StockZone]:
    """Where the parts of a slip come from, in order: the engineer's own stock, then the qualified zones."""
    engineer_id = record.engineer_id or record.order.lead_engineer_id
    own = stock.engineers_zone(engineer_id)
    store = db.session.scalars(select(StockZone).where(StockZone.kind == ZoneKind.QUALIFIED, StockZone.active).order_by(StockZone.id))
    return [*([own] if own is not None else []), *store]


def plan(record: ServiceRecord) -> list[tuple[PartUsage, Place, Decimal]]:
    """(line, from where, how many) of the parts of a slip that the store keeps. Raises DomainError at the line when some are missing."""
    zones, taken, found = zones_for(record), dict[tuple[int, Place], Decimal](), list[tuple[PartUsage, Place, Decimal]]()
    for place, line in enumerate(record.part_lines):
        part, where = line.part, line.typed_at or f"line-part_lines-{place}"
        if part is None or line.qty is None or not stock.on_ledger(part):
            continue
        if part.track == Track.SERIAL and not line.new_serial_no:
            raise DomainError(_l("This part is tracked by serial number: enter it."), f"{where}-new_serial_no")
        left = line.qty
        for zone, batch, serial, there in stock.find_zones(part, zones):
            if part.track == Track.SERIAL and serial != line.new_serial_no:
                continue
            key = (part.id, (zone, batch, serial))
            share = min(left, there - taken.get(key, Decimal(0)))
            if share > 0:
                taken[key] = taken.get(key, Decimal(0)) + share
                found.append((line, key[1], share))
                left -= share
        if left > 0:
            raise _missing(line, left, where)
    return found


def _missing(line: PartUsage, left: Decimal, where: str) -> DomainError:
    part = line.part
    if part is not None and part.track == Track.SERIAL:
        return DomainError(_l("%(serial)s is neither with the engineer nor in the store.", serial=line.new_serial_no),
                           f"{where}-new_serial_no", rule="B-127")
    return DomainError(_l("The store and the engineer have %(missing)s %(unit)s of %(part)s too few.", part=part or "",
                          missing=f"{left.normalize():f}", unit=part.unit if part else ""), f"{where}-qty", rule="B-127")


@record_rules.at("sign", ServiceRecord)
def _are_there(record: ServiceRecord, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Nobody signs for parts that are not there."""
    plan(record)


@record_rules.at("signed", ServiceRecord)
def _are_taken(record: ServiceRecord, *, by: Any, now: dt.datetime) -> None:
    """The signed slip takes its parts, and the replaced ones are owed (B-052)."""
    stock.lock_parts(line.part_id for line in record.part_lines if line.part_id)
    customer = stock.outside(ZoneKind.CUSTOMER)
    items = [stock_docs.Item(part=line.part, qty=share, zone_from=zone, zone_to=customer, batch_no=batch, serial_no=serial,
                             part_usage_id=line.id) for line, (zone, batch, serial), share in plan(record) if line.part is not None]
    if items:
        stock_docs.book(StockKind.REPAIR_USE, items, by=by, now=now, order=record.order, service_record_id=record.id,
                        receiver_id=record.engineer_id or record.order.lead_engineer_id, source_no=record.number,
                        party=record.customer.name)
    defective.owe(record, now=now)


@record_rules.at("void", ServiceRecord)
def _come_back(record: ServiceRecord, *, by: Any, now: dt.datetime) -> None:
    """A void slip has used nothing: its movements are reversed, nothing is owed for it."""
    for doc in db.session.scalars(select(StockDoc).where(StockDoc.service_record_id == record.id).order_by(StockDoc.id)):
        stock_docs.unbook(doc, by=by, now=now, reason=record.void_reason or "")
    defective.forgive(record, now=now)
