"""The store: zones, documents with lines, the ledger of movements, and the balances that follow from it (WF-07; B-112, B-127)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Numbered, UTCDateTime, Versioned, column, link, quantity
from models.equipment import Part
from models.organisation import Department, Staff
from models.stock_enums import VIRTUAL, InspectResult, IssueMode, OldPart, StockKind, StockState, ZoneKind
from models.work_order import WorkOrder


class Warehouse(Audited, Versioned, Base):
    """A store; one near a project is possible."""

    __tablename__ = "warehouse"
    __noun__ = "stock"

    code: Mapped[str] = column(String(20), unique=True, nullable=False, label=_l("Warehouse code"), required=True)
    name: Mapped[str] = column(String(60), nullable=False, label=_l("Warehouse"), required=True)
    place: Mapped[str | None] = column(String(120), label=_l("Place"))
    keeper_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Storekeeper"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    keeper: Mapped[Staff | None] = link(label=_l("Storekeeper"))

    def __str__(self) -> str:
        return self.name


class StockZone(Audited, Versioned, Base):
    """A zone of a store, an engineer's own stock, or an end outside (supplier, customer, count difference)."""

    __tablename__ = "stock_zone"
    __noun__ = "stock"
    __table_args__ = (UniqueConstraint("warehouse_id", "name", name="uq_stock_zone_name"),)

    warehouse_id: Mapped[int | None] = column(ForeignKey("warehouse.id"), index=True, label=_l("Warehouse"))
    name: Mapped[str] = column(String(60), nullable=False, label=_l("Zone"), required=True)
    kind: Mapped[ZoneKind] = column(EnumCode(ZoneKind), nullable=False, label=_l("Kind of zone"), required=True)
    color: Mapped[str | None] = column(String(20), label=_l("Colour of the marking"))
    keeper_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Keeper"))
    holder_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_l("Engineer"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    warehouse: Mapped[Warehouse | None] = link(label=_l("Warehouse"))
    keeper: Mapped[Staff | None] = link(label=_l("Keeper"), foreign_keys=[keeper_id])
    holder: Mapped[Staff | None] = link(label=_l("Engineer"), foreign_keys=[holder_id])

    @property
    def is_virtual(self) -> bool:
        """Outside of our own store: nothing is counted there."""
        return self.kind in VIRTUAL

    def __str__(self) -> str:
        return self.name


class StockDoc(Audited, Versioned, Numbered, Base):
    """A document that moves stock; its status changes by steps only (WF-07)."""

    __tablename__ = "stock_doc"
    __noun__ = "stock_doc"
    printed_as: ClassVar[dict[str, str]] = {"issue_slip": "stock_issue"}  # a further paper of documents of a layout
    __table_args__ = (Index("ix_stock_doc_list", "status", "doc_date", "id"),)

    doc_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-043", "No."))
    kind: Mapped[StockKind] = column(EnumCode(StockKind), nullable=False, index=True, label=_l("Kind of document"), required=True)
    layout: Mapped[str] = column(String(20), nullable=False, default="stock_in", label=_l("Layout"))
    status: Mapped[StockState] = column(EnumCode(StockState), nullable=False, default=StockState.DRAFT, label=_l("State"))
    doc_date: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Date of the document"))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    service_record_id: Mapped[int | None] = column(ForeignKey("service_record.id"), index=True, label=_l("Service record"))
    return_order_id: Mapped[int | None] = column(ForeignKey("return_order.id"), index=True, label=_l("Return order"))
    source_no: Mapped[str | None] = column(String(40), label=_lp("R-043", "Source document"))
    party: Mapped[str | None] = column(String(120), label=_lp("R-043", "Customer / project"))
    handed_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-043", "Handed in by"))
    back_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-043", "Back at headquarters"))
    receiver_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-045", "Receiver"))
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_lp("R-045", "Department"))
    supply_mode: Mapped[IssueMode | None] = column(EnumCode(IssueMode), label=_lp("R-044", "Supply mode"))
    approved_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Approved by"))
    approved_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Approved at"))
    submitted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Submitted at"))
    posted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Posted at"))

    order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    handed_by: Mapped[Staff | None] = link(label=_lp("R-043", "Handed in by"), foreign_keys=[handed_by_id])
    receiver: Mapped[Staff | None] = link(label=_lp("R-045", "Receiver"), foreign_keys=[receiver_id])
    department: Mapped[Department | None] = link(label=_lp("R-045", "Department"))
    lines: Mapped[list[StockDocLine]] = relationship(back_populates="doc", order_by="StockDocLine.position", cascade="all, delete-orphan",
                                                     info={"label": _l("Lines")})

    @property
    def number(self) -> str | None:
        """The number printed on it; none while it is a draft."""
        return self.doc_no

    @property
    def one_part(self) -> str:
        """The part of a slip of one line, as printed (R-046)."""
        return self.lines[0].part.name if self.lines and self.lines[0].part else ""

    @property
    def one_spec(self) -> str:
        """Its specification."""
        return self.lines[0].spec if self.lines else ""

    @property
    def one_amount(self) -> str:
        """How many of it, with the unit."""
        return self.lines[0].amount if self.lines else ""

    @property
    def one_use(self) -> str:
        """What it is for."""
        return (self.lines[0].purpose if self.lines else None) or ""

    def __str__(self) -> str:
        return self.doc_no or f"{self.kind} · {StockState.DRAFT}"

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.doc_no, self.source_no, self.party, *(line.serial_no for line in self.lines)]


class StockDocLine(Audited, Base):
    """A line: what, how many, from where to where, and what quality found."""

    __tablename__ = "stock_doc_line"
    __table_args__ = (CheckConstraint("qty IS NULL OR qty > 0", name="ck_stock_doc_line_qty"),)

    doc_id: Mapped[int] = column(ForeignKey("stock_doc.id"), nullable=False, index=True, label=_l("Document"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), index=True, label=_l("Part"))
    batch_no: Mapped[str | None] = column(String(40), label=_l("Batch no."))
    serial_no: Mapped[str | None] = column(String(60), label=_lp("R-043", "Serial no."))
    expiry_date: Mapped[dt.date | None] = column(Date, label=_l("Expiry date"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_l("Quantity"))
    req_qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-045", "Asked"))
    unused_qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-045", "Unused, given back"))
    purpose: Mapped[str | None] = column(String(120), label=_lp("R-045", "Use"))
    old_part: Mapped[OldPart | None] = column(EnumCode(OldPart), label=_lp("R-045", "Old part returned"))
    zone_from_id: Mapped[int | None] = column(ForeignKey("stock_zone.id"), label=_l("From zone"))
    zone_to_id: Mapped[int | None] = column(ForeignKey("stock_zone.id"), label=_l("To zone"))
    inspect_result: Mapped[InspectResult] = column(EnumCode(InspectResult), nullable=False, default=InspectResult.PENDING,
                                                   label=_lp("R-043", "Inspection"))
    quality_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Confirmed by quality"))
    ncr_id: Mapped[int | None] = column(ForeignKey("nonconformity_report.id"), index=True, label=_lp("R-043", "Nonconformity report"))
    return_line_id: Mapped[int | None] = column(ForeignKey("return_line.id"), index=True, label=_l("Return line"))
    part_usage_id: Mapped[int | None] = column(ForeignKey("part_usage.id"), index=True, label=_l("Part used"))

    typed_at: ClassVar[str | None] = None

    doc: Mapped[StockDoc] = relationship(back_populates="lines")
    part: Mapped[Part | None] = link(label=_l("Part"))
    report: Mapped[Any] = relationship("NonconformityReport", viewonly=True)
    zone_from: Mapped[StockZone | None] = link(label=_l("From zone"), foreign_keys=[zone_from_id])
    zone_to: Mapped[StockZone | None] = link(label=_l("To zone"), foreign_keys=[zone_to_id])

    @property
    def part_name(self) -> str:
        """Name and specification, as printed."""
        return str(self.part or "")

    @property
    def ncr(self) -> str:
        """The number of the nonconformity report, as printed."""
        return str(self.report or "")

    @property
    def item(self) -> str:
        """Name and number of the part, as printed."""
        return f"{self.part.name} {self.part.part_no}" if self.part is not None else ""

    @property
    def item_and_spec(self) -> str:
        """Number, name and specification of the part, as printed."""
        return f"{self.part.part_no} {self.part}" if self.part is not None else ""

    @property
    def unit(self) -> str:
        """What the part is counted in."""
        return (self.part.unit if self.part is not None else None) or ""

    @property
    def spec(self) -> str:
        """The specification of the part."""
        return (self.part.spec if self.part is not None else None) or ""

    @property
    def marks(self) -> str:
        """Batch and serial number, as printed."""
        return " / ".join(mark for mark in (self.batch_no, self.serial_no) if mark)

    @property
    def amount(self) -> str:
        """Quantity with its unit, as printed."""
        return f"{self.qty.normalize():f} {self.part.unit if self.part else ''}".strip() if self.qty is not None else ""

    def __str__(self) -> str:
        return f"{self.part_name} {self.marks} × {self.amount}"


class StockMovement(Base):
    """One move from one end to the other, kept for good: corrected by its reversal only (B-127)."""

    __tablename__ = "stock_movement"
    __noun__ = "stock"
    __table_args__ = (
        CheckConstraint("qty > 0", name="ck_stock_movement_qty"),
        CheckConstraint("zone_from_id <> zone_to_id", name="ck_stock_movement_ends"),
        Index("ix_stock_movement_part", "part_id", "moved_at"),
        Index("ix_stock_movement_serial", "serial_no"),
    )

    line_id: Mapped[int] = column(ForeignKey("stock_doc_line.id"), nullable=False, index=True, label=_l("Line"))
    doc_id: Mapped[int] = column(ForeignKey("stock_doc.id"), nullable=False, index=True, label=_lp("R-048", "Document"))
    part_id: Mapped[int] = column(ForeignKey("part.id"), nullable=False, label=_l("Part"))
    batch_no: Mapped[str] = column(String(40), nullable=False, default="", label=_l("Batch no."))
    serial_no: Mapped[str] = column(String(60), nullable=False, default="", label=_lp("R-043", "Serial no."))
    zone_from_id: Mapped[int] = column(ForeignKey("stock_zone.id"), nullable=False, index=True, label=_l("From zone"))
    zone_to_id: Mapped[int] = column(ForeignKey("stock_zone.id"), nullable=False, index=True, label=_l("To zone"))
    qty: Mapped[Decimal] = column(quantity(), nullable=False, label=_l("Quantity"))
    moved_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, index=True, label=_lp("R-048", "Date"))
    user_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Account"))
    staff_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-048", "By"))
    reversal_of_id: Mapped[int | None] = column(ForeignKey("stock_movement.id"), unique=True, label=_l("Reverses"))

    doc: Mapped[StockDoc] = link(label=_lp("R-048", "Document"))
    line: Mapped[StockDocLine] = link(label=_l("Line"))
    part: Mapped[Part] = link(label=_l("Part"))
    zone_from: Mapped[StockZone] = link(label=_l("From zone"), foreign_keys=[zone_from_id])
    zone_to: Mapped[StockZone] = link(label=_l("To zone"), foreign_keys=[zone_to_id])
    staff: Mapped[Staff | None] = link(label=_lp("R-048", "By"))

    def __str__(self) -> str:
        return f"{self.part} × {self.qty.normalize():f}"


_PRESENT = text("serial_no <> '' AND on_hand > 0")


class StockBalance(Base):
    """How many lie where: follows from the movements and can be made from them again at any time; a serial lies in one place."""

    __tablename__ = "stock_balance"
    __noun__ = "stock"
    __table_args__ = (
        UniqueConstraint("part_id", "zone_id", "batch_no", "serial_no", name="uq_stock_balance"),
        CheckConstraint("on_hand >= 0", name="ck_stock_balance_on_hand"),
        Index("uq_stock_balance_serial", "part_id", "serial_no", unique=True, sqlite_where=_PRESENT, postgresql_where=_PRESENT),
    )

    part_id: Mapped[int] = column(ForeignKey("part.id"), nullable=False, label=_l("Part"))
    zone_id: Mapped[int] = column(ForeignKey("stock_zone.id"), nullable=False, index=True, label=_l("Zone"))
    batch_no: Mapped[str] = column(String(40), nullable=False, default="", label=_l("Batch no."))
    serial_no: Mapped[str] = column(String(60), nullable=False, default="", label=_lp("R-043", "Serial no."))
    on_hand: Mapped[Decimal] = column(quantity(), nullable=False, default=Decimal(0), label=_l("On hand"))

    part: Mapped[Part] = link(label=_l("Part"))
    zone: Mapped[StockZone] = link(label=_l("Zone"))

    def __str__(self) -> str:
        return f"{self.part} · {self.zone}"
