"""Who goes where and when: engineers, appointments, no double booking (B-015, B-016)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from extensions import _l, db
from models.clock_enums import LateReason
from models.contact_log import ContactLog
from models.enums import AppointmentStatus, FaultLevel, OrderStatus, PaperState, RequestStatus, RequestType
from models.organisation import RegionEngineer, Staff
from models.records.trip import Trip, members
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.work_order import CLOSED, Appointment, WorkOrder
from services import access, clock, parameters, sla
from services.errors import DomainError

LONGEST_VISIT = timedelta(days=14)
_OPEN = tuple(state for state in OrderStatus if state not in CLOSED)  # said as a list of states, so that an index serves
_LIVE = (AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED)


def carriers() -> list[Staff]:
    """Who may carry slips to customers: the engineers in service."""
    return list(db.session.scalars(select(Staff).where(Staff.active, Staff.is_engineer).order_by(Staff.name)))


def engineers(region_id: int | None) -> list[tuple[Staff, int, bool]]:
    """(engineer, open orders, of the region) of all who go out; those of the region and the least busy first."""
    found = [(person, count or 0, bool(near)) for person, count, near in db.session.execute(_engineers(), {"region": region_id})]
    return sorted(found, key=lambda item: (not item[2], item[1], item[0].id))


@functools.cache
def _engineers() -> Any:
    """Made once: each call at the telephone asks it."""
    load = (select(WorkOrder.lead_engineer_id, func.count(WorkOrder.id).label("count")).where(WorkOrder.status.in_(_OPEN))
            .group_by(WorkOrder.lead_engineer_id).subquery())
    near = select(RegionEngineer.id).where(RegionEngineer.staff_id == Staff.id, RegionEngineer.region_id == bindparam("region")).exists()
    return (select(Staff, load.c.count, near).outerjoin(load, load.c.lead_engineer_id == Staff.id)
            .where(Staff.is_engineer, Staff.active))


def is_absent(person: Staff, day: dt.date) -> bool:
    """Whether a colleague is away on a day."""
    return person.absent_from is not None and person.absent_from <= day and (person.absent_to is None or day <= person.absent_to)


def travelling(first: dt.date, last: dt.date, *, staff_id: int | None = None, besides: int | None = None) -> dict[int, list[Trip]]:
    """Who is on a trip in these days, by the key of the colleague: trips whose application is agreed (B-015).

    `besides` leaves out the trips to an order: its own visits lie within them.
    """
    query = (select(members.c.staff_id, Trip).join(Trip, Trip.id == members.c.trip_id)
             .where(Trip.status.in_((PaperState.ISSUED, PaperState.SIGNED)), Trip.planned_start <= last, Trip.planned_end >= first))
    if staff_id is not None:
        query = query.where(members.c.staff_id == staff_id)
    if besides is not None:
        query = query.where(~Trip.work_orders.any(WorkOrder.id == besides))
    found: dict[int, list[Trip]] = {}
    for key, trip in db.session.execute(query.order_by(Trip.planned_start, Trip.id)):
        found.setdefault(key, []).append(trip)
    return found


def proposed(region_id: int | None, day: dt.date) -> Staff | None:
    """The engineer a job of a region goes to: its first resident, else another resident who is there and on no trip (B-004, B-015)."""
    if region_id is None or parameters.text("dispatch.mode") != "resident":
        return None
    rows = db.session.scalars(select(Staff).join(RegionEngineer, RegionEngineer.staff_id == Staff.id).where(
        RegionEngineer.region_id == region_id, RegionEngineer.is_resident, Staff.is_engineer, Staff.active)
        .order_by(RegionEngineer.is_primary.desc(), RegionEngineer.id))
    away = travelling(day, day)
    return next((person for person in rows if not is_absent(person, day) and person.id not in away), None)


def untried(requests: Iterable[ServiceRequest]) -> set[int]:
    """Keys of the repairs nobody has tried to help from afar yet: not handled remotely, no contact with an answer, no order so far.

    None of a level 1 fault, and none at all where the company does not ask for it (B-029).
    """
    if parameters.text("dispatch.require_remote_attempt") == "off":
        return set()
    keys = {request.id for request in requests if request.request_type == RequestType.REPAIR and request.fault_level != FaultLevel.ONE
            and request.contacted_at is None and request.status != RequestStatus.REMOTE}
    if keys:
        for table in (select(ContactLog.request_id).where(ContactLog.request_id.in_(keys), ContactLog.answer.is_not(None)),
                      select(WorkOrder.request_id).where(WorkOrder.request_id.in_(keys))):
            keys -= set(db.session.scalars(table))
    return keys


def require_tried(request: ServiceRequest) -> None:
    """Raise DomainError where a repair goes on site only after an attempt from afar (B-029)."""
    if parameters.text("dispatch.require_remote_attempt") == "block" and untried([request]):
        raise DomainError(_l("First try by telephone or remotely: take “Handle remotely”, or enter the contact with its answer."),
                          "engineer", rule="B-029")


def free_from(engineer_id: int, now: dt.datetime, *, until: dt.datetime) -> dt.datetime | None:
    """From when an engineer has an hour without appointment, before `until`; None when he has none."""
    at = now
    for visit in overlapping(engineer_id, now, until):
        if visit.start_at - at >= timedelta(hours=1):
            return at
        at = max(at, visit.end_at)
    return at if until - at >= timedelta(hours=1) else None


def overlapping(engineer_id: int, start: dt.datetime, end: dt.datetime, *, besides: int | None = None) -> list[Appointment]:
    """Appointments of an engineer that meet the time; touching ones do not, unless a buffer is set (B-015)."""
    buffer = timedelta(minutes=parameters.number("schedule.buffer_minutes"))
    query = select(Appointment).where(Appointment.engineer_id == engineer_id, Appointment.status.in_(_LIVE),
                                      Appointment.start_at < end + buffer, Appointment.end_at > start - buffer)
    if besides is not None:
        query = query.where(Appointment.work_order_id != besides)
    return list(db.session.scalars(query.order_by(Appointment.start_at)))


def appoint(order: WorkOrder, *, start_at: dt.datetime | None, end_at: dt.datetime | None, by: Any, now: dt.datetime,
            informed: bool = False, override_reason: str | None = None, change_reason: str | None = None,
            late_reason: LateReason | None = None) -> Appointment:
    """Fix when the lead engineer is there. An earlier appointment of the order is cancelled with the reason.

    After the moment due the visit needs a reason; what the customer wishes moves the moment (B-011).
    Raises DomainError at the field: a time that is missing, past, reversed or too long; another appointment of the engineer in
    that time, which only a supervisor may book over, with a reason (B-015).
    """
    start_at, end_at = _sensible(start_at, end_at, now)
    engineer = order.lead_engineer
    if engineer is None:
        raise DomainError(_l("Choose the engineer first."), "engineer")
    late_reason = _late(order, start_at, late_reason)
    _require_free(order, engineer, start_at, end_at, by=by, override=override_reason)
    for earlier in order.appointments:
        if earlier.status in _LIVE:
            earlier.status, earlier.change_reason = AppointmentStatus.CANCELLED, change_reason
    request = order.request
    made = Appointment(order=order, engineer=engineer, start_at=start_at, end_at=end_at, place=request.address if request else None,
                       override_reason=override_reason, late_reason=late_reason)
    db.session.add(made)
    if informed:
        inform(made, by=by, now=now)
    db.session.flush()
    return made


def _late(order: WorkOrder, start: dt.datetime, reason: LateReason | None) -> LateReason | None:
    """The reason of a visit after the moment due; none is kept for one in time (B-011)."""
    due = sla.arrive_due(order.request)
    if due is None or start <= due:
        return None
    if reason is None:
        moment = f"{clock.local(due):%m-%d %H:%M}"
        raise DomainError(_l("Somebody must be there by %(due)s. Give the reason for a later visit.", due=moment), "late_reason",
                          rule="B-011")
    return reason


def _sensible(start: dt.datetime | None, end: dt.datetime | None, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    if start is None or end is None:
        raise DomainError(_l("Please fill in."), "start_at" if start is None else "end_at")
    if end <= start:
        raise DomainError(_l("The end lies before the beginning."), "end_at")
    if end - start > LONGEST_VISIT:
        raise DomainError(_l("A visit of more than 14 days is planned in parts."), "end_at")
    if start < now - timedelta(minutes=30):
        raise DomainError(_l("This time has passed."), "start_at")
    return start, end


def _require_free(order: WorkOrder, engineer: Staff, start: dt.datetime, end: dt.datetime, *, by: Any,
                  override: str | None) -> None:
    # two who book one engineer at once come one after the other
    db.session.execute(select(Staff.id).where(Staff.id == engineer.id).with_for_update())
    met = overlapping(engineer.id, start, end, besides=order.id)
    trips = travelling(clock.today(start), clock.today(end), staff_id=engineer.id, besides=order.id).get(engineer.id, [])
    if not (met or trips) or parameters.text("schedule.conflict") == "warn":
        return
    if override and access.can(by, "approve", "work_order"):
        return
    if not met:
        raise DomainError(_l("%(name)s is on the trip %(trip)s from %(start)s to %(end)s. Choose another time; a supervisor may book over "
                             "it with a reason.", name=engineer.name, trip=str(trips[0]), start=f"{trips[0].planned_start:%m-%d}",
                             end=f"{trips[0].planned_end:%m-%d}"), "start_at", rule="B-015")
    first = met[0]
    begin, finish = clock.local(first.start_at), clock.local(first.end_at)
    raise DomainError(_l("%(name)s is at work order %(order)s from %(start)s to %(end)s. Choose another time; a supervisor may book "
                         "over it with a reason.", name=engineer.name, order=str(first.order), start=f"{begin:%m-%d %H:%M}",
                         end=f"{finish:%H:%M}" if begin.date() == finish.date() else f"{finish:%m-%d %H:%M}"),
                      "start_at", rule="B-015")


def inform(appointment: Appointment, *, by: Any, now: dt.datetime) -> None:
    """The customer was told who comes and when (B-016)."""
    staff = access.staff_of(by)
    appointment.customer_informed_at, appointment.customer_informed_by_id = now, staff.id if staff else None
    appointment.status = AppointmentStatus.CONFIRMED


def told_customer(appointment: Appointment) -> str:
    """The sentence for the customer: time, name and telephone of the person who comes (B-016)."""
    begin = clock.local(appointment.start_at)
    engineer = appointment.engineer
    return str(_l("%(when)s our engineer %(name)s, telephone %(phone)s, will come to you.", when=f"{begin:%Y-%m-%d %H:%M}",
                  name=engineer.name, phone=engineer.mobile or engineer.phone or "—"))


def is_on_the_job(user: Any, order: WorkOrder) -> bool:
    """Whether the user is one of the engineers of an order."""
    staff = access.staff_of(user)
    return staff is not None and (order.lead_engineer_id == staff.id or any(item.staff_id == staff.id for item in order.engineers))


def day_of(staff: Staff) -> list[WorkOrder]:
    """The open orders of an engineer: with an appointment by time, then the others by age."""
    query = select(WorkOrder).where(WorkOrder.lead_engineer_id == staff.id, WorkOrder.status.in_(_OPEN))
    seen = (joinedload(WorkOrder.customer), joinedload(WorkOrder.request).options(
        joinedload(ServiceRequest.site), joinedload(ServiceRequest.product_model)), selectinload(WorkOrder.appointments),
            selectinload(WorkOrder.records), joinedload(WorkOrder.next_clock).joinedload(SlaClock.policy))
    orders = list(db.session.scalars(query.order_by(WorkOrder.issued_at).limit(60).options(*seen)))
    moving = (OrderStatus.ON_SITE, OrderStatus.DEPARTED)

    def place(order: WorkOrder) -> tuple[int, float]:
        visit = order.appointment
        rank = 0 if order.status in moving else 1 if visit is not None and order.status == OrderStatus.APPOINTED else 2
        return rank, (visit.start_at if visit is not None else order.issued_at).timestamp()

    return sorted(orders, key=place)
