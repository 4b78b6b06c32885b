"""What was sold and what comes back: shipments, return orders, lines of goods coming back (R-051, R-053; WF-06, WF-07)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Numbered, UTCDateTime, Versioned, column, link, money, quantity
from models.customer import Customer
from models.equipment import Equipment, Part
from models.organisation import Staff
from models.service_record import PartUsage, ServiceRecord
from models.stock import StockZone
from models.stock_enums import AuditResult, DefectDisposition, LineState, LineType, Outcome, Repairability, ReturnState, ReturnType
from models.work_order import WorkOrder


class SalesShipment(Audited, Versioned, Base):
    """What was delivered to a customer: what may come back is held against it (B-115)."""

    __tablename__ = "sales_shipment"
    __noun__ = "sales_shipment"

    shipment_no: Mapped[str] = column(String(40), unique=True, nullable=False, label=_l("Sales shipment no."), required=True)
    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, index=True, label=_l("Customer"))
    shipped_on: Mapped[dt.date | None] = column(Date, label=_l("Shipped on"), required=True)
    delivered_on: Mapped[dt.date | None] = column(Date, label=_l("Delivered on"))
    remark: Mapped[str | None] = column(String(200), label=_l("Remarks"))

    customer: Mapped[Customer] = link(label=_l("Customer"), required=True)
    lines: Mapped[list[SalesShipmentLine]] = relationship(back_populates="shipment", order_by="SalesShipmentLine.id")

    def __str__(self) -> str:
        return self.shipment_no

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.shipment_no, self.customer and self.customer.name]


class SalesShipmentLine(Audited, Versioned, Base):
    """A batch or a serial number that was delivered."""

    __tablename__ = "sales_shipment_line"
    __noun__ = "sales_shipment"
    __table_args__ = (CheckConstraint("qty > 0", name="ck_sales_shipment_line_qty"),
                      Index("ix_sales_shipment_line_batch", "part_id", "batch_no"))

    shipment_id: Mapped[int] = column(ForeignKey("sales_shipment.id"), nullable=False, index=True, label=_l("Sales shipment"))
    part_id: Mapped[int] = column(ForeignKey("part.id"), nullable=False, label=_l("Product or part"))
    batch_no: Mapped[str] = column(String(40), nullable=False, default="", label=_l("Batch no."))
    serial_no: Mapped[str | None] = column(String(60), label=_lp("R-043", "Serial no."))
    made_on: Mapped[dt.date | None] = column(Date, label=_l("Made on"))
    expiry_date: Mapped[dt.date | None] = column(Date, label=_l("Expiry date"))
    qty: Mapped[Decimal] = column(quantity(), nullable=False, label=_l("Quantity"), required=True)
    unit_price: Mapped[Decimal | None] = column(money(), label=_lp("R-053", "Unit price"))

    shipment: Mapped[SalesShipment] = relationship(back_populates="lines", info={"label": _l("Sales shipment"), "required": True})
    part: Mapped[Part] = link(label=_l("Product or part"), required=True)

    def __str__(self) -> str:
        return f"{self.part} {self.batch_no} × {self.qty.normalize():f}"


class ReturnOrder(Audited, Versioned, Numbered, Base):
    """Goods a customer wants to give back or exchange; its status changes by steps only (WF-06)."""

    __tablename__ = "return_order"
    __noun__ = "return_order"
    __table_args__ = (Index("ix_return_order_list", "status", "applied_at", "id"),)

    return_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-053", "Return no."))
    status: Mapped[ReturnState] = column(EnumCode(ReturnState), nullable=False, default=ReturnState.DRAFT, label=_l("State"))
    return_type: Mapped[ReturnType] = column(EnumCode(ReturnType), nullable=False, default=ReturnType.SALES_RETURN,
                                             label=_lp("R-053", "Type of return"), required=True)
    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, index=True, label=_lp("R-053", "Customer name"))
    address: Mapped[str | None] = column(String(200), label=_lp("R-053", "Address"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-053", "Contact person"), personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-053", "Phone"), personal=True)
    reason: Mapped[str | None] = column(String(30), label=_lp("R-053", "Reason of the return"), required=True, dict_type="return_reason")
    reason_note: Mapped[str | None] = column(Text, label=_lp("R-053", "Explanation"))
    applied_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-053", "Applied at"))
    applicant_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-053", "Applicant"))
    audit_due: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Audit until"))
    audit_result: Mapped[AuditResult | None] = column(EnumCode(AuditResult), label=_lp("R-053", "Decision"))
    audited_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Audited at"))
    audited_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-053", "Auditor"))
    handed_to_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-053", "Undecidable, handed to"))
    received_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-053", "Received on"))
    received_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-053", "Received by"))
    zone_id: Mapped[int | None] = column(ForeignKey("stock_zone.id"), label=_lp("R-053", "Place"))
    keeper_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-053", "Keeper"))
    outcome: Mapped[Outcome | None] = column(EnumCode(Outcome), label=_lp("R-053", "Outcome"))
    sent_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Sent back at"))
    disposed_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Outcome decided by"))
    refunded_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Refund confirmed at"))
    refunded_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Refund confirmed by"))
    informed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-053", "Customer told at"))
    closed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Closed at"))
    retain_until: Mapped[dt.date | None] = column(Date, label=_l("Keep until"))

    customer: Mapped[Customer] = link(label=_lp("R-053", "Customer name"), required=True)
    applicant: Mapped[Staff | None] = link(label=_lp("R-053", "Applicant"), foreign_keys=[applicant_id])
    audited_by: Mapped[Staff | None] = link(label=_lp("R-053", "Auditor"), foreign_keys=[audited_by_id])
    handed_to: Mapped[Staff | None] = link(label=_lp("R-053", "Undecidable, handed to"), foreign_keys=[handed_to_id])
    disposed_by: Mapped[Staff | None] = link(label=_l("Outcome decided by"), foreign_keys=[disposed_by_id])
    refunded_by: Mapped[Staff | None] = link(label=_l("Refund confirmed by"), foreign_keys=[refunded_by_id])
    received_by: Mapped[Staff | None] = link(label=_lp("R-053", "Received by"), foreign_keys=[received_by_id])
    zone: Mapped[StockZone | None] = link(label=_lp("R-053", "Place"))
    keeper: Mapped[Staff | None] = link(label=_lp("R-053", "Keeper"), foreign_keys=[keeper_id])
    lines: Mapped[list[ReturnLine]] = relationship(back_populates="return_order", order_by="ReturnLine.position",
                                                   cascade="all, delete-orphan", info={"label": _l("Lines")})

    @property
    def number(self) -> str | None:
        """The number printed on it; none while it is a draft."""
        return self.return_no

    @property
    def received_total(self) -> str:
        """How many came, as printed."""
        counts = [line.received_qty for line in self.lines if line.received_qty is not None]
        return f"{sum(counts, Decimal(0)).normalize():f}" if counts else ""

    @property
    def conditions(self) -> str:
        """What the goods looked like when they came, as printed."""
        return "；".join(line.condition_note for line in self.lines if line.condition_note)

    @property
    def inspection_nos(self) -> str:
        """Numbers of the acceptance records of its lines, as printed."""
        from models.quality import inspections_of

        return "、".join(found.number for line in self.lines for found in inspections_of(line) if found.number)

    def __str__(self) -> str:
        return self.return_no or f"{self.customer} · {ReturnState.DRAFT}"

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.return_no, self.customer and self.customer.name, *(mark for line in self.lines for mark in (line.batch_no,
                                                                                                                 line.serial_no))]


class ReturnLine(Audited, Versioned, Base):
    """One batch or serialised part that comes back: of a sale, or a defective part that was replaced (B-052, B-117)."""

    __tablename__ = "return_line"
    __noun__ = "defective_part"
    __table_args__ = (CheckConstraint("qty IS NULL OR qty > 0", name="ck_return_line_qty"),
                      CheckConstraint("received_qty IS NULL OR received_qty > 0", name="ck_return_line_received"),
                      Index("ix_return_line_owed", "line_type", "status", "due_at"))

    line_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-051", "No."))
    return_order_id: Mapped[int | None] = column(ForeignKey("return_order.id"), index=True, label=_l("Return order"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    line_type: Mapped[LineType] = column(EnumCode(LineType), nullable=False, default=LineType.SALES_RETURN, label=_l("Kind of line"))
    status: Mapped[LineState] = column(EnumCode(LineState), nullable=False, default=LineState.EXPECTED, label=_l("State"))
    shipment_line_id: Mapped[int | None] = column(ForeignKey("sales_shipment_line.id"), index=True, label=_l("Original sale"))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), index=True, label=_lp("R-051", "Part"))
    batch_no: Mapped[str | None] = column(String(40), label=_l("Batch no."))
    serial_no: Mapped[str | None] = column(String(60), index=True, label=_lp("R-051", "Serial no."))
    expiry_date: Mapped[dt.date | None] = column(Date, label=_l("Expiry date"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-051", "Qty"))
    received_qty: Mapped[Decimal | None] = column(quantity(), label=_l("Received"))
    condition_note: Mapped[str | None] = column(String(200), label=_l("Condition"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_l("Customer"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), label=_l("Equipment"))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    service_record_id: Mapped[int | None] = column(ForeignKey("service_record.id"), index=True, label=_l("Service record"))
    part_usage_id: Mapped[int | None] = column(ForeignKey("part_usage.id"), index=True, label=_l("Part used"))
    new_serial_no: Mapped[str | None] = column(String(60), label=_lp("R-051", "Replacing part serial"))
    symptom: Mapped[str | None] = column(Text, label=_lp("R-051", "Fault"))
    owed_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-051", "Returned by"))
    due_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("To come back until"))
    received_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-051", "Received"))
    zone_id: Mapped[int | None] = column(ForeignKey("stock_zone.id"), label=_lp("R-051", "Zone"))
    repairability: Mapped[Repairability | None] = column(EnumCode(Repairability), label=_lp("R-051", "Result"))
    disposition: Mapped[DefectDisposition | None] = column(EnumCode(DefectDisposition), label=_lp("R-051", "Disposal"))
    ncr_id: Mapped[int | None] = column(ForeignKey("nonconformity_report.id"), index=True, label=_lp("R-051", "Disposal document"))
    confirmed_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Confirmed by quality"))
    closed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Closed at"))

    typed_at: ClassVar[str | None] = None

    return_order: Mapped[ReturnOrder | None] = relationship(back_populates="lines")
    shipment_line: Mapped[SalesShipmentLine | None] = link(label=_l("Original sale"))
    part: Mapped[Part | None] = link(label=_lp("R-051", "Part"))
    customer: Mapped[Customer | None] = link(label=_l("Customer"))
    equipment: Mapped[Equipment | None] = link(label=_l("Equipment"))
    order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    record: Mapped[ServiceRecord | None] = link(label=_l("Service record"))
    usage: Mapped[PartUsage | None] = link(label=_l("Part used"))
    owed_by: Mapped[Staff | None] = link(label=_lp("R-051", "Returned by"))
    zone: Mapped[StockZone | None] = link(label=_lp("R-051", "Zone"))
    report: Mapped[Any] = relationship("NonconformityReport", viewonly=True)

    @property
    def number(self) -> str | None:
        """Its number in the register of defective parts."""
        return self.line_no

    @property
    def is_open(self) -> bool:
        """Still to come."""
        return self.status == LineState.EXPECTED

    @property
    def part_name(self) -> str:
        """As printed."""
        return str(self.part or "")

    @property
    def spec(self) -> str:
        """The specification of the part."""
        return (self.part.spec if self.part is not None else None) or ""

    @property
    def sale_no(self) -> str:
        """The number of the original shipment, as printed."""
        return str(self.shipment_line.shipment) if self.shipment_line is not None else ""

    @property
    def sale(self) -> str:
        """The number and day of the original shipment, as printed."""
        shipment = self.shipment_line.shipment if self.shipment_line is not None else None
        return f"{shipment} {shipment.shipped_on or ''}".strip() if shipment is not None else ""

    @property
    def unit_price(self) -> Decimal | None:
        """What a piece was sold for, in yuan; None where the sale does not say."""
        return self.shipment_line.unit_price if self.shipment_line is not None else None

    @property
    def amount(self) -> Decimal | None:
        """What was paid for the pieces that come back, in yuan (R-053)."""
        return self.unit_price * self.qty if self.unit_price is not None and self.qty is not None else None

    @property
    def disposal(self) -> str:
        """The document of the disposal and its day, as printed."""
        return f"{self.report or ''} {self.closed_at.date() if self.closed_at else ''}".strip()

    @property
    def origin(self) -> str:
        """Customer, unit and job it comes from, as printed."""
        return " / ".join(str(thing) for thing in (self.customer, self.equipment, self.order) if thing is not None)

    def __str__(self) -> str:
        return self.line_no or f"{self.part_name} {self.serial_no or self.batch_no or ''}".strip()

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.line_no, self.serial_no, self.batch_no, str(self.part or "")]
