"""R-091 技术员工作日报表: what a technician did on a day, for whom and for how long (B-171)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, Time, text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, FixedDecimal, column, link
from models.care_enums import DayKind
from models.customer import Customer
from models.enums import ServiceCategory
from models.organisation import Department, Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Slot, on
from models.records.care_rows import told

ONE_A_DAY = "status <> 'void'"


class DailyReport(PaperRecord):
    """The day of a technician; one for each person and day."""

    __tablename__ = "daily_report"
    __noun__ = "daily_report"
    __table_args__ = (Index("uq_daily_report", "staff_id", "day", unique=True, sqlite_where=text(ONE_A_DAY),
                            postgresql_where=text(ONE_A_DAY)), Index("ix_daily_report_day", "day", "id"))

    day: Mapped[dt.date | None] = column(Date, label=_lp("R-091", "Date"), required=True)
    staff_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-091", "Technician"))
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True, label=_lp("R-091", "Department"))
    day_kind: Mapped[DayKind | None] = column(EnumCode(DayKind), label=_lp("R-091", "Kind of day"), required=True)
    special_note: Mapped[str | None] = column(Text, label=_lp("R-091", "Special matters"))

    staff: Mapped[Staff | None] = link(label=_lp("R-091", "Technician"), required=True)
    department: Mapped[Department | None] = link(label=_lp("R-091", "Department"))
    lines: Mapped[list[DailyReportLine]] = relationship(order_by="DailyReportLine.position", cascade="all, delete-orphan",
                                                        info={"label": _lp("R-091", "Lines")})

    def hours_of(self, category: ServiceCategory) -> Decimal:
        """The hours of a category of work."""
        return sum((line.hours for line in self.lines if line.service_category == category and line.hours), Decimal(0))

    @property
    def hours_a(self) -> Decimal:
        """Hours of paid service."""
        return self.hours_of(ServiceCategory.A)

    @property
    def hours_b(self) -> Decimal:
        """Hours of contract service."""
        return self.hours_of(ServiceCategory.B)

    @property
    def hours_c(self) -> Decimal:
        """Hours of free service."""
        return self.hours_of(ServiceCategory.C)

    @property
    def hours_d(self) -> Decimal:
        """Hours of administrative work."""
        return self.hours_of(ServiceCategory.D)

    @property
    def hours_total(self) -> Decimal:
        """All hours of the day."""
        return sum((line.hours for line in self.lines if line.hours), Decimal(0))

    def search_text(self) -> list[str | None]:
        """Its number, the technician and the day."""
        return [self.number, str(self.staff or ""), self.day.isoformat() if self.day else None]


class DailyReportLine(Audited, Base):
    """A piece of work of a day."""

    __tablename__ = "daily_report_line"

    report_id: Mapped[int] = column(ForeignKey("daily_report.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    service_category: Mapped[ServiceCategory | None] = column(EnumCode(ServiceCategory), label=_lp("R-091", "Category"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), label=_lp("R-091", "Customer"))
    source: Mapped[str | None] = column(String(40), label=_lp("R-091", "Document no."))
    work: Mapped[str | None] = column(String(200), label=_lp("R-091", "Work"))
    start_at: Mapped[dt.time | None] = column(Time, label=_lp("R-091", "From"))
    end_at: Mapped[dt.time | None] = column(Time, label=_lp("R-091", "To"))
    hours: Mapped[Decimal | None] = column(FixedDecimal(5, 2), label=_lp("R-091", "Hours"))

    typed_at: ClassVar[str | None] = None
    customer: Mapped[Customer | None] = link(label=_lp("R-091", "Customer"))


PAPER = on(DailyReport, Paper(
    record="R-091", code="daily_report", title=_lp("R-091", "Technician daily report"), sheet=A4_PORTRAIT, series="daily_report",
    area=_lp("R-017", "On-site service"), purpose=_lp("R-091", "Every working day: the work, its category and its hours"),
    who=_lp("R-091", "Technician; the supervisor reads and files"), when=_lp("R-091", "Every working day by 18:00"),
    listed=("number", "status", "day", "staff", "department", "day_kind", "special_note"),
    filtered=("status", "staff", "department", "day_kind"),
    labels={"hours_a": _lp("R-091", "Total hours A"), "hours_b": _lp("R-091", "B"), "hours_c": _lp("R-091", "C"),
            "hours_d": _lp("R-091", "D"), "hours_total": _lp("R-091", "In all")},
    foot=_lp("R-091", "Categories: paid (A), contract (B), free (C), administration (D)."),
    blocks=(
        told(9, "day", ("{!staff}/{!department}", "{staff}　{department}")), told(9, "?day_kind"),
        Lines((LineList("lines", (
            Column("service_category", 3, _lp("R-091", "Category")), Column("customer", 5, _lp("R-091", "Customer")),
            Column("source", 3, _lp("R-091", "Document no.")), Column("work", 6, _lp("R-091", "Work")),
            Column("start_at", 2, _lp("R-091", "From")), Column("end_at", 2, _lp("R-091", "To")),
            Column("hours", 3, _lp("R-091", "Hours"), align="right"))),), 14, 9),
        Row(9, (Cell(24, ("{!hours_a}：{hours_a}　　{!hours_b}：{hours_b}　　{!hours_c}：{hours_c}　　{!hours_d}：{hours_d}"
                          "　　{!hours_total}：{hours_total}",)),)),
        told(36, "special_note", left=7),
        Row(12, (Cell(12, ("{#technician}：{@technician}　{@technician.date}",)),
                 Cell(12, ("{#supervisor}：{@supervisor}　{@supervisor.date}",)))),
    ),
    slots=(
        Slot("technician", _lp("R-091", "Technician"), "ours", _lp("R-091", "The day was as written"),
             rights=(("create", "daily_report"),)),
        Slot("supervisor", _lp("R-091", "Read by the supervisor"), "ours", _lp("R-091", "Read and filed"),
             rights=(("approve", "daily_report"),), after=("technician",), approves=True),
    )))
