"""When a work order stands still for a reason that excuses: the history from which clocks are reckoned (§15, B-034, B-044)."""

from __future__ import annotations

import datetime as dt

from models.clock_enums import PauseReason
from models.enums import HoldReason, OrderStatus
from models.sla import WorkPause
from models.work_order import WorkOrder


def reason_of(order: WorkOrder) -> PauseReason | None:
    """Why an order stands still now; waiting for support is no excuse (B-044)."""
    if order.status == OrderStatus.WAITING_PARTS:
        return PauseReason.PARTS
    if order.status == OrderStatus.ON_HOLD:
        return PauseReason.ARREARS if order.hold_reason == HoldReason.ARREARS else PauseReason.CUSTOMER
    return None


def follow(order: WorkOrder, *, now: dt.datetime) -> None:
    """Write down that a pause begins or ends with the state the order has come to."""
    reason, running = reason_of(order), next((pause for pause in order.pauses if pause.ended_at is None), None)
    if running is not None and running.reason == reason:
        return
    if running is not None:
        running.ended_at = max(now, running.begun_at)
    if reason is not None:
        order.pauses.append(WorkPause(reason=reason, begun_at=now))
