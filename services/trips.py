"""Trips: begun from the job, planned, countersigned by different people, summed up (R-024, R-025, R-030; B-090, B-095, B-097, B-204)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import _l, _lp, db
from models.enums import PaperState, ServiceCategory
from models.field_enums import Charging
from models.number import Signature
from models.onsite_enums import LoanState
from models.paper import PAPERS
from models.records.service_plan import ServicePlan
from models.records.trip import APPLICATION, COSTS, Trip, TripDay
from models.records.trip_summary import TravelledDay, TripSummary
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock, known, paper_checks, record_rules, signing, two_persons
from services.errors import DomainError

RUNNING = (PaperState.DRAFT, PaperState.ISSUED)
NOTHING = ("无", "没有")  # what is written when nothing was left open


@record_rules.begins(Trip)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> Trip:
    """The trip of an order, request or customer with all they say; the one of the request that has not begun if there is one."""
    request = paper_checks.request_of(origin)
    there = paper_checks.open_one(Trip, Trip.request_id == request.id, RUNNING) if request is not None else None
    if there is not None:
        return there  # type: ignore[no-any-return]
    staff = access.staff_of(by)
    record = Trip()
    known.pour(record, origin)
    record.applied_at, record.department = now, record.department or (staff.department if staff is not None else None)
    record.destination, record.reason = record.address, getattr(origin, "symptom", None)
    orders = [origin] if isinstance(origin, WorkOrder) else list(request.open_orders) if request is not None else []
    record.work_orders, record.members = orders, list(dict.fromkeys(person for order in orders for person in order.persons))
    record.leader = record.members[0] if record.members else None
    record.solution = next((order.solution for order in orders if order.solution), None)
    if request is not None:
        if request.service_category is not None:
            record.charging = Charging.PAID if request.service_category == ServiceCategory.A else Charging.FREE
        _by_plan(record, request)
    db.session.add(record)
    db.session.flush()
    return record


def _by_plan(record: Trip, request: ServiceRequest) -> None:
    """Days, cost and solution by the service plan of the request."""
    plan = db.session.scalar(select(ServicePlan).where(ServicePlan.request_id == request.id, ServicePlan.status != PaperState.VOID)
                             .order_by(ServicePlan.id.desc()).limit(1))
    if plan is None:
        return
    record.plan, record.solution = plan, record.solution or plan.solution
    record.planned_start = clock.today(plan.planned_arrive_at) if plan.planned_arrive_at else None
    record.planned_end = clock.today(plan.planned_finish_at) if plan.planned_finish_at else None


@record_rules.at("save", Trip)
def _trip_holds(record: Trip, *, now: dt.datetime) -> None:
    """Days run forward, costs are not negative, the leader goes along; the cost of the plan is the budget until another is written."""
    paper_checks.forward(record, "planned_start", "planned_end", rule="R-024")
    paper_checks.not_negative(record, (*COSTS, "advance_amount", "est_cost"), rule="R-024")
    paper_checks.lines_filled(record.itinerary_lines, "date", "from_place", "to_place", "transport", "work", rule="R-025")
    if record.leader is not None and record.leader not in record.members:
        record.members.append(record.leader)
    if record.est_cost is None:
        record.est_cost = record.budget


@record_rules.limits(Trip)
def _agreed(record: Trip, fields: set[str], user: Any) -> set[str]:
    """What the application said stays as it was signed (B-093)."""
    return fields - set(APPLICATION) if record.status == PaperState.ISSUED else fields


@record_rules.at("sign", Trip)
def _countersigned(record: Trip, *, slot: str, by: Any, now: dt.datetime) -> None:
    """The traveller signs the plan himself, with its days; who approves neither wrote it nor signs for two (B-090, B-204)."""
    if slot == "traveller":
        if access.staff_of(by) not in record.members:
            raise DomainError(_l("One of those who travel signs here."), rule="R-025")
        if not record.itinerary_lines:
            raise DomainError(_l("Please fill in: %(field)s.", field=_lp("R-025", "Itinerary")), rule="R-025")
    _other_person(record, "trip_application" if slot in _slots("trip_application") else "trip_plan", slot, by)


@record_rules.begins(TripSummary)
def sum_up(trip: Any, *, by: Any, now: dt.datetime, layout: str) -> TripSummary:
    """The summary of a trip, with its days as they were planned; the one that is there if there is one (B-095)."""
    if not isinstance(trip, Trip):
        raise DomainError(_l("A summary is begun from its trip."), rule="R-030")
    there = paper_checks.open_one(TripSummary, TripSummary.trip_id == trip.id, (PaperState.DRAFT, PaperState.SIGNED))
    if there is not None:
        return there  # type: ignore[no-any-return]
    record = TripSummary(trip=trip, loan_state=None if trip.has_loan else LoanState.NONE)
    record.itinerary_lines = [TravelledDay(position=place, date=day.date, work=day.work, route=_route(day))
                              for place, day in enumerate(trip.itinerary_lines)]
    db.session.add(record)
    db.session.flush()
    return record


def _route(day: TripDay) -> str:
    way = "—".join(part for part in (day.from_place, day.to_place) if part)
    return " ".join(part for part in (way, day.transport) if part)[:120]


@record_rules.numbers(TripSummary)
def _number(record: TripSummary, *, by: Any, now: dt.datetime) -> str:
    """The number of the trip (R-030)."""
    if record.trip is None:
        raise DomainError(_l("Please fill in: %(field)s.", field=_lp("R-030", "Trip")), "trip", rule="R-030")
    return signing.ensure_number(record.trip, PAPERS["trip_application"][1], by=by, now=now)


@record_rules.at("save", TripSummary)
def _summary_holds(record: TripSummary, *, now: dt.datetime) -> None:
    """The return lies after the departure; lines say what they are about (R-030)."""
    trip = record.trip
    if record.returned_on is not None and trip is not None and trip.planned_start and record.returned_on < trip.planned_start:
        raise DomainError(_l("The return lies before the departure."), "returned_on", rule="R-030")
    paper_checks.not_negative(record, ("actual_cost",), rule="R-030")
    paper_checks.lines_filled(record.items, "matter", rule="R-030")
    paper_checks.lines_filled(record.itinerary_lines, "date", rule="R-030")
    if trip is not None and trip.has_loan and record.loan_state == LoanState.NONE:
        raise DomainError(_l("Material was borrowed for this trip: say what became of it."), "loan_state", rule="R-030")


@record_rules.at("sign", TripSummary)
def _reviewed(record: TripSummary, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Who travelled is back; days, finished and open items are written, “none” is one; what is open has a solution (R-030; B-204)."""
    if record.returned_on is not None and record.returned_on > clock.today(now):
        raise DomainError(_l("This day has not come yet."), "returned_on", rule="R-030")
    for lines, label in ((record.itinerary_lines, _lp("R-030", "Date, route, work")), (record.done_items, _lp("R-030", "Finished tasks")),
                         (record.open_items, _lp("R-030", "Open items and how reported"))):
        if not lines:
            raise DomainError(_l("Please fill in: %(field)s.", field=label), rule="R-030")
    if any((item.matter or "").strip("。 ") not in NOTHING for item in record.open_items) and not record.open_solution:
        raise DomainError(_l("How is solved what is still open?"), "open_solution", rule="R-030")
    _other_person(record, "trip_summary", slot, by)


def _slots(code: str) -> set[str]:
    return {slot.name for slot in PAPERS[code][1].slots}


def _other_person(record: Any, code: str, name: str, by: Any) -> None:
    """Who approves neither began the record nor has approved it in another cell (B-204)."""
    paper = PAPERS[code][1]
    if not paper.slot(name).approves:
        return
    two_persons.require(record.created_by_id, by)
    staff = access.staff_of(by)
    others = {slot.name for slot in paper.slots if slot.approves} - {name}
    if staff is not None and db.session.scalar(select(Signature.id).where(
            Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, Signature.slot.in_(others),
            Signature.signer_id == staff.id, signing.holds()).limit(1)):
        raise DomainError(_l("You have signed for another department already. Each is signed by a person of its own."), rule="B-204")
