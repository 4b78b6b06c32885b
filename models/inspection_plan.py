"""How often units are inspected, and the inspections that are due (R-086; B-165, B-166)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Versioned, column, link
from models.care_enums import InspectionBand, InspectionPhase, TaskState
from models.customer import Customer, CustomerSite
from models.equipment import Equipment, ProductModel
from models.organisation import Staff
from models.records.inspection_record import InspectionRecord


class InspectionPolicy(Audited, Versioned, Base):
    """How often units of a model, or all others, are inspected and visited (B-165)."""

    __tablename__ = "inspection_policy"
    __noun__ = "reference"
    __table_args__ = (CheckConstraint("visit_months BETWEEN 1 AND 120", name="ck_inspection_policy_visit"),)

    product_model_id: Mapped[int | None] = column(ForeignKey("product_model.id"), unique=True, label=_lp("R-086", "Product model"))
    bands: Mapped[str] = column(String(80), nullable=False, label=_lp("R-086", "Inspection every"), required=True,
                                hint=_l("Until month:every so many months, such as 12:1,24:2,∞:3"))
    visit_months: Mapped[int] = column(Integer, nullable=False, default=3, label=_lp("R-086", "Follow-up every"), required=True)
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    product_model: Mapped[ProductModel | None] = link(label=_lp("R-086", "Product model"))

    def __str__(self) -> str:
        return str(self.product_model or _l("All other models"))


class InspectionTask(Audited, Versioned, Base):
    """An inspection of a unit that is due on a day (R-086); those of a customer and place are one visit."""

    __tablename__ = "inspection_task"
    __noun__ = "inspection_plan"
    __table_args__ = (UniqueConstraint("equipment_id", "due_on"), Index("ix_inspection_task_due", "due_on", "id"),
                      Index("ix_inspection_task_customer", "customer_id", "status", "due_on"))

    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, label=_lp("R-086", "Customer"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_l("Site"))
    equipment_id: Mapped[int] = column(ForeignKey("equipment.id"), nullable=False, label=_lp("R-086", "Unit"))
    accepted_on: Mapped[dt.date] = column(Date, nullable=False, label=_lp("R-086", "Accepted on"))
    band: Mapped[InspectionBand] = column(EnumCode(InspectionBand), nullable=False, label=_lp("R-086", "Age band"))
    inspect_every_months: Mapped[int] = column(Integer, nullable=False, label=_lp("R-086", "Inspection every"))
    visit_every_months: Mapped[int] = column(Integer, nullable=False, label=_lp("R-086", "Follow-up every"))
    due_on: Mapped[dt.date] = column(Date, nullable=False, label=_lp("R-086", "Due"))
    phase: Mapped[InspectionPhase | None] = column(EnumCode(InspectionPhase), label=_lp("R-086", "Phase"))
    engineer_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-086", "Inspector"))
    status: Mapped[TaskState] = column(EnumCode(TaskState), nullable=False, default=TaskState.DUE, label=_lp("R-086", "Status"))
    record_id: Mapped[int | None] = column(ForeignKey("inspection_record.id"), index=True, label=_lp("R-087", "Inspection record form"))

    customer: Mapped[Customer] = link(label=_lp("R-086", "Customer"))
    site: Mapped[CustomerSite | None] = link(label=_l("Site"))
    equipment: Mapped[Equipment] = link(label=_lp("R-086", "Unit"))
    engineer: Mapped[Staff | None] = link(label=_lp("R-086", "Inspector"))
    record: Mapped[InspectionRecord | None] = link(label=_lp("R-087", "Inspection record form"))

    def __str__(self) -> str:
        return f"{self.equipment} {self.due_on:%Y-%m-%d}"
