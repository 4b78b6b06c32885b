"""R-022 现场勘查记录: what was found on site before the repair is planned."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Column as SQLColumn
from sqlalchemy import ForeignKey, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, UTCDateTime, column, link, quantity
from models.equipment import Part
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Slot, on
from models.service_request import ServiceRequest

surveyors = Table("site_survey_engineer", Base.metadata, SQLColumn("survey_id", ForeignKey("site_survey.id"), primary_key=True),
                  SQLColumn("staff_id", ForeignKey("staff.id"), primary_key=True))


class SiteSurvey(PaperRecord):
    """What a survey found: before a repair that needs one is planned."""

    __tablename__ = "site_survey"
    __noun__ = "site_survey"

    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-022", "Request"))
    surveyed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-022", "Surveyed at"), required=True)
    findings: Mapped[str | None] = column(Text, label=_lp("R-022", "Findings"), required=True)
    fault_type: Mapped[str | None] = column(String(30), label=_lp("R-022", "Fault type"), required=True, dict_type="fault_type")
    diagnosis: Mapped[str | None] = column(Text, label=_lp("R-022", "Diagnosis"), required=True)
    proposal: Mapped[str | None] = column(Text, label=_lp("R-022", "Proposed solution"), required=True)

    request: Mapped[ServiceRequest | None] = link(label=_lp("R-022", "Request"), required=True)
    engineers: Mapped[list[Staff]] = link(label=_lp("R-022", "Surveyors"), required=True, secondary=surveyors)
    part_lines: Mapped[list[SurveyPart]] = relationship(order_by="SurveyPart.position", cascade="all, delete-orphan",
                                                        info={"label": _lp("R-022", "Parts needed")})

    @property
    def photos(self) -> str:
        """How many photographs hang on it."""
        return self.attached


class SurveyPart(Audited, Base):
    """A part the repair will need; a quotation begins from it (B-077)."""

    __tablename__ = "survey_part"

    survey_id: Mapped[int] = column(ForeignKey("site_survey.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    part_id: Mapped[int | None] = column(ForeignKey("part.id"), label=_l("Part"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_l("Quantity"))

    typed_at: ClassVar[str | None] = None
    part: Mapped[Part | None] = link(label=_l("Part"))


PAPER = on(SiteSurvey, Paper(
    record="R-022", code="site_survey", title=_lp("R-022", "Site survey record"), sheet=A4_PORTRAIT, goes_out=True, series="site_survey",
    area=_lp("R-017", "On-site service"), purpose=_lp("R-022", "When a fault needs a survey before the repair is planned"),
    who=_lp("R-022", "The engineer who surveys"), when=_lp("R-022", "Before the repair is planned"),
    listed=("number", "status", "request", "fault_type", "surveyed_at", "diagnosis"), filtered=("status", "request", "fault_type"),
    labels={"photos": _lp("R-022", "Photos")},
    words={"when": _lp("R-022", "Time / people"), "parts": _lp("R-022", "Parts needed"), "surveyor": _lp("R-022", "Surveyor"),
           "date": _lp("R-022", "Date")},
    blocks=(
        Row(9, (Cell(4, ("={!request}",), label=True), Cell(20, ("{request}",)))),
        Row(9, (Cell(4, ("={#when}",), label=True), Cell(9, ("{surveyed_at}",)), Cell(11, ("{engineers}",)))),
        Row(52, (Cell(4, ("={!findings}",), label=True), Cell(20, ("{findings}",)))),
        Row(9, (Cell(4, ("={!fault_type}",), label=True), Cell(20, ("{fault_type}",)))),
        Row(40, (Cell(4, ("={!diagnosis}",), label=True), Cell(20, ("{diagnosis}",)))),
        Row(40, (Cell(4, ("={!proposal}",), label=True), Cell(20, ("{proposal}",)))),
        Row(7, (Cell(24, ("={#parts}",), label=True),)),
        Lines((LineList("part_lines", (Column("part", 18, _lp("R-022", "Name")),
                                       Column("qty", 6, _lp("R-022", "Quantity"), align="right"))),), 5, 7),
        Row(9, (Cell(4, ("={!photos}",), label=True), Cell(20, ("{photos}",)))),
        Row(12, (Cell(24, (">{#surveyor}：{@surveyor}　{#date}：{@surveyor.date}",)),)),
    ),
    slots=(Slot("surveyor", _lp("R-022", "Surveyor"), "ours", _lp("R-022", "Found as written"), rights=(("change", "site_survey"),)),)))
