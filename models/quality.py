"""What quality says of goods: nonconformity reports and inspections (R-052, R-055, R-056; B-117 to B-121)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, object_session, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, column, link, quantity
from models.equipment import Part
from models.organisation import Department
from models.paper import PaperRecord
from models.returns import ReturnLine
from models.stock_enums import Check, Conclusion, Disposition, InspectStage, NcrSource


class NonconformityReport(PaperRecord):
    """Goods that failed, and what becomes of them; nothing leaves the red zone without it (B-120)."""

    __tablename__ = "nonconformity_report"
    __noun__ = "nonconformity"

    source_type: Mapped[NcrSource | None] = column(EnumCode(NcrSource), label=_lp("R-052", "Origin"), required=True)
    source_no: Mapped[str | None] = column(String(40), label=_lp("R-052", "Stock-in no."))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), index=True, label=_lp("R-052", "Item"))
    batch_no: Mapped[str | None] = column(String(40), label=_l("Batch no."))
    serial_no: Mapped[str | None] = column(String(60), label=_lp("R-043", "Serial no."))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-052", "Quantity"))
    description: Mapped[str | None] = column(Text, label=_lp("R-052", "Nonconformity"), required=True)
    cause: Mapped[str | None] = column(Text, label=_lp("R-052", "Cause"), required=True)
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_lp("R-052", "Responsible department"))
    disposition: Mapped[Disposition | None] = column(EnumCode(Disposition), label=_lp("R-052", "Disposition"), required=True)
    result: Mapped[str | None] = column(Text, label=_lp("R-052", "Result and verification"), required=True)
    capa_required: Mapped[bool | None] = column(Boolean, label=_lp("R-052", "Corrective action"))

    part: Mapped[Part | None] = link(label=_lp("R-052", "Item"), required=True)
    department: Mapped[Department | None] = link(label=_lp("R-052", "Responsible department"), required=True)

    @property
    def spec(self) -> str:
        """Specification of the item, as printed."""
        return (self.part.spec if self.part is not None else None) or ""

    @property
    def marks(self) -> str:
        """Batch and serial number, as printed."""
        return " / ".join(mark for mark in (self.batch_no, self.serial_no) if mark)


class QualityInspection(PaperRecord):
    """The look at one line and batch that came back; signed by the inspector, a failure by quality too (B-117, B-118)."""

    __tablename__ = "quality_inspection"
    __noun__ = "return_inspection"

    layout: Mapped[str] = column(String(30), nullable=False, default="return_inspection", label=_l("Layout"))
    stage: Mapped[InspectStage] = column(EnumCode(InspectStage), nullable=False, default=InspectStage.ACCEPTANCE,
                                         label=_lp("R-056", "Way"))
    return_line_id: Mapped[int | None] = column(ForeignKey("return_line.id"), index=True, label=_lp("R-055", "Return line"))
    parent_id: Mapped[int | None] = column(ForeignKey("quality_inspection.id"), index=True, label=_lp("R-056", "First inspection"))
    inspected_on: Mapped[dt.date | None] = column(Date, label=_lp("R-055", "Date"), required=True)
    registration_no: Mapped[str | None] = column(String(60), label=_lp("R-055", "Registration no."))
    made_on: Mapped[dt.date | None] = column(Date, label=_lp("R-055", "Made on"))
    expiry_date: Mapped[dt.date | None] = column(Date, label=_lp("R-055", "Expiry"))
    result: Mapped[Conclusion | None] = column(EnumCode(Conclusion), label=_lp("R-055", "Conclusion"), required=True)
    defect_note: Mapped[str | None] = column(Text, label=_lp("R-055", "Defects"))
    doubt: Mapped[str | None] = column(Text, label=_lp("R-056", "Doubt"), required=True)
    lab: Mapped[str | None] = column(String(80), label=_lp("R-056", "Laboratory"))
    sent_on: Mapped[dt.date | None] = column(Date, label=_lp("R-056", "Sent on"))
    report_no: Mapped[str | None] = column(String(40), label=_lp("R-056", "Report no."))
    retain_until: Mapped[dt.date | None] = column(Date, label=_lp("R-055", "Keep until"))

    line: Mapped[ReturnLine | None] = link(label=_lp("R-055", "Return line"))
    parent: Mapped[QualityInspection | None] = link(label=_lp("R-056", "First inspection"), remote_side="QualityInspection.id",
                                                    foreign_keys=[parent_id])
    checks: Mapped[list[InspectionCheck]] = relationship(order_by="InspectionCheck.position", cascade="all, delete-orphan",
                                                         info={"label": _lp("R-055", "Checks")})

    @property
    def needs_quality(self) -> bool:
        """A failure counts once quality has confirmed it (B-118)."""
        return self.result == Conclusion.BAD

    @property
    def returned_by(self) -> str:
        """The customer, as printed."""
        return str(self.line.customer or "") if self.line is not None else ""

    @property
    def return_no(self) -> str:
        """The number of the return, as printed."""
        return str(self.line.return_order or self.line) if self.line is not None else ""

    @property
    def return_place(self) -> str:
        """The number of the return and the line on it, as printed."""
        return (f"{self.return_no} / {self.line.position + 1}" if self.line is not None and self.line.return_order is not None
                else self.return_no)

    @property
    def product(self) -> str:
        """As printed."""
        return self.line.part.name if self.line is not None and self.line.part is not None else ""

    @property
    def spec(self) -> str:
        """As printed."""
        return self.line.spec if self.line is not None else ""

    @property
    def maker(self) -> str:
        """As printed."""
        return str(self.line.part.supplier or "") if self.line is not None and self.line.part is not None else ""

    @property
    def marks(self) -> str:
        """Batch and serial number, as printed."""
        return " / ".join(mark for mark in (self.line.batch_no, self.line.serial_no) if mark) if self.line is not None else ""

    @property
    def amount(self) -> str:
        """How many came, as printed."""
        found = (self.line.received_qty or self.line.qty) if self.line is not None else None
        return f"{found.normalize():f}" if found is not None else ""

    @property
    def sale_no(self) -> str:
        """The number of the original shipment, as printed."""
        return self.line.sale_no if self.line is not None else ""

    @property
    def moved_to(self) -> str:
        """The zone the result leads to, as printed."""
        return {Conclusion.OK: str(_lp("zone_kind", "Qualified goods")),
                Conclusion.BAD: str(_lp("zone_kind", "Nonconforming goods"))}.get(self.result, "") if self.result else ""


class InspectionCheck(Audited, Base):
    """One item that was looked at."""

    __tablename__ = "inspection_check"

    inspection_id: Mapped[int] = column(ForeignKey("quality_inspection.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    item: Mapped[str | None] = column(String(60), label=_lp("R-055", "Item looked at"))
    finding: Mapped[str | None] = column(String(120), label=_lp("R-055", "Finding"))
    verdict: Mapped[Check | None] = column(EnumCode(Check), label=_lp("R-055", "Verdict"))

    typed_at: ClassVar[str | None] = None


def inspections_of(line: ReturnLine) -> list[QualityInspection]:
    """The looks at a line, oldest first."""
    session = object_session(line)
    if session is None or line.id is None:
        return []
    return list(session.scalars(select(QualityInspection).where(QualityInspection.return_line_id == line.id)
                                .order_by(QualityInspection.id)))
