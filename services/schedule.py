"""The dispatch board: what waits for an engineer and in which order, who is where, where two visits meet and the ways out.

Rules B-004, B-013, B-015, B-016. What is done from the board goes through services/work_orders.py like everywhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from extensions import _l, db
from models.enums import AppointmentStatus, FaultLevel, OrderStatus, RequestStatus
from models.organisation import RegionEngineer, Staff
from models.records.trip import Trip
from models.service_request import ServiceRequest
from models.work_order import CLOSED, Appointment, WorkOrder
from services import access, clock, dispatch, parameters, service_requests, work_orders
from services.errors import DomainError, NotThere

MOST = 60
DAY_BEGINS, DAY_ENDS = timedelta(hours=8), timedelta(hours=18)
STEP = timedelta(minutes=10)
_OPEN = tuple(state for state in OrderStatus if state not in CLOSED)
_LIVE = (AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED)
_MOVABLE = {OrderStatus.ASSIGNED, OrderStatus.CONTACTED, OrderStatus.APPOINTED}


@dataclass
class Job:
    """A request or order without engineer; `carried` days since it was reported, `due` the next moment somebody waits for."""

    key: str
    record: Any
    request: ServiceRequest
    carried: int
    due: dt.datetime | None
    since: dt.datetime
    engineer: Staff | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None


@dataclass
class Clash:
    """Two visits of one engineer that meet, and the ways out: a later time, or another engineer (either may be missing)."""

    first: Appointment
    second: Appointment
    start: dt.datetime
    end: dt.datetime
    later: dt.datetime | None = None
    other: Staff | None = None


@dataclass
class Line:
    """An engineer on the board with his visits in the time shown, in order."""

    person: Staff
    load: int
    regions: list[Any]
    visits: list[Appointment] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)

    def away(self, day: dt.date) -> bool:
        """Whether he is absent or on a trip that day (B-015)."""
        return dispatch.is_absent(self.person, day) or any(
            trip.planned_start <= day <= trip.planned_end for trip in self.trips if trip.planned_start and trip.planned_end)

    def busy(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether he is somewhere in that time."""
        buffer = timedelta(minutes=parameters.number("schedule.buffer_minutes"))
        return any(visit.start_at < end + buffer and visit.end_at > start - buffer for visit in self.visits if visit.status in _LIVE)


def visit_length() -> timedelta:
    """How long a visit is planned for, unless something else was agreed."""
    return timedelta(minutes=parameters.number("schedule.visit_minutes"))


def waiting(user: Any, now: dt.datetime, *, region_id: int | None = None) -> list[Job]:
    """What the user may dispatch, in the order of B-013: level 1, then carried-over days, then the level, then the time of the call."""
    held = select(WorkOrder.request_id).where(WorkOrder.status.in_(_OPEN))
    requests = select(ServiceRequest).where(
        or_(ServiceRequest.status == RequestStatus.TRIAGED, service_requests.left_alone()), ServiceRequest.id.not_in(held),
        access.visible(user, ServiceRequest))
    orders = select(WorkOrder).where(WorkOrder.status == OrderStatus.PENDING, access.visible(user, WorkOrder))
    if region_id is not None:
        requests, orders = requests.where(ServiceRequest.region_id == region_id), orders.where(WorkOrder.region_id == region_id)
    loads = (joinedload(ServiceRequest.customer), joinedload(ServiceRequest.product_model), joinedload(ServiceRequest.engineer))
    jobs = [_job(f"request-{item.id}", item, item, now) for item in db.session.scalars(
        requests.order_by(ServiceRequest.reported_at).limit(MOST).options(*loads))]
    jobs += [_job(f"order-{item.id}", item, item.request, now) for item in db.session.scalars(
        orders.order_by(WorkOrder.issued_at).limit(MOST).options(joinedload(WorkOrder.request).options(*loads)))]
    return sorted(jobs, key=_urgency())


def _job(key: str, record: Any, request: ServiceRequest, now: dt.datetime) -> Job:
    since = request.reported_at or request.created_at or now
    due = record.next_due_at or (request.promised_contact_at if request.contacted_at is None else None) or request.requested_at
    return Job(key, record, request, max((clock.today(now) - clock.today(since)).days, 0), due, since)


def _urgency() -> Any:
    first = parameters.switch("dispatch.level1_first")

    def place(job: Job) -> tuple[Any, ...]:
        level = job.request.fault_level
        return not (first and level == FaultLevel.ONE), -job.carried, str(level.value) if level else "9", job.since, job.key

    return place


def lines(start: dt.datetime, end: dt.datetime, *, region_id: int | None = None) -> list[Line]:
    """The engineers with their visits that touch the time from `start` to `end`; those of the region first, then the least busy."""
    counted = db.session.execute(select(WorkOrder.lead_engineer_id, func.count(WorkOrder.id))
                                 .where(WorkOrder.status.in_(_OPEN)).group_by(WorkOrder.lead_engineer_id))
    load = {key: count for key, count in counted if key is not None}
    regions: dict[int, list[RegionEngineer]] = {}
    for row in db.session.scalars(select(RegionEngineer).options(joinedload(RegionEngineer.region)).order_by(RegionEngineer.id)):
        regions.setdefault(row.staff_id, []).append(row)
    people = db.session.scalars(select(Staff).where(Staff.is_engineer, Staff.active).options(joinedload(Staff.substitute)))
    found = {person.id: Line(person, load.get(person.id, 0), regions.get(person.id, [])) for person in people}
    query = select(Appointment).where(Appointment.status != AppointmentStatus.CANCELLED, Appointment.start_at < end,
                                      Appointment.end_at > start, Appointment.engineer_id.in_(found))
    shown = joinedload(Appointment.order).options(
        joinedload(WorkOrder.customer), joinedload(WorkOrder.request).joinedload(ServiceRequest.product_model))
    for visit in db.session.scalars(query.order_by(Appointment.start_at, Appointment.id).options(shown)):
        found[visit.engineer_id].visits.append(visit)
    for key, trips in dispatch.travelling(clock.today(start), clock.today(end)).items():
        if key in found:
            found[key].trips = trips
    listed = [line for line in found.values() if region_id is None or any(row.region_id == region_id for row in line.regions)]
    for line in listed:
        line.clashes = _clashes(line, listed)
    return sorted(listed, key=lambda line: (not line.regions, line.person.id))


def _clashes(line: Line, all_lines: Sequence[Line]) -> list[Clash]:
    """Where visits of a line meet; moved is the one that can still be moved, the later one before the other."""
    found, live = [], [visit for visit in line.visits if visit.status in _LIVE]
    for place, first in enumerate(live):
        for second in live[place + 1:]:
            if second.start_at >= first.end_at or second.order is first.order:
                continue
            clash = Clash(first, second, second.start_at, min(first.end_at, second.end_at))
            if second.order.status in _MOVABLE:
                length = second.end_at - second.start_at
                if second.order.status == OrderStatus.APPOINTED:
                    others = [visit for visit in live if visit is not second]
                    clash.later = _gap(others, first.end_at, clock.day_start(second.start_at) + DAY_ENDS, length)
                free = [other for other in all_lines if other is not line and not other.busy(second.start_at, second.end_at)
                        and not other.away(clock.today(second.start_at))]
                free.sort(key=lambda other: (*_nearness(other, second.order.region_id), other.load, other.person.id))
                clash.other = free[0].person if free else None
            found.append(clash)
    return found


def _nearness(line: Line, region_id: int | None) -> tuple[bool, bool]:
    """Sorts residents of a region before its other engineers before all others (B-004)."""
    mine = [row for row in line.regions if row.region_id == region_id]
    return not any(row.is_resident for row in mine), not mine


def _gap(visits: Sequence[Appointment], start: dt.datetime, end: dt.datetime, length: timedelta) -> dt.datetime | None:
    """The first moment from `start` on, in whole ten minutes, with so much free time before `end`."""
    buffer = timedelta(minutes=parameters.number("schedule.buffer_minutes"))
    at = _rounded(start)
    for visit in sorted(visits, key=lambda item: item.start_at):
        if visit.end_at + buffer <= at:
            continue
        if visit.start_at - buffer - at >= length:
            break
        at = _rounded(visit.end_at + buffer)
    return at if end - at >= length else None


def _rounded(moment: dt.datetime) -> dt.datetime:
    past = dt.timedelta(minutes=moment.minute % 10, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + STEP


def recommend(jobs: Sequence[Job], board: Sequence[Line], day: dt.date, now: dt.datetime) -> None:
    """Give each job its engineer: who was asked for at the telephone, else the resident of its region who is there and has time,
    the least busy of equals; and the first free time of that day (B-004, B-015)."""
    begin = clock.at_local(day.year, day.month, day.day)
    start, end = max(begin + DAY_BEGINS + timedelta(minutes=30), now), begin + DAY_ENDS
    present = [line for line in board if not line.away(day)]
    length = visit_length()
    gaps = {line.person.id: _gap([visit for visit in line.visits if visit.status in _LIVE], start, end, length) for line in present}
    for job in jobs:
        wanted = job.request.engineer
        best = next((line for line in present if wanted is not None and line.person.id == wanted.id), None) or min(
            present, key=lambda line: (*_nearness(line, job.request.region_id), gaps[line.person.id] is None, line.load, line.person.id),
            default=None)
        if best is not None:
            job.engineer, job.start = best.person, gaps[best.person.id]
            job.end = job.start + length if job.start else None


def give(key: str, *, by: Any, now: dt.datetime, engineer: Staff | None, **visit: Any) -> WorkOrder:
    """Send what waits on the board to an engineer, with an appointment where one was agreed.

    Raises NotThere for what the user may not know of, DomainError when somebody sent it meanwhile, and as work_orders.send does.
    """
    kind, _dash, number = key.partition("-")
    model: Any = {"request": ServiceRequest, "order": WorkOrder}.get(kind)
    if model is None or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NotThere("")
    record = db.session.scalar(select(model).where(model.id == int(number), access.visible(by, model)).with_for_update())
    if record is None:
        raise NotThere("")
    orders = [record] if model is WorkOrder else record.open_orders
    sent = next((order for order in orders if order.status != OrderStatus.PENDING), None)
    if sent is not None:
        raise DomainError(_l("%(number)s went to %(name)s meanwhile.", number=sent.work_order_no, name=sent.lead_engineer), "engineer")
    if model is ServiceRequest:
        return work_orders.send(record, by=by, now=now, engineer=engineer, **visit)
    work_orders.take_step(record, "assign", by=by, now=now, engineer=engineer, **visit)
    return record  # type: ignore[no-any-return]


def move(order: WorkOrder, *, by: Any, now: dt.datetime, start_at: dt.datetime | None = None, engineer: Staff | None = None) -> None:
    """Take a way out of a clash: the same visit later, or at the same time by another engineer (B-015).

    Raises DomainError as the steps “reappoint” and “reassign” do; the customer has to be told anew (B-016).
    """
    visit = order.appointment
    if visit is None:
        raise DomainError(_l("There is no appointment to move."), rule="B-015")
    length = visit.end_at - visit.start_at
    if engineer is not None:
        work_orders.take_step(order, "reassign", by=by, now=now, engineer=engineer, start_at=visit.start_at, end_at=visit.end_at,
                              late_reason=visit.late_reason, reason=str(_l("Two appointments met.")))
    elif start_at is not None:
        work_orders.take_step(order, "reappoint", by=by, now=now, start_at=start_at, end_at=start_at + length,
                              late_reason=visit.late_reason)
