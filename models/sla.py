"""How soon something must happen: profiles and policies as data, running clocks as a cache of what happened (B-202, B-203, §15)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from extensions import _l
from models.base import Audited, Base, EnumCode, UTCDateTime, Versioned, column
from models.clock_enums import ClockKind, ClockResult, PauseReason
from models.enums import AreaClass, Complexity, FaultLevel

if TYPE_CHECKING:
    from models.service_request import ServiceRequest


class SlaProfile(Audited, Versioned, Base):
    """A named set of policies, chosen by customer, product category or the house's default (B-203)."""

    __tablename__ = "sla_profile"
    __noun__ = "reference"

    code: Mapped[str] = column(String(10), unique=True, nullable=False, label=_l("Code"), required=True)
    name: Mapped[str] = column(String(40), nullable=False, label=_l("Name"), required=True)
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    def __str__(self) -> str:
        return self.name


class SlaPolicy(Audited, Versioned, Base):
    """A row of §15 in one profile: from which event to which, how long, and for whom. The first that fits holds."""

    __tablename__ = "sla_policy"
    __noun__ = "reference"
    __table_args__ = (
        UniqueConstraint("profile_id", "code"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="ck_sla_policy_amount"),
        CheckConstraint("warn_percent IS NULL OR warn_percent BETWEEN 1 AND 100", name="ck_sla_policy_warn"),
    )

    profile_id: Mapped[int] = column(ForeignKey("sla_profile.id"), nullable=False, label=_l("Profile"))
    code: Mapped[str] = column(String(60), nullable=False, label=_l("Code"))
    clock: Mapped[str] = column(String(40), nullable=False, label=_l("Clock"))
    name: Mapped[str] = column(String(60), nullable=False, label=_l("Name"))
    place: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Order"))
    start_event: Mapped[str] = column(String(30), nullable=False, label=_l("Starts with"))
    stop_event: Mapped[str] = column(String(30), nullable=False, label=_l("Stops with"))
    kind: Mapped[ClockKind] = column(EnumCode(ClockKind), nullable=False, label=_l("Counts"), required=True)
    amount: Mapped[int | None] = column(Integer, label=_l("Target"),
                                        hint=_l("Minutes; days where days are counted; empty: no such clock"))
    warn_percent: Mapped[int | None] = column(Integer, label=_l("Warn at (%)"), hint=_l("Empty: the parameter sla.warn_percent"))
    warn_amount: Mapped[int | None] = column(Integer, label=_l("Warn after"), hint=_l("Minutes; takes precedence over the share"))
    # for whom
    request_types: Mapped[str | None] = column(String(80), label=_l("Request types"))
    fault_level: Mapped[FaultLevel | None] = column(EnumCode(FaultLevel), label=_l("Fault level"))
    area: Mapped[AreaClass | None] = column(EnumCode(AreaClass), label=_l("Area class"))
    complexity: Mapped[Complexity | None] = column(EnumCode(Complexity), label=_l("Complexity"))
    in_warranty: Mapped[bool | None] = column(Boolean, label=_l("In warranty"))
    near_site: Mapped[bool | None] = column(Boolean, label=_l("Service point near the customer"))
    paid: Mapped[bool | None] = column(Boolean, label=_l("Accepted quotation"))
    at_most_general: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Not longer than without a level"))
    rule: Mapped[str | None] = column("rule_id", String(40), label=_l("Rule"))

    profile: Mapped[SlaProfile] = relationship(info={"label": _l("Profile")})

    @property
    def profile_name(self) -> str:
        """Its profile, to group by."""
        return f"{self.profile.name}（{self.profile.code}）"

    def __str__(self) -> str:
        return self.name


class SlaClock(Base):
    """A clock of a request, order or call: what its history, its policy and the calendar say, kept to be listed and counted.

    The target is copied when the clock begins, so that a later change of the policy touches only new clocks (B-203); a clock that has
    stopped keeps the calendar it was measured by (B-202).
    """

    __tablename__ = "sla_clock"
    __noun__ = "work_order"
    __table_args__ = (
        UniqueConstraint("owner_type", "owner_id", "clock"),
        Index("ix_sla_clock_due", "result", "due_at", "id"),
        Index("ix_sla_clock_request", "request_id"),
        Index("ix_sla_clock_warn", "result", "warn_at"),
    )

    owner_type: Mapped[str] = column(String(30), nullable=False, label=_l("Kind"))
    owner_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), label=_l("Service request"))
    clock: Mapped[str] = column(String(40), nullable=False, label=_l("Clock"))
    policy_id: Mapped[int] = column(ForeignKey("sla_policy.id"), nullable=False, label=_l("Policy"))
    # the target as copied
    kind: Mapped[ClockKind] = column(EnumCode(ClockKind), nullable=False, label=_l("Counts"))
    amount: Mapped[int] = column(Integer, nullable=False, label=_l("Target"))
    reserve: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Warned before the end"))
    calendar_version: Mapped[int] = column(Integer, nullable=False, label=_l("Version of the calendar"))
    # what came of it
    started_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Began"))
    warn_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Warns at"))
    due_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Due"))
    stopped_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Stopped"))
    paused_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Stands since"))
    paused_minutes: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Minutes paused"))
    result: Mapped[ClockResult] = column(EnumCode(ClockResult), nullable=False, default=ClockResult.RUNNING, label=_l("Result"))

    told: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Told so far"))

    policy: Mapped[SlaPolicy] = relationship()
    request: Mapped[ServiceRequest | None] = relationship("ServiceRequest", foreign_keys=[request_id])
    pauses: Mapped[list[SlaPause]] = relationship(back_populates="timer", cascade="all, delete-orphan", order_by="SlaPause.begun_at")

    def __str__(self) -> str:
        return self.policy.name


class SlaPause(Base):
    """A time in which a clock stood still."""

    __tablename__ = "sla_pause"

    clock_id: Mapped[int] = column(ForeignKey("sla_clock.id"), nullable=False, index=True, label=_l("Clock"))
    begun_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Began"))
    ended_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Ended"))
    reason: Mapped[PauseReason] = column(EnumCode(PauseReason), nullable=False, label=_l("Reason"))

    timer: Mapped[SlaClock] = relationship(back_populates="pauses")


class WorkPause(Audited, Base):
    """A time in which a work order stood still for a reason that excuses: its history, from which clocks are reckoned."""

    __tablename__ = "work_pause"
    __table_args__ = (CheckConstraint("ended_at IS NULL OR ended_at >= begun_at", name="ck_work_pause_times"),)

    work_order_id: Mapped[int] = column(ForeignKey("work_order.id"), nullable=False, index=True, label=_l("Work order"))
    reason: Mapped[PauseReason] = column(EnumCode(PauseReason), nullable=False, label=_l("Reason"))
    begun_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Began"))
    ended_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Ended"))
