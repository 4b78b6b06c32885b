"""R-024 外出服务申请单: a trip applied for, approved and arranged; R-025 (trip_plan.py) is its plan (B-039, B-090)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Table, Text
from sqlalchemy import Column as SQLColumn
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, column, link, money
from models.customer import Customer
from models.field_enums import Charging
from models.onsite_enums import Transport
from models.organisation import Department, Staff
from models.paper import A4_PORTRAIT, Cell, Paper, PaperRecord, Row, Section, Slot, on
from models.records.service_plan import ServicePlan
from models.records.shapes import pair, signed, wide
from models.service_request import ServiceRequest
from models.work_order import WorkOrder

members = Table("trip_member", Base.metadata, SQLColumn("trip_id", ForeignKey("trip.id"), primary_key=True),
                SQLColumn("staff_id", ForeignKey("staff.id"), primary_key=True))
jobs = Table("trip_work_order", Base.metadata, SQLColumn("trip_id", ForeignKey("trip.id"), primary_key=True),
             SQLColumn("work_order_id", ForeignKey("work_order.id"), primary_key=True))
COSTS = ("cost_transport", "cost_lodging", "cost_meals", "cost_other")


class Trip(PaperRecord):
    """A trip of our people to a customer: applied for, planned, later summed up."""

    __tablename__ = "trip"
    __noun__ = "trip"

    department_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True, label=_lp("R-024", "Department"))
    applied_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-024", "Date"), required=True)
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-024", "Sheet no."))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-024", "Customer name"))
    address: Mapped[str | None] = column(String(200), label=_lp("R-024", "Address"), required=True)
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-024", "Contact person"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-024", "Phone"), required=True, personal=True)
    reason: Mapped[str | None] = column(Text, label=_lp("R-024", "Reason"), required=True)
    leader_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-024", "Leader"))
    planned_start: Mapped[dt.date | None] = column(Date, label=_lp("R-024", "From–to"), required=True)
    planned_end: Mapped[dt.date | None] = column(Date, label=_lp("R-024", "From–to"), required=True)
    transport: Mapped[Transport | None] = column(EnumCode(Transport), label=_lp("R-024", "Transport"), required=True)
    charging: Mapped[Charging | None] = column(EnumCode(Charging), label=_lp("R-024", "Paid service"), required=True)
    service_plan_id: Mapped[int | None] = column(ForeignKey("service_plan.id"), label=_lp("R-024", "Plan no."))
    cost_transport: Mapped[Decimal | None] = column(money(), label=_lp("R-024", "Travel"))
    cost_lodging: Mapped[Decimal | None] = column(money(), label=_lp("R-024", "Lodging"))
    cost_meals: Mapped[Decimal | None] = column(money(), label=_lp("R-024", "Meals"))
    cost_other: Mapped[Decimal | None] = column(money(), label=_lp("R-024", "Other"))
    advance_amount: Mapped[Decimal | None] = column(money(), label=_lp("R-024", "Advance"))
    # the plan
    destination: Mapped[str | None] = column(String(120), label=_lp("R-025", "Place"), required=True)
    solution: Mapped[str | None] = column(Text, label=_lp("R-025", "Solution"), required=True)
    prep_note: Mapped[str | None] = column(Text, label=_lp("R-025", "Documents, drawings, tools"), required=True)
    has_loan: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-025", "Borrowing"))
    est_cost: Mapped[Decimal | None] = column(money(), label=_lp("R-025", "Estimated travel cost"), required=True)

    department: Mapped[Department | None] = link(label=_lp("R-024", "Department"), required=True)
    request: Mapped[ServiceRequest | None] = link(label=_lp("R-024", "Sheet no."), required=True)
    customer: Mapped[Customer | None] = link(label=_lp("R-024", "Customer name"), required=True)
    leader: Mapped[Staff | None] = link(label=_lp("R-024", "Leader"))
    plan: Mapped[ServicePlan | None] = link(label=_lp("R-024", "Plan no."))
    members: Mapped[list[Staff]] = link(label=_lp("R-024", "Persons sent"), required=True, secondary=members)
    work_orders: Mapped[list[WorkOrder]] = link(label=_lp("R-024", "Work orders"), required=True, secondary=jobs)
    itinerary_lines: Mapped[list[TripDay]] = relationship(order_by="TripDay.position", cascade="all, delete-orphan",
                                                          info={"label": _lp("R-025", "Itinerary")})

    @property
    def sheet_no(self) -> str | None:
        """The number of the information sheet, once it has one."""
        return self.request.sheet_no if self.request is not None else None

    @property
    def budget(self) -> Decimal | None:
        """The sum of the four costs; none while none is given (R-024)."""
        given = [getattr(self, name) for name in COSTS if getattr(self, name) is not None]
        return sum(given, Decimal(0)) if given else None


class TripDay(Audited, Base):
    """A day of the plan."""

    __tablename__ = "trip_day"

    trip_id: Mapped[int] = column(ForeignKey("trip.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    date: Mapped[dt.date | None] = column(Date, label=_lp("R-025", "Day"))
    from_place: Mapped[str | None] = column(String(60), label=_lp("R-025", "From"))
    to_place: Mapped[str | None] = column(String(60), label=_lp("R-025", "To"))
    transport: Mapped[str | None] = column(String(20), label=_lp("R-025", "Means"))
    work: Mapped[str | None] = column(String(200), label=_lp("R-025", "Work"))

    typed_at: ClassVar[str | None] = None


APPLICATION = ("department", "applied_at", "request", "work_orders", "customer", "address", "contact_name", "contact_phone", "reason",
               "members", "leader", "planned_start", "planned_end", "transport", "charging", "plan", *COSTS, "advance_amount")
PAPER = on(Trip, Paper(
    record="R-024", code="trip_application", title=_lp("R-024", "Field service application"), sheet=A4_PORTRAIT, series="trip", last=False,
    area=_lp("R-010", "Dispatch"), purpose=_lp("R-024", "Within two hours after it was decided to send people"),
    who=_lp("R-024", "Head of the implementing department"),
    when=_lp("R-024", "Within 2 working hours after it was decided to send people"),
    sections=(Section("application", APPLICATION),),
    listed=("number", "status", "customer", "department", "leader", "planned_start", "planned_end"),
    filtered=("status", "customer", "department"),
    labels={"sheet_no": _lp("R-024", "Sheet no."), "budget": _lp("R-024", "Total")},
    words={"budget_word": _lp("R-024", "Budget"), "to": _lp("R-007", "to")},
    blocks=(
        pair("department", "applied_at", 9),
        Row(9, (Cell(5, ("={!sheet_no}",), label=True), Cell(7, ("{request}　{sheet_no}",)), Cell(4, ("={!work_orders}",), label=True),
                Cell(8, ("{work_orders}",)))),
        wide("customer", 9), wide("address", 9), pair("contact_name", "contact_phone", 9), wide("reason", 78),
        Row(12, (Cell(4, ("={!members}",), label=True), Cell(20, ("{members}", "{!leader}：{leader}")))),
        Row(9, (Cell(4, ("={!planned_start}",), label=True), Cell(20, ("{planned_start}　{#to}　{planned_end}",)))),
        wide("transport", 9, boxes=True), pair("charging", "plan", 9, boxes=("charging",)),
        Row(12, (Cell(4, ("={#budget_word}",), label=True), *(Cell(4, (f"{{!{name}}}：{{{name}}}",)) for name in (*COSTS, "budget")))),
        wide("advance_amount", 9), signed(("applicant", "clerk", "approver"), 18),
    ),
    slots=(
        Slot("applicant", _lp("R-024", "Applicant (department head)"), "ours", _lp("R-024", "The trip is applied for as written"),
             rights=(("create", "trip"),)),
        Slot("clerk", _lp("R-024", "Handled by clerk"), "ours", _lp("R-024", "The travel is arranged"),
             rights=(("create", "trip"), ("create", "work_order")), after=("applicant",)),
        Slot("approver", _lp("R-024", "Approved by"), "ours", _lp("R-024", "The trip is approved"),
             rights=(("approve", "trip"), ("void", "trip")), after=("applicant",), approves=True),
    )))
