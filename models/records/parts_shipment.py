"""R-060 配件发运跟踪单: a part to be bought or sent, until the customer called that it is there (B-051; WF-18)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, column, link, quantity
from models.customer import Customer
from models.equipment import Part
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Slot, on
from models.stock_enums import ShipMode, ShipState
from models.work_order import WorkOrder


class PartsShipment(PaperRecord):
    """A shipment of parts and its follow-up after ten days."""

    __tablename__ = "parts_shipment"
    __noun__ = "parts_shipment"

    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_lp("R-060", "Job"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-060", "Customer"))
    supply_mode: Mapped[ShipMode | None] = column(EnumCode(ShipMode), label=_lp("R-060", "Supply mode"), required=True)
    told_on: Mapped[dt.date | None] = column(Date, label=_lp("R-060", "Customer told to buy on"))
    ship_requested_on: Mapped[dt.date | None] = column(Date, label=_lp("R-060", "Company told to ship on"))
    shipped_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-060", "Shipped on"))
    carrier: Mapped[str | None] = column(String(40), label=_lp("R-060", "Carrier"))
    tracking_no: Mapped[str | None] = column(String(60), label=_lp("R-060", "Tracking no."))
    arrival_call_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-060", "Arrival call"))
    followup_due: Mapped[dt.date | None] = column(Date, index=True, label=_lp("R-060", "Follow-up due"))
    followup_notes: Mapped[str | None] = column(Text, label=_lp("R-060", "Follow-up notes"))
    stage: Mapped[ShipState | None] = column(EnumCode(ShipState), label=_lp("R-060", "Stage"))

    order: Mapped[WorkOrder | None] = link(label=_lp("R-060", "Job"))
    customer: Mapped[Customer | None] = link(label=_lp("R-060", "Customer"), required=True)
    part_lines: Mapped[list[PartsShipmentLine]] = relationship(order_by="PartsShipmentLine.position", cascade="all, delete-orphan",
                                                               info={"label": _lp("R-060", "Lines")})


class PartsShipmentLine(Audited, Base):
    """A part of a shipment."""

    __tablename__ = "parts_shipment_line"

    shipment_id: Mapped[int] = column(ForeignKey("parts_shipment.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), label=_l("Part"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_l("Quantity"))

    typed_at: ClassVar[str | None] = None
    part: Mapped[Part | None] = link(label=_l("Part"))


def _pair(left: str, right: str) -> Row:
    return Row(9, (Cell(4, (f"={{!{left}}}",), label=True), Cell(8, (f"{{{left}}}",)), Cell(4, (f"={{!{right}}}",), label=True),
                   Cell(8, (f"{{{right}}}",))))


PAPER = on(PartsShipment, Paper(
    record="R-060", code="parts_shipment", title=_lp("R-060", "Parts dispatch tracking sheet"), sheet=A4_PORTRAIT, series="parts_shipment",
    area=_lp("R-043", "Stock and returns"), purpose=_lp("R-060", "When a part has to be sent or bought after a visit"),
    who=_lp("R-060", "Engineer asks; clerk or warehouse ships and follows up"),
    when=_lp("R-060", "When a part has to be sent or bought; followed up after 10 days"),
    listed=("number", "status", "stage", "order", "customer", "supply_mode", "followup_due"), filtered=("status", "stage", "customer"),
    words={"lines": _lp("R-060", "Lines"), "follower": _lp("R-060", "Followed up by"), "date": _lp("R-022", "Date")},
    blocks=(
        _pair("order", "customer"),
        Row(9, (Cell(4, ("={!supply_mode}",), label=True), Cell(20, ("{?supply_mode}",)))),
        Row(7, (Cell(24, ("={#lines}",), label=True),)),
        Lines((LineList("part_lines", (Column("part", 18, _lp("R-022", "Name")),
                                       Column("qty", 6, _lp("R-022", "Quantity"), align="right"))),), 6, 8),
        _pair("told_on", "ship_requested_on"), _pair("shipped_at", "carrier"), _pair("tracking_no", "arrival_call_at"),
        Row(9, (Cell(4, ("={!followup_due}",), label=True), Cell(20, ("{followup_due}",)))),
        Row(50, (Cell(7, ("={!followup_notes}",), label=True), Cell(17, ("{followup_notes}",)))),
        Row(9, (Cell(4, ("={!stage}",), label=True), Cell(20, ("{?stage}",)))),
        Row(12, (Cell(24, (">{#follower}：{@follower}　{#date}：{@follower.date}",)),)),
    ),
    slots=(Slot("follower", _lp("R-060", "Followed up by"), "ours", _lp("R-060", "Both calls were made as noted"),
                rights=(("change", "parts_shipment"),)),)))
