"""Who is told when a clock runs out: the engineer at amber, he and the supervisor when it is due, the service manager later (B-207)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from extensions import _l, db
from models.clock_enums import ClockResult
from models.follow_up import FollowUp
from models.organisation import Region, Staff
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.work_order import WorkOrder
from services import access, clock, mail, outbox, parameters, webhook

WARNED, DUE, ESCALATED = 1, 2, 3
STALE = timedelta(days=7)  # what ended longer ago, before anybody was told, is no news
AT_ONCE = 500
_PAGES = {"service_request": "/service-requests", "work_order": "/work-orders", "follow_up": "/follow-ups"}


def scan(now: dt.datetime) -> int:
    """Leave one row of work for each running clock and level that has come since; how many were left.

    Two who scan at once leave it once: the key of the row is the clock's and the level's.
    """
    after = timedelta(hours=parameters.number("notify.escalate_after"))
    come = or_(and_(SlaClock.told < WARNED, SlaClock.warn_at <= now), and_(SlaClock.told < DUE, SlaClock.due_at <= now),
               and_(SlaClock.told < ESCALATED, SlaClock.due_at <= now - after))
    query = select(SlaClock).where(SlaClock.result == ClockResult.RUNNING, SlaClock.paused_at.is_(None), SlaClock.warn_at <= now, come)
    people, left = _People(), 0
    for row in db.session.scalars(query.order_by(SlaClock.warn_at, SlaClock.id).limit(AT_ONCE).options(
            joinedload(SlaClock.policy), joinedload(SlaClock.request).options(
                joinedload(ServiceRequest.region).joinedload(Region.account_manager), joinedload(ServiceRequest.engineer),
                joinedload(ServiceRequest.received_by)))):
        reached = WARNED if row.due_at > now else DUE if row.due_at > now - after else ESCALATED
        if row.due_at > now - STALE:
            left += sum(_leave(row, level, people, now) for level in _levels(row.told, reached))
        row.told = reached
    return left


def _levels(told: int, reached: int) -> list[int]:
    """Whoever comes too late for the warning is told of the lateness alone."""
    return [WARNED] if reached == WARNED else [level for level in (DUE, ESCALATED) if told < level <= reached]


class _People:
    """Who is told, asked for once in a scan."""

    def __init__(self) -> None:
        self.managers = access.managers()
        known = {person.id for person in self.managers}
        self.supervisors = [person for person in access.holders("approve", "work_order") if person.id not in known]

    def of(self, row: SlaClock, level: int) -> list[Staff]:
        """The colleagues for a level."""
        request = row.request
        if level == ESCALATED:
            return self.managers
        hand = _hand(row, request)
        if level == WARNED:
            return hand
        region = request.region if request is not None else None
        return hand + ([region.account_manager] if region is not None and region.account_manager is not None else self.supervisors)


def _hand(row: SlaClock, request: ServiceRequest | None) -> list[Staff]:
    """In whose hand it is: the order's engineer, the request's, else who took the call."""
    order = db.session.get(WorkOrder, row.owner_id) if row.owner_type == "work_order" else None
    person = order.lead_engineer if order is not None else None
    if request is not None and row.owner_type != "follow_up":
        person = person or request.engineer
    if person is None and request is not None:
        person = request.received_by
    return [person] if person is not None else []


def _leave(row: SlaClock, level: int, people: _People, now: dt.datetime) -> int:
    users = sorted({person.user_id for person in people.of(row, level) if person.user_id is not None and person.active})
    owner = _owner(row)
    values = {"number": str(owner if owner is not None else row.request), "clock": row.policy.name,
              "due": f"{clock.local(row.due_at):%m-%d %H:%M}"}
    text = (_l("%(number)s: %(clock)s is due %(due)s.", **values) if level == WARNED
            else _l("%(number)s: %(clock)s was due %(due)s.", **values) if level == DUE
            else _l("%(number)s: %(clock)s was due %(due)s and is still open.", **values))
    payload = {"users": users, "text": str(text)[:300], "href": f"{_PAGES[row.owner_type]}/show/{row.owner_id}", "urgent": level > WARNED}
    made = outbox.put("notice", f"clock:{row.id}:{level}", payload, now=now)
    if made:
        mail.put(users, str(text), f"clock:{row.id}:{level}", now=now)
        if level > WARNED:
            webhook.put(str(text), f"clock:{row.id}:{level}", now=now)
    return made


def _owner(row: SlaClock) -> WorkOrder | FollowUp | None:
    model = {"work_order": WorkOrder, "follow_up": FollowUp}.get(row.owner_type)
    return db.session.get(model, row.owner_id) if model is not None else None  # type: ignore[return-value]
