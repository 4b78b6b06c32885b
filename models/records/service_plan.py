"""R-021 售后服务方案: why, how, who and with what a problem is solved, reviewed before it is carried out (B-062, B-063, B-066)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, FixedDecimal, UTCDateTime, column, link, money, quantity
from models.customer import Customer
from models.enums import ReviewResult
from models.equipment import Equipment
from models.field_enums import Charging
from models.onsite_enums import PlanSeverity
from models.organisation import Department, Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Section, Slot, on
from models.records.shapes import heading, pair, said, wide
from models.service_request import ServiceRequest
from models.work_order import WorkOrder


class ServicePlan(PaperRecord):
    """The plan of a service; carried out after its review."""

    __tablename__ = "service_plan"
    __noun__ = "service_plan"

    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-021", "Sheet no."))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-021", "Customer"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-021", "Product"))
    problem: Mapped[str | None] = column(Text, label=_lp("R-021", "Problem"), required=True)
    cause: Mapped[str | None] = column(Text, label=_lp("R-021", "Cause"), required=True)
    quality_severity: Mapped[PlanSeverity | None] = column(EnumCode(PlanSeverity), label=_lp("R-021", "Severity"), required=True)
    solution: Mapped[str | None] = column(Text, label=_lp("R-021", "Solution steps"), required=True)
    planned_arrive_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-021", "Planned arrival / completion"), required=True)
    planned_finish_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-021", "Planned arrival / completion"), required=True)
    est_cost: Mapped[Decimal | None] = column(money(), label=_lp("R-021", "Estimated cost"))
    charging: Mapped[Charging | None] = column(EnumCode(Charging), label=_lp("R-021", "Paid service"), required=True)
    risk: Mapped[str | None] = column(Text, label=_lp("R-021", "Risk and fallback"))
    consent_needed: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-021", "Customer's consent"))
    outcome: Mapped[str | None] = column(Text, label=_lp("R-021", "Outcome"))

    request: Mapped[ServiceRequest | None] = link(label=_lp("R-021", "Sheet no."), required=True)
    order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    customer: Mapped[Customer | None] = link(label=_lp("R-021", "Customer"), required=True)
    equipment: Mapped[Equipment | None] = link(label=_lp("R-021", "Product"), required=True)
    people: Mapped[list[PlanPerson]] = relationship(order_by="PlanPerson.position", cascade="all, delete-orphan",
                                                    info={"label": _lp("R-021", "People")})
    resource_lines: Mapped[list[PlanResource]] = relationship(order_by="PlanResource.position", cascade="all, delete-orphan",
                                                              info={"label": _lp("R-021", "Parts, tools, drawings")})
    review_lines: Mapped[list[PlanReview]] = relationship(order_by="PlanReview.position", cascade="all, delete-orphan",
                                                          info={"label": _lp("R-021", "Review opinions")})

    @property
    def sheet_no(self) -> str | None:
        """The number of the information sheet, once it has one."""
        return self.request.sheet_no if self.request is not None else None

    @property
    def product(self) -> str:
        """Model and name of the unit."""
        return str(self.equipment.product_model) if self.equipment is not None else ""

    @property
    def is_major(self) -> bool:
        """Whether the general manager approves it (B-063)."""
        return self.quality_severity == PlanSeverity.MAJOR


class PlanPerson(Audited, Base):
    """Somebody who is needed, for what and for how long."""

    __tablename__ = "plan_person"

    plan_id: Mapped[int] = column(ForeignKey("service_plan.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    staff_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-021", "Name"))
    task: Mapped[str | None] = column(String(80), label=_lp("R-021", "Task"))
    days: Mapped[Decimal | None] = column(FixedDecimal(6, 1), label=_lp("R-021", "Days"))

    typed_at: ClassVar[str | None] = None
    staff: Mapped[Staff | None] = link(label=_lp("R-021", "Name"))


class PlanResource(Audited, Base):
    """A part, tool or drawing that is needed."""

    __tablename__ = "plan_resource"

    plan_id: Mapped[int] = column(ForeignKey("service_plan.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    name: Mapped[str | None] = column(String(80), label=_lp("R-021", "Part, tool, drawing"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-021", "Quantity"))

    typed_at: ClassVar[str | None] = None


class PlanReview(Audited, Base):
    """What a department thinks of a plan."""

    __tablename__ = "plan_review"

    plan_id: Mapped[int] = column(ForeignKey("service_plan.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_lp("R-021", "Department"))
    opinion: Mapped[str | None] = column(String(200), label=_lp("R-021", "Opinion"))
    result: Mapped[ReviewResult | None] = column(EnumCode(ReviewResult), label=_lp("R-021", "Result"))

    typed_at: ClassVar[str | None] = None
    department: Mapped[Department | None] = link(label=_lp("R-021", "Department"))


REVIEW = (("approve", "service_plan"),)
PAPER = on(ServicePlan, Paper(
    record="R-021", code="service_plan", title=_lp("R-021", "Service plan"), sheet=A4_PORTRAIT, series="service_plan",
    area=_lp("R-010", "Dispatch"), afterwards=(Section("outcome", ("outcome",)),),
    purpose=_lp("R-021", "Before a complex or quality problem is handled on site; reviewed, then carried out"),
    who=_lp("R-021", "Service engineer; technical lead and quality review"), when=_lp("R-021", "Within 4 working hours after assignment"),
    listed=("number", "status", "request", "customer", "equipment", "quality_severity", "planned_arrive_at"),
    filtered=("status", "customer", "quality_severity"),
    labels={"sheet_no": _lp("R-021", "Sheet no."), "product": _lp("R-021", "Product")},
    choices={"consent_needed": (_lp("R-021", "needed"), _lp("R-021", "not needed"))},
    words={"people": _lp("R-021", "People"), "resources": _lp("R-021", "Parts, tools, drawings"), "to": _lp("R-007", "to"),
           "date": _lp("R-022", "Date"), "reviews": _lp("R-021", "Review opinions")},
    blocks=(
        Row(8, (Cell(5, ("={!sheet_no}",), label=True), Cell(7, ("{request}　{sheet_no}",)), Cell(4, ("={!customer}",), label=True),
                Cell(8, ("{customer}",)))),
        Row(8, (Cell(5, ("={!product}",), label=True), Cell(19, ("{product}　{equipment}",)))),
        wide("problem", 20), wide("cause", 20), wide("quality_severity", 7, boxes=True), wide("solution", 36),
        Row(6, (Cell(12, ("={#people}",), label=True), Cell(12, ("={#resources}",), label=True))),
        Lines((LineList("people", (Column("staff", 4, _lp("R-021", "Name")), Column("task", 6, _lp("R-021", "Task")),
                                   Column("days", 2, _lp("R-021", "Days"), align="right"))),
               LineList("resource_lines", (Column("name", 9, _lp("R-021", "Part, tool, drawing")),
                                           Column("qty", 3, _lp("R-021", "Quantity"), align="right")))), 3, 6),
        Row(8, (Cell(5, ("={!planned_arrive_at}",), label=True), Cell(19, ("{planned_arrive_at}　{#to}　{planned_finish_at}",)))),
        pair("est_cost", "charging", 7, boxes=("charging",)), wide("risk", 12), said("draft", ("{@draft}　{@draft.date}",), 8),
        heading("reviews", 6),
        Lines((LineList("review_lines", (Column("department", 5, _lp("R-021", "Department")),
                                         Column("opinion", 14, _lp("R-021", "Opinion")),
                                         Column("result", 5, _lp("R-021", "Result")))),), 3, 7),
        Row(8, (Cell(12, ("{#tech}：{@tech}　{@tech.date}",)), Cell(12, ("{#quality}：{@quality}　{@quality.date}",)))),
        Row(11, (Cell(12, ("{!consent_needed}：{?consent_needed}", ">{@customer}　{@customer.date}")),
                 Cell(12, ("{#gm}：{@gm}", ">{@gm.date}")))),
        wide("outcome", 12),
    ),
    slots=(
        Slot("draft", _lp("R-021", "Drafted by / date"), "ours", _lp("R-021", "The plan is drafted as written"),
             rights=(("create", "service_plan"),)),
        Slot("tech", _lp("R-021", "Technical review"), "ours", _lp("R-021", "Reviewed for its technique"),
             rights=(*REVIEW, ("create", "service_plan")), after=("draft",), owns=("review_lines",), approves=True),
        Slot("quality", _lp("R-021", "Quality review"), "ours", _lp("R-021", "Reviewed for quality"),
             rights=(*REVIEW, ("create", "nonconformity")), after=("tech",), approves=True),
        Slot("customer", _lp("R-021", "Customer's consent"), "customer", _lp("R-021", "The customer agrees to the measures"),
             on_the_job=True, after=("quality",), only_with="consent_needed"),
        Slot("gm", _lp("R-021", "GM approval"), "ours", _lp("R-021", "The plan for a major problem is approved"),
             rights=(*REVIEW, ("approve", "service_hold")), after=("quality",), only_with="is_major", approves=True),
    )))
