"""The record of a visit: header by the clerk, repair by the engineer, signed by both sides (R-014, R-017; B-041 to B-045)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.enums import PaperState, SupplyMode, WarrantyStatus
from models.equipment import Part
from models.number import Signature
from models.paper import PAPERS
from models.service_record import PartUsage, ServiceRecord
from models.work_order import WorkOrder
from services import access, clock, parameters, saving
from services.errors import DomainError, NotAllowed
from services.rights import NO_RIGHT

HEADER = ("repair_unit", "address", "contact_name", "contact_phone", "requested_at", "product_model", "serial_no", "batch_no",
          "warranty_status", "qty", "invoice_no", "sold_on", "reported_at", "symptom")
REPAIR = ("started_at", "finished_at", "cause", "treatment", "engineer_note", "is_simple", "result", "customer_opinion", "leave_consent")
HANDED_OVER = frozenset({"engineer", "customer"})


def prepare(order: WorkOrder, *, by: Any, now: dt.datetime, layout: str = "repair_slip_3") -> ServiceRecord:
    """The record of an order, begun with all that request, customer and equipment already say (B-043); the open one if there is one."""
    open_one = next((record for record in order.records if record.status == PaperState.DRAFT), None)
    if open_one is not None:
        return open_one
    request, equipment = order.request, order.request.equipment
    staff = order.lead_engineer
    department = staff.department if staff is not None and staff.department is not None else order.department
    visit = order.appointment
    record = ServiceRecord(
        order=order, layout=layout, repair_unit=department.name_zh if department is not None else None, customer=order.customer,
        address=request.address or order.customer.address, contact_name=request.contact_name, contact_phone=request.contact_phone,
        requested_at=request.requested_at, product_model=request.product_model, product_name=request.product_name, equipment=equipment,
        serial_no=equipment.serial_no if equipment is not None else None, warranty_status=_warranty(request),
        sold_on=equipment.sold_on if equipment is not None else None, reported_at=request.reported_at, symptom=order.symptom,
        received_by_id=request.received_by_id, engineer=staff, appointment_at=visit.start_at if visit is not None else None,
        arrived_at=order.arrived_at, started_at=order.arrived_at)
    db.session.add(record)
    db.session.flush()
    return record


def _warranty(request: Any) -> WarrantyStatus | None:
    return {"yes": WarrantyStatus.IN, "no": WarrantyStatus.OUT}.get(request.in_warranty.value) if request.in_warranty else None


def slots_signed(record: ServiceRecord) -> set[str]:
    """The cells of a record that bear a valid signature."""
    return set(db.session.scalars(select(Signature.slot).where(
        Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, Signature.voided_at.is_(None))))


def require_handed_over(order: WorkOrder, *, leave_consent: str | None = None) -> None:
    """Raise DomainError unless the visit is on a record signed by engineer and customer, or was simple, with consent to leave.

    A consent given now is written into a record whose layout does not print it; where it is printed it was signed with the rest.
    """
    records = [record for record in order.records if record.status != PaperState.VOID]
    if not records:
        raise DomainError(_l("Fill in the repair record first."), rule="B-041")
    record = records[-1]
    if not record.treatment:
        raise DomainError(_l("Write in the repair record what was done."), rule="B-041")
    needs_form = not record.is_simple or parameters.switch("onsite.simple_needs_form")
    if needs_form and not slots_signed(record) >= HANDED_OVER:
        raise DomainError(_l("Let the customer sign the repair record, and sign it yourself."), rule="B-041")
    if leave_consent and "leave_consent" not in PAPERS[record.layout][1].fields():
        record.leave_consent = leave_consent
    if parameters.text("onsite.leave_consent") == "required" and not record.leave_consent:
        raise DomainError(_l("Before you leave, the customer's person in charge must agree: who, how and when?"), "leave_consent",
                          rule="B-045")


@dataclass(frozen=True)
class LineEntry:
    """A line as it was typed: kind, part, quantity, price; `field` is where its mistakes belong."""

    kind: SupplyMode
    part: Part | None
    qty: Decimal | None
    unit_price: Decimal | None
    field: str


def fill(record: ServiceRecord, values: dict[str, Any], lines: dict[str, list[LineEntry]], *, by: Any, now: dt.datetime,
         version: int | None = None) -> None:
    """Write into a record what a user may write; an edit voids the stamps given (R10).

    Raises NotAllowed for a field that is not his (B-043), Conflict when somebody else changed the record meanwhile, DomainError at
    the field for times that run backwards, a part without quantity, a bought part without price.
    """
    from services import signing

    mine = may_edit(record, by)
    if not mine or set(values) - mine or (lines and "part_lines" not in mine):
        raise NotAllowed(NO_RIGHT)
    if version is not None and version != record.lock_version:
        raise saving.stale(record, values)
    before = _state(record)
    for name, value in values.items():
        if saving.comparable(getattr(record, name)) != saving.comparable(value):
            setattr(record, name, value)
    if record.started_at and record.finished_at and record.finished_at < record.started_at:
        raise DomainError(_l("The end lies before the beginning."), "finished_at", rule="R-017")
    if record.qty is not None and record.qty < 1:
        raise DomainError(_l("At least one."), "qty")
    for attribute, typed in lines.items():
        _set_lines(record, attribute, typed, now)
    if _state(record) != before:
        signing.void_signatures(record, now=now)
    db.session.flush()


def _state(record: ServiceRecord) -> list[str]:
    own = [saving.comparable(getattr(record, name)) for name in (*HEADER, *REPAIR)]
    return own + [f"{line.kind.value}/{line.part_id}/{line.qty}/{line.unit_price}" for line in record.part_lines]


def _set_lines(record: ServiceRecord, attribute: str, typed: list[LineEntry], now: dt.datetime) -> None:
    """Replace the lines of one list; the price of a bought part comes from the price list when none was typed."""
    kept = [line for line in record.part_lines if line not in getattr(record, attribute)]
    made = []
    for entry in typed:
        if entry.part is None and entry.qty is None:
            continue
        if entry.part is None:
            raise DomainError(_l("Choose the part from the list."), entry.field)
        if entry.qty is None or entry.qty <= 0:
            raise DomainError(_l("How many? The quantity is a must."), entry.field)
        price = entry.unit_price
        if entry.kind == SupplyMode.CUSTOMER_PURCHASE:
            price = price if price is not None else sale_price(entry.part, clock.today(now))
            if price is None:
                raise DomainError(_l("There is no price for this part yet. Enter one."), entry.field)
        made.append((entry, price))
    same = [(line.kind, line.part_id, line.qty, line.unit_price) for line in getattr(record, attribute)]
    if same == [(entry.kind, entry.part.id, entry.qty, price) for entry, price in made if entry.part]:
        return
    rows = [PartUsage(kind=entry.kind, part=entry.part, part_name=entry.part.name, spec=entry.part.spec, qty=entry.qty, unit_price=price)
            for entry, price in made if entry.part]
    record.part_lines = kept + rows
    for place, line in enumerate(record.part_lines):
        line.position = place


def sale_price(part: Part, day: dt.date) -> Decimal | None:
    """The price of a part that holds on a day; none when the list has none."""
    for price in part.prices:
        if price.valid_from is not None and price.valid_from <= day and (price.valid_to is None or day <= price.valid_to):
            return price.sale_price
    return None


def may_edit(record: ServiceRecord, user: Any) -> set[str]:
    """The fields a user may fill: the header whoever dispatches (B-043), the repair whoever is on the job."""
    from services import dispatch

    fields: set[str] = set()
    if record.status != PaperState.DRAFT or not access.can(user, "change", "service_record"):
        return fields
    office = access.can(user, "create", "work_order")
    if office:
        fields |= set(HEADER)
    if office or dispatch.is_on_the_job(user, record.order):
        fields |= set(REPAIR) | {"part_lines"}
    return fields
