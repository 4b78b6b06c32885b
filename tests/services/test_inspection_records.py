"""Inspections at the customer: items by phase, every item answered, the customer's units only (R-087; B-166, B-167)."""

from __future__ import annotations

import pytest

from extensions import db
from models.care_enums import InspectionPhase, InspectionState
from models.equipment import Equipment
from models.paper import PAPERS
from services import clock, paper_records, signing
from services.errors import DomainError
from tests.rig.databases import PASSWORD
from tests.services.test_work_orders import on_site

MODEL, PAPER = PAPERS["inspection_record"]


def unit(customer, model, number):
    found = Equipment(equipment_no=number, serial_no=number, product_model=model, customer=customer)
    db.session.add(found)
    db.session.flush()
    return found


def begun(story, origin):
    return paper_records.begin(MODEL, PAPER, origin, by=story.user("service_engineer"), now=clock.now())


def fill(story, record, lines=None, **values):
    paper_records.fill(record, PAPER, values, {"lines": lines} if lines is not None else {}, by=story.user("service_engineer"),
                       now=clock.now())


def refused(story, record):
    with pytest.raises(DomainError) as refusal:
        signing.sign(record, PAPER, "inspector", by=story.user("service_engineer"), now=clock.now(), password=PASSWORD)
    return refusal.value


def whole(story, record, phase):
    """All header fields, and each item normal."""
    fill(story, record, phase=phase, arrived_at=clock.at_local(2025, 3, 3, 9), left_at=clock.at_local(2025, 3, 3, 11), usage_note="稳定",
         contact_name="王主任", contact_phone="5550100")
    fill(story, record, [{"id": line.id, "equipment": line.equipment, "item": line.item, "state": InspectionState.NORMAL}
                         for line in record.lines])


def test_r087_it_begins_with_the_people_and_the_place_of_the_order(story):
    order = on_site(story)
    record = begun(story, order)
    assert (record.customer, record.site, record.engineers, record.inspected_on) == (
        order.customer, order.request.site, [order.lead_engineer], clock.today())
    assert begun(story, order) is record


@pytest.mark.parametrize(("phase", "items"), [
    (InspectionPhase.EARLY, ["running", "hazard"]), (InspectionPhase.LATE, ["running", "line", "dusting"])])
def test_b166_the_phase_brings_its_items_for_each_unit(story, phase, items):
    request = story.triaged()
    units = [unit(request.customer, request.product_model, f"S-{place}") for place in range(2)]
    record = begun(story, request.customer)
    fill(story, record, phase=phase)
    assert [(line.equipment, line.item) for line in record.lines] == [(one, item) for one in units for item in items]


def test_b166_what_was_written_stays_when_the_phase_is_changed(story):
    request = story.triaged()
    one = unit(request.customer, request.product_model, "S-1")
    record = begun(story, request.customer)
    fill(story, record, [{"equipment": one, "item": "care"}], phase=InspectionPhase.EARLY)
    fill(story, record, phase=InspectionPhase.LATE)
    assert [line.item for line in record.lines] == ["care"]


def test_r087_every_item_is_answered_before_it_is_signed(story):
    request = story.triaged()
    unit(request.customer, request.product_model, "S-1")
    record = begun(story, request.customer)
    whole(story, record, InspectionPhase.EARLY)
    record.lines[1].state = None
    assert refused(story, record).field == "line-lines-1-state"


def test_b166_the_late_phase_names_what_fails_often(story):
    request = story.triaged()
    unit(request.customer, request.product_model, "S-1")
    record = begun(story, request.customer)
    whole(story, record, InspectionPhase.LATE)
    assert refused(story, record).rule == "B-166"
    fill(story, record, frequent_faults="光源灯寿命不足")
    signing.sign(record, PAPER, "inspector", by=story.user("service_engineer"), now=clock.now(), password=PASSWORD)


def test_r087_only_units_of_the_customer_are_inspected(story):
    request, other = story.triaged(), story.triaged(name="孤山化验室")
    foreign = unit(other.customer, other.product_model, "S-9")
    with pytest.raises(DomainError) as refusal:
        fill(story, begun(story, request.customer), [{"equipment": foreign, "item": "care"}])
    assert refusal.value.field == "line-lines-0-equipment"
