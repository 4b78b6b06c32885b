"""A pause for arrears: asked by one, agreed by another; until then the service goes on (B-022, B-204)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from extensions import _l, db
from models.enums import HoldReason
from models.work_order import ServiceHold, WorkOrder
from services import access, dispatch, notices, two_persons
from services.errors import DomainError, NotAllowed
from services.rights import NO_RIGHT


def askable(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Asked by who is on the job or dispatches, for a customer in arrears, once at a time."""
    if not dispatch.is_on_the_job(by, order) and not access.can(by, "create", "work_order"):
        raise NotAllowed(NO_RIGHT)
    if not order.customer.in_arrears:
        raise DomainError(_l("This customer is not in arrears."), "reason", rule="B-022")
    if order.hold_asked is not None:
        raise DomainError(_l("The question is asked already; the answer is awaited."), "reason", rule="B-022")


def asked(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    """The customer's sales engineer and who may agree are told."""
    db.session.add(ServiceHold(order=order, asked_by_id=by.id, asked_at=now, reason=(reason or "")[:200]))
    notices.tell([order.customer.sales, *access.holders("approve", "service_hold")],
                 _l("%(order)s: may the service pause for arrears? %(reason)s", order=order.work_order_no, reason=reason),
                 href=f"/work-orders/show/{order.id}", now=now, by=by, urgent=True)


def answerable(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """Answered by another person than the one who asked."""
    if order.hold_asked is None:
        raise DomainError(_l("Nobody has asked for a pause."), rule="B-022")
    two_persons.require(order.hold_asked.asked_by_id, by)


def agreed(order: WorkOrder, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """The order pauses."""
    _answer(order, True, None, by=by, now=now)
    order.hold_reason = HoldReason.ARREARS


def refused(order: WorkOrder, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    """The service goes on."""
    _answer(order, False, reason, by=by, now=now)


def _answer(order: WorkOrder, yes: bool, opinion: str | None, *, by: Any, now: dt.datetime) -> None:
    hold = order.hold_asked
    if hold is None:
        return
    hold.answered_by_id, hold.answered_at, hold.agreed, hold.opinion = by.id, now, yes, (opinion or "")[:200] or None
    text = _l("%(order)s: the pause is agreed.", order=order.work_order_no) if yes else _l(
        "%(order)s: no pause, the service goes on. %(reason)s", order=order.work_order_no, reason=opinion)
    notices.tell([order.lead_engineer], text, href=f"/work-orders/show/{order.id}", now=now, by=by, urgent=True)
