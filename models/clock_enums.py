"""Fixed lists of working time and clocks (B-202, B-203)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class ClockKind(LabelledEnum):
    """How a clock counts (B-202)."""

    WALL = "wall", _lp("clock_kind", "Day and night")
    BUSINESS = "business", _lp("clock_kind", "Office hours")
    WORKDAY = "workday", _lp("clock_kind", "Working days, 24 hours each")
    DAYS = "days", _lp("clock_kind", "Calendar days")
    WORKDAYS = "workdays", _lp("clock_kind", "Working days")


class ClockResult(LabelledEnum):
    """How a clock ended."""

    RUNNING = "running", _lp("clock_result", "Running"), Look.DOING
    MET = "met", _lp("clock_result", "Met"), Look.DONE
    BREACHED = "breached", _lp("clock_result", "Overdue"), Look.FAILED
    CANCELLED = "cancelled", _lp("clock_result", "Not needed any more"), Look.CANCELLED


class PauseReason(LabelledEnum):
    """Why the work stands still without anybody being late (§15)."""

    PARTS = "parts", _lp("pause_reason", "Waiting for parts")
    CUSTOMER = "customer", _lp("pause_reason", "Postponed by the customer")
    ARREARS = "arrears", _lp("pause_reason", "Paused for arrears")
    QUOTE = "quote", _lp("pause_reason", "Waiting for the quotation to be accepted")
    APPROVAL = "approval", _lp("pause_reason", "Waiting for approval")


class LateReason(LabelledEnum):
    """Why a visit is agreed for after the due moment (B-011)."""

    CUSTOMER = "customer", _lp("late_reason", "The customer wishes it")
    PARTS = "parts", _lp("late_reason", "Waiting for parts")
    TRAVEL = "travel", _lp("late_reason", "The way is long")
    OTHER = "other", _lp("late_reason", "Other")
