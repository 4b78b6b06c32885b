"""The record of a visit: header by the clerk, repair by the engineer, signed by both sides (R-014, R-017; B-041 to B-045)."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select

from extensions import _l, _lp, db
from models.enums import PaperState, ServiceCategory, SupplyMode
from models.equipment import Part
from models.field_enums import Charging
from models.number import Signature
from models.paper import PAPERS
from models.service_record import ServiceRecord
from models.work_order import WorkOrder
from services import access, clock, known, notices, parameters, record_rules, sla
from services.errors import DomainError

HANDED_OVER = frozenset({"engineer", "customer"})
FIELD = "field_service_record"


def layout_for(order: WorkOrder) -> str:
    """The paper the company writes such a visit on: that of the job's profile of clocks (B-206)."""
    return parameters.text(f"layout.{sla.profile_of(order.request)}")


@record_rules.begins(ServiceRecord)
def prepare(order: WorkOrder, *, by: Any, now: dt.datetime, layout: str | None = None) -> ServiceRecord:
    """The record of an order, begun with all that request, customer and equipment already say (B-043); the open one if there is one.

    Without a layout it is written on the paper of the company (`layout_for`).
    """
    open_one = next((record for record in order.records if record.status == PaperState.DRAFT), None)
    if open_one is not None:
        return open_one
    record = ServiceRecord(layout=layout or layout_for(order))
    known.pour(record, order)
    db.session.add(record)
    _sent_out(record, order)
    db.session.flush()
    return record


def _sent_out(record: ServiceRecord, order: WorkOrder) -> None:
    """Who is sent, on whose number, what for and whether it is paid (R-015; B-071, B-198)."""
    lead = [order.lead_engineer] if order.lead_engineer is not None else []
    record.engineers = list(dict.fromkeys([*lead, *(one.staff for one in order.engineers)]))
    if record.department is not None and not record.department.can_issue_numbers:
        record.department = None
    if order.service_category is not None:
        record.charging = Charging.PAID if order.service_category == ServiceCategory.A else Charging.FREE
    record.service_description = order.symptom


def slots_signed(record: ServiceRecord) -> set[str]:
    """The cells of a record that bear a valid signature."""
    from services import signing

    return set(db.session.scalars(select(Signature.slot).where(
        Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, signing.holds())))


def require_handed_over(order: WorkOrder, *, leave_consent: str | None = None) -> None:
    """Raise DomainError unless the visit is on a record signed by engineer and customer, or was simple, with consent to leave.

    A consent given now is written into a record whose layout does not print it; where it is printed it was signed with the rest.
    """
    records = [record for record in order.records if record.status != PaperState.VOID]
    if not records:
        raise DomainError(_l("Fill in the repair record first."), rule="B-041")
    record = records[-1]
    paper = PAPERS[record.layout][1]
    asked, cells = set(paper.fields()), {slot.name for slot in paper.slots}
    if "treatment" in asked and not record.treatment:
        raise DomainError(_l("Write in the repair record what was done."), rule="B-041")
    needs_form = not record.is_simple or parameters.switch("onsite.simple_needs_form")
    if needs_form and not slots_signed(record) >= HANDED_OVER & cells:
        raise DomainError(_l("Let the customer sign the repair record, and sign it yourself."), rule="B-041")
    if leave_consent and "leave_consent" not in asked:
        record.leave_consent = leave_consent
    if parameters.text("onsite.leave_consent") == "required" and not record.leave_consent:
        raise DomainError(_l("Before you leave, the customer's person in charge must agree: who, how and when?"), "leave_consent",
                          rule="B-045")


@record_rules.at("save", ServiceRecord)
def _holds(record: ServiceRecord, *, now: dt.datetime) -> None:
    """Times run forward, parts have quantity and, when bought, a price: the list's where none was typed (R-017)."""
    if record.started_at and record.finished_at and record.finished_at < record.started_at:
        raise DomainError(_l("The end lies before the beginning."), "finished_at", rule="R-017")
    _times_run_forward(record)
    if inspect(record).attrs.department.history.has_changes() and record.department and not record.department.can_issue_numbers:
        raise DomainError(_l("Choose a department that issues numbers of its own."), "department", rule="B-198")
    if record.qty is not None and record.qty < 1:
        raise DomainError(_l("At least one."), "qty")
    _told_of_the_commitment(record, now=now)
    if record.layout == FIELD and record.charging is not None:  # its list has no column for it
        mode = SupplyMode.CUSTOMER_PURCHASE if record.charging == Charging.PAID else SupplyMode.THREE_GUARANTEES
        for line in record.part_lines:
            line.kind = mode
    for line in record.part_lines:
        where = line.typed_at or "line"
        if line.part is None:
            raise DomainError(_l("Choose the part from the list."), f"{where}-part")
        if line.qty is None or line.qty <= 0:
            raise DomainError(_l("How many? The quantity is a must."), f"{where}-qty")
        line.part_name, line.spec = line.part.name, line.part.spec
        if line.kind == SupplyMode.CUSTOMER_PURCHASE and line.unit_price is None:
            line.unit_price = sale_price(line.part, clock.today(now))
            if line.unit_price is None:
                raise DomainError(_l("There is no price for this part yet. Enter one."), f"{where}-unit_price")
        if line.unit_price is not None and line.unit_price < 0:
            raise DomainError(_l("Enter a number."), f"{where}-unit_price")


def _told_of_the_commitment(record: ServiceRecord, *, now: dt.datetime) -> None:
    """A commitment without a document waits for consent: the service managers are told (B-055)."""
    if record.unfounded_commitment and inspect(record).attrs.commitment.history.has_changes():
        notices.tell(access.managers(), _l("%(customer)s was promised something without a document: %(words)s", customer=record.customer,
                                           words=record.commitment), href=f"/records/{record.layout}/{record.id}", now=now)


def _times_run_forward(record: ServiceRecord) -> None:
    """Left, arrived, finished and handed back follow one another, as far as the paper asks for them (R-015)."""
    asked = set(PAPERS[record.layout][1].fields())
    names = [name for name in ("departed_at", "arrived_at", "finished_at", "returned_to_clerk_at") if name in asked]
    times = [(name, getattr(record, name)) for name in names]
    for (_name, before), (name, at) in itertools.pairwise((name, at) for name, at in times if at is not None):
        if at < before:
            raise DomainError(_l("This time lies before the one above it."), name, rule="R-015")


@record_rules.at("sign", ServiceRecord)
def _ready_to_sign(record: ServiceRecord, *, slot: str, by: Any, now: dt.datetime) -> None:
    """A paid service names its quotation; the hour the clerk signs for the record is the hour he has it back (R-015)."""
    if record.layout != FIELD:
        return
    if record.charging == Charging.PAID and not record.quotation_note:
        raise DomainError(_l("Please fill in: %(field)s.", field=_lp("R-015", "Quotation no. / amount")), "quotation_note", rule="R-015")
    if slot == "clerk" and record.returned_to_clerk_at is None:
        record.returned_to_clerk_at = now


def sale_price(part: Part, day: dt.date) -> Decimal | None:
    """The price of a part that holds on a day; none when the list has none."""
    for price in part.prices:
        if price.valid_from is not None and price.valid_from <= day and (price.valid_to is None or day <= price.valid_to):
            return price.sale_price
    return None
