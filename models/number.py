"""Numbers of documents: the rule, the counter, and every number ever taken (B-197 to B-201)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Audited, Base, EnumCode, UTCDateTime, Versioned, column, link
from models.enums import PaperState


class NumberRule(Audited, Versioned, Base):
    """How the numbers of a series look; tokens {dept} {yy} {yyyy} {mm} {dd} {ww} {seq:0nd} (B-201)."""

    __tablename__ = "number_rule"
    __noun__ = "reference"
    __table_args__ = (CheckConstraint("overflow IN ('extend', 'block')", name="ck_number_rule_overflow"),)

    series: Mapped[str] = column(String(40), unique=True, nullable=False, label=_l("Series"))
    label_zh: Mapped[str] = column(String(60), nullable=False, default="", label=_l("Meaning"))
    pattern: Mapped[str] = column(String(60), nullable=False, label=_l("Pattern"), required=True)
    overflow: Mapped[str] = column(String(10), nullable=False, default="extend", label=_l("When the digits run out"))
    warn_at: Mapped[int | None] = column(Integer, label=_l("Warn at"))

    def __str__(self) -> str:
        return self.series


class NumberCounter(Base):
    """The last number taken of a series in a department and period; changes only in the transaction of its document."""

    __tablename__ = "number_counter"
    __table_args__ = (UniqueConstraint("rule_id", "scope_key"),)

    rule_id: Mapped[int] = column(ForeignKey("number_rule.id"), nullable=False, label=_l("Series"))
    scope_key: Mapped[str] = column(String(30), nullable=False, label=_l("Department and period"))
    last_value: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Last number"))


class IssuedPaper(Audited, Base):
    """Every number taken, what it stands on, and the frozen bytes of what was signed."""

    __tablename__ = "issued_paper"
    __table_args__ = (
        UniqueConstraint("series", "number"),
        Index("ix_issued_paper_owner", "owner_type", "owner_id"),
        Index("ix_issued_paper_order", "series", "scope_key", "seq"),
    )

    series: Mapped[str] = column(String(40), nullable=False, label=_l("Series"))
    number: Mapped[str] = column(String(40), nullable=False, label=_l("Number"))
    scope_key: Mapped[str] = column(String(30), nullable=False, label=_l("Department and period"))
    seq: Mapped[int] = column(Integer, nullable=False, label=_l("Running number"))
    form_code: Mapped[str | None] = column(String(60), label=_l("Form"))
    owner_type: Mapped[str | None] = column(String(40), label=_l("Record"))
    owner_id: Mapped[int | None] = column(Integer, label=_l("Record"))
    layout_version: Mapped[int] = column(Integer, nullable=False, default=1, label=_l("Layout version"))
    issued_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Issued at"))
    state: Mapped[PaperState] = column(EnumCode(PaperState), nullable=False, default=PaperState.ISSUED, label=_l("State"))
    void_reason: Mapped[str | None] = column(String(200), label=_l("Reason for voiding"))
    replaces_id: Mapped[int | None] = column(ForeignKey("issued_paper.id"), label=_l("Replaces"))

    def __str__(self) -> str:
        return self.number


class FrozenPaper(Audited, Base):
    """What was signed, kept byte for byte: the sheet's HTML and PDF by their SHA-256, the layout's version and the engine."""

    __tablename__ = "frozen_paper"
    __table_args__ = (Index("ix_frozen_paper_owner", "owner_type", "owner_id", "form_code"),)

    owner_type: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    owner_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    form_code: Mapped[str] = column(String(60), nullable=False, label=_l("Form"))
    number: Mapped[str | None] = column(String(40), label=_l("Number"))
    layout_version: Mapped[int] = column(Integer, nullable=False, default=1, label=_l("Layout version"))
    frozen_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Frozen at"))
    content_sha256: Mapped[str] = column(String(64), nullable=False, label=_l("Content (SHA-256)"))
    html_sha256: Mapped[str] = column(String(64), nullable=False, label=_l("Sheet (SHA-256)"))
    pdf_sha256: Mapped[str] = column(String(64), nullable=False, label=_l("PDF (SHA-256)"))
    engine: Mapped[str] = column(String(40), nullable=False, label=_l("Print engine"))
    pages: Mapped[int] = column(Integer, nullable=False, label=_l("Pages"))
    voided_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Voided at"))


class PrintLog(Base):
    """Who printed what, when, how many copies; a second print is a reprint (B-206)."""

    __tablename__ = "print_log"
    __table_args__ = (Index("ix_print_log_owner", "owner_type", "owner_id", "form_code"),)

    form_code: Mapped[str] = column(String(60), nullable=False, label=_l("Form"))
    owner_type: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    owner_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    copies: Mapped[int] = column(Integer, nullable=False, default=1, label=_l("Copies"))
    user_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Printed by"))
    at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Printed at"))
    is_reprint: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Reprint"))


class Signature(Base):
    """A signature of one cell: who, when, on what content, how. Never changed; a later edit voids it (R10, B-042)."""

    __tablename__ = "signature"
    __table_args__ = (Index("ix_signature_owner", "owner_type", "owner_id", "slot"),)

    owner_type: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    owner_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    form_code: Mapped[str] = column(String(60), nullable=False, label=_l("Form"))
    slot: Mapped[str] = column(String(40), nullable=False, label=_l("Cell"))
    signer_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Signer"))
    signer_name: Mapped[str] = column(String(60), nullable=False, label=_l("Name"), personal=True)
    signer_side: Mapped[str] = column(String(10), nullable=False, label=_l("Side"))
    witness_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Signed in beside him"))
    meaning: Mapped[str] = column(String(200), nullable=False, label=_l("Meaning"))
    opinion: Mapped[str | None] = column(String(500), label=_l("Opinion"))
    signed_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Signed at"))
    method: Mapped[str] = column(String(10), nullable=False, label=_l("How"))
    strokes: Mapped[str | None] = column(String(60_000), label=_l("Strokes"))
    scan_id: Mapped[int | None] = column(ForeignKey("attachment.id"), label=_l("Scan"))
    sealed: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Sealed"))
    content_sha256: Mapped[str] = column(String(64), nullable=False, label=_l("Content (SHA-256)"))
    record_version: Mapped[int] = column(Integer, nullable=False, label=_l("Version of the record"))
    ip: Mapped[str | None] = column(String(45), label=_l("Address"))
    agent: Mapped[str | None] = column(String(200), label=_l("Browser"))

    signer: Mapped[object | None] = link(label=_l("Signer"), target="Staff")
