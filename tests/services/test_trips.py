"""Trips: application, plan and summary of one trip, each signed by the right people (R-024, R-025, R-030; B-090, B-097, B-204)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import PaperState
from models.field_enums import Charging
from models.onsite_enums import LoanState, Transport, TripItemKind, TripRating
from models.organisation import Department
from models.paper import PAPERS
from models.records.trip import Trip
from services import access, audit, clock, paper_records, signing
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD
from tests.services.test_work_orders import on_site

MODEL, APPLICATION = PAPERS["trip_application"]
PLAN = PAPERS["trip_plan"][1]
SUMMARY_MODEL, SUMMARY = PAPERS["trip_summary"]
DAY = dt.date(2025, 3, 4)
APPLIED = {"planned_start": DAY, "planned_end": DAY + dt.timedelta(days=2), "transport": Transport.TRAIN, "charging": Charging.FREE,
           "cost_transport": Decimal(600), "cost_lodging": Decimal(700)}
PLANNED = {"destination": "栖霞岭", "solution": "更换密封圈", "prep_note": "图纸一套"}
DAYS = {"itinerary_lines": [{"date": DAY, "from_place": "总部", "to_place": "栖霞岭", "transport": "高铁", "work": "更换、校准"}]}


def trip(story, by="service_engineer", **more):
    order = on_site(story)
    order.department = order.department or db.session.scalar(select(Department))
    db.session.flush()
    record = paper_records.begin(MODEL, APPLICATION, order, by=story.user(by), now=clock.now())
    record.created_by_id = story.user(by).id
    if record.department is None:
        record.department = order.department
    fill(story, record, APPLICATION, {**APPLIED, **more}, by=by)
    return record


BACK = clock.at_local(2025, 3, 7, 9, 0)


def fill(story, record, paper, values, lines=None, *, by="service_engineer"):
    paper_records.fill(record, paper, values, lines, by=story.user(by), now=clock.now())


def sign(story, record, paper, slot, by):
    audit.acts(story.user(by))
    with clock.frozen(BACK if paper is SUMMARY else clock.now()):
        return signing.sign(record, paper, slot, by=story.user(by), now=clock.now(), password=PASSWORD)


def approved(story, **more):
    record = trip(story, **more)
    for slot, by in (("applicant", "tech_lead"), ("clerk", "service_clerk"), ("approver", "service_manager")):
        sign(story, record, APPLICATION, slot, by)
    return record


def planned(story, **more):
    record = approved(story)
    fill(story, record, PLAN, {**PLANNED, **more}, DAYS)
    sign(story, record, PLAN, "traveller", "service_engineer")
    return record


def travelled(story, **more):
    record = planned(story, **more)
    made = paper_records.begin(SUMMARY_MODEL, SUMMARY, record, by=story.user("service_engineer"), now=clock.now())
    made.created_by_id = story.user("service_engineer").id
    return made


def reported(story, **more):
    made = travelled(story)
    fill(story, made, SUMMARY, {"returned_on": dt.date(2025, 3, 6), "loan_state": LoanState.NONE, **more},
         {"done_items": [{"matter": "更换密封圈", "outcome": "完成"}], "open_items": [{"matter": "无"}]})
    return made


def test_r024_it_begins_with_what_the_order_says(story):
    record = trip(story)
    order = record.work_orders[0]
    assert (record.request, record.customer, record.reason, record.address) == (order.request, order.customer, "示值漂移", "栖霞岭路 3 号")
    assert (record.members, record.leader) == (order.persons, order.lead_engineer)
    again = paper_records.begin(MODEL, APPLICATION, order, by=story.user("service_clerk"), now=clock.now())
    assert again is record


def test_r024_the_budget_is_the_sum_of_its_costs_and_stands_as_estimate_on_the_plan(story):
    record = trip(story)
    assert (record.budget, record.est_cost) == (Decimal(1300), Decimal(1300))
    fill(story, record, PLAN, {"est_cost": Decimal(1500)})
    assert record.est_cost == Decimal(1500)


def test_r025_the_application_is_kept_and_the_trip_goes_on_with_its_plan_under_the_same_number(story):
    record = approved(story)
    assert (record.status, record.number) == (PaperState.ISSUED, "TR2503-001")
    assert signing.state_of(record, APPLICATION) == PaperState.SIGNED
    assert signing.state_of(record, PLAN) == PaperState.DRAFT
    assert signing.frozen(record, APPLICATION) is not None
    fill(story, record, PLAN, PLANNED, DAYS)
    sign(story, record, PLAN, "traveller", "service_engineer")
    assert (record.number, signing.frozen(record, PLAN)) == ("TR2503-001", None)


def test_b093_what_was_applied_for_is_not_changed_on_the_plan(story):
    record = approved(story)
    with pytest.raises(NotAllowed):
        fill(story, record, PLAN, {"reason": "另一件事"})
    assert "destination" in paper_records.may_edit(record, PLAN, story.user("service_engineer"))


def test_b090_without_a_loan_three_departments_sign(story):
    record = planned(story)
    for slot, by in (("service", "dispatch_supervisor"), ("office", "office"), ("finance", "finance")):
        assert record.status == PaperState.ISSUED
        sign(story, record, PLAN, slot, by)
    assert record.status == PaperState.SIGNED


def test_b090_with_a_loan_the_lender_signs_too(story):
    record = planned(story, has_loan=True)
    for slot, by in (("service", "dispatch_supervisor"), ("office", "office"), ("finance", "finance")):
        sign(story, record, PLAN, slot, by)
    assert record.status == PaperState.ISSUED
    sign(story, record, PLAN, "lender", "warehouse")
    assert record.status == PaperState.SIGNED


def test_b204_nobody_signs_for_two_departments(story):
    record = planned(story)
    sign(story, record, PLAN, "office", "service_manager")
    with pytest.raises(DomainError) as refusal:
        sign(story, record, PLAN, "finance", "service_manager")
    assert refusal.value.rule == "B-204"


def test_b204_nobody_approves_the_trip_he_wrote(story):
    record = trip(story, by="service_manager")
    sign(story, record, APPLICATION, "applicant", "tech_lead")
    with pytest.raises(DomainError) as refusal:
        sign(story, record, APPLICATION, "approver", "service_manager")
    assert refusal.value.rule == "B-204"


def test_r025_only_who_travels_signs_as_traveller(story):
    record = approved(story)
    fill(story, record, PLAN, PLANNED, DAYS)
    with pytest.raises(DomainError):
        sign(story, record, PLAN, "traveller", "service_clerk")


def test_r025_a_plan_without_days_is_not_signed(story):
    record = approved(story)
    fill(story, record, PLAN, PLANNED)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, PLAN, "traveller", "service_engineer")
    assert refusal.value.rule == "R-025"


@pytest.mark.parametrize(("values", "field"), [({"planned_end": DAY - dt.timedelta(days=1)}, "planned_end"),
                                               ({"cost_meals": Decimal(-1)}, "cost_meals")])
def test_r024_what_cannot_be_is_refused_at_its_field(story, values, field):
    with pytest.raises(DomainError) as refusal:
        trip(story, **values)
    assert refusal.value.field == field


def test_r024_who_travels_sees_the_trip_and_others_do_not(story):
    record = trip(story)
    record.members = [*record.members, story.staff("engineer3")]
    db.session.flush()
    seen = {name: db.session.scalars(select(Trip.id).where(access.visible(story.user(name), Trip))).all()
            for name in ("service_engineer", "engineer2", "engineer3")}
    assert seen == {"service_engineer": [record.id], "engineer2": [], "engineer3": [record.id]}


def test_r030_the_summary_begins_with_the_days_of_the_plan(story):
    made = travelled(story)
    assert [(day.date, day.route, day.work) for day in made.itinerary_lines] == [(DAY, "总部—栖霞岭 高铁", "更换、校准")]
    assert (made.members, made.loan_state) == (made.trip.members, LoanState.NONE)


def test_r030_it_goes_by_the_number_of_the_trip_and_is_reviewed_by_three(story):
    made = reported(story)
    sign(story, made, SUMMARY, "division", "tech_lead")
    assert made.number == made.trip.number == "TR2503-001"
    with pytest.raises(DomainError) as refusal:  # no rating yet
        sign(story, made, SUMMARY, "manager", "service_manager")
    assert refusal.value.field in ("service_opinion", "rating")
    fill(story, made, SUMMARY, {"service_opinion": "按时完成", "rating": TripRating.GOOD}, by="service_manager")
    sign(story, made, SUMMARY, "manager", "service_manager")
    assert made.status == PaperState.DRAFT
    sign(story, made, SUMMARY, "finance", "finance")
    assert made.status == PaperState.SIGNED


def test_b097_the_traveller_does_not_write_the_evaluation(story):
    made = reported(story)
    with pytest.raises(NotAllowed):
        fill(story, made, SUMMARY, {"rating": TripRating.EXCELLENT})


def test_r030_what_is_open_has_a_solution(story):
    made = reported(story)
    fill(story, made, SUMMARY, {}, {"open_items": [{"matter": "备用泵待更换", "outcome": "已报经理"}]})
    with pytest.raises(DomainError) as refusal:
        sign(story, made, SUMMARY, "division", "tech_lead")
    assert refusal.value.field == "open_solution"


def test_r030_without_open_items_written_it_is_not_signed(story):
    made = reported(story)
    made.items = [item for item in made.items if item.kind == TripItemKind.DONE]
    db.session.flush()
    with pytest.raises(DomainError) as refusal:
        sign(story, made, SUMMARY, "division", "tech_lead")
    assert refusal.value.rule == "R-030"


@pytest.mark.parametrize(("values", "field"), [({"returned_on": dt.date(2025, 3, 3)}, "returned_on"), ({"actual_cost": -1}, "actual_cost")])
def test_r030_what_cannot_be_is_refused_at_its_field(story, values, field):
    with pytest.raises(DomainError) as refusal:
        reported(story, **values)
    assert refusal.value.field == field


def test_r030_nobody_signs_before_they_are_back(story):
    made = reported(story, returned_on=dt.date(2025, 3, 8))
    with pytest.raises(DomainError) as refusal:
        sign(story, made, SUMMARY, "division", "tech_lead")
    assert refusal.value.field == "returned_on"


def test_r030_a_loan_of_the_trip_is_accounted_for(story):
    made = travelled(story, has_loan=True)
    assert made.loan_state is None
    with pytest.raises(DomainError) as refusal:
        fill(story, made, SUMMARY, {"loan_state": LoanState.NONE})
    assert refusal.value.field == "loan_state"


@pytest.mark.parametrize(("loan", "waits"), [(False, set()), (True, {"lender"})])
def test_b090_a_plan_waits_for_those_who_countersign_it(story, loan, waits):
    record = planned(story, has_loan=loan)

    def cells(name):
        return {next(slot.name for slot in paper.slots if slot.name_of() == label)
                for row, paper, label in signing.waiting_for(story.user(name)) if row is record}

    assert cells("finance") >= {"finance"}
    assert cells("warehouse") - {"office"} == waits
    assert cells("service_engineer") == set()
