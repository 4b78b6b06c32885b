"""Calls after the work (R-077; WF-11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, FixedDecimal, Numbered, UTCDateTime, Versioned, column, link
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import CallResult, CustomerClass, FollowUpKind, FollowUpStatus, Mastery, Satisfaction, Solved
from models.equipment import Equipment
from models.organisation import Staff
from models.service_request import ServiceRequest
from models.sla import SlaClock


class FollowUp(Audited, Versioned, Numbered, Base):
    """A call to be made and what the customer said (R-077); due over working days (B-030, B-152)."""

    __tablename__ = "follow_up"
    __noun__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_list", "status", "due_at", "id"),
        Index("ix_follow_up_due", "due_at", "id"),
        Index("ix_follow_up_customer", "customer_id", "due_at"),
        CheckConstraint("attempts BETWEEN 0 AND 99", name="ck_follow_up_attempts"),
    )

    followup_no: Mapped[str] = column(String(20), unique=True, nullable=False, label=_lp("R-077", "No."))
    kind: Mapped[FollowUpKind] = column(EnumCode(FollowUpKind), nullable=False, label=_lp("R-077", "Kind"), required=True)
    status: Mapped[FollowUpStatus] = column(EnumCode(FollowUpStatus), nullable=False, default=FollowUpStatus.PLANNED,
                                            label=_l("Status"))
    due_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_lp("R-077", "Due"))
    attempts: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Attempts"))
    done_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-077", "Called at"))
    duration_min: Mapped[Decimal | None] = column(FixedDecimal(6, 1), label=_lp("R-077", "Minutes"))
    extended: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-077", "Extended by customer"))
    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, label=_lp("R-077", "Customer name"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_lp("R-077", "Address"))
    contact_id: Mapped[int | None] = column(ForeignKey("customer_contact.id"), label=_lp("R-077", "Contact person"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-077", "Contact person"), personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-077", "Phone"), required=True, personal=True)
    customer_class: Mapped[CustomerClass | None] = column(EnumCode(CustomerClass), label=_lp("R-077", "Class"))
    respondent_role: Mapped[str | None] = column(String(40), label=_lp("R-077", "Person interviewed"),
                                                dict_type="respondent_role")
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-077", "Linked"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), label=_l("Equipment"))
    usage_state: Mapped[str | None] = column(Text, label=_lp("R-077", "Usage"))
    mastery: Mapped[Mastery | None] = column(EnumCode(Mastery), label=_lp("R-077", "Mastery of functions, use, care"))
    satisfaction: Mapped[Satisfaction | None] = column(EnumCode(Satisfaction), label=_lp("R-077", "Satisfaction"))
    solved: Mapped[Solved | None] = column(EnumCode(Solved), label=_lp("R-077", "Was the problem solved"))
    engineer_check: Mapped[str | None] = column(Text, label=_lp("R-077", "Engineer service check"))
    opinion: Mapped[str | None] = column(Text, label=_lp("R-077", "Opinion"))
    unsolved: Mapped[str | None] = column(Text, label=_lp("R-077", "Unsolved"))
    escalated_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-077", "Escalated at"))
    needs_visit: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-077", "On-site visit needed"))
    call_result: Mapped[CallResult | None] = column(EnumCode(CallResult), label=_lp("R-077", "Call result"))
    caller_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-077", "Caller"))

    customer: Mapped[Customer] = link(label=_lp("R-077", "Customer name"), required=True)
    site: Mapped[CustomerSite | None] = link(label=_lp("R-077", "Address"))
    contact: Mapped[CustomerContact | None] = link(label=_lp("R-077", "Contact person"))
    request: Mapped[ServiceRequest | None] = link(label=_lp("R-077", "Linked"))
    equipment: Mapped[Equipment | None] = link(label=_l("Equipment"))
    next_clock: Mapped[SlaClock | None] = relationship(
        "SlaClock", primaryjoin="and_(foreign(SlaClock.owner_id) == FollowUp.id, SlaClock.owner_type == 'follow_up')", viewonly=True,
        uselist=False)
    caller: Mapped[Staff | None] = link(label=_lp("R-077", "Caller"))

    @property
    def number(self) -> str:
        """The number it is known by."""
        return self.followup_no

    @property
    def is_open(self) -> bool:
        """Still to be called."""
        return self.status in (FollowUpStatus.PLANNED, FollowUpStatus.ATTEMPTED)

    def __str__(self) -> str:
        return self.followup_no

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.followup_no, self.customer and self.customer.name, self.contact_phone]
