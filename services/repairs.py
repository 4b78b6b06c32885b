"""Customers' goods in our hands: taken away, repaired, passed, given back; where they stand follows from what was written.

R-035 to R-037, R-039, R-040; B-100 to B-104, B-107, B-108.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.base import field_info
from models.enums import PaperState
from models.equipment import Equipment
from models.number import IssuedPaper
from models.records.repair_papers import CARD, ENTRY, RECEIPT
from models.repair import RepairCard, RepairItem
from models.repair_enums import PassResult, RepairHandling, RepairRoute, RepairStage, ReturnRoute
from models.stock_enums import ZoneKind
from models.work_order import WorkOrder
from services import access, calendars, clock, known, paper_checks, parameters, record_rules, signing, two_persons
from services.errors import DomainError
from services.priced_lines import hold_parts

CARRIED = (RepairRoute.SALESMAN, RepairRoute.DELIVERY)
WAY_BACK = {"return_via", "return_reason", "returned_by", "returned_on"}


@record_rules.begins(RepairItem)
def take_in(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> RepairItem:
    """Goods with all that order, request and unit say of them.

    Begun with the receipt they are taken away by the technician, and a card is made in the same act (B-100); pressed twice it is the
    same receipt.
    """
    taken = layout == RECEIPT.code
    if taken and isinstance(origin, WorkOrder):
        begun = db.session.scalar(select(RepairItem).where(
            RepairItem.work_order_id == origin.id, RepairItem.receipt_no.is_(None), RepairItem.status == PaperState.DRAFT,
            RepairItem.source == RepairRoute.TAKEN_BACK).limit(1))
        if begun is not None:
            return begun  # type: ignore[no-any-return]
    due = calendars.advance(now, parameters.number("repair.promise_days"), "workdays")
    item = RepairItem(received_at=now, promised_on=clock.today(due))
    known.pour(item, origin)
    if item.equipment is not None:
        item.product_name = None  # the name alone; the equipment file knows the model, too
    _of_the_unit(item)
    if taken:
        item.source, item.return_via, item.carrier = RepairRoute.TAKEN_BACK, ReturnRoute.TAKEN_BACK, access.staff_of(by)
    db.session.add(item)
    db.session.flush()
    if taken:
        hang_card(item, by=by, now=now, layout=CARD.code)
    return item


@record_rules.begins(RepairCard)
def hang_card(item: Any, *, by: Any, now: dt.datetime, layout: str) -> RepairCard:
    """The card of goods: the one that hangs there, or a new one with what goods and order say; the goods wait for repair (B-100)."""
    if item is not None and item.card is not None:
        return item.card  # type: ignore[no-any-return]
    card = RepairCard(item=item)
    if item is not None:
        day = item.promised_on
        card.promised_at = calendars.advance(clock.at_local(day.year, day.month, day.day), 0, "workdays") if day is not None else None
        card.service_category = item.order.service_category if item.order is not None else None
    db.session.add(card)
    db.session.flush()
    if item is not None:
        item.stage = stage_of(item)
    return card


def stage_of(item: RepairItem) -> RepairStage:
    """Where goods stand, by what register form and card say of them (WF-05)."""
    card = item.card
    if item.returned_on is not None:
        return RepairStage.RETURNED
    if is_ready(item):
        return RepairStage.READY
    if item.handling == RepairHandling.MAKER and item.sent_on is not None:
        return RepairStage.AT_MAKER if item.back_on is None else RepairStage.POST_TEST
    if card is None:
        waits = RepairStage.RECEIVED if item.zone is None else RepairStage.CUSTODY
        return RepairStage.REPAIRING if item.treatment else waits
    if card.pass_result == PassResult.REWORK:
        return RepairStage.REPAIRING
    if signing.signed_as_it_reads(card, CARD, "engineer") is not None:
        return RepairStage.POST_TEST
    return RepairStage.REPAIRING if card.labor_lines else RepairStage.QUEUED


def is_ready(item: RepairItem) -> bool:
    """Whether goods may go back: passed on their card, or without one said to be ready (B-102)."""
    card = item.card
    if card is not None and item.handling not in (RepairHandling.SWAP, RepairHandling.REFUSED):
        return card.status == PaperState.SIGNED and card.pass_result == PassResult.PASSED
    return item.ready_on is not None


# --- the goods


@record_rules.at("save", RepairItem)
def _holds_together(item: RepairItem, *, now: dt.datetime) -> None:
    """The unit is the customer's, the way back is the way they came or says why not (B-107), and only what is ready goes back (B-102)."""
    if item.equipment is not None and item.customer is not None and item.equipment.customer_id != item.customer.id:
        raise DomainError(_l("This belongs to another customer."), "serial_no", rule="R-040")
    if item.order is not None and item.customer is not None and item.order.customer_id != item.customer.id:
        raise DomainError(_l("This order is of another customer."), "order", rule="R-040")
    if item.qty is not None and item.qty < 1:
        raise DomainError(_l("At least one."), "qty", rule="R-040")
    if item.sent_on and item.back_on and item.back_on < item.sent_on:
        raise DomainError(_l("The last day lies before the first."), "back_on", rule="R-040")
    _of_the_unit(item)
    hold_parts(item.part_lines, clock.today(now))
    _in_custody(item)
    if item.source is not None and item.return_via is None:
        item.return_via = ReturnRoute(item.source.value)  # type: ignore[call-arg]
    if item.returned_on is not None:
        _give_back(item)
    item.stage = stage_of(item)
    if all((item.customer, item.product_name, item.symptom, item.condition_note, item.source, item.received_at)):
        signing.ensure_number(item, ENTRY, now=now)  # registered: the goods are known by it from now on


def _in_custody(item: RepairItem) -> None:
    """Goods in custody lie in a custody zone, never in our own stock (B-108); only from there they are handed to inspection (B-104)."""
    if item.zone is not None and item.zone.kind != ZoneKind.CUSTODY:
        raise DomainError(_l("Customers' goods lie in a custody zone, not in our own stock."), "zone", rule="B-108")
    paper_checks.lines_filled(item.out_lines, "sent_on", "taken_by", rule="R-039")
    if item.out_lines and item.zone is None:
        raise DomainError(_l("Take the goods into custody before they are handed out for inspection."), "zone", rule="B-104")
    for line in item.out_lines:
        if item.received_at is not None and line.sent_on is not None and line.sent_on < clock.today(item.received_at):
            raise DomainError(_l("This lies before the day the goods came."), f"{line.typed_at or 'line'}-sent_on", rule="R-039")


def _of_the_unit(item: RepairItem) -> None:
    """Which unit of the customer's it is, by its serial number, and what the equipment file says of it."""
    if item.equipment is not None and item.serial_no and item.equipment.serial_no != item.serial_no:
        item.equipment = None
    if item.equipment is None and item.serial_no and item.customer is not None:
        item.equipment = db.session.scalar(select(Equipment).where(
            Equipment.customer_id == item.customer.id, Equipment.serial_no == item.serial_no).order_by(Equipment.id).limit(1))
    if item.equipment is not None:
        model = item.equipment.product_model
        item.product_name, item.serial_no = item.product_name or f"{model.name} {model.model_no}", item.equipment.serial_no
        item.batch_no = item.batch_no or item.equipment.batch_no


def _give_back(item: RepairItem) -> None:
    """The receipt is void with the return, its number too (B-102)."""
    if not is_ready(item):
        raise DomainError(_l("It goes back when the supervisor has passed it, or when it is written ready."), "returned_on", rule="B-102")
    if item.received_at is not None and item.returned_on is not None and item.returned_on < item.received_at:
        raise DomainError(_l("It cannot have gone back before it came."), "returned_on", rule="R-040")
    if item.source is not None and item.return_via != item.source.value and not item.return_reason:
        raise DomainError(_l("It goes back the way it came; for another way give the reason."), "return_reason", rule="B-107")
    if item.receipt_no is not None and item.receipt_voided_on is None and item.returned_on is not None:
        item.receipt_voided_on = clock.today(item.returned_on)
        for number in db.session.scalars(select(IssuedPaper).where(
                IssuedPaper.owner_type == item.__tablename__, IssuedPaper.owner_id == item.id, IssuedPaper.series == RECEIPT.series)):
            number.state, number.void_reason = PaperState.VOID, str(_l("The goods went back"))


@record_rules.limits(RepairItem)
def _writable(item: RepairItem, fields: set[str], user: Any) -> set[str]:
    """What stands on a signed receipt stays; the way back is written when the goods are ready; the day of voiding follows."""
    kept = {"receipt_voided_on"} | (set() if is_ready(item) else WAY_BACK)
    if item.receipt_no is not None and signing.state_of(item, RECEIPT) in (PaperState.SIGNED, PaperState.VOID):
        kept |= set(RECEIPT.fields())
    return fields - kept


@record_rules.at("sign", RepairItem)
def _told(item: RepairItem, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Who brought it, what was done and which maker had it are said before the repairer signs (R-040)."""
    asked = {"carrier": item.source in CARRIED and item.carrier is None,
             "treatment": item.handling == RepairHandling.OWN and not item.treatment,
             "supplier": item.handling == RepairHandling.MAKER and item.supplier is None}
    missing = next((name for name, empty in asked.items() if empty), None) if slot == "repairer" else None
    if missing is not None:
        raise DomainError(_l("Please fill in: %(field)s.", field=field_info(RepairItem, missing)["label"]), missing, rule="R-040")


# --- the card


@record_rules.at("save", RepairCard)
def _worked(card: RepairCard, *, now: dt.datetime) -> None:
    """Times run forward, each with the one who worked; the goods follow (B-101)."""
    for line in card.labor_lines:
        where = line.typed_at or "line"
        if line.start_at is None or line.end_at is None:
            raise DomainError(_l("From when to when?"), f"{where}-{'start_at' if line.start_at is None else 'end_at'}", rule="B-101")
        if line.end_at < line.start_at:
            raise DomainError(_l("The end lies before the beginning."), f"{where}-end_at", rule="B-101")
        if line.staff is None:
            raise DomainError(_l("Who worked?"), f"{where}-staff", rule="B-101")
    hold_parts(card.part_lines, clock.today(now))
    if card.item is not None:
        card.item.stage = stage_of(card.item)


@record_rules.at("number", RepairCard)
def _labelled(card: RepairCard, *, by: Any, now: dt.datetime) -> None:
    """The card carries the item no. of the goods it hangs on (R-037)."""
    if card.item is not None:
        signing.ensure_number(card.item, ENTRY, by=by, now=now)


@record_rules.at("sign", RepairCard)
def _may_pass(card: RepairCard, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Finished with the time used (B-101); passed by another, only when it is good (B-102), and late only with a word why (B-103)."""
    item = card.item
    if slot == "engineer":
        if not card.labor_lines:
            raise DomainError(_l("Write down the time that was really used."), "treatment", rule="B-101")
        if card.pass_result == PassResult.REWORK:
            card.pass_result = None
        if item is not None:
            item.stage = RepairStage.POST_TEST
        return
    if card.pass_result != PassResult.PASSED:
        raise DomainError(_l("What has to be worked on again is not signed off: the card goes back to the technician."), "pass_result",
                          rule="B-102")
    if card.promised_at is not None and now > card.promised_at and not card.delay_note:
        raise DomainError(_l("It is later than promised: say why."), "delay_note", rule="B-103")
    staff, engineer = access.staff_of(by), signing.signed_as_it_reads(card, CARD, "engineer")
    if staff is not None and engineer is not None and engineer.signer_id == staff.id:
        two_persons.require(by.id, by)


@record_rules.at("signed", RepairCard)
def _passed(card: RepairCard, *, by: Any, now: dt.datetime) -> None:
    """The goods are ready: register form and stage say so."""
    item = card.item
    if item is not None:
        item.ready_on, item.treatment = item.ready_on or clock.today(now), item.treatment or card.treatment
        item.stage = stage_of(item)
        db.session.flush()
