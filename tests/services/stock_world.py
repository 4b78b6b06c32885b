"""Parts, zones and documents for the tests of the store."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from extensions import db
from models.enums import PaperState
from models.equipment import Part
from models.quality import NonconformityReport
from models.stock import StockDoc, StockDocLine, StockZone, Warehouse
from models.stock_enums import InspectResult, StockKind, Track, ZoneKind
from services import clock, stock_docs


def user(name):
    from flask_appbuilder.security.sqla.models import User

    return db.session.scalar(select(User).where(User.username == name))


def zone(kind):
    """The zone of a kind in the shipped warehouse, or the end outside; an engineer's is made on demand."""
    found = db.session.scalars(select(StockZone).where(StockZone.kind == kind).order_by(StockZone.id)).first()
    if found is None:
        store = db.session.scalar(select(Warehouse))
        found = StockZone(kind=kind, name=f"{kind}1", warehouse_id=store.id)
        db.session.add(found)
        db.session.flush()
    return found


def part(number="P-9", track=Track.NONE, unit="只", **values):
    made = Part(part_no=number, name=f"加样针 {number}", unit=unit, track=track, **values)
    db.session.add(made)
    db.session.flush()
    return made


def line_of(doc, piece, qty=1, source=None, target=None, **values):
    line = StockDocLine(part=piece, qty=Decimal(qty), zone_from=source, zone_to=target, position=len(doc.lines),
                        **{"inspect_result": InspectResult.PENDING, **values})
    doc.lines.append(line)
    db.session.flush()
    return line


def document(kind=StockKind.TRANSFER, by="warehouse", **values):
    doc = StockDoc(kind=kind, layout=stock_docs.KINDS[kind].layout, created_by_id=user(by).id, **values)
    db.session.add(doc)
    db.session.flush()
    return doc


def put(piece, kind, qty=1, **marks):
    """Have some lie in a zone, by a surplus another person approved."""
    doc = document(StockKind.SURPLUS)
    line_of(doc, piece, qty, zone(ZoneKind.ADJUSTMENT), zone(kind), **marks)
    stock_docs.take_step(doc, "approve", by=user("service_manager"), now=clock.now())
    stock_docs.post(doc, by=user("warehouse"), now=clock.now())
    return doc


def report(piece, disposition, qty=99, *, approved=True, **marks):
    """A nonconformity report, approved by another person's signature."""
    from models.number import Signature
    from services import access

    made = NonconformityReport(part_id=piece.id, qty=Decimal(qty), disposition=disposition, status=PaperState.DRAFT, **marks)
    db.session.add(made)
    db.session.flush()
    if approved:
        staff = access.staff_of(user("service_manager"))
        db.session.add(Signature(owner_type=made.__tablename__, owner_id=made.id, form_code="nonconformity_report", slot="approver",
                                 signer_id=staff.id, signer_name=staff.name, signer_side="ours", meaning="x", signed_at=clock.now(),
                                 method="password", content_sha256="0" * 64, record_version=1))
        db.session.flush()
    return made
