"""The clocks of a request with its orders and calls: read from what is stored, kept as rows that can be listed (B-202, B-203).

`events_of` reads, `expected` reckons, `sync` makes the rows equal to it. Nothing else writes `SlaClock`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import inspect as sa_inspect
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from extensions import db
from models.clock_enums import ClockKind, ClockResult, LateReason
from models.enums import FollowUpKind, HandlingMode, InWarranty, OrderStatus, RequestStatus
from models.follow_up import FollowUp
from models.service_request import ServiceRequest
from models.sla import SlaClock, SlaPause, SlaPolicy
from models.work_order import WorkOrder
from services import calendars, parameters, sla_rules
from services.sla_rules import Clock, Events, Facts, Kept, Policy, Span
from services.unit_of_work import cache
from services.working_time import Pause, Wish

Owner = ServiceRequest | WorkOrder | FollowUp
# From here on nobody is awaited any more.
_DONE = (RequestStatus.RESOLVED, RequestStatus.VERIFIED, RequestStatus.CLOSED, RequestStatus.ARCHIVED)
_ASKED_AFTERWARDS = (RequestStatus.CLOSED, RequestStatus.ARCHIVED)  # whether he is satisfied (B-150)
_NOBODY_COMES = (HandlingMode.MAIL_IN, HandlingMode.BRING_IN, HandlingMode.MAIL_PARTS, HandlingMode.INFO)
LIVE = (RequestStatus.REGISTERED, RequestStatus.TRIAGED, RequestStatus.REMOTE, RequestStatus.DISPATCHED, RequestStatus.IN_PROGRESS,
        RequestStatus.WAITING, RequestStatus.RESOLVED)


# --- reading

def policies() -> list[Policy]:
    """All policies as plain values, once in a unit of work."""
    found = cache().get("sla_policies")
    if found is None:
        rows = db.session.scalars(select(SlaPolicy).options(joinedload(SlaPolicy.profile)).order_by(SlaPolicy.place, SlaPolicy.id))
        found = cache()["sla_policies"] = [_plain(row) for row in rows]
    return found  # type: ignore[no-any-return]


def _plain(row: SlaPolicy) -> Policy:
    return Policy(row.id, row.profile.code, row.clock, row.place, row.start_event, row.stop_event, row.kind.value, row.amount,
                  row.warn_percent, row.warn_amount, frozenset(filter(None, (row.request_types or "").split(","))),
                  row.fault_level.value if row.fault_level else None, row.area.value if row.area else None,
                  row.complexity.value if row.complexity else None, row.in_warranty, row.near_site, row.paid, row.at_most_general)


def profile_of(request: ServiceRequest) -> str:
    """The profile of a job: the customer's, else that of the product's category, else the house's (B-203)."""
    model = request.product_model
    for holder in (request.customer, model.category if model is not None else None):
        if holder is not None and holder.sla_profile is not None and holder.sla_profile.active:
            return holder.sla_profile.code
    return parameters.text("sla.default_profile")


def facts_of(request: ServiceRequest) -> Facts:
    """What decides which policy holds."""
    return Facts(profile=profile_of(request), request_type=_code(request.request_type) or "", level=_code(request.fault_level),
                 area=_code(request.site.area_class) if request.site else None, complexity=_code(request.complexity),
                 in_warranty=request.in_warranty == InWarranty.YES)


def _code(value: Any) -> str | None:
    """The code of a choice that may not have been read back from the database yet."""
    return None if value is None else str(getattr(value, "value", value))


def events_of(owner: Owner) -> Events:
    """What happened to a request, an order or a call, as its own columns, pauses and appointments say; nothing is asked of the time."""
    if isinstance(owner, ServiceRequest):
        return _of_request(owner)
    if isinstance(owner, WorkOrder):
        return _of_order(owner)
    return _of_call(owner)


def _moments(**given: dt.datetime | None) -> dict[str, dt.datetime]:
    return {name: moment for name, moment in given.items() if moment is not None}


def _of_request(request: ServiceRequest) -> Events:
    orders = request.orders
    called_off = _moments(**{"": request.voided_at})
    if request.status in _DONE and request.resolved_at is not None:  # D-38: nobody comes any more
        called_off.update(dict.fromkeys(("arrive", "depart", "notify", "contact"), request.resolved_at))
    known = {"notified", "contacted", "surveyed"} | (set() if request.handling_mode in _NOBODY_COMES else {"departed", "arrived"})
    return Events(
        _moments(reported=request.reported_at if request.request_no else None, notified=request.notified_at,
                 contacted=request.contacted_at, dispatched=_first(order.assigned_at for order in orders),
                 departed=_first(order.departed_at for order in orders), arrived=_first(order.arrived_at for order in orders),
                 closed=request.closed_at, surveyed=request.surveyed_at),
        sla_rules.common_pauses(Span(order.issued_at, order.voided_at or order.finished_at, _pauses(order)) for order in orders),
        tuple(Wish(visit.created_at, visit.start_at) for order in orders for visit in order.appointments
              if visit.late_reason == LateReason.CUSTOMER and visit.created_at is not None),
        called_off, frozenset(known))


def _first(moments: Iterable[dt.datetime | None]) -> dt.datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _pauses(order: WorkOrder) -> tuple[Pause, ...]:
    return tuple(Pause(pause.begun_at, pause.ended_at, _code(pause.reason) or "") for pause in order.pauses)


def _of_order(order: WorkOrder) -> Events:
    returned = order.status == OrderStatus.UNRESOLVED
    return Events(_moments(arrived=order.arrived_at, finished=None if returned else order.finished_at), _pauses(order), (),
                  _moments(**{"": order.voided_at or (order.finished_at if returned else None)}), frozenset({"finished"}))


def _of_call(call: FollowUp) -> Events:
    if call.kind != FollowUpKind.VERIFY:
        return Events({})
    return Events(_moments(result_entered=call.created_at, verified=call.done_at), (), (),
                  _moments(**{"": call.voided_at or call.escalated_at}), frozenset({"verified"}))


def expected(owner: Owner, request: ServiceRequest | None, rows: Sequence[SlaClock] = ()) -> dict[str, Clock]:
    """The clocks that should exist for a request, order or call; `rows` are those kept, for their copied targets."""
    facts = facts_of(request) if request is not None else Facts(profile=parameters.text("sla.default_profile"))
    return sla_rules.expected(events_of(owner), facts, policies(), calendars.current(), percent=parameters.number("sla.warn_percent"),
                              kept={row.clock: _kept(row) for row in rows})


def _kept(row: SlaClock) -> Kept:
    return Kept(row.policy_id, row.kind.value, row.amount, row.reserve, row.stopped_at, as_value(row) if row.stopped_at else None)


def as_value(row: SlaClock) -> Clock:
    """A kept row as the plain value it was made from."""
    return Clock(row.clock, row.policy_id, row.kind.value, row.amount, row.reserve, row.calendar_version, row.started_at, row.warn_at,
                 row.due_at, row.stopped_at, row.paused_at, row.paused_minutes, row.result.value,
                 tuple(Pause(pause.begun_at, pause.ended_at, _code(pause.reason) or "") for pause in row.pauses))


# --- keeping

def owners_of(request: ServiceRequest) -> list[Owner]:
    """The request with its orders and its calls of verification."""
    calls = db.session.scalars(select(FollowUp).where(FollowUp.request_id == request.id, FollowUp.kind == FollowUpKind.VERIFY)
                               .order_by(FollowUp.id)).all() if request.id else []
    return [request, *request.orders, *calls]


def rows_of(request: ServiceRequest) -> list[SlaClock]:
    """The kept clocks of a request, its orders and calls."""
    query = select(SlaClock).where(SlaClock.request_id == request.id).order_by(SlaClock.id)
    return list(db.session.scalars(query.options(selectinload(SlaClock.pauses)).execution_options(populate_existing=True)))


def differences(request: ServiceRequest) -> list[tuple[Owner, str, SlaClock | None, Clock | None]]:
    """(owner, clock, row, how it should stand) wherever the two differ; empty when the rows are right."""
    return _differences(request, rows_of(request))


def _differences(request: ServiceRequest, rows: Sequence[SlaClock]) -> list[tuple[Owner, str, SlaClock | None, Clock | None]]:
    found: list[tuple[Owner, str, SlaClock | None, Clock | None]] = []
    for owner in owners_of(request):
        mine = {row.clock: row for row in rows if (row.owner_type, row.owner_id) == (owner.__tablename__, owner.id)}
        wanted = expected(owner, request, list(mine.values()))
        for name in dict.fromkeys((*mine, *wanted)):
            row, clock = mine.get(name), wanted.get(name)
            if row is None or clock is None or not _same(as_value(row), clock):
                found.append((owner, name, row, clock))
    return found


def _same(kept: Clock, wanted: Clock) -> bool:
    """The version of the calendar alone is no difference while the moments agree."""
    return all(getattr(kept, name) == getattr(wanted, name) for name in Clock.__dataclass_fields__ if name != "version")


def sync(request: ServiceRequest, *, now: dt.datetime) -> int:
    """Make the kept clocks of a request equal to what its history says; how many were not. Flushes."""
    db.session.flush()
    db.session.execute(select(ServiceRequest.id).where(ServiceRequest.id == request.id).with_for_update())
    rows = rows_of(request)
    found = _differences(request, rows)
    for owner, _name, row, clock in found:
        if clock is None:
            db.session.delete(row)
            rows = [other for other in rows if other is not row]
            continue
        kept = row or SlaClock(owner_type=owner.__tablename__, owner_id=owner.id, request_id=request.id)
        _write(kept, clock)
        if row is None:
            rows.append(kept)
    db.session.flush()
    _mark_next(request, rows)
    db.session.flush()
    return len(found)


def _write(row: SlaClock, clock: Clock) -> None:
    row.clock, row.policy_id, row.amount, row.reserve = clock.clock, clock.policy, clock.amount, clock.reserve
    row.calendar_version, row.started_at, row.warn_at, row.due_at = clock.version, clock.started, clock.warn, clock.due
    row.stopped_at, row.paused_at, row.paused_minutes = clock.stopped, clock.paused, clock.paused_minutes
    row.kind, row.result = ClockKind(clock.kind), ClockResult(clock.result)  # type: ignore[call-arg]
    kept = [(pause.begun_at, pause.ended_at, _code(pause.reason)) for pause in row.pauses]
    if kept != [(pause.begun, pause.ended, pause.reason) for pause in clock.pauses]:
        row.pauses = [SlaPause(begun_at=pause.begun, ended_at=pause.ended, reason=pause.reason) for pause in clock.pauses]
    db.session.add(row)


def _mark_next(request: ServiceRequest, rows: Sequence[SlaClock]) -> None:
    """The clock that runs out first stands at the request, at each open order and at the call, for lists that sort by it."""
    running = [row for row in rows if row.result == ClockResult.RUNNING]
    contact = next((row for row in running if row.clock == "contact"), None)
    if contact is not None and request.promised_contact_at not in (None, contact.due_at):
        request.promised_contact_at = contact.due_at  # the caller is told what the clock says (B-009)
    mine = [row for row in running if row.clock == "survey" or request.status not in _ASKED_AFTERWARDS]
    _mark(request, mine, request.requested_at if request.status in LIVE and request.status not in _DONE else None)
    for order in request.orders:
        mine = [row for row in running if order.is_open and (row.owner_type == "service_request"
                                                             or (row.owner_type, row.owner_id) == ("work_order", order.id))]
        _mark(order, mine, order.due_at if order.is_open else None)
    for row in running:
        if row.owner_type == "follow_up":
            call = db.session.get(FollowUp, row.owner_id)
            if call is not None and call.is_open and call.due_at != row.due_at:
                call.due_at = row.due_at


def _mark(record: ServiceRequest | WorkOrder, running: Sequence[SlaClock], asked: dt.datetime | None) -> None:
    first = min((row for row in running if row.paused_at is None), key=lambda row: (row.due_at, row.id), default=None)
    stands = first or next(iter(running), None)
    due, key = (first.due_at if first else None if stands else asked), stands.id if stands else None
    if (record.next_due_at, record.next_clock_id) != (due, key):
        record.next_due_at, record.next_clock_id = due, key
        db.session.flush()
        sa_inspect(record).session.expire(record, ["next_clock"])  # type: ignore[union-attr]


def loads() -> tuple[Any, ...]:
    """Loader options: what reckoning the clocks of a request reads."""
    orders = selectinload(ServiceRequest.orders)
    return (joinedload(ServiceRequest.site), joinedload(ServiceRequest.customer), joinedload(ServiceRequest.product_model),
            orders.selectinload(WorkOrder.appointments), orders.selectinload(WorkOrder.pauses))


def arrive_due(request: ServiceRequest | None) -> dt.datetime | None:
    """When somebody must be there; None when nobody is awaited or somebody was there (B-011)."""
    if request is None or request.id is None:
        return None
    found: dt.datetime | None = db.session.scalar(select(SlaClock.due_at).where(
        SlaClock.owner_type == "service_request", SlaClock.owner_id == request.id, SlaClock.clock == "arrive",
        SlaClock.result == ClockResult.RUNNING))
    return found
