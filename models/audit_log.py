"""The history: who changed what, when, why. Personal values stand apart, so that erasing them leaves the history whole (R8)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Base, UTCDateTime, column


class AuditLog(Base):
    """One change of one row, written in the transaction of the change."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_row", "entity", "row_id", "id"),)

    at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("At"))
    user_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Who"))
    request_id: Mapped[str | None] = column(String(40), label=_l("Request id"))
    reason: Mapped[str | None] = column(String(200), label=_l("Why"))
    entity: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    row_id: Mapped[int] = column(Integer, nullable=False, label=_l("Row"))
    action: Mapped[str] = column(String(20), nullable=False, label=_l("Action"))
    before: Mapped[dict[str, Any] | None] = column(JSON, label=_l("Before"))
    after: Mapped[dict[str, Any] | None] = column(JSON, label=_l("After"))


class AuditPersonal(Base):
    """Names, phones and addresses of people as they stood before and after; the log holds their hash alone."""

    __tablename__ = "audit_personal"

    entry_id: Mapped[int] = column(ForeignKey("audit_log.id"), nullable=False, index=True, label=_l("Entry"))
    column_name: Mapped[str] = column(String(60), nullable=False, label=_l("Field"))
    before: Mapped[str | None] = column(String(500), label=_l("Before"))
    after: Mapped[str | None] = column(String(500), label=_l("After"))


class SecurityEvent(Base):
    """Log-ins, refusals, exports, prints and changes of rights."""

    __tablename__ = "security_event"
    __table_args__ = (Index("ix_security_event_at", "at"),)

    at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("At"))
    kind: Mapped[str] = column(String(40), nullable=False, label=_l("What"))
    user_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Who"))
    subject: Mapped[str | None] = column(String(120), label=_l("Subject"))
    ip: Mapped[str | None] = column(String(45), label=_l("Address"))
    request_id: Mapped[str | None] = column(String(40), label=_l("Request id"))
