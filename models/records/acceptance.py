"""R-013 设备验收单: what was installed, tested and taught, accepted by the user with signature and seal (B-045, B-048, B-087)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, column, link, quantity
from models.customer import Customer
from models.equipment import Equipment, ProductModel
from models.onsite_enums import AcceptanceKind, AcceptanceResult, AccessoryState, CanOperate, Measured, UnpackState
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Section, Slot, on
from models.records.shapes import heading, pair, signed, wide
from models.work_order import WorkOrder


class AcceptanceRecord(PaperRecord):
    """The acceptance of a unit at the customer's."""

    __tablename__ = "acceptance_record"
    __noun__ = "acceptance"

    kind: Mapped[AcceptanceKind] = column(EnumCode(AcceptanceKind), nullable=False, default=AcceptanceKind.INSTALLATION, label=_l("Kind"))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-013", "Customer name"))
    address: Mapped[str | None] = column(String(200), label=_lp("R-013", "Address"), required=True)
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-013", "Contact person"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-013", "Phone"), required=True, personal=True)
    product_name: Mapped[str | None] = column(String(80), label=_lp("R-013", "Product name"), required=True)
    product_model_id: Mapped[int | None] = column(ForeignKey("product_model.id"), label=_lp("R-013", "Model"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-013", "Serial no."))
    qty: Mapped[int | None] = column(Integer, default=1, label=_lp("R-013", "Quantity"), required=True)
    contract_no: Mapped[str | None] = column(String(40), label=_lp("R-013", "Contract no."))
    unpack_state: Mapped[UnpackState | None] = column(EnumCode(UnpackState), label=_lp("R-013", "Unpacking result"), required=True)
    started_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-013", "Start / end"), required=True)
    finished_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-013", "Start / end"), required=True)
    commission_result: Mapped[str | None] = column(Text, label=_lp("R-013", "Commissioning result"), required=True)
    training_content: Mapped[str | None] = column(Text, label=_lp("R-013", "On-site training"), required=True)
    trainees: Mapped[str | None] = column(String(200), label=_lp("R-013", "Trainees"), required=True)
    can_operate: Mapped[CanOperate | None] = column(EnumCode(CanOperate), label=_lp("R-013", "User can operate"), required=True)
    warranty_start: Mapped[dt.date | None] = column(Date, label=_lp("R-013", "Warranty"))
    warranty_end: Mapped[dt.date | None] = column(Date, label=_lp("R-013", "Warranty"))
    open_points: Mapped[str | None] = column(Text, label=_lp("R-013", "Open points"))
    quality_case_no: Mapped[str | None] = column(String(40), label=_lp("R-013", "Major quality problem"))
    conclusion: Mapped[AcceptanceResult | None] = column(EnumCode(AcceptanceResult), label=_lp("R-013", "Conclusion"), required=True)
    customer_seal: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-013", "User seal"))
    leave_consent: Mapped[str | None] = column(String(120), label=_lp("R-013", "Consent to leave"),
                                               hint=_l("Way, person and time, for example: telephone, Director Wang, 16:20"))
    paper_returned_on: Mapped[dt.date | None] = column(Date, label=_lp("R-013", "Original returned on"))

    order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    customer: Mapped[Customer | None] = link(label=_lp("R-013", "Customer name"), required=True)
    product_model: Mapped[ProductModel | None] = link(label=_lp("R-013", "Model"), required=True)
    equipment: Mapped[Equipment | None] = link(label=_lp("R-013", "Serial no."), required=True)
    accessories: Mapped[list[Accessory]] = relationship(order_by="Accessory.position", cascade="all, delete-orphan",
                                                        info={"label": _lp("R-013", "Accessories")})
    test_lines: Mapped[list[TestLine]] = relationship(order_by="TestLine.position", cascade="all, delete-orphan",
                                                      info={"label": _lp("R-013", "Performance tests")})

    @property
    def engineer(self) -> Staff | None:
        """Who carries it: the lead engineer of its order."""
        return self.order.lead_engineer if self.order is not None else None


class Accessory(Audited, Base):
    """A thing that came with the unit."""

    __tablename__ = "acceptance_accessory"

    acceptance_id: Mapped[int] = column(ForeignKey("acceptance_record.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    name: Mapped[str | None] = column(String(80), label=_lp("R-013", "Name"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-013", "Quantity"))
    state: Mapped[AccessoryState | None] = column(EnumCode(AccessoryState), label=_lp("R-013", "Complete / missing"))

    typed_at: ClassVar[str | None] = None


class TestLine(Audited, Base):
    """A figure that was measured."""

    __test__ = False
    __tablename__ = "acceptance_test"

    acceptance_id: Mapped[int] = column(ForeignKey("acceptance_record.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    item: Mapped[str | None] = column(String(80), label=_lp("R-013", "Test item"))
    demand: Mapped[str | None] = column(String(80), label=_lp("R-013", "Demanded"))
    measured: Mapped[str | None] = column(String(80), label=_lp("R-013", "Measured"))
    result: Mapped[Measured | None] = column(EnumCode(Measured), label=_lp("R-013", "Passed?"))

    typed_at: ClassVar[str | None] = None


PAPER = on(AcceptanceRecord, Paper(
    record="R-013", code="acceptance", title=_lp("R-013", "Equipment acceptance form"), sheet=A4_PORTRAIT, series="acceptance",
    goes_out=True, stays=(2,), afterwards=(Section("returned", ("paper_returned_on",), rights=(("change", "paper_copy"),)),),
    area=_lp("R-017", "On-site service"), purpose=_lp("R-013", "At the end of commissioning and training, signed and sealed by the user"),
    who=_lp("R-013", "Service engineer; signed and sealed by the user"),
    when=_lp("R-013", "After commissioning and training; original handed in at month end"),
    copies=(_lp("R-013", "Copy 1: company"), _lp("R-013", "Copy 2: customer")), tints=("#ffffff", "#fefae0"),
    listed=("number", "status", "customer", "product_model", "equipment", "conclusion", "finished_at"),
    filtered=("status", "customer", "conclusion"),
    words={"accessories": _lp("R-013", "Accessories"), "tests": _lp("R-013", "Performance tests"), "from": _lp("R-013", "from"),
           "to": _lp("R-007", "to"), "seal": _lp("R-013", "User seal")},
    blocks=(
        pair("customer", "address", 9), pair("contact_name", "contact_phone", 7), pair("product_name", "product_model", 7),
        pair("equipment", "qty", 7), wide("contract_no", 7), wide("unpack_state", 7, boxes=True),
        heading("accessories", 6),
        Lines((LineList("accessories", (Column("name", 14, _lp("R-013", "Name")), Column("qty", 4, _lp("R-013", "Quantity"), align="right"),
                                        Column("state", 6, _lp("R-013", "Complete / missing")))),), 4, 6),
        Row(7, (Cell(4, ("={!started_at}",), label=True), Cell(20, ("{started_at}　{#to}　{finished_at}",)))),
        wide("commission_result", 20), heading("tests", 6),
        Lines((LineList("test_lines", (Column("item", 7, _lp("R-013", "Test item")), Column("demand", 7, _lp("R-013", "Demanded")),
                                       Column("measured", 6, _lp("R-013", "Measured")),
                                       Column("result", 4, _lp("R-013", "Passed?")))),), 4, 6),
        wide("training_content", 14), wide("trainees", 7), wide("can_operate", 7, boxes=True),
        Row(7, (Cell(4, ("={!warranty_start}",), label=True), Cell(20, ("{#from}　{warranty_start}　{#to}　{warranty_end}",)))),
        wide("open_points", 11), wide("quality_case_no", 7), wide("conclusion", 7, boxes=True), signed(("engineer", "customer"), 12),
        Row(7, (Cell(8, ("{!customer_seal}：{?customer_seal}",)), Cell(16, ("{!leave_consent}：{leave_consent}",)))),
        wide("paper_returned_on", 7),
    ),
    slots=(
        Slot("engineer", _lp("R-013", "Engineer"), "ours", _lp("R-013", "Installed, tested and taught as written"),
             rights=(("create", "acceptance"),), on_the_job=True),
        Slot("customer", _lp("R-013", "User signature"), "customer", _lp("R-013", "The user accepts as written"), on_the_job=True,
             after=("engineer",), asks=("leave_consent",), owns=("customer_seal", "leave_consent")),
    )))
