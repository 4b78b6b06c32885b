"""One visit to one unit, printed in several layouts (R-014 to R-019), with the parts it used."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import Column as SQLColumn
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, column, link, money, quantity
from models.customer import Customer
from models.enums import RepairResult, SupplyMode, WarrantyStatus
from models.equipment import Equipment, Part, ProductCategory, ProductModel
from models.field_enums import Attitude, Charging, Cleanliness, Contentment, Damage, DefectDisposal, DoneState
from models.organisation import Department, Staff
from models.paper import OnPaper
from models.work_order import WorkOrder

persons_sent = Table("service_record_engineer", Base.metadata,
                     SQLColumn("record_id", ForeignKey("service_record.id"), primary_key=True),
                     SQLColumn("staff_id", ForeignKey("staff.id"), primary_key=True))


class ServiceRecord(OnPaper, Base):
    """The fact record of a visit. Clerk fills the header (B-043), the engineer the repair, the customer signs (B-042)."""

    __tablename__ = "service_record"
    __noun__ = "service_record"
    __table_args__ = (
        CheckConstraint("finished_at IS NULL OR started_at IS NULL OR finished_at >= started_at", name="ck_service_record_times"),
        CheckConstraint("qty IS NULL OR qty > 0", name="ck_service_record_qty"),
        Index("ix_service_record_list", "status", "reported_at"),
        Index("uq_service_record_field_no", "field_record_no", unique=True),
    )

    record_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-014", "No."))
    field_record_no: Mapped[str | None] = column(String(20), label=_lp("R-015", "No."))
    work_order_id: Mapped[int] = column(ForeignKey("work_order.id"), nullable=False, index=True, label=_l("Work order"))
    layout: Mapped[str] = column(String(40), nullable=False, default="repair_slip_3", label=_l("Layout"))
    # header, by the clerk (B-043)
    repair_unit: Mapped[str | None] = column(String(80), label=_lp("R-017", "Repairing unit"), required=True)
    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, index=True,
                                      label=_lp("R-017", "User (unit, person)"))
    address: Mapped[str | None] = column(String(200), label=_lp("R-017", "Address"), required=True)
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-017", "Contact"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-017", "Phone"), required=True, personal=True)
    requested_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-017", "Requested time"))
    product_model_id: Mapped[int | None] = column(ForeignKey("product_model.id"), label=_lp("R-017", "Model"))
    product_name: Mapped[str | None] = column(String(80), label=_lp("R-014", "Product name"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-017", "Serial no."))
    serial_no: Mapped[str | None] = column(String(60), label=_lp("R-017", "Serial no."))
    batch_no: Mapped[str | None] = column(String(40), label=_lp("R-014", "Batch number"))
    warranty_status: Mapped[WarrantyStatus | None] = column(EnumCode(WarrantyStatus), label=_lp("R-014", "Warranty status"))
    qty: Mapped[int | None] = column(Integer, default=1, label=_lp("R-017", "Quantity"), required=True)
    invoice_no: Mapped[str | None] = column(String(40), label=_lp("R-017", "Invoice no."))
    sold_on: Mapped[dt.date | None] = column(Date, label=_lp("R-017", "Purchase date"))
    reported_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-017", "Reported on"), required=True)
    symptom: Mapped[str | None] = column(Text, label=_lp("R-017", "Report content"), required=True)
    received_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-017", "Taken by"))
    department_id: Mapped[int | None] = column(ForeignKey("department.id", name="fk_service_record_department"), index=True,
                                                      label=_lp("R-015", "Service department"))
    sheet_no: Mapped[str | None] = column(String(20), label=_lp("R-015", "Sheet no."))
    charging: Mapped[Charging | None] = column(EnumCode(Charging), label=_lp("R-015", "Paid or free"), required=True)
    quotation_note: Mapped[str | None] = column(String(60), label=_lp("R-015", "Quotation no. / amount"))
    service_description: Mapped[str | None] = column(Text, label=_lp("R-015", "Service content"), required=True)
    returned_to_clerk_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-015", "Handed to clerk at"))
    # the repair, by the engineer
    engineer_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Engineer"))
    appointment_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-014", "Agreed time"))
    departed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-015", "Left at"), required=True)
    arrived_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-014", "Arrived at"))
    started_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-017", "Repair from"), required=True)
    finished_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-017", "Repair to"), required=True)
    cause: Mapped[str | None] = column(Text, label=_lp("R-014", "Cause"))
    treatment: Mapped[str | None] = column(Text, label=_lp("R-017", "Repair result"), required=True)
    engineer_note: Mapped[str | None] = column(Text, label=_l("Engineer's note"))
    is_simple: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-014", "Simple maintenance"))
    result: Mapped[RepairResult | None] = column(EnumCode(RepairResult), label=_lp("R-014", "Result"), required=True)
    defect_disposal: Mapped[DefectDisposal | None] = column(EnumCode(DefectDisposal), label=_lp("R-015", "Defective parts"))
    charge_note: Mapped[str | None] = column(String(120), label=_lp("R-016", "Charges"))
    product_category_id: Mapped[int | None] = column(ForeignKey("product_category.id", name="fk_service_record_category"),
                                                     label=_lp("R-016", "Product type"))
    delivered_on: Mapped[dt.date | None] = column(Date, label=_lp("R-016", "Delivery date"))
    finished_on: Mapped[dt.date | None] = column(Date, label=_lp("R-016", "Completion date"), required=True)
    install_type: Mapped[str | None] = column(String(200), label=_lp("R-016", "Type"), required=True, dict_type="install_type",
                                              several=True)
    done_state: Mapped[DoneState | None] = column(EnumCode(DoneState), label=_lp("R-016", "Result"), required=True)
    # the customer
    attitude: Mapped[Attitude | None] = column(EnumCode(Attitude), label=_lp("R-016", "Attitude"), required=True)
    damage: Mapped[Damage | None] = column(EnumCode(Damage), label=_lp("R-016", "Product damaged"), required=True)
    cleanliness: Mapped[Cleanliness | None] = column(EnumCode(Cleanliness), label=_lp("R-016", "Cleanliness"), required=True)
    contentment: Mapped[Contentment | None] = column(EnumCode(Contentment), label=_lp("R-016", "Customer satisfaction"), required=True)
    commitment: Mapped[str | None] = column(Text, label=_lp("R-016", "Company's commitment"))
    commitment_basis: Mapped[str | None] = column(String(120), label=_lp("R-016", "Basis (document)"))
    customer_opinion: Mapped[str | None] = column(Text, label=_lp("R-017", "User's opinion"))
    leave_consent: Mapped[str | None] = column(String(120), label=_lp("R-014", "Consent to leave"),
                                               hint=_l("Way, person and time, for example: telephone, Director Wang, 16:20"))
    informant_told_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-014", "Informant told at"))
    paper_returned_on: Mapped[dt.date | None] = column(Date, label=_lp("R-014", "Original returned"))

    order: Mapped[WorkOrder] = relationship(back_populates="records", info={"label": _l("Work order")})
    customer: Mapped[Customer] = link(label=_lp("R-017", "User (unit, person)"))
    product_model: Mapped[ProductModel | None] = link(label=_lp("R-017", "Model"))
    product_category: Mapped[ProductCategory | None] = link(label=_lp("R-016", "Product type"), required=True)
    equipment: Mapped[Equipment | None] = link(label=_lp("R-017", "Serial no."))
    department: Mapped[Department | None] = link(label=_lp("R-015", "Service department"), required=True)
    received_by: Mapped[Staff | None] = link(label=_lp("R-017", "Taken by"), foreign_keys=[received_by_id])
    engineer: Mapped[Staff | None] = link(label=_l("Engineer"), foreign_keys=[engineer_id])
    engineers: Mapped[list[Staff]] = link(label=_lp("R-015", "Persons sent"), required=True, secondary=persons_sent)
    part_lines: Mapped[list[PartUsage]] = relationship(back_populates="record", order_by="PartUsage.position",
                                                       cascade="all, delete-orphan",
                                                       info={"label": _lp("R-014", "Parts replaced")})

    @property
    def number(self) -> str | None:
        """The number printed on it; none while it is a draft."""
        return self.field_record_no or self.record_no

    @property
    def unfounded_commitment(self) -> bool:
        """Whether something was promised on no document: then it waits for a manager's consent (R-016; B-055)."""
        return bool(self.commitment and not self.commitment_basis)

    @property
    def three_guarantee_lines(self) -> list[PartUsage]:
        """Parts free under guarantee (R-017)."""
        return [line for line in self.part_lines if line.kind != SupplyMode.CUSTOMER_PURCHASE]

    @property
    def purchase_lines(self) -> list[PartUsage]:
        """Parts the customer buys (R-017)."""
        return [line for line in self.part_lines if line.kind == SupplyMode.CUSTOMER_PURCHASE]

    def __str__(self) -> str:
        return self.number or f"{self.order}"

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.number, self.customer and self.customer.name, self.serial_no]


class PartUsage(Audited, Base):
    """A part used on a visit, chosen from the part list with its price; the signed slip takes it from the store (services/part_use.py)."""

    __tablename__ = "part_usage"
    __table_args__ = (
        CheckConstraint("qty > 0", name="ck_part_usage_qty"),
        CheckConstraint("unit_price IS NULL OR unit_price >= 0", name="ck_part_usage_price"),
    )

    record_id: Mapped[int] = column(ForeignKey("service_record.id"), nullable=False, index=True, label=_l("Service record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    kind: Mapped[SupplyMode] = column(EnumCode(SupplyMode), nullable=False, default=SupplyMode.THREE_GUARANTEES,
                                      label=_l("Supply mode"))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), index=True, label=_l("Part"))
    part_name: Mapped[str | None] = column(String(80), label=_lp("R-017", "Name"), required=True)
    spec: Mapped[str | None] = column(String(80), label=_l("Specification"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-017", "Quantity"), required=True)
    unit_price: Mapped[Decimal | None] = column(money(), label=_lp("R-017", "Unit price"))
    old_serial_no: Mapped[str | None] = column(String(60), label=_l("Old serial no."))
    new_serial_no: Mapped[str | None] = column(String(60), label=_l("New serial no."))

    typed_at: ClassVar[str | None] = None  # where on the form the line in hand was typed

    record: Mapped[ServiceRecord] = relationship(back_populates="part_lines")
    part: Mapped[Part | None] = link(label=_l("Part"))

    @property
    def amount(self) -> Decimal | None:
        """Quantity times price, to the fen; none while either is missing (R-017)."""
        if self.qty is None or self.unit_price is None:
            return None
        return (self.qty * self.unit_price).quantize(Decimal("0.01"))

    @property
    def name_and_spec(self) -> str:
        """Name and specification in one cell (R-015)."""
        return " ".join(part for part in (self.part_name, self.spec) if part)

    def __str__(self) -> str:
        return f"{self.part_name} × {self.qty}"
