"""R-030 出差总结单: what a trip did and left open, evaluated by the service manager (B-095, B-097)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, column, link, money
from models.customer import Customer
from models.onsite_enums import LoanState, TripItemKind, TripRating
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Section, Slot, on
from models.records.shapes import signed, wide
from models.records.trip import Trip


class TripSummary(PaperRecord):
    """The summary of a trip, under the number of the trip."""

    __tablename__ = "trip_summary"
    __noun__ = "trip"

    number: Mapped[str | None] = column(String(40), index=True, label=_l("No."))  # the trip's: a void one and its successor share it
    trip_id: Mapped[int | None] = column(ForeignKey("trip.id"), index=True, label=_lp("R-030", "Trip"))
    returned_on: Mapped[dt.date | None] = column(Date, label=_lp("R-030", "Returned on"), required=True)
    open_solution: Mapped[str | None] = column(Text, label=_lp("R-030", "Solution for open items"))
    customer_demands: Mapped[str | None] = column(Text, label=_lp("R-030", "Customer's demands"))
    changes: Mapped[str | None] = column(String(200), label=_lp("R-030", "Changes made"))
    loan_state: Mapped[LoanState | None] = column(EnumCode(LoanState), label=_lp("R-030", "Loans returned"), required=True)
    actual_cost: Mapped[Decimal | None] = column(money(), label=_lp("R-030", "Actual cost"))
    service_opinion: Mapped[str | None] = column(Text, label=_lp("R-030", "After-sales dept opinion"))
    rating: Mapped[TripRating | None] = column(EnumCode(TripRating), label=_lp("R-030", "Evaluation"))

    trip: Mapped[Trip | None] = link(label=_lp("R-030", "Trip"), required=True)
    itinerary_lines: Mapped[list[TravelledDay]] = relationship(order_by="TravelledDay.position", cascade="all, delete-orphan",
                                                               info={"label": _lp("R-030", "Date, route, work")})
    items: Mapped[list[TripItem]] = relationship(order_by="TripItem.position", cascade="all, delete-orphan",
                                                 info={"label": _lp("R-030", "Items")})

    @property
    def members(self) -> list[Staff]:
        """Who travelled."""
        return list(self.trip.members) if self.trip is not None else []

    @property
    def customer(self) -> Customer | None:
        """Whose trip it was."""
        return self.trip.customer if self.trip is not None else None

    @property
    def done_items(self) -> list[TripItem]:
        """What was settled."""
        return [item for item in self.items if item.kind == TripItemKind.DONE]

    @property
    def open_items(self) -> list[TripItem]:
        """What was left open."""
        return [item for item in self.items if item.kind == TripItemKind.OPEN]


class TravelledDay(Audited, Base):
    """A day as it was travelled."""

    __tablename__ = "travelled_day"

    summary_id: Mapped[int] = column(ForeignKey("trip_summary.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    date: Mapped[dt.date | None] = column(Date, label=_lp("R-030", "Day"))
    route: Mapped[str | None] = column(String(120), label=_lp("R-030", "Route"))
    work: Mapped[str | None] = column(String(200), label=_lp("R-030", "Work"))

    typed_at: ClassVar[str | None] = None


class TripItem(Audited, Base):
    """A matter of the trip and how it stands."""

    __tablename__ = "trip_item"

    summary_id: Mapped[int] = column(ForeignKey("trip_summary.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    kind: Mapped[TripItemKind] = column(EnumCode(TripItemKind), nullable=False, default=TripItemKind.DONE, label=_l("Kind"))
    matter: Mapped[str | None] = column(String(200), label=_lp("R-030", "Matter"))
    outcome: Mapped[str | None] = column(String(200), label=_lp("R-030", "Result"))

    typed_at: ClassVar[str | None] = None


APPROVE = (("approve", "trip"),)
REVIEW = ("service_opinion", "rating")
PAPER = on(TripSummary, Paper(
    record="R-030", code="trip_summary", title=_lp("R-030", "Trip summary"), sheet=A4_PORTRAIT, series="trip",
    area=_lp("R-010", "Dispatch"), purpose=_lp("R-030", "Within two days after the return: what was done, what is open, what it cost"),
    who=_lp("R-030", "The traveller; the service manager evaluates"), when=_lp("R-030", "Within 2 days after the return"),
    sections=(Section("report", ("trip", "returned_on", "open_solution", "customer_demands", "changes", "loan_state", "actual_cost",
                                 "itinerary_lines", "items")), Section("review", REVIEW, APPROVE)),
    listed=("number", "status", "trip", "returned_on", "loan_state", "rating", "actual_cost"), filtered=("status", "rating", "loan_state"),
    labels={"members": _lp("R-030", "Travellers"), "attached": _lp("R-030", "Attachments (receipts, letter, acceptance)")},
    words={"done": _lp("R-030", "Finished tasks"), "open": _lp("R-030", "Open items and how reported"),
           "route": _lp("R-030", "Date, route, work")},
    blocks=(
        Row(8, (Cell(4, ("={!trip}",), label=True), Cell(4, ("{trip}",)), Cell(4, ("={!members}",), label=True), Cell(12, ("{members}",)))),
        wide("returned_on", 8),
        Row(6, (Cell(24, ("={#route}",), label=True),)),
        Lines((LineList("itinerary_lines", (Column("date", 5, _lp("R-030", "Day")), Column("route", 8, _lp("R-030", "Route")),
                                            Column("work", 11, _lp("R-030", "Work")))),), 4, 7),
        Row(6.5, (Cell(12, ("={#done}",), label=True), Cell(12, ("={#open}",), label=True))),
        Lines((LineList("done_items", (Column("matter", 6, _lp("R-030", "Matter")), Column("outcome", 6, _lp("R-030", "Result"))),
                        of="items", preset=(("kind", TripItemKind.DONE),)),
               LineList("open_items", (Column("matter", 6, _lp("R-030", "Matter")), Column("outcome", 6, _lp("R-030", "Reported to, how"))),
                        of="items", preset=(("kind", TripItemKind.OPEN),))), 4, 8),
        wide("open_solution", 26, label=6), wide("customer_demands", 20, label=6), wide("changes", 8), wide("loan_state", 8, boxes=True),
        wide("actual_cost", 8), wide("attached", 8, label=8),
        Row(8, (Cell(4, ("={#division}",), label=True), Cell(20, ("{@division}　{@division.date}",)))),
        wide("service_opinion", 20), wide("rating", 8, boxes=True), signed(("manager", "finance"), 12),
    ),
    slots=(
        Slot("division", _lp("R-030", "Division manager"), "ours", _lp("R-030", "Heard and agreed by the division manager"),
             rights=(*APPROVE, ("create", "trip")), approves=True),
        Slot("manager", _lp("R-030", "Service manager"), "ours", _lp("R-030", "The trip was reviewed and evaluated"),
             rights=(*APPROVE, ("void", "trip")), after=("division",), owns=REVIEW, asks=REVIEW, approves=True),
        Slot("finance", _lp("R-030", "Finance audit"), "ours", _lp("R-030", "The cost was audited"),
             rights=(*APPROVE, ("approve", "part_price")), after=("manager",), approves=True),
    )))
