"""Where each printed copy of a paper is, the scans that came back, and the close of a month (B-048, B-206; R13)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, FixedDecimal, UTCDateTime, Versioned, column, link
from models.enums import LabelledEnum, Look
from models.number import IssuedPaper
from models.organisation import Staff


class CopyState(LabelledEnum):
    """Where a copy is."""

    PRINTED = "printed", _lp("copy_state", "Printed"), Look.OPEN
    CARRIED = "carried", _lp("copy_state", "Carried"), Look.DOING
    SIGNED = "signed", _lp("copy_state", "Signed"), Look.WAITING
    RETURNED = "returned", _lp("copy_state", "Returned"), Look.DONE
    LEFT = "left", _lp("copy_state", "Left with the customer"), Look.DONE
    VOID = "void", _lp("copy_state", "Void"), Look.CANCELLED
    LOST = "lost", _lp("copy_state", "Lost"), Look.FAILED


class ScanState(LabelledEnum):
    """What became of a scanned page."""

    TRAY = "tray", _lp("scan_state", "In the tray"), Look.OPEN
    FILED = "filed", _lp("scan_state", "Filed"), Look.DONE
    DROPPED = "dropped", _lp("scan_state", "Put aside"), Look.CANCELLED


class Arrangement(LabelledEnum):
    """How the pages of a paper are laid on sheets (printing for offices that save paper)."""

    ONE = "one", _lp("arrangement", "One page for each copy")
    A5 = "a5", _lp("arrangement", "A5")
    THREE = "three", _lp("arrangement", "Three on one A4, with cut lines")


class PaperCopy(Audited, Versioned, Base):
    """One copy of a numbered paper: who printed it, who carries it, whether it was signed and came back."""

    __tablename__ = "paper_copy"
    __noun__ = "paper_copy"
    __table_args__ = (UniqueConstraint("issued_id", "form_code", "copy_no"), Index("ix_paper_copy_month", "month", "state"))

    issued_id: Mapped[int] = column(ForeignKey("issued_paper.id"), nullable=False, label=_l("Number"))
    form_code: Mapped[str] = column(String(60), nullable=False, label=_l("Form"))
    copy_no: Mapped[int] = column(Integer, nullable=False, label=_l("Copy"))
    state: Mapped[CopyState] = column(EnumCode(CopyState), nullable=False, default=CopyState.PRINTED, label=_l("State"))
    month: Mapped[dt.date] = column(Date, nullable=False, label=_l("Month"))
    printed_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Printed at"))
    printed_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Printed by"))
    holder_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_l("Carried by"))
    signed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Signed at"))
    returned_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Returned at"))
    received_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Received by"))
    reason: Mapped[str | None] = column(String(200), label=_l("Why it is missing"))

    issued: Mapped[IssuedPaper] = link(label=_l("Number"))
    holder: Mapped[Staff | None] = link(label=_l("Carried by"))

    def __str__(self) -> str:
        return f"{self.issued} / {self.copy_no}"


class MonthClose(Audited, Base):
    """A month whose papers are all back or accounted for (B-048)."""

    __tablename__ = "month_close"
    __noun__ = "paper_copy"

    month: Mapped[dt.date] = column(Date, unique=True, nullable=False, label=_l("Month"))
    closed_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Closed at"))
    closed_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Closed by"))
    slips: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Papers"))
    missing: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Missing"))

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ScanPage(Audited, Versioned, Base):
    """A page of an uploaded scan: filed to its copy by the code on it, or in the tray until a person files it."""

    __tablename__ = "scan_page"
    __noun__ = "paper_copy"
    __table_args__ = (Index("ix_scan_page_state", "state", "id"), UniqueConstraint("errand_id", "page_no"))

    errand_id: Mapped[int] = column(ForeignKey("errand.id"), nullable=False, label=_l("Upload"))
    page_no: Mapped[int] = column(Integer, nullable=False, label=_l("Page"))
    file_name: Mapped[str] = column(String(200), nullable=False, label=_l("File name"))
    sha256: Mapped[str] = column(String(64), nullable=False, label=_l("SHA-256"))
    state: Mapped[ScanState] = column(EnumCode(ScanState), nullable=False, default=ScanState.TRAY, label=_l("State"))
    found: Mapped[str | None] = column(String(200), label=_l("Code read"))
    copy_id: Mapped[int | None] = column(ForeignKey("paper_copy.id"), index=True, label=_l("Copy"))
    filed_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Filed by"))
    reason: Mapped[str | None] = column(String(200), label=_l("Reason"))

    copy: Mapped[PaperCopy | None] = link(label=_l("Copy"))

    def __str__(self) -> str:
        return f"{self.file_name} · {self.page_no}"


class FormSetting(Audited, Versioned, Base):
    """How a company's own form is named and laid on paper: form number, revision, and several copies on one sheet."""

    __tablename__ = "form_setting"
    __noun__ = "reference"

    form_code: Mapped[str] = column(String(60), unique=True, nullable=False, label=_l("Form"))
    label_zh: Mapped[str] = column(String(60), nullable=False, default="", label=_l("Meaning"))
    form_no: Mapped[str | None] = column(String(40), label=_l("Form number"))
    revision: Mapped[str | None] = column(String(20), label=_l("Revision"))
    arrangement: Mapped[Arrangement] = column(EnumCode(Arrangement), nullable=False, default=Arrangement.ONE, label=_l("On the sheet"))

    def __str__(self) -> str:
        return self.label_zh or self.form_code


class PrinterSetting(Audited, Versioned, Base):
    """A printer for pre-printed stock: how far it prints beside where it should, in mm (to the right, down)."""

    __tablename__ = "printer_setting"
    __noun__ = "reference"

    name: Mapped[str] = column(String(60), unique=True, nullable=False, label=_l("Printer"), required=True)
    offset_x: Mapped[Decimal] = column(FixedDecimal(6, 1), nullable=False, default=0, label=_l("To the right, mm"))
    offset_y: Mapped[Decimal] = column(FixedDecimal(6, 1), nullable=False, default=0, label=_l("Down, mm"))

    def __str__(self) -> str:
        return self.name
