"""R-087 巡检记录表: what an inspector found, unit by unit, confirmed by the customer (B-166, B-167)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import Column as SQLColumn
from sqlalchemy import Date, ForeignKey, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, column, link
from models.care_enums import InspectionPhase, InspectionState
from models.customer import Customer, CustomerSite
from models.equipment import Equipment
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Slot, on
from models.records.care_rows import told
from models.work_order import WorkOrder

inspectors = Table("inspection_record_engineer", Base.metadata,
                   SQLColumn("record_id", ForeignKey("inspection_record.id"), primary_key=True),
                   SQLColumn("staff_id", ForeignKey("staff.id"), primary_key=True))


class InspectionRecord(PaperRecord):
    """An inspection at a customer."""

    __tablename__ = "inspection_record"
    __noun__ = "inspection_record"
    __follows__ = "customer"

    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-087", "Customer name"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_lp("R-087", "Address"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-087", "Contact person"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-087", "Phone"), required=True, personal=True)
    inspected_on: Mapped[dt.date | None] = column(Date, index=True, label=_lp("R-087", "Inspected on"), required=True)
    arrived_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-087", "Arrived"), required=True)
    left_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-087", "Left"), required=True)
    phase: Mapped[InspectionPhase | None] = column(EnumCode(InspectionPhase), label=_lp("R-087", "Phase"), required=True)
    usage_note: Mapped[str | None] = column(Text, label=_lp("R-087", "Usage"), required=True)
    customer_problems: Mapped[str | None] = column(Text, label=_lp("R-087", "Customer's problems"))
    answers: Mapped[str | None] = column(Text, label=_lp("R-087", "Answers given"))
    frequent_faults: Mapped[str | None] = column(Text, label=_lp("R-087", "Units failing often, and why"))
    customer_opinion: Mapped[str | None] = column(Text, label=_lp("R-087", "Opinion"))

    order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    customer: Mapped[Customer | None] = link(label=_lp("R-087", "Customer name"), required=True)
    site: Mapped[CustomerSite | None] = link(label=_lp("R-087", "Address"), required=True)
    engineers: Mapped[list[Staff]] = link(label=_lp("R-087", "Inspectors"), required=True, secondary=inspectors)
    lines: Mapped[list[InspectionLine]] = relationship(order_by="InspectionLine.position", cascade="all, delete-orphan",
                                                       info={"label": _lp("R-087", "Units")})


class InspectionLine(Audited, Base):
    """An item looked at on a unit."""

    __tablename__ = "inspection_line"

    record_id: Mapped[int] = column(ForeignKey("inspection_record.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-087", "Unit"))
    item: Mapped[str | None] = column(String(30), label=_lp("R-087", "Item"), dict_type="inspection_item")
    state: Mapped[InspectionState | None] = column(EnumCode(InspectionState), label=_lp("R-087", "State"))
    action: Mapped[str | None] = column(String(200), label=_lp("R-087", "Action on site"))
    open_point: Mapped[str | None] = column(String(200), label=_lp("R-087", "Left open, advice"))

    typed_at: ClassVar[str | None] = None
    equipment: Mapped[Equipment | None] = link(label=_lp("R-087", "Unit"))

    @property
    def unit_name(self) -> str:
        """The product and the number of the unit."""
        model = self.equipment.product_model if self.equipment is not None else None
        return " ".join(filter(None, (model.name if model is not None else "", str(self.equipment or ""))))


PAPER = on(InspectionRecord, Paper(
    record="R-087", code="inspection_record", title=_lp("R-087", "Inspection record form"), sheet=A4_PORTRAIT, series="inspection_record",
    area=_lp("R-086", "Inspections"), purpose=_lp("R-087", "Carried to each inspection, filled in truthfully, signed by the customer"),
    who=_lp("R-087", "Inspector; the customer confirms"), when=_lp("R-087", "At each inspection"),
    listed=("number", "status", "customer", "inspected_on", "phase", "order", "signed_at"),
    filtered=("status", "customer", "phase"),
    words={"date": _lp("R-087", "Date")},
    blocks=(
        told(8, "customer"), told(8, "site"), told(8, "contact_name", "contact_phone"),
        told(8, ("{!inspected_on}/{!arrived_at}/{!left_at}", "{inspected_on}　{arrived_at}　{left_at}"), left=6),
        told(8, "?phase", "engineers"),
        Lines((LineList("lines", (
            Column("equipment", 6, _lp("R-087", "Unit"), shows="unit_name"), Column("item", 4, _lp("R-087", "Item")),
            Column("state", 3, _lp("R-087", "State")), Column("action", 5, _lp("R-087", "Action on site")),
            Column("open_point", 6, _lp("R-087", "Left open, advice")))),), 11, 8),
        told(18, "usage_note"), told(16, "customer_problems", left=7), told(16, "answers"), told(14, "frequent_faults", left=7),
        told(14, "customer_opinion"),
        Row(12, (Cell(12, ("{#inspector}：{@inspector}　{#date}：{@inspector.date}",)),
                 Cell(12, ("{#customer}：{@customer}　{#date}：{@customer.date}",)))),
    ),
    slots=(
        Slot("customer", _lp("R-087", "Customer signature"), "customer", _lp("R-087", "The customer confirms what was found"),
             on_the_job=True, rights=(("create", "inspection_record"),), owns=("customer_opinion",)),
        Slot("inspector", _lp("R-087", "Inspector signature"), "ours", _lp("R-087", "Inspected as written"),
             on_the_job=True, rights=(("create", "inspection_record"),)),
    )))
