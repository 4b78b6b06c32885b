"""R-062 故障分析表: why a unit failed, what was done about it, and what keeps it from happening again (B-057)."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, String, Table, Text
from sqlalchemy import Column as SQLColumn
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import Base, column, link
from models.customer import Customer
from models.equipment import Equipment, Part
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Cell, Paper, PaperRecord, Row, Slot, on
from models.service_request import ServiceRequest
from models.work_order import WorkOrder

participants = Table("fault_analysis_participant", Base.metadata,
                     SQLColumn("analysis_id", ForeignKey("fault_analysis.id"), primary_key=True),
                     SQLColumn("staff_id", ForeignKey("staff.id"), primary_key=True))


class FaultAnalysis(PaperRecord):
    """The analysis of a fault; a request of a grave level is not closed without one that is signed (B-057)."""

    __tablename__ = "fault_analysis"
    __noun__ = "fault_analysis"

    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-062", "Request / order"))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-062", "Customer"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-062", "Equipment model / no."))
    symptom: Mapped[str | None] = column(Text, label=_lp("R-062", "Symptom"), required=True)
    fault_type: Mapped[str | None] = column(String(30), label=_lp("R-062", "Fault type"), required=True, dict_type="fault_type")
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), label=_lp("R-062", "Faulty part"))
    cause: Mapped[str | None] = column(Text, label=_lp("R-062", "Cause"), required=True)
    is_repeated: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-062", "Repeated"))
    solution: Mapped[str | None] = column(Text, label=_lp("R-062", "Solution"), required=True)
    prevention: Mapped[str | None] = column(Text, label=_lp("R-062", "Prevention, improvement"))

    request: Mapped[ServiceRequest | None] = link(label=_lp("R-062", "Request / order"), required=True)
    work_order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    customer: Mapped[Customer | None] = link(label=_lp("R-062", "Customer"), required=True)
    equipment: Mapped[Equipment | None] = link(label=_lp("R-062", "Equipment model / no."), required=True)
    part: Mapped[Part | None] = link(label=_lp("R-062", "Faulty part"))
    participants: Mapped[list[Staff]] = link(label=_lp("R-062", "Participants"), secondary=participants)

    @property
    def model_no(self) -> str | None:
        """The model of the unit, before its number."""
        model = self.equipment.product_model if self.equipment is not None else None
        return model.model_no if model is not None else None


PAPER = on(FaultAnalysis, Paper(
    record="R-062", code="fault_analysis", title=_lp("R-062", "Fault analysis form"), sheet=A4_PORTRAIT, series="fault_analysis",
    area=_lp("R-062", "Quality"), purpose=_lp("R-062", "Each fault that is analysed; a must before a grave fault is closed"),
    who=_lp("R-062", "Technical engineer"), when=_lp("R-062", "For each fault analysed; before a grave one is closed"),
    listed=("number", "status", "request", "customer", "equipment", "fault_type", "is_repeated", "signed_at"),
    filtered=("status", "customer", "fault_type", "is_repeated"),
    labels={"model_no": _lp("R-062", "Equipment model / no.")},
    words={"analyst": _lp("R-062", "Analyst"), "date": _lp("R-062", "Date")},
    blocks=(
        Row(9, (Cell(4, ("={!request}",), label=True), Cell(8, ("{request}",)), Cell(12, ("{work_order}",)))),
        Row(10, (Cell(4, ("={!customer}",), label=True), Cell(8, ("{customer}",)), Cell(4, ("={!equipment}",), label=True),
                 Cell(8, ("{model_no}　{equipment}",)))),
        Row(10, (Cell(4, ("={!fault_type}",), label=True), Cell(8, ("{fault_type}",)), Cell(4, ("={!part}",), label=True),
                 Cell(8, ("{part}",)))),
        *(Row(height, (Cell(4, (f"={{!{name}}}",), label=True), Cell(20, (f"{{{name}}}",))))
          for name, height in (("symptom", 36), ("cause", 55), ("solution", 55), ("prevention", 44))),
        Row(12, (Cell(4, ("={!is_repeated}",), label=True), Cell(8, ("{?is_repeated}",)), Cell(4, ("={!participants}",), label=True),
                 Cell(8, ("{participants}",)))),
        Row(12, (Cell(4, ("={#analyst}",), label=True), Cell(8, ("{@analyst}",)), Cell(4, ("={#date}",), label=True),
                 Cell(8, ("{@analyst.date}",)))),
    ),
    slots=(Slot("analyst", _lp("R-062", "Analyst"), "ours", _lp("R-062", "The fault was analysed as written"),
                rights=(("create", "fault_analysis"),)),)))
