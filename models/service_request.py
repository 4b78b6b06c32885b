"""The hub: every demand, from any channel, registered once (R-001, R-002, R-004; WF-01)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Numbered, UTCDateTime, Versioned, column, link
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import (
    Channel,
    Complexity,
    FaultLevel,
    HandlingMode,
    InfoType,
    InWarranty,
    ProblemNature,
    QualitySeverity,
    RequestStatus,
    RequestType,
    ResponsibleParty,
    ReviewResult,
    ServiceCategory,
    ServiceContent,
    VerifyResult,
)
from models.equipment import Equipment, ProductModel
from models.organisation import Department, Region, Staff
from models.sla import SlaClock


class ServiceRequest(Audited, Versioned, Numbered, Base):
    """A service request with its triage and its result; its status changes by transitions only (WF-01)."""

    __tablename__ = "service_request"
    __noun__ = "service_request"
    __table_args__ = (
        Index("ix_service_request_list", "status", "reported_at", "id"),
        Index("ix_service_request_due", "status", "next_due_at"),
        Index("ix_service_request_scope", "region_id", "reported_at", "id"),
        Index("ix_service_request_customer", "customer_id", "reported_at", "id"),
        Index("ix_service_request_reported", "reported_at", "id"),
        Index("ix_service_request_model", "customer_id", "product_model_id", "status"),
    )

    request_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-001", "Request no."))
    sheet_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-004", "No."))
    status: Mapped[RequestStatus] = column(EnumCode(RequestStatus), nullable=False, default=RequestStatus.DRAFT,
                                           label=_lp("R-001", "Status"))
    # the call
    reported_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-001", "Received at"), required=True)
    channel: Mapped[Channel] = column(EnumCode(Channel), nullable=False, default=Channel.PHONE, label=_lp("R-001", "Channel"),
                                      required=True)
    received_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-001", "Received by"))
    informant_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-001", "Informant"))
    first_contact_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_l("First-contact owner"))
    off_hours: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-001", "Off hours"))
    branch_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True, label=_l("Branch"))
    # the customer
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), label=_lp("R-001", "Customer name"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_lp("R-001", "Address"))
    contact_id: Mapped[int | None] = column(ForeignKey("customer_contact.id"), label=_lp("R-001", "Contact person"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-001", "Contact person"), personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-001", "Phone"), required=True, personal=True)
    region_id: Mapped[int | None] = column(ForeignKey("region.id"), label=_lp("R-001", "Region"))
    # the machine and its fault
    product_model_id: Mapped[int | None] = column(ForeignKey("product_model.id"), index=True, label=_lp("R-001", "Product model"))
    product_name: Mapped[str | None] = column(String(80), label=_lp("R-001", "Product name"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-001", "Serial no."))
    request_type: Mapped[RequestType] = column(EnumCode(RequestType), nullable=False, default=RequestType.REPAIR,
                                               label=_lp("R-001", "Request type"), required=True)
    symptom: Mapped[str | None] = column(Text, label=_lp("R-001", "Fault description"))
    requested_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-001", "Requested service time"))
    in_warranty: Mapped[InWarranty | None] = column(EnumCode(InWarranty), label=_lp("R-001", "Within warranty?"))
    # triage
    info_type: Mapped[InfoType | None] = column(EnumCode(InfoType), label=_lp("R-001", "After-sales type"))
    problem_nature: Mapped[ProblemNature | None] = column(EnumCode(ProblemNature), label=_lp("R-001", "Nature of problem"))
    fault_level: Mapped[FaultLevel | None] = column(EnumCode(FaultLevel), label=_lp("R-001", "Fault level"))
    complexity: Mapped[Complexity | None] = column(EnumCode(Complexity), label=_lp("R-001", "Complexity"))
    quality_severity: Mapped[QualitySeverity | None] = column(EnumCode(QualitySeverity), label=_lp("R-001", "Quality severity"))
    service_category: Mapped[ServiceCategory | None] = column(EnumCode(ServiceCategory), label=_lp("R-001", "Service category"))
    service_content: Mapped[ServiceContent | None] = column(EnumCode(ServiceContent), label=_lp("R-004", "Service content"))
    handling_mode: Mapped[HandlingMode | None] = column(EnumCode(HandlingMode), label=_lp("R-001", "Handling mode"))
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True,
                                               label=_lp("R-001", "Responsible department"))
    department_reason: Mapped[str | None] = column(String(200), label=_l("Reason for another department"))
    engineer_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-001", "Engineer"))
    notified_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-001", "Engineer notified at"))
    promised_contact_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-001", "Promised contact by"))
    contacted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-001", "First contact at"))
    # the information sheet
    issue_department_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_lp("R-004", "Issuing department"))
    sheet_filled_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-004", "Filled at"))
    clerk_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-004", "Clerk"))
    qa_received_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-004", "Received by quality"))
    cause: Mapped[str | None] = column(Text, label=_lp("R-004", "Cause"))
    responsible_party: Mapped[ResponsibleParty | None] = column(EnumCode(ResponsibleParty), label=_lp("R-004", "Responsibility"))
    initial_measures: Mapped[str | None] = column(Text, label=_lp("R-004", "Initial measures"))
    plan_no: Mapped[str | None] = column(String(20), label=_lp("R-004", "Plan no."))
    plan_review_result: Mapped[ReviewResult | None] = column(EnumCode(ReviewResult), label=_lp("R-004", "Review result"))
    is_major: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-004", "Major quality problem"))
    result: Mapped[str | None] = column(Text, label=_lp("R-004", "Result"))
    finished_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-004", "Finished at"))
    verify_result: Mapped[VerifyResult | None] = column(EnumCode(VerifyResult), label=_lp("R-004", "Verified with customer"))
    survey_no: Mapped[str | None] = column(String(20), label=_lp("R-004", "Survey no."))
    capa_required: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-004", "CAPA required"))
    # the clock that runs out first, kept by services/sla.py
    next_due_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Time left"))
    next_clock_id: Mapped[int | None] = column(Integer, label=_l("Next clock"))
    # the way through
    wait_reason: Mapped[str | None] = column(String(200), label=_l("Reason for the pause"))
    resolved_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Resolved at"))
    result_confirmed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Result confirmed at"))
    closed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-004", "Closed at / clerk"))
    surveyed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Surveyed at"))
    struck_off_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-002", "Struck off at"))
    remark: Mapped[str | None] = column(String(200), label=_lp("R-002", "Remarks"))

    next_clock: Mapped[SlaClock | None] = relationship(
        "SlaClock", primaryjoin="foreign(ServiceRequest.next_clock_id) == SlaClock.id", viewonly=True)
    received_by: Mapped[Staff | None] = link(label=_lp("R-001", "Received by"), foreign_keys=[received_by_id])
    informant: Mapped[Staff | None] = link(label=_lp("R-001", "Informant"), foreign_keys=[informant_id])
    first_contact: Mapped[Staff | None] = link(label=_l("First-contact owner"), foreign_keys=[first_contact_id])
    branch: Mapped[Department | None] = link(label=_l("Branch"), foreign_keys=[branch_id])
    customer: Mapped[Customer | None] = link(label=_lp("R-001", "Customer name"), required=True)
    site: Mapped[CustomerSite | None] = link(label=_lp("R-001", "Address"), required=True)
    contact: Mapped[CustomerContact | None] = link(label=_lp("R-001", "Contact person"))
    region: Mapped[Region | None] = link(label=_lp("R-001", "Region"))
    product_model: Mapped[ProductModel | None] = link(label=_lp("R-001", "Product model"), required=True)
    equipment: Mapped[Equipment | None] = link(label=_lp("R-001", "Serial no."))
    department: Mapped[Department | None] = link(label=_lp("R-001", "Responsible department"), foreign_keys=[department_id])
    engineer: Mapped[Staff | None] = link(label=_lp("R-001", "Engineer"), foreign_keys=[engineer_id])
    issue_department: Mapped[Department | None] = link(label=_lp("R-004", "Issuing department"),
                                                       foreign_keys=[issue_department_id])
    clerk: Mapped[Staff | None] = link(label=_lp("R-004", "Clerk"), foreign_keys=[clerk_id])
    orders: Mapped[list[WorkOrder]] = relationship("WorkOrder", back_populates="request", order_by="WorkOrder.id",
                                                   info={"label": _l("Work orders")})

    @property
    def number(self) -> str | None:
        """The number it is known by."""
        return self.request_no

    @property
    def address(self) -> str | None:
        """The full address of the site."""
        return self.site.address if self.site else None

    @property
    def open_orders(self) -> list[WorkOrder]:
        """Its work orders that are neither finished, returned nor cancelled."""
        return [order for order in self.orders if order.is_open]

    def __str__(self) -> str:
        return self.request_no or str(RequestStatus.DRAFT)

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.request_no, self.sheet_no, self.customer and self.customer.name, self.contact_name, self.contact_phone,
                self.equipment and self.equipment.serial_no, self.product_model and self.product_model.model_no,
                (self.symptom or "")[:60]]


from models.work_order import WorkOrder  # noqa: E402  the two refer to each other
