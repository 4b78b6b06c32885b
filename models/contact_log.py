"""Calls, letters and visits of whoever turns to us, whatever becomes of them (R-003)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from extensions import _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, Versioned, column, link
from models.customer import Customer
from models.onsite_enums import ContactChannel, ContactKind
from models.organisation import Staff
from models.service_request import ServiceRequest


class ContactLog(Audited, Versioned, Base):
    """One contact: who, how, what about, what was answered, and who goes on with it."""

    __tablename__ = "contact_log"
    __noun__ = "contact_log"
    __table_args__ = (
        CheckConstraint("told_wait_minutes IS NULL OR told_wait_minutes >= 0", name="ck_contact_log_wait"),
        Index("ix_contact_log_list", "contacted_at", "id"),
    )

    log_no: Mapped[str] = column(String(20), unique=True, nullable=False, label=_lp("R-003", "No."))
    contacted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-003", "Time"), required=True)
    channel: Mapped[ContactChannel] = column(EnumCode(ContactChannel), nullable=False, default=ContactChannel.CALL,
                                             label=_lp("R-003", "Form"), required=True)
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-003", "Customer"))
    caller_name: Mapped[str | None] = column(String(40), label=_lp("R-003", "Caller"), required=True, personal=True)
    phone: Mapped[str | None] = column(String(40), label=_lp("R-003", "Phone"), required=True, personal=True)
    kind: Mapped[ContactKind] = column(EnumCode(ContactKind), nullable=False, default=ContactKind.INQUIRY,
                                       label=_lp("R-003", "Kind"), required=True)
    content: Mapped[str | None] = column(Text, label=_lp("R-003", "Content"), required=True)
    answer: Mapped[str | None] = column(Text, label=_lp("R-003", "Answer and action"))
    told_wait_minutes: Mapped[int | None] = column(Integer, label=_lp("R-003", "Waiting time told"),
                                                   hint=_lp("R-003", "Minutes; a must for calls and visits outside working hours"))
    taken_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-003", "Taken by"))
    forwarded_to_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-003", "Forwarded to"))
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-003", "Linked record"))
    is_urgent: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-003", "Emergency"),
                                     hint=_lp("R-003", "Service manager and company leaders are told at once"))

    customer: Mapped[Customer | None] = link(label=_lp("R-003", "Customer"))
    taken_by: Mapped[Staff | None] = link(label=_lp("R-003", "Taken by"), required=True, foreign_keys=[taken_by_id])
    forwarded_to: Mapped[Staff | None] = link(label=_lp("R-003", "Forwarded to"), foreign_keys=[forwarded_to_id])
    request: Mapped[ServiceRequest | None] = link(label=_lp("R-003", "Linked record"))

    @property
    def number(self) -> str:
        """The number it is known by."""
        return self.log_no

    def __str__(self) -> str:
        return self.log_no

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.log_no, self.customer and self.customer.name, self.caller_name, self.phone, (self.content or "")[:60]]
