"""R-061 外部质量信息报告单: a quality problem found outside, what the company decided, until the loop is closed (B-058 to B-066; WF-04)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import EnumCode, UTCDateTime, column, link
from models.customer_block import CustomerBlock
from models.enums import ResponsibleParty
from models.equipment import Equipment
from models.organisation import Department, Staff
from models.paper import A4_PORTRAIT, Cell, Paper, PaperRecord, Row, Section, Slot, on
from models.quality_enums import CaseStage, DoubleFive, FoundIn, Gravity
from models.records.rows import labelled, pair, wide
from models.service_request import ServiceRequest
from models.work_order import WorkOrder


class QualityCase(CustomerBlock, PaperRecord):
    """Quality information from outside; a major one is handled only after approval, closed by quality."""

    __tablename__ = "quality_case"
    __noun__ = "quality_case"
    __table_args__ = (CheckConstraint("qty IS NULL OR qty > 0", name="ck_quality_case_qty"),
                      Index("ix_quality_case_list", "stage", "reported_at", "id"))

    stage: Mapped[CaseStage] = column(EnumCode(CaseStage), nullable=False, default=CaseStage.REPORTED,
                                    label=_lp("R-061", "Where it stands"))
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_l("Service request"))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_l("Work order"))
    reported_at: Mapped[dt.datetime | None] = column(UTCDateTime, index=True, label=_lp("R-061", "Reported on"), required=True)
    reporter_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-061", "Reporter"))
    found_in: Mapped[FoundIn | None] = column(EnumCode(FoundIn), label=_lp("R-061", "Stage"), required=True)
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-061", "Machine no."))
    product_name: Mapped[str | None] = column(String(120), label=_lp("R-061", "Product / model"), required=True)
    batch_no: Mapped[str | None] = column(String(40), label=_lp("R-061", "Batch no."))
    qty: Mapped[int | None] = column(Integer, default=1, label=_lp("R-061", "Units affected"), required=True)
    description: Mapped[str | None] = column(Text, label=_lp("R-061", "Problem"), required=True)
    action_taken: Mapped[str | None] = column(Text, label=_lp("R-061", "Action taken on site"))
    severity: Mapped[Gravity | None] = column(EnumCode(Gravity), label=_lp("R-061", "Severity"), required=True)
    gm_told_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-061", "General manager told at"))
    cause: Mapped[str | None] = column(Text, label=_lp("R-061", "Cause"), required=True)
    responsible_party: Mapped[ResponsibleParty | None] = column(EnumCode(ResponsibleParty), label=_lp("R-061", "Liability"), required=True)
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_lp("R-061", "Responsible department"))
    corrective_action: Mapped[str | None] = column(Text, label=_lp("R-061", "Corrective measures"))
    needs_consent: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-061", "The customer has to agree"))
    double_five: Mapped[DoubleFive | None] = column(EnumCode(DoubleFive), label=_lp("R-061", "Military close-out"))
    conclusion: Mapped[str | None] = column(Text, label=_lp("R-061", "Conclusion"), required=True)

    request: Mapped[ServiceRequest | None] = link(label=_l("Service request"))
    order: Mapped[WorkOrder | None] = link(label=_l("Work order"))
    reporter: Mapped[Staff | None] = link(label=_lp("R-061", "Reporter"), required=True)
    equipment: Mapped[Equipment | None] = link(label=_lp("R-061", "Machine no."), required=True)
    department: Mapped[Department | None] = link(label=_lp("R-061", "Responsible department"), required=True)

    @property
    def is_major(self) -> bool:
        """Whether it is handled only after approval (B-065)."""
        return self.severity == Gravity.MAJOR


HANDLING = ("cause", "responsible_party", "department", "corrective_action", "needs_consent", "double_five", "conclusion")
REPORT = ("reported_at", "reporter", "found_in", "customer", "address", "contact_name", "contact_phone", "product_name", "equipment",
          "batch_no", "qty", "description", "action_taken", "severity", "gm_told_at")
PAPER = on(QualityCase, Paper(
    record="R-061", code="quality_case", title=_lp("R-061", "External quality information report"), sheet=A4_PORTRAIT,
    series="quality_case", area=_lp("R-062", "Quality"),
    purpose=_lp("R-061", "When a quality problem shows outside; at once for a major one"),
    who=_lp("R-061", "Engineer or regional account manager"), when=_lp("R-061", "At once for a major problem found outside"),
    listed=("number", "stage", "severity", "customer", "equipment", "found_in", "reported_at", "status"),
    filtered=("stage", "severity", "customer", "found_in"),
    sections=(Section("report", REPORT), Section("handling", HANDLING, rights=(("approve", "quality_case"), ("change", "quality_case")))),
    choices={"needs_consent": (_lp("R-061", "needed"), _lp("R-061", "not needed"))},
    labels={"needs_consent": _lp("R-061", "Consent of the customer (representative)")},
    words={"handling": _lp("R-061", "Handling by the company"), "approval": _lp("R-061", "Handling approved by the leaders"),
           "consent": _lp("R-061", "Consent of the customer (representative)"), "closed": _lp("R-061", "Loop closed on"),
           "quality": _lp("R-061", "Quality department")},
    blocks=(
        pair("reported_at", "reporter", 8.5), wide("found_in", 8.5, boxes=True), pair("customer", "address", 8.5),
        pair("contact_name", "contact_phone", 8.5), pair("product_name", "equipment", 8.5), pair("batch_no", "qty", 8.5),
        wide("description", 34), wide("action_taken", 16),
        Row(8.5, (*labelled("severity", 10, boxes=True), Cell(4, ("={!gm_told_at}",), label=True), Cell(6, ("{gm_told_at}",)))),
        Row(8.5, (Cell(6, ("={#approval}",), label=True), Cell(18, ("{@approver}　{@approver.date}",)))),
        Row(6.5, (Cell(24, ("={#handling}",), label=True),)), wide("cause", 28),
        Row(12, (*labelled("responsible_party", 12, boxes=True), Cell(3, ("={!department}",), label=True), Cell(5, ("{department}",)))),
        wide("corrective_action", 20),
        Row(12, (Cell(4, ("={#consent}",), label=True), Cell(9, ("{?needs_consent}", "{@customer}　{@customer.date}")),
                 Cell(3, ("={!double_five}",), label=True), Cell(8, ("{?double_five}",)))),
        wide("conclusion", 20),
        Row(8.5, (Cell(4, ("={#closed}",), label=True), Cell(8, ("{@closed.date}",)), Cell(4, ("={#quality}",), label=True),
                  Cell(8, ("{@closed}",)))),
    ),
    slots=(
        Slot("approver", _lp("R-061", "Handling approved by the leaders"), "ours", _lp("R-061", "The handling is approved"),
             rights=(("approve", "quality_case"), ("approve", "service_hold")), only_with="is_major", asks=("gm_told_at",), approves=True),
        Slot("customer", _lp("R-061", "Consent of the customer (representative)"), "customer", _lp("R-061", "The measures are agreed to"),
             rights=(("change", "quality_case"),), on_the_job=True, only_with="needs_consent", after=("approver",),
             owns=("cause", "responsible_party", "department", "corrective_action", "needs_consent"), asks=("corrective_action",)),
        Slot("closed", _lp("R-061", "Loop closed / quality department"), "ours", _lp("R-061", "The loop is closed"),
             rights=(("approve", "quality_case"), ("create", "nonconformity")), after=("approver", "customer"),
             owns=("double_five", "conclusion")),
    )))
