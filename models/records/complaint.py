"""R-073 投诉(问题)反馈表: a complaint from the first word to its closing (B-130 to B-140)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import EnumCode, FixedDecimal, UTCDateTime, column, link, money
from models.care_enums import ComplaintChannel, ComplaintKind, Contentment, PenaltyChoice, Substantiated
from models.customer import Customer, CustomerSite
from models.equipment import Equipment
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Paper, PaperRecord, Slot, on
from models.records.care_rows import told
from models.service_request import ServiceRequest


class Complaint(PaperRecord):
    """What a customer complained of, who looks after it, and how it ended."""

    __tablename__ = "complaint"
    __noun__ = "complaint"
    __follows__ = "customer"
    __table_args__ = (
        CheckConstraint("loss_amount IS NULL OR loss_amount >= 0", name="ck_complaint_loss"),
        Index("ix_complaint_received", "received_at", "id"),
    )

    kind: Mapped[ComplaintKind | None] = column(EnumCode(ComplaintKind), label=_lp("R-073", "Kind"), required=True)
    channel: Mapped[ComplaintChannel | None] = column(EnumCode(ComplaintChannel), label=_lp("R-073", "Channel"), required=True)
    received_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "Received at"), required=True)
    first_contact_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-073", "First contact"))
    handler_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-073", "Case handler"))
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-073", "Customer name"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_lp("R-073", "Address"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-073", "Contact person"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-073", "Phone"), required=True, personal=True)
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_l("Service request"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), label=_lp("R-073", "Product concerned"))
    batch_no: Mapped[str | None] = column(String(40), label=_lp("R-073", "Batch"))
    source: Mapped[str | None] = column(String(60), label=_lp("R-073", "Document"))
    content: Mapped[str | None] = column(Text, label=_lp("R-073", "Content"), required=True)
    problem_type: Mapped[str | None] = column(String(30), label=_lp("R-073", "Type"), required=True, dict_type="complaint_type")
    is_major: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-073", "Grave"))
    major_reason: Mapped[str | None] = column(String(80), label=_lp("R-073", "Why grave"), dict_type="major_reason", several=True)
    loss_amount: Mapped[Decimal | None] = column(money(), label=_lp("R-073", "Loss"))
    within_authority: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_lp("R-073", "Within authority"))
    contacted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "First contacted at"), required=True)
    customer_demand: Mapped[str | None] = column(Text, label=_lp("R-073", "Demand"), required=True)
    is_substantiated: Mapped[Substantiated | None] = column(EnumCode(Substantiated), label=_lp("R-073", "Justified?"), required=True)
    escalated_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "Told the head of department at"))
    head_opinion: Mapped[str | None] = column(Text, label=_lp("R-073", "Opinion of the head of department"))
    head_opinion_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "Time"))
    replied_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "Customer told at"), required=True)
    resolution_plan: Mapped[str | None] = column(Text, label=_lp("R-073", "Plan"), required=True)
    responsible_link: Mapped[str | None] = column(String(30), label=_lp("R-073", "Responsible link"), required=True,
                                                  dict_type="responsible_link")
    responsible_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-073", "Person responsible"))
    implementer_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-073", "Implementer"))
    implemented_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "Implemented at"), required=True)
    supervisor_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-073", "Supervisor"))
    visitor_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-073", "Went there"))
    visited_on: Mapped[dt.date | None] = column(Date, label=_lp("R-073", "on"))
    penalty: Mapped[PenaltyChoice | None] = column(EnumCode(PenaltyChoice), label=_lp("R-073", "Penalty"))
    feedback: Mapped[str | None] = column(Text, label=_lp("R-073", "Customer's feedback"), required=True)
    feedback_satisfied: Mapped[Contentment | None] = column(EnumCode(Contentment), label=_lp("R-073", "Customer satisfied"), required=True)
    letter_no: Mapped[str | None] = column(String(40), label=_lp("R-073", "Written notice"))
    closed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-073", "Closed at"))
    elapsed_workdays: Mapped[Decimal | None] = column(FixedDecimal(6, 1), label=_lp("R-073", "Total time (working days)"))

    first_contact: Mapped[Staff | None] = link(label=_lp("R-073", "First contact"), required=True, foreign_keys=first_contact_id)
    handler: Mapped[Staff | None] = link(label=_lp("R-073", "Case handler"), required=True, foreign_keys=handler_id)
    customer: Mapped[Customer | None] = link(label=_lp("R-073", "Customer name"), required=True)
    site: Mapped[CustomerSite | None] = link(label=_lp("R-073", "Address"), required=True)
    request: Mapped[ServiceRequest | None] = link(label=_l("Service request"))
    equipment: Mapped[Equipment | None] = link(label=_lp("R-073", "Product concerned"))
    responsible: Mapped[Staff | None] = link(label=_lp("R-073", "Person responsible"), foreign_keys=responsible_id)
    implementer: Mapped[Staff | None] = link(label=_lp("R-073", "Implementer"), required=True, foreign_keys=implementer_id)
    supervisor: Mapped[Staff | None] = link(label=_lp("R-073", "Supervisor"), foreign_keys=supervisor_id)
    visitor: Mapped[Staff | None] = link(label=_lp("R-073", "Went there"), foreign_keys=visitor_id)

    @property
    def beyond_authority(self) -> bool:
        """Whether the head of the department has to say what is to be done (B-132)."""
        return not self.within_authority or self.is_major


FOLLOW_THROUGH = ("is_substantiated", "replied_at", "resolution_plan", "responsible_link", "responsible", "implementer", "implemented_at",
                  "visitor", "visited_on", "penalty", "feedback", "feedback_satisfied", "letter_no", "supervisor", "closed_at",
                  "elapsed_workdays")
PAPER = on(Complaint, Paper(
    record="R-073", code="complaint", title=_lp("R-073", "Complaint (problem) feedback form"), sheet=A4_PORTRAIT, series="complaint",
    area=_lp("R-077", "Complaints and follow-up"), purpose=_lp("R-073", "Each complaint, problem or grievance, from receipt to closing"),
    who=_lp("R-073", "Whoever takes it; the clerk follows it up"), when=_lp("R-073", "At once; answered and closed within its clocks"),
    listed=("number", "status", "kind", "customer", "problem_type", "is_major", "received_at", "handler", "closed_at"),
    filtered=("status", "kind", "customer", "problem_type", "is_major", "handler"),
    choices={"is_major": (_lp("R-073", "yes"), _lp("R-073", "no")), "within_authority": (_lp("R-073", "yes"), _lp("R-073", "no"))},
    words={"signed": _lp("R-073", "Signature")},
    blocks=(
        told(8.5, "customer", ("{!contact_name}/{!contact_phone}", "{contact_name}　{contact_phone}")), told(8.5, "site"),
        told(8.5, "?kind"), told(8.5, "?channel"), told(8.5, "received_at", "first_contact"),
        told(8.5, "handler"), told(8.5, ("{!equipment}/{!batch_no}/{!source}", "{equipment}　{batch_no}　{source}"), left=6),
        told(20, "content"), told(8.5, "?problem_type"), told(8.5, "?is_major"),
        told(8.5, "?major_reason"), told(8.5, "loss_amount", "?within_authority"), told(8.5, "contacted_at"),
        told(11, "customer_demand"), told(8.5, "?is_substantiated"), told(8.5, "escalated_at", left=6),
        told(22, ("{!head_opinion}", "{head_opinion}", ">{#signed}/{!head_opinion_at}：{@head}　{head_opinion_at}"), left=6),
        told(22, ("{!resolution_plan}", "{resolution_plan}", ">{!replied_at}：{replied_at}")),
        told(8.5, ("{!responsible_link}/{!responsible}", "{responsible_link}　{responsible}"),
             ("{!visitor}/{!visited_on}", "{visitor}　{visited_on}")),
        told(8.5, "implementer", "implemented_at"),
        told(8.5, ("{!supervisor}", "{supervisor}　{#signed}：{@supervision}"), "?penalty"),
        told(11, "feedback", "?feedback_satisfied"), told(8.5, "letter_no"), told(8.5, "closed_at", "elapsed_workdays"),
    ),
    slots=(
        Slot("head", _lp("R-073", "Opinion of the head of department"), "ours", _lp("R-073", "To be handled as written"),
             rights=(("approve", "complaint"),), only_with="beyond_authority", asks=("head_opinion", "escalated_at"),
             owns=("head_opinion", "head_opinion_at", "escalated_at"), approves=True),
        Slot("supervision", _lp("R-073", "Supervisor"), "ours", _lp("R-073", "Handled as written; the customer was told"),
             rights=(("change", "complaint"),), owns=FOLLOW_THROUGH),
    )))
