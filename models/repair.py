"""Goods of customers in our hands, and the card that hangs on them (R-035 to R-037, R-040; WF-05). Never our stock (B-108)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, column, link, money, quantity
from models.customer import Customer
from models.customer_block import CustomerBlock
from models.enums import PaperState, ServiceCategory
from models.equipment import Equipment, Part, Supplier
from models.organisation import Staff
from models.paper import PaperRecord
from models.repair_enums import PassResult, RepairHandling, RepairRoute, RepairStage, ReturnRoute
from models.service_request import ServiceRequest
from models.stock import StockZone
from models.stock_enums import ZoneKind
from models.work_order import WorkOrder


class RepairItem(CustomerBlock, PaperRecord):
    """A customer's goods from the day they came until he has them back; its number is the item no. of registers and card."""

    __tablename__ = "repair_item"
    __noun__ = "repair_item"
    __table_args__ = (CheckConstraint("qty IS NULL OR qty > 0", name="ck_repair_item_qty"),
                      Index("ix_repair_item_list", "stage", "received_at", "id"))

    receipt_no: Mapped[str | None] = column(String(20), unique=True, label=_lp("R-035", "Receipt no."))
    stage: Mapped[RepairStage] = column(EnumCode(RepairStage), nullable=False, default=RepairStage.RECEIVED,
                                        label=_lp("R-040", "Where it stands"))
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_l("Service request"))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_lp("R-035", "Voucher no."))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_l("Equipment"))
    product_name: Mapped[str | None] = column(String(120), label=_lp("R-035", "Goods / model"), required=True)
    serial_no: Mapped[str | None] = column(String(60), label=_lp("R-035", "Machine no."))
    batch_no: Mapped[str | None] = column(String(40), label=_lp("R-040", "Batch no."))
    qty: Mapped[int | None] = column(Integer, default=1, label=_lp("R-035", "Quantity"), required=True)
    condition_note: Mapped[str | None] = column(Text, label=_lp("R-035", "Accessories and condition"), required=True)
    symptom: Mapped[str | None] = column(Text, label=_lp("R-040", "Fault / demand"), required=True)
    received_at: Mapped[dt.datetime | None] = column(UTCDateTime, index=True, label=_lp("R-040", "Date"), required=True)
    promised_on: Mapped[dt.date | None] = column(Date, label=_lp("R-035", "Expected ready"), required=True)
    source: Mapped[RepairRoute | None] = column(EnumCode(RepairRoute), label=_lp("R-040", "Brought by"), required=True)
    carrier_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-040", "Carrier"))
    biller_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-040", "Billing clerk"))
    handling: Mapped[RepairHandling | None] = column(EnumCode(RepairHandling), label=_lp("R-040", "Handling"), required=True)
    supplier_id: Mapped[int | None] = column(ForeignKey("supplier.id"), label=_lp("R-040", "Manufacturer"))
    sent_on: Mapped[dt.date | None] = column(Date, label=_lp("R-040", "Sent to it on"))
    back_on: Mapped[dt.date | None] = column(Date, label=_lp("R-040", "Back on"))
    treatment: Mapped[str | None] = column(Text, label=_lp("R-040", "Repair"))
    charge_amount: Mapped[Decimal | None] = column(money(), label=_lp("R-040", "Charge"))
    ready_on: Mapped[dt.date | None] = column(Date, label=_lp("R-040", "Ready on"))
    return_via: Mapped[ReturnRoute | None] = column(EnumCode(ReturnRoute), label=_lp("R-040", "Returned via"))
    return_reason: Mapped[str | None] = column(String(120), label=_lp("R-040", "Reason for another way"))
    returned_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-040", "Returned by"))
    returned_on: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-040", "Returned on"))
    receipt_voided_on: Mapped[dt.date | None] = column(Date, label=_lp("R-035", "Voided on"))
    zone_id: Mapped[int | None] = column(ForeignKey("stock_zone.id"), label=_lp("R-039", "Position"))

    request: Mapped[ServiceRequest | None] = link(label=_l("Service request"))
    order: Mapped[WorkOrder | None] = link(label=_lp("R-035", "Voucher no."))
    equipment: Mapped[Equipment | None] = link(label=_l("Equipment"))
    carrier: Mapped[Staff | None] = link(label=_lp("R-040", "Carrier"), foreign_keys=[carrier_id])
    biller: Mapped[Staff | None] = link(label=_lp("R-040", "Billing clerk"), foreign_keys=[biller_id])
    supplier: Mapped[Supplier | None] = link(label=_lp("R-040", "Manufacturer"))
    returned_by: Mapped[Staff | None] = link(label=_lp("R-040", "Returned by"), foreign_keys=[returned_by_id])
    zone: Mapped[StockZone | None] = link(label=_lp("R-039", "Position"), among=("kind", ZoneKind.CUSTODY))
    part_lines: Mapped[list[RepairPart]] = relationship(order_by="RepairPart.position", cascade="all, delete-orphan",
                                                        info={"label": _lp("R-040", "Parts replaced")})
    out_lines: Mapped[list[HandOver]] = relationship(order_by="HandOver.position", cascade="all, delete-orphan",
                                                     info={"label": _lp("R-039", "Sent to inspection / taken by")})
    cards: Mapped[list[RepairCard]] = relationship("RepairCard", back_populates="item", order_by="RepairCard.id",
                                                   info={"label": _lp("R-037", "Repair card")})

    @property
    def card(self) -> RepairCard | None:
        """The card that hangs on the goods; one that was void is another's predecessor."""
        return next((card for card in self.cards if card.status != PaperState.VOID), None)

    @property
    def goods(self) -> str:
        """Name, model and serial number, as the registers print them."""
        return " / ".join(filter(None, (self.product_name, self.serial_no, self.batch_no)))

    def __str__(self) -> str:
        return self.number or self.product_name or str(PaperState.DRAFT)

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.number, self.receipt_no, self.customer and self.customer.name, self.product_name, self.serial_no,
                self.equipment and self.equipment.serial_no]


class HandOver(Audited, Base):
    """Goods in custody handed out for inspection: when, and who took them (R-039)."""

    __tablename__ = "custody_hand_over"

    item_id: Mapped[int] = column(ForeignKey("repair_item.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    sent_on: Mapped[dt.date | None] = column(Date, label=_lp("R-039", "Sent to inspection"))
    taken_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-039", "Taken by"))

    typed_at: ClassVar[str | None] = None
    taken_by: Mapped[Staff | None] = link(label=_lp("R-039", "Taken by"))

    def __str__(self) -> str:
        return f"{self.sent_on:%m-%d} {self.taken_by or ''}".strip() if self.sent_on is not None else ""


class RepairCard(PaperRecord):
    """The card on the goods: the time really used, the parts, and that the supervisor passed it (B-101, B-102)."""

    __tablename__ = "repair_card"
    __noun__ = "repair_item"
    __table_args__ = (Index("uq_repair_card_item", "item_id", unique=True, sqlite_where=text("status <> 'void'"),
                            postgresql_where=text("status <> 'void'")),)

    item_id: Mapped[int | None] = column(ForeignKey("repair_item.id"), label=_lp("R-037", "Customer's goods"))
    service_category: Mapped[ServiceCategory | None] = column(EnumCode(ServiceCategory), label=_lp("R-037", "Category"), required=True)
    promised_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-037", "Planned ready"), required=True)
    treatment: Mapped[str | None] = column(Text, label=_lp("R-037", "Work done"), required=True)
    pass_result: Mapped[PassResult | None] = column(EnumCode(PassResult), label=_lp("R-037", "Inspection"), required=True)
    delay_note: Mapped[str | None] = column(String(200), label=_lp("R-037", "Delay note"))

    item: Mapped[RepairItem | None] = link(label=_lp("R-037", "Customer's goods"), required=True, back_populates="cards")
    labor_lines: Mapped[list[RepairLabor]] = relationship(order_by="RepairLabor.position", cascade="all, delete-orphan",
                                                          info={"label": _lp("R-037", "Working time")})
    part_lines: Mapped[list[RepairPart]] = relationship(order_by="RepairPart.position", cascade="all, delete-orphan",
                                                        info={"label": _lp("R-037", "Parts replaced")})

    @property
    def order(self) -> WorkOrder | None:
        """The order the goods came from."""
        return self.item.order if self.item is not None else None

    @property
    def customer(self) -> Customer | None:
        """The owner of the goods, as printed."""
        return self.item.customer if self.item is not None else None

    @property
    def item_no(self) -> str | None:
        """The item no. that the code on the card holds."""
        return self.item.number if self.item is not None else None

    @property
    def product_name(self) -> str | None:
        """As printed."""
        return self.item.product_name if self.item is not None else None

    @property
    def machine_no(self) -> str:
        """Serial number, as printed."""
        return (self.item.serial_no or "") if self.item is not None else ""

    @property
    def symptom(self) -> str | None:
        """As printed."""
        return self.item.symptom if self.item is not None else None


class RepairLabor(Audited, Base):
    """A stretch of time somebody worked on the goods."""

    __tablename__ = "repair_labor"
    __table_args__ = (CheckConstraint("end_at IS NULL OR start_at IS NULL OR end_at >= start_at", name="ck_repair_labor_times"),)

    card_id: Mapped[int] = column(ForeignKey("repair_card.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    start_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-037", "Day, from"))
    end_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-037", "To"))
    staff_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-037", "Technician"))

    typed_at: ClassVar[str | None] = None
    staff: Mapped[Staff | None] = link(label=_lp("R-037", "Technician"))

    @property
    def hours(self) -> Decimal | None:
        """Hours worked, to the hundredth."""
        if self.start_at is None or self.end_at is None:
            return None
        return (Decimal((self.end_at - self.start_at).total_seconds()) / 3600).quantize(Decimal("0.01"))


class RepairPart(Audited, Base):
    """A part built into a customer's goods: written on their card, or where they have none on the register form."""

    __tablename__ = "repair_part"
    __table_args__ = (CheckConstraint("qty IS NULL OR qty > 0", name="ck_repair_part_qty"),
                      CheckConstraint("(item_id IS NULL) <> (card_id IS NULL)", name="ck_repair_part_owner"))

    item_id: Mapped[int | None] = column(ForeignKey("repair_item.id"), index=True, label=_l("Record"))
    card_id: Mapped[int | None] = column(ForeignKey("repair_card.id"), index=True, label=_lp("R-037", "Repair card"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), label=_l("Part"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-037", "Quantity"))
    unit_price: Mapped[Decimal | None] = column(money(), label=_lp("R-037", "Unit price"))

    typed_at: ClassVar[str | None] = None
    part: Mapped[Part | None] = link(label=_l("Part"))

    @property
    def part_no(self) -> str:
        """As printed."""
        return self.part.part_no if self.part is not None else ""
