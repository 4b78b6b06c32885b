"""R-071 保养到期通知书: the letter a month before a contract ends, and what came of the visit (B-086)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, column, link, money
from models.care_enums import NoticeChannel, RenewalResult
from models.customer import Customer
from models.equipment import Equipment
from models.organisation import Staff
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, PaperRecord, Row, Slot, on
from models.records.care_rows import bar, told
from models.records.service_contract import ServiceContract


class ContractNotice(PaperRecord):
    """A notice that a contract ends."""

    __tablename__ = "contract_notice"
    __noun__ = "contract"
    __follows__ = "customer"

    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-071", "Customer name"))
    address: Mapped[str | None] = column(String(200), label=_lp("R-071", "Address"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-071", "Contact person"), personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-071", "Phone"), personal=True)
    contract_id: Mapped[int | None] = column(ForeignKey("service_contract.id"), index=True, label=_lp("R-071", "Contract no."))
    end_on: Mapped[dt.date | None] = column(Date, label=_lp("R-071", "Expires on"))
    proposal: Mapped[str | None] = column(Text, label=_lp("R-071", "Renewal proposal"))
    proposal_amount: Mapped[Decimal | None] = column(money(), label=_lp("R-071", "Quoted"))
    sent_on: Mapped[dt.date | None] = column(Date, label=_lp("R-071", "Sent on"), required=True)
    sent_by_channel: Mapped[NoticeChannel | None] = column(EnumCode(NoticeChannel), label=_lp("R-071", "Sent by"), required=True)
    owner_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-071", "Person for renewal"))
    visit_on: Mapped[dt.date | None] = column(Date, label=_lp("R-071", "Visited on"))
    result: Mapped[RenewalResult | None] = column(EnumCode(RenewalResult), label=_lp("R-071", "Result"))

    customer: Mapped[Customer | None] = link(label=_lp("R-071", "Customer name"), required=True)
    contract: Mapped[ServiceContract | None] = link(label=_lp("R-071", "Contract no."), required=True)
    owner: Mapped[Staff | None] = link(label=_lp("R-071", "Person for renewal"), required=True)
    equipment_lines: Mapped[list[ContractNoticeUnit]] = relationship(
        back_populates="notice", order_by="ContractNoticeUnit.position", cascade="all, delete-orphan",
        info={"label": _lp("R-071", "Units covered")})

    @property
    def term(self) -> str:
        """From when to when the contract is in force."""
        return self.contract.term if self.contract is not None else ""

    @property
    def addressee(self) -> str:
        """Whom the letter is written to."""
        return "　".join(filter(None, (str(self.customer or ""), self.contact_name)))

    @property
    def contract_said(self) -> str:
        """The number of the contract in the letter."""
        return str(self.contract or "")

    @property
    def end_said(self) -> str:
        """The day of the end in the letter."""
        return f"{self.end_on:%Y年%m月%d日}" if self.end_on is not None else "　　　　年　　月　　日"

    @property
    def owner_phone(self) -> str | None:
        """Where the person for the renewal is called."""
        return (self.owner.mobile or self.owner.phone) if self.owner is not None else None


class ContractNoticeUnit(Audited, Base):
    """A unit the contract covers, as the letter lists it."""

    __tablename__ = "contract_notice_unit"

    notice_id: Mapped[int] = column(ForeignKey("contract_notice.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), label=_lp("R-071", "Unit, model"))

    typed_at: ClassVar[str | None] = None
    equipment: Mapped[Equipment | None] = link(label=_lp("R-071", "Unit, model"))
    notice: Mapped[ContractNotice] = relationship(back_populates="equipment_lines")

    @property
    def unit_name(self) -> str:
        """The product and its model."""
        model = self.equipment.product_model if self.equipment is not None else None
        return " ".join(filter(None, (model.name, model.model_no))) if model is not None else ""

    @property
    def serial_no(self) -> str:
        """The number of the unit."""
        return str(self.equipment or "")

    @property
    def term(self) -> str:
        """The term of the contract."""
        return self.notice.term if self.notice is not None else ""


PAPER = on(ContractNotice, Paper(
    record="R-071", code="contract_notice", title=_lp("R-071", "Contract expiry notice"), sheet=A4_PORTRAIT, series="contract_notice",
    area=_lp("R-070", "Contracts"), purpose=_lp("R-071", "One month before a contract ends"),
    who=_lp("R-071", "Service clerk; somebody is sent for the renewal"), when=_lp("R-071", "One month before a contract ends"),
    listed=("number", "status", "customer", "contract", "end_on", "sent_on", "owner", "result"),
    filtered=("status", "customer", "owner", "result"),
    labels={"term": _lp("R-071", "From and to"), "addressee": _lp("R-071", "Customer name"), "contract_said": _lp("R-071", "Contract no."),
            "end_said": _lp("R-071", "Expires on"), "owner_phone": _lp("R-071", "Phone")},
    words={"dear": _lp("R-071", "Dear"), "your_contract": _lp("R-071", "Your maintenance contract (no."),
           "ends": _lp("R-071", ") with us ends on"),
           "renew": _lp("R-071", "; to keep your units running, please renew it before that day."),
           "units": _lp("R-071", "Units covered"), "company": _lp("R-071", "Company (seal)"), "ours": _lp("R-071", "Filled in by us"),
           "renewal": _lp("R-071", "Signature")},
    blocks=(
        told(9, "customer"), told(9, ("{!address}/{!contact_name}", "{address}　{contact_name}")),
        told(9, ("{!contract}/{!term}", "{contract}　{term}"), left=7),
        Row(26, (Cell(24, ("{#dear} {addressee}：", "　　{#your_contract} {contract_said} {#ends} {end_said}{#renew}")),)),
        bar("{#units}"),
        Lines((LineList("equipment_lines", (
            Column("equipment", 10, _lp("R-071", "Unit, model"), shows="unit_name"),
            Column("serial_no", 6, _lp("R-071", "Serial no."), fixed=True), Column("term", 8, _lp("R-071", "Term"), fixed=True))),), 7, 8),
        told(9, "end_on"), told(26, ("{!proposal}/{!proposal_amount}", "{proposal}", ">{!proposal_amount}：{proposal_amount}")),
        told(9, ("{!sent_on}/{!sent_by_channel}", "{sent_on}　{?sent_by_channel}")), told(9, "owner", "owner_phone"),
        Row(16, (Cell(12, ("{#company}：{@issuer}",)), Cell(12, (">{@issuer.date}",)))),
        bar("{#ours}"), told(9, ("{!visit_on}/{!result}", "{visit_on}　{?result}　{#renewal}：{@renewal}")),
    ),
    slots=(
        Slot("issuer", _lp("R-071", "Company (seal)"), "ours", _lp("R-071", "Sent as written"), rights=(("create", "contract"),)),
        Slot("renewal", _lp("R-071", "Person for renewal"), "ours", _lp("R-071", "The visit was as written"),
             rights=(("change", "contract"),), asks=("visit_on", "result"), owns=("visit_on", "result")),
    )))
