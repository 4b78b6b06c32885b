"""R-036 客户商品进出登记簿, R-039 受托代管登记 and R-040 客户维修登记表: customers' goods, how they came and went."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from extensions import _lp, db
from models.enums import PaperState
from models.number import Signature
from models.records.repair_papers import AREA, CARD, ENTRY
from models.repair import HandOver, RepairCard, RepairItem
from models.repair_enums import RepairRoute
from services import access, signing
from services.register import DAY, MONTH, Ask, Choice, Column, Line, Register, declare
from services.registers.store import when


def came(user: Any, ask: Ask) -> list[RepairItem]:
    """The goods that came in the span, in the order they came."""
    query = select(RepairItem).where(RepairItem.received_at >= ask.begin, RepairItem.received_at < ask.end,
                                     access.visible(user, RepairItem))
    if ask.chosen.get("source"):
        query = query.where(RepairItem.source == next(route for route in RepairRoute if route.value == ask.chosen["source"]))
    links = [getattr(RepairItem, name) for name in ("customer", "equipment", "order", "carrier", "biller", "returned_by", "zone")]
    return list(db.session.scalars(query.order_by(RepairItem.received_at, RepairItem.id).options(
        *(joinedload(one) for one in links), selectinload(RepairItem.cards), selectinload(RepairItem.out_lines).joinedload(
            HandOver.taken_by)).limit(5000)))


def signers(table: str, code: str, slot: str, keys: Iterable[int]) -> dict[int, Signature]:
    """Record → the signature that holds in a cell of theirs."""
    return {row.owner_id: row for row in db.session.scalars(select(Signature).where(
        Signature.owner_type == table, Signature.form_code == code, Signature.slot == slot, Signature.owner_id.in_(list(keys)),
        signing.holds()))}


def _said(signature: Signature | None) -> str:
    return f"{signature.signer_name} {when(signature.signed_at)}" if signature is not None else ""


def in_and_out(user: Any, ask: Ask) -> list[Line]:
    """What came, by what papers it is known, that it was passed, when and to whom it went back (R-036; B-100, B-102)."""
    items = came(user, ask)
    passed = signers(RepairCard.__tablename__, CARD.code, "supervisor", [item.card.id for item in items if item.card is not None])
    fetched = signers(RepairItem.__tablename__, ENTRY.code, "receiver", [item.id for item in items])
    lines = []
    for place, item in enumerate(items, start=1):
        papers = (item.order, item.card.number if item.card is not None else None)
        lines.append(Line({
            "line_no": str(place), "received_at": when(item.received_at), "receipt_no": item.receipt_no or "",
            "customer_name": str(item.customer or ""), "equipment": item.goods, "refs": " / ".join(str(one) for one in papers if one),
            "source": str(item.source or ""), "passed_sign": _said(passed.get(item.card.id)) if item.card is not None else "",
            "returned_on": when(item.returned_on),
            "return_sign": " / ".join(filter(None, (str(item.returned_by or ""), _said(fetched.get(item.id)))))},
            href=f"/records/{ENTRY.code}/{item.id}", struck=item.status == PaperState.VOID))
    return lines


def custody(user: Any, ask: Ask) -> list[Line]:
    """What was taken into custody: where it lies, to whom it was handed out for inspection, when it went back (R-039; B-104, B-108)."""
    items = [item for item in came(user, ask) if item.zone is not None]
    keepers = signers(RepairItem.__tablename__, ENTRY.code, "keeper", [item.id for item in items])
    lines = []
    for item in items:
        keeper = keepers.get(item.id)
        lines.append(Line({
            "custody_no": item.number or "", "received_at": when(item.received_at), "customer": str(item.customer or ""),
            "item": item.goods, "qty": str(item.qty or ""), "condition_note": item.condition_note or "", "order": str(item.order or ""),
            "zone": str(item.zone), "out_lines": "；".join(map(str, item.out_lines)), "returned_on": when(item.returned_on),
            "keeper_sign": keeper.signer_name if keeper is not None else ""}, {"qty": Decimal(item.qty or 0)},
            href=f"/records/{ENTRY.code}/{item.id}", struck=item.status == PaperState.VOID))
    return lines


def repairs(user: Any, ask: Ask) -> list[Line]:
    """What was handed to the service desk, who brought it, what was done and who gave it back (R-040; B-107)."""
    items = came(user, ask)
    repairers = signers(RepairItem.__tablename__, ENTRY.code, "repairer", [item.id for item in items])
    workers = signers(RepairCard.__tablename__, CARD.code, "engineer", [item.card.id for item in items if item.card is not None])
    lines = []
    for item in items:
        repairer = repairers.get(item.id) or (workers.get(item.card.id) if item.card is not None else None)
        lines.append(Line({
            "number": item.number or "", "received_at": when(item.received_at), "customer": str(item.customer or ""), "product": item.goods,
            "qty": str(item.qty or ""), "symptom": item.symptom or "", "carrier": str(item.carrier or item.source or ""),
            "biller": str(item.biller or ""), "handling": str(item.handling or ""), "repairer": repairer.signer_name if repairer else "",
            "ready_on": f"{item.ready_on:%m-%d}" if item.ready_on is not None else "",
            "returned_by": " ".join(filter(None, (str(item.returned_by or ""), when(item.returned_on))))},
            href=f"/records/{ENTRY.code}/{item.id}", struck=item.status == PaperState.VOID))
    return lines


SOURCES = (Choice("source", _lp("R-036", "How it came"), lambda _user: {route.value: str(route) for route in RepairRoute}),)
IN_AND_OUT = declare(Register(
    "R-036", "goods_register", _lp("R-036", "Customer goods in/out register"), "repair_item", AREA,
    _lp("R-036", "Every piece of a customer's goods in our hands, from the day it came to the day it went back"),
    (Column("line_no", _lp("R-036", "Line"), 4, "right"), Column("received_at", _lp("R-036", "In date"), 9, whole=True),
     Column("receipt_no", _lp("R-035", "Receipt no."), 10, whole=True), Column("customer_name", _lp("R-015", "Customer name"), 14),
     Column("equipment", _lp("R-036", "Goods"), 16), Column("refs", _lp("R-036", "Voucher / card"), 12),
     Column("source", _lp("R-036", "How it came"), 8), Column("passed_sign", _lp("R-036", "Passed by supervisor"), 9),
     Column("returned_on", _lp("R-036", "Returned on"), 9, whole=True),
     Column("return_sign", _lp("R-036", "Returned by / customer"), 9)),
    in_and_out, MONTH, SOURCES,
    who=_lp("R-036", "Service clerk"), when=_lp("R-036", "When goods come in and go back")))

CUSTODY = declare(Register(
    "R-039", "custody_register", _lp("R-039", "Custody register"), "repair_item", AREA,
    _lp("R-039", "Customers' goods in custody: where they lie, who took them to inspection, when they went back"),
    (Column("custody_no", _lp("R-039", "Line"), 9, whole=True), Column("received_at", _lp("R-039", "Arrived on"), 8, whole=True),
     Column("customer", _lp("R-039", "Owner"), 13), Column("item", _lp("R-039", "Goods"), 13),
     Column("qty", _lp("R-035", "Quantity"), 5, "right", total=True), Column("condition_note", _lp("R-039", "Condition"), 13),
     Column("order", _lp("R-039", "Task notice"), 9), Column("zone", _lp("R-039", "Position"), 7),
     Column("out_lines", _lp("R-039", "Sent to inspection / taken by"), 10),
     Column("returned_on", _lp("R-039", "Returned to customer"), 8, whole=True), Column("keeper_sign", _lp("R-039", "Keeper"), 5)),
    custody, DAY, SOURCES,
    who=_lp("R-039", "Warehouse"), when=_lp("R-039", "When a mailed item arrives, before it goes to quality")))

REPAIRS = declare(Register(
    "R-040", "repair_register", _lp("R-040", "Customer repair register"), "repair_item", AREA,
    _lp("R-040", "What was handed to the service desk in a month, printed"),
    (Column("number", _lp("R-040", "No."), 10, whole=True), Column("received_at", _lp("R-040", "Day"), 9, whole=True),
     Column("customer", _lp("R-015", "Customer name"), 13), Column("product", _lp("R-040", "Product / model / serial no."), 13),
     Column("qty", _lp("R-035", "Quantity"), 4, "right"), Column("symptom", _lp("R-040", "Fault"), 14),
     Column("carrier", _lp("R-040", "Carrier"), 6), Column("biller", _lp("R-040", "Billing clerk"), 6),
     Column("handling", _lp("R-040", "Way"), 6), Column("repairer", _lp("R-040", "Repairer"), 6),
     Column("ready_on", _lp("R-040", "Ready"), 6), Column("returned_by", _lp("R-040", "Returned by"), 7)),
    repairs, MONTH, SOURCES,
    who=_lp("R-040", "Service clerk, with who hands the goods over"),
    when=_lp("R-040", "At handing over; closed when the customer has them back")))
