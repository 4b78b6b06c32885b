"""Stock documents: what each kind moves, and their steps from draft to posted (WF-07; B-110 to B-112)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extensions import _l, _lp, db
from models.enums import OrderStatus
from models.equipment import Part
from models.returns import ReturnLine
from models.stock import StockDoc, StockDocLine, StockZone
from models.stock_enums import VIRTUAL, InspectResult, LineState, StockKind, StockState, ZoneKind
from services import access, nonconformity, numbering, record_rules, saving, stock, two_persons
from services.errors import DomainError, NotAllowed
from services.rights import NO_RIGHT
from services.workflow import Machine, Transition

S, Z = StockState, ZoneKind
OPEN_ORDERS = tuple(state for state in OrderStatus if state not in (OrderStatus.CANCELLED, OrderStatus.FORM_RETURNED))


@dataclass(frozen=True)
class Kind:
    """What a kind of document moves: from where, to where, whether quality looks at it on the way, on which paper it is printed."""

    sources: tuple[ZoneKind, ...]
    targets: tuple[ZoneKind, ...]
    layout: str
    inspects: bool = False
    moves: bool = True


_OURS = tuple(kind for kind in Z if kind not in (Z.SUPPLIER, Z.CUSTOMER, Z.ADJUSTMENT, Z.CUSTODY))
KINDS: dict[StockKind, Kind] = {
    StockKind.PURCHASE_IN: Kind((Z.SUPPLIER,), (Z.TO_INSPECT,), "stock_in", inspects=True),
    StockKind.DEFECT_REPAIR: Kind((Z.CUSTOMER,), (Z.RETURNED,), "stock_in", inspects=True),
    StockKind.DEFECT_SCRAP: Kind((Z.CUSTOMER,), (Z.RETURNED,), "stock_in", inspects=True),
    StockKind.SALES_RETURN: Kind((Z.CUSTOMER,), (Z.RETURNED,), "stock_in"),
    StockKind.LOAN_RETURN: Kind((Z.ENGINEER,), (Z.QUALIFIED,), "stock_in"),
    StockKind.DOA_IN: Kind((Z.CUSTOMER,), (Z.RETURNED,), "stock_in", inspects=True),
    StockKind.DATA_IN: Kind((), (), "stock_in", inspects=True, moves=False),
    StockKind.SURPLUS: Kind((Z.ADJUSTMENT,), _OURS, "stock_in"),
    StockKind.REPAIRED: Kind((Z.NONCONFORMING,), (Z.TO_INSPECT,), "stock_in", inspects=True),
    StockKind.REPAIR_USE: Kind((Z.QUALIFIED, Z.ENGINEER), (Z.CUSTOMER, Z.ENGINEER), "stock_issue"),
    StockKind.LOAN_USED: Kind((Z.ENGINEER,), (Z.CUSTOMER,), "stock_out"),
    StockKind.MAIL_PARTS: Kind((Z.QUALIFIED, Z.DISPATCH), (Z.CUSTOMER,), "stock_out"),
    StockKind.DOA_SWAP: Kind((Z.QUALIFIED, Z.DISPATCH), (Z.CUSTOMER,), "stock_out"),
    StockKind.SALE: Kind((Z.QUALIFIED, Z.DISPATCH), (Z.CUSTOMER,), "stock_out"),
    StockKind.GIVE_BACK: Kind((Z.RETURNED,), (Z.CUSTOMER,), "stock_out"),
    StockKind.SCRAP: Kind((Z.NONCONFORMING,), (Z.SCRAPPED,), "stock_out"),
    StockKind.SUPPLIER_RETURN: Kind((Z.QUALIFIED, Z.NONCONFORMING), (Z.SUPPLIER,), "stock_out"),
    StockKind.SHORTAGE: Kind(_OURS, (Z.ADJUSTMENT,), "stock_out"),
    StockKind.TRANSFER: Kind(_OURS, _OURS, "stock_move"),
}
SERIES = {"stock_in": "stock_in", "stock_out": "stock_out", "stock_issue": "stock_out", "stock_move": "stock_out"}


@saving.rule(StockDoc)
def _stands(doc: StockDoc) -> None:
    """Only a draft is changed; its kind says on which paper it stands, and a change takes the approval away."""
    if doc.status not in (None, S.DRAFT):
        raise DomainError(_l("Only a draft is changed. Reverse the document and write a new one."), "kind", rule="WF-07")
    if gives_back(doc):
        raise DomainError(_l("This document follows its return. Void it if it is wrong."), "kind", rule="WF-06")
    doc.layout = KINDS[doc.kind].layout
    doc.approved_by_id = doc.approved_at = None


@record_rules.limits(StockDoc)
def _writable(doc: StockDoc, fields: set[str], user: Any) -> set[str]:
    """Nothing of a document is written once it left draft; what goes back to a customer stands with its return."""
    return fields if doc.status == S.DRAFT and not gives_back(doc) else set()


@record_rules.at("sign", StockDoc)
def _keeper_is_another(doc: StockDoc, *, slot: str, by: Any, now: dt.datetime) -> None:
    """The storekeeper who signs is not the one the document names as handing in (R-043, B-204)."""
    if slot == "store":
        two_persons.apart(doc.handed_by_id, access.staff_of(by), field="password")


@record_rules.at("save", StockDoc)
def _lines_hold(doc: StockDoc, *, now: dt.datetime) -> None:
    """Each line has a part and a quantity; ends that the kind leaves no choice of are filled in."""
    _check_lines(doc, strict=False)


def _check_lines(doc: StockDoc, *, strict: bool) -> None:
    kind = KINDS[doc.kind]
    for line in doc.lines:
        where = line.typed_at or "line"
        if line.part is None and line.part_id is None:
            raise DomainError(_l("Choose the part from the list."), f"{where}-part")
        if line.qty is None:
            line.qty = line.req_qty
        if line.qty is None or line.qty <= 0:
            raise DomainError(_l("How many? The quantity is a must."), f"{where}-qty")
        if kind.moves:
            _fill_ends(doc, line, kind)
        if kind.moves and strict:
            _ends_fit(doc, line, kind)


def _fill_ends(doc: StockDoc, line: StockDocLine, kind: Kind) -> None:
    """Ends that the kind leaves no choice of; what is typed is held against the kind when the document is handed in."""
    for name, kinds in (("zone_from", kind.sources), ("zone_to", kind.targets)):
        zone: StockZone | None = getattr(line, name)
        if zone is None and len(kinds) == 1:
            zone = stock.outside(kinds[0]) if kinds[0] in VIRTUAL else stock.zone_of(kinds[0], like=line.zone_from)
            setattr(line, name, zone)
        if zone is None and kinds and kinds[0] == Z.QUALIFIED:
            setattr(line, name, stock.zone_of(Z.QUALIFIED))
        if zone is None and name == "zone_to" and doc.kind == StockKind.REPAIR_USE:
            line.zone_to = stock.engineers_zone(doc.receiver_id) or stock.outside(Z.CUSTOMER)


def _ends_fit(doc: StockDoc, line: StockDocLine, kind: Kind) -> None:
    where = line.typed_at or "line"
    for name, kinds in (("zone_from", kind.sources), ("zone_to", kind.targets)):
        zone: StockZone | None = getattr(line, name)
        if zone is None:
            raise DomainError(_l("Choose the zone."), f"{where}-{name}", rule="WF-07")
        if zone.kind not in kinds:
            raise DomainError(_l("“%(zone)s” does not fit “%(kind)s”.", zone=zone, kind=doc.kind), f"{where}-{name}", rule="WF-07")


# --- guards and effects

def _has_lines(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    if not doc.lines:
        raise DomainError(_l("Write what it is about: the document has no lines yet."), "lines", rule="WF-07")
    _check_lines(doc, strict=True)


def _submittable(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    if not KINDS[doc.kind].inspects:
        raise DomainError(_l("Quality does not look at documents of this kind: post it."), rule="WF-07")
    _his_own(doc, by)
    _has_lines(doc, by=by, now=now)


def _his_own(doc: StockDoc, by: Any) -> None:
    if doc.created_by_id != by.id and not access.can(by, "change", "stock_doc"):
        raise NotAllowed(NO_RIGHT)


def _submitted(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """The goods lie in the zone of what is not inspected; they are not issuable (B-116)."""
    doc.submitted_at = now
    if KINDS[doc.kind].moves:
        for line in doc.lines:
            stock.move(line, _end(line.zone_from), _end(line.zone_to), by=by, now=now)
    _number(doc, now, by)


def _end(zone: StockZone | None) -> StockZone:
    if zone is None:
        raise DomainError(_l("Choose the zone."), "zone_to", rule="WF-07")
    return zone


def _people(doc: StockDoc, by: Any) -> None:
    """Who takes, as the sheets ask: who is on the job, else who does it (R-044, R-045)."""
    staff, order = access.staff_of(by), doc.order
    if doc.layout in ("stock_out", "stock_issue"):
        doc.receiver = doc.receiver or (order.lead_engineer if order is not None else None) or staff
        doc.department = doc.department or (doc.receiver.department if doc.receiver is not None else None) or (
            order.department if order is not None else None)


def _number(doc: StockDoc, now: dt.datetime, by: Any) -> None:
    _people(doc, by)
    doc.doc_date = doc.doc_date or now
    if doc.doc_no is None:
        doc.doc_no = numbering.take(SERIES[doc.layout], now=now, owner=doc, form_code=doc.layout).number


def _judged(doc: StockDoc, *, by: Any, now: dt.datetime, **data: Any) -> None:
    for line in doc.lines:
        if data.get(f"line{line.id}") in (None, InspectResult.PENDING):
            raise DomainError(_l("Say of each line what the inspection found."), f"line{line.id}", rule="B-117")


def _inspected(doc: StockDoc, *, by: Any, now: dt.datetime, **data: Any) -> None:
    """The results are quality's own, so a failure is confirmed; each failure opens a report (B-118, B-120)."""
    for line in doc.lines:
        line.inspect_result = data[f"line{line.id}"]
        line.quality_by_id = by.id
        if line.inspect_result == InspectResult.BAD and line.ncr_id is None:
            line.ncr_id = nonconformity.open_for(line).id


def _postable(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    kind = KINDS[doc.kind]
    if kind.inspects and doc.status == S.DRAFT:
        raise DomainError(_l("Quality looks at it first: submit it."), rule="WF-07")
    if not kind.inspects:
        _has_lines(doc, by=by, now=now)
    if doc.kind == StockKind.REPAIR_USE and not stock.is_approved(doc) and (doc.order is None or doc.order.status not in OPEN_ORDERS):
        raise DomainError(_l("An issue needs an open work order, or the approval of another person."), "order", rule="WF-07")
    two_persons.apart(doc.handed_by_id, access.staff_of(by), field="handed_by")
    for line in gives_back(doc):
        if _coming(line).status not in (LineState.OK, LineState.BAD):
            words = _l("%(part)s does not lie inspected in the return zone any more.", part=line.part_name)
            raise DomainError(words, "lines", rule="WF-06")


def _posted(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    kind = KINDS[doc.kind]
    for line in doc.lines if kind.moves else []:
        if not kind.inspects:
            stock.move(line, _end(line.zone_from), _end(line.zone_to), by=by, now=now)
        elif line.inspect_result in (InspectResult.OK, InspectResult.EXEMPT):
            stock.move(line, _end(line.zone_to), stock.zone_of(Z.QUALIFIED, like=line.zone_to), by=by, now=now)
        elif line.inspect_result == InspectResult.BAD:
            stock.move(line, _end(line.zone_to), stock.zone_of(Z.NONCONFORMING, like=line.zone_to), by=by, now=now)
    for line in gives_back(doc):
        back = _coming(line)
        back.status, back.zone, back.closed_at = LineState.GIVEN_BACK, None, now
    doc.posted_at = now
    _number(doc, now, by)


def gives_back(doc: StockDoc) -> list[StockDocLine]:
    """The lines by which goods of a sales return go back to the customer (WF-06); none of any other document."""
    return [line for line in doc.lines if line.return_line_id] if doc.kind == StockKind.GIVE_BACK else []


def _coming(line: StockDocLine) -> ReturnLine:
    return db.session.get_one(ReturnLine, line.return_line_id)  # type: ignore[no-any-return]


def _approvable(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    _has_lines(doc, by=by, now=now)
    two_persons.require(doc.created_by_id, by)


def _approved(doc: StockDoc, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    doc.approved_by_id, doc.approved_at = by.id, now


def _reversed(doc: StockDoc, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    stock.undo(doc, by=by, now=now)
    for line in gives_back(doc) if doc.posted_at is not None else []:
        back, passed = _coming(line), line.inspect_result == InspectResult.OK
        back.status, back.zone, back.closed_at = LineState.OK if passed else LineState.BAD, line.zone_from, None
    doc.voided_at, doc.void_reason = now, (reason or "")[:200]


MACHINE = Machine(
    Transition("submit", (S.DRAFT,), S.SUBMITTED, _l("Hand in for inspection"), right="create", guard=_submittable, effect=_submitted),
    Transition("post", (S.DRAFT, S.INSPECTED), S.POSTED, _lp("stock_step", "Post"), guard=_postable, effect=_posted),
    Transition("inspect", (S.SUBMITTED,), S.INSPECTED, _l("Enter the inspection"), right="create", noun="nonconformity", guard=_judged,
               effect=_inspected),
    Transition("approve", (S.DRAFT, S.SUBMITTED, S.INSPECTED), None, _l("Approve"), right="approve", guard=_approvable, effect=_approved),
    Transition("reverse", (S.POSTED,), S.REVERSED, _l("Reverse"), right="void", effect=_reversed, reason=True, adverse=True),
    Transition("void", (S.DRAFT, S.SUBMITTED, S.INSPECTED), S.VOIDED, _l("Void"), right="void", effect=_reversed, reason=True,
               adverse=True),
)


def take_step(doc: StockDoc, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of WF-07 with the document and its parts locked. Raises as `Machine.fire` does."""
    stock.lock(doc)
    MACHINE.fire(doc, name, by=by, now=now, reason=reason, **data)
    db.session.flush()


def post(doc: StockDoc, *, by: Any, now: dt.datetime) -> None:
    """Write the movements of a document. Raises DomainError at the line, NotAllowed."""
    take_step(doc, "post", by=by, now=now)


def reverse(doc: StockDoc, *, by: Any, now: dt.datetime, reason: str) -> None:
    """Undo a posted document by opposite movements; the only correction there is (B-127, B-205)."""
    take_step(doc, "reverse", by=by, now=now, reason=reason)


@dataclass(frozen=True)
class Item:
    """What a line of a document made by the program is about."""

    part: Part
    qty: Decimal
    zone_from: StockZone
    zone_to: StockZone
    batch_no: str | None = None
    serial_no: str | None = None
    result: InspectResult = InspectResult.PENDING
    quality_by_id: int | None = None
    ncr_id: int | None = None
    return_line_id: int | None = None
    part_usage_id: int | None = None


def book(kind: StockKind, items: list[Item], *, by: Any, now: dt.datetime, **header: Any) -> StockDoc:
    """A document the program makes for somebody whose act has these goods move (a slip signed, a return received), posted at once.

    His right is that of the act, which its own step has asked for; the table of moves holds as for any other document.
    """
    doc = drafted(kind, items, by=by, now=now, **header)
    two_persons.apart(doc.handed_by_id, access.staff_of(by), field="handed_by")
    stock.lock_parts(item.part.id for item in items)
    for line in doc.lines:
        stock.move(line, _end(line.zone_from), _end(line.zone_to), by=by, now=now)
    doc.status, doc.posted_at = S.POSTED, now
    _number(doc, now, by)
    db.session.flush()
    return doc


def drafted(kind: StockKind, items: list[Item], *, by: Any, now: dt.datetime, **header: Any) -> StockDoc:
    """A document the program makes as a draft, for somebody else to approve and post."""
    doc = StockDoc(kind=kind, layout=KINDS[kind].layout, status=S.DRAFT, doc_date=now, created_by_id=by.id, **header)
    doc.lines = [StockDocLine(position=place, part=item.part, qty=item.qty, zone_from=item.zone_from, zone_to=item.zone_to,
                              batch_no=item.batch_no or None, serial_no=item.serial_no or None, inspect_result=item.result,
                              quality_by_id=item.quality_by_id, ncr_id=item.ncr_id, return_line_id=item.return_line_id,
                              part_usage_id=item.part_usage_id) for place, item in enumerate(items)]
    db.session.add(doc)
    db.session.flush()
    return doc


def unbook(doc: StockDoc, *, by: Any, now: dt.datetime, reason: str) -> None:
    """Undo a document the program made, when the act behind it is void."""
    stock.lock(doc)
    if doc.status == S.POSTED:
        _reversed(doc, by=by, now=now, reason=reason)
        doc.status = S.REVERSED
        db.session.flush()
