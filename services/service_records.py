"""The record of a visit: header by the clerk, repair by the engineer, signed by both sides (R-014, R-017; B-041 to B-045)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.enums import PaperState, WarrantyStatus
from models.number import Signature
from models.service_record import ServiceRecord
from models.work_order import WorkOrder
from services import access, parameters
from services.errors import DomainError

HEADER = ("repair_unit", "address", "contact_name", "contact_phone", "requested_at", "product_model", "serial_no", "batch_no",
          "warranty_status", "qty", "invoice_no", "sold_on", "reported_at", "symptom")
REPAIR = ("started_at", "finished_at", "cause", "treatment", "engineer_note", "is_simple", "result", "customer_opinion", "leave_consent")
HANDED_OVER = frozenset({"engineer", "customer"})


def prepare(order: WorkOrder, *, by: Any, now: dt.datetime) -> ServiceRecord:
    """The record of an order, begun with all that request, customer and equipment already say (B-043); the open one if there is one."""
    open_one = next((record for record in order.records if record.status == PaperState.DRAFT), None)
    if open_one is not None:
        return open_one
    request, equipment = order.request, order.request.equipment
    staff = order.lead_engineer
    department = staff.department if staff is not None and staff.department is not None else order.department
    visit = order.appointment
    record = ServiceRecord(
        order=order, repair_unit=department.name_zh if department is not None else None, customer=order.customer,
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


def require_handed_over(order: WorkOrder) -> None:
    """Raise DomainError unless the visit is on a record signed by engineer and customer, or was simple, with consent to leave."""
    records = [record for record in order.records if record.status != PaperState.VOID]
    if not records:
        raise DomainError(_l("Fill in the repair record first."), rule="B-041")
    record = records[-1]
    if not record.treatment:
        raise DomainError(_l("Write in the repair record what was done."), rule="B-041")
    needs_form = not record.is_simple or parameters.switch("onsite.simple_needs_form")
    if needs_form and not slots_signed(record) >= HANDED_OVER:
        raise DomainError(_l("Let the customer sign the repair record, and sign it yourself."), rule="B-041")
    if parameters.text("onsite.leave_consent") == "required" and not record.leave_consent:
        raise DomainError(_l("Before you leave, the customer's person in charge must agree: who, how and when?"), "leave_consent",
                          rule="B-045")


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
