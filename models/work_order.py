"""The unit of work and its appointments (R-010; WF-03)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Numbered, UTCDateTime, Versioned, column, link, money
from models.clock_enums import LateReason
from models.customer import Customer
from models.enums import AppointmentStatus, HoldReason, InWarranty, OrderStatus, ServiceCategory, WorkType
from models.onsite_enums import CollectMode
from models.organisation import Department, Region, Staff
from models.sla import SlaClock, WorkPause

CLOSED = frozenset({OrderStatus.FINISHED, OrderStatus.SIGNED_OFF, OrderStatus.FORM_RETURNED, OrderStatus.UNRESOLVED,
                    OrderStatus.CANCELLED})
# The other states, named one by one: a question for them finds their few rows by an index.
UNDER_WAY = tuple(status for status in OrderStatus if status not in CLOSED)


class WorkOrder(Audited, Versioned, Numbered, Base):
    """A work order of a request; its status changes by transitions only (WF-03)."""

    __tablename__ = "work_order"
    __noun__ = "work_order"
    __table_args__ = (
        Index("ix_work_order_list", "status", "issued_at", "id"),
        Index("ix_work_order_engineer", "lead_engineer_id", "status"),
        Index("ix_work_order_region", "region_id", "issued_at", "id"),
        Index("ix_work_order_customer", "customer_id", "issued_at", "id"),
        Index("ix_work_order_lead", "lead_engineer_id", "issued_at", "id"),
        Index("ix_work_order_issued", "issued_at", "id"),
        Index("ix_work_order_due", "status", "next_due_at"),
        Index("ix_work_order_finished", "finished_at"),
        CheckConstraint("finished_at IS NULL OR arrived_at IS NULL OR finished_at >= arrived_at", name="ck_work_order_times"),
    )

    work_order_no: Mapped[str] = column(String(20), unique=True, nullable=False, label=_lp("R-010", "Work order no."))
    request_id: Mapped[int] = column(ForeignKey("service_request.id"), nullable=False, index=True,
                                     label=_lp("R-010", "Request no."))
    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, label=_lp("R-010", "Customer name"))
    region_id: Mapped[int | None] = column(ForeignKey("region.id"), label=_l("Region"))
    branch_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True, label=_l("Branch"))
    status: Mapped[OrderStatus] = column(EnumCode(OrderStatus), nullable=False, default=OrderStatus.PENDING, label=_l("Status"))
    work_type: Mapped[WorkType] = column(EnumCode(WorkType), nullable=False, default=WorkType.ONSITE_REPAIR,
                                         label=_lp("R-010", "Task type"), required=True)
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True, label=_lp("R-010", "To department"))
    lead_engineer_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Lead engineer"))
    service_category: Mapped[ServiceCategory | None] = column(EnumCode(ServiceCategory), label=_l("Service category"))
    in_warranty: Mapped[InWarranty | None] = column(EnumCode(InWarranty), label=_lp("R-010", "In warranty"))
    symptom: Mapped[str | None] = column(Text, label=_lp("R-010", "Fault or defect"), required=True)
    guarantee_items: Mapped[str | None] = column(String(200), label=_lp("R-010", "Content of technical support"),
                                                 dict_type="guarantee_item", several=True)
    maker_contact: Mapped[str | None] = column(String(120), label=_lp("R-010", "Maker contacted (maker, person, time)"))
    solution: Mapped[str | None] = column(Text, label=_lp("R-010", "Solution and measures"))
    engineer_note: Mapped[str | None] = column(Text, label=_l("Engineer's note"))
    due_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-010", "Required by"))
    issued_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_lp("R-010", "Issued at"))
    issued_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-010", "Issued by"))
    previous_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), label=_l("Continues"))
    # the clock that runs out first, kept by services/sla.py
    next_due_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Time left"))
    next_clock_id: Mapped[int | None] = column(Integer, label=_l("Next clock"))
    # what the voucher asks besides
    charge_amount: Mapped[Decimal | None] = column(money(), label=_lp("R-011", "Charge"))
    collect_mode: Mapped[CollectMode | None] = column(EnumCode(CollectMode), label=_lp("R-011", "Collection"))
    invoice_no: Mapped[str | None] = column(String(40), label=_lp("R-011", "Invoice no."))
    taken_back: Mapped[bool] = column(Boolean, nullable=False, default=False, server_default=false(),
                                      label=_lp("R-011", "Goods taken back"))
    # the way through
    assigned_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Dispatched at"))
    contacted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Contacted at"))
    contact_note: Mapped[str | None] = column(String(200), label=_l("Note on the call"))
    departed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Departed at"))
    arrived_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Arrived at"))
    finished_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Finished at"))
    signed_off_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Struck off at"))
    form_returned_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Record returned at"))
    held_from: Mapped[OrderStatus | None] = column(EnumCode(OrderStatus), label=_l("State before the pause"))
    hold_reason: Mapped[HoldReason | None] = column(EnumCode(HoldReason), label=_l("Reason for the pause"))
    waiting_note: Mapped[str | None] = column(String(200), label=_l("What it waits for"))

    request: Mapped[ServiceRequest] = relationship("ServiceRequest", back_populates="orders",
                                                   info={"label": _lp("R-010", "Request no.")})
    next_clock: Mapped[SlaClock | None] = relationship(
        "SlaClock", primaryjoin="foreign(WorkOrder.next_clock_id) == SlaClock.id", viewonly=True)
    customer: Mapped[Customer] = link(label=_lp("R-010", "Customer name"))
    region: Mapped[Region | None] = link(label=_l("Region"))
    department: Mapped[Department | None] = link(label=_lp("R-010", "To department"), foreign_keys=[department_id])
    lead_engineer: Mapped[Staff | None] = link(label=_l("Lead engineer"), foreign_keys=[lead_engineer_id])
    issued_by: Mapped[Staff | None] = link(label=_lp("R-010", "Issued by"), foreign_keys=[issued_by_id])
    previous_order: Mapped[WorkOrder | None] = link(label=_l("Continues"), remote_side="WorkOrder.id")
    engineers: Mapped[list[WorkOrderEngineer]] = relationship(back_populates="order", cascade="all, delete-orphan",
                                                              info={"label": _lp("R-010", "Persons assigned")})
    appointments: Mapped[list[Appointment]] = relationship(back_populates="order", order_by="Appointment.id",
                                                           info={"label": _l("Appointments")})
    records: Mapped[list[ServiceRecord]] = relationship("ServiceRecord", back_populates="order", order_by="ServiceRecord.id",
                                                        info={"label": _l("Service records")})

    voucher_lines: Mapped[list[PartUsage]] = relationship(
        "PartUsage", secondary="service_record", order_by="PartUsage.position", viewonly=True, info={"label": _lp("R-011", "Parts")},
        primaryjoin="and_(WorkOrder.id == ServiceRecord.work_order_id, ServiceRecord.voided_at.is_(None))",
        secondaryjoin="ServiceRecord.id == PartUsage.record_id")
    pauses: Mapped[list[WorkPause]] = relationship("WorkPause", order_by="WorkPause.id", info={"label": _l("Pauses")})
    holds: Mapped[list[ServiceHold]] = relationship(back_populates="order", order_by="ServiceHold.id",
                                                    info={"label": _l("Questions of a pause")})

    @property
    def number(self) -> str:
        """The number it is known by."""
        return self.work_order_no

    @property
    def hold_asked(self) -> ServiceHold | None:
        """The question of a pause for arrears that waits for its answer."""
        return next((hold for hold in self.holds if hold.answered_at is None), None)

    @property
    def is_open(self) -> bool:
        """Neither finished, returned nor cancelled."""
        return self.status not in CLOSED

    @property
    def appointment(self) -> Appointment | None:
        """The appointment that holds, if any."""
        live = [item for item in self.appointments if item.status != AppointmentStatus.CANCELLED]
        return live[-1] if live else None

    @property
    def persons(self) -> list[Staff]:
        """Who is on the job, the lead engineer first (R-010)."""
        lead = [self.lead_engineer] if self.lead_engineer is not None else []
        return list(dict.fromkeys([*lead, *(one.staff for one in self.engineers)]))

    @property
    def product(self) -> str:
        """Name, model and serial number of the unit in one cell (R-010)."""
        request = self.request
        model, unit = request.product_model, request.equipment
        name = request.product_name or (model.name if model is not None else None)
        return "　".join(part for part in (name, model and model.model_no, unit and unit.serial_no) if part)

    @property
    def slip(self) -> ServiceRecord | None:
        """The latest record of a visit that is not void."""
        return next((record for record in reversed(self.records) if record.voided_at is None), None)

    @property
    def treatment(self) -> str | None:
        """What was done, by the record of the visit (R-011)."""
        return (self.slip.treatment if self.slip is not None else None) or self.solution

    @property
    def finished(self) -> dt.datetime | None:
        """When the work ended: by the order, else by the record of the visit (R-011)."""
        return self.finished_at or (self.slip.finished_at if self.slip is not None else None)

    @property
    def address(self) -> str | None:
        """Where the work is, by the request."""
        return self.request.address or self.customer.address

    @property
    def contact_name(self) -> str | None:
        """Whom to ask for, by the request."""
        return self.request.contact_name

    @property
    def contact_phone(self) -> str | None:
        """Whom to call, by the request."""
        return self.request.contact_phone

    @property
    def model_no(self) -> str | None:
        """The model of the unit, by the request."""
        return self.request.product_model.model_no if self.request.product_model is not None else None

    @property
    def reported_at(self) -> dt.datetime | None:
        """When the customer called, by the request."""
        return self.request.reported_at

    def __str__(self) -> str:
        return self.work_order_no

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        request = self.request
        return [self.work_order_no, self.customer and self.customer.name, request and request.request_no,
                request and request.contact_phone, request and request.equipment and request.equipment.serial_no,
                (self.symptom or "")[:60]]


class WorkOrderEngineer(Audited, Base):
    """A person on the job beside the lead engineer."""

    __tablename__ = "work_order_engineer"
    __table_args__ = (UniqueConstraint("work_order_id", "staff_id"),)

    work_order_id: Mapped[int] = column(ForeignKey("work_order.id"), nullable=False, label=_l("Work order"))
    staff_id: Mapped[int] = column(ForeignKey("staff.id"), nullable=False, index=True, label=_l("Engineer"))
    role: Mapped[str | None] = column(String(40), label=_l("Role"))

    order: Mapped[WorkOrder] = relationship(back_populates="engineers")
    staff: Mapped[Staff] = link(label=_l("Engineer"))

    def __str__(self) -> str:
        return str(self.staff)


class ServiceHold(Audited, Base):
    """The question whether service to a customer in arrears may pause, and the answer of another person (B-022, B-204)."""

    __tablename__ = "service_hold"
    __noun__ = "service_hold"
    __table_args__ = (
        CheckConstraint("(answered_by_id IS NULL) = (agreed IS NULL)", name="ck_service_hold_answer"),
    )

    work_order_id: Mapped[int] = column(ForeignKey("work_order.id"), nullable=False, index=True, label=_l("Work order"))
    asked_by_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, label=_l("Asked by"))
    asked_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Asked at"))
    reason: Mapped[str] = column(String(200), nullable=False, label=_l("Reason"))
    answered_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Answered by"))
    answered_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Answered at"))
    agreed: Mapped[bool | None] = column(Boolean, label=_l("Agreed"))
    opinion: Mapped[str | None] = column(String(200), label=_l("Opinion"))

    order: Mapped[WorkOrder] = relationship(back_populates="holds", info={"label": _l("Work order")})

    def __str__(self) -> str:
        return self.reason


class Appointment(Audited, Versioned, Base):
    """When an engineer is where; two of one engineer never overlap (B-015), and the customer knows who comes (B-016)."""

    __tablename__ = "appointment"
    __noun__ = "work_order"
    __table_args__ = (
        CheckConstraint("end_at > start_at", name="ck_appointment_times"),
        Index("ix_appointment_engineer", "engineer_id", "start_at"),
    )

    work_order_id: Mapped[int] = column(ForeignKey("work_order.id"), nullable=False, index=True, label=_l("Work order"))
    engineer_id: Mapped[int] = column(ForeignKey("staff.id"), nullable=False, label=_l("Engineer"))
    start_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("From"), required=True)
    end_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("To"), required=True)
    place: Mapped[str | None] = column(String(200), label=_l("Place"))
    late_reason: Mapped[LateReason | None] = column(EnumCode(LateReason), label=_l("Reason for the late visit"),
                                                    hint=_l("Asked when the visit lies after the time due"))
    status: Mapped[AppointmentStatus] = column(EnumCode(AppointmentStatus), nullable=False, default=AppointmentStatus.PLANNED,
                                               label=_l("Status"))
    customer_informed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Customer informed at"))
    customer_informed_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Customer informed by"))
    change_reason: Mapped[str | None] = column(String(200), label=_l("Reason for the change"))
    override_reason: Mapped[str | None] = column(String(200), label=_l("Reason for double booking"))

    order: Mapped[WorkOrder] = relationship(back_populates="appointments", info={"label": _l("Work order")})
    engineer: Mapped[Staff] = link(label=_l("Engineer"), foreign_keys=[engineer_id])

    def __str__(self) -> str:
        return f"{self.order} {self.engineer}"


from models.service_record import PartUsage, ServiceRecord  # noqa: E402  the three refer to each other
from models.service_request import ServiceRequest  # noqa: E402
