"""R-070 保养合同书: what a maintenance contract covers and how long; the signed paper is attached as a scan (B-086)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy import Column as SQLColumn
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import Base, EnumCode, column, link, money
from models.care_enums import ContractType, RenewalState
from models.customer import Customer
from models.equipment import Equipment
from models.paper import A4_PORTRAIT, Cell, Paper, PaperRecord, Row, Slot, on
from models.records.care_rows import told
from models.sla import SlaProfile

NOT_VOID = "status <> 'void'"
covered = Table("service_contract_unit", Base.metadata, SQLColumn("contract_id", ForeignKey("service_contract.id"), primary_key=True),
                SQLColumn("equipment_id", ForeignKey("equipment.id"), primary_key=True))


class ServiceContract(PaperRecord):
    """A contract over units of a customer; its number is its own."""

    __tablename__ = "service_contract"
    __noun__ = "contract"
    __follows__ = "customer"
    __table_args__ = (
        CheckConstraint("end_on IS NULL OR start_on IS NULL OR end_on >= start_on", name="ck_service_contract_span"),
        CheckConstraint("visit_interval_months IS NULL OR visit_interval_months BETWEEN 1 AND 60", name="ck_service_contract_interval"),
        Index("uq_service_contract_no", "contract_no", unique=True, sqlite_where=text(NOT_VOID), postgresql_where=text(NOT_VOID)),
        Index("ix_service_contract_notice", "notice_due", "id"),
    )

    contract_no: Mapped[str | None] = column(String(40), label=_lp("R-070", "Contract no."), required=True)
    contract_type: Mapped[ContractType | None] = column(EnumCode(ContractType), label=_lp("R-070", "Type"), required=True)
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-070", "Customer"))
    signed_on: Mapped[dt.date | None] = column(Date, label=_lp("R-070", "Signed on"), required=True)
    start_on: Mapped[dt.date | None] = column(Date, label=_lp("R-070", "In force"), required=True)
    end_on: Mapped[dt.date | None] = column(Date, index=True, label=_lp("R-070", "Ends"), required=True)
    amount: Mapped[Decimal | None] = column(money(), label=_lp("R-070", "Amount"))
    payment_terms: Mapped[str | None] = column(String(100), label=_lp("R-070", "Terms of payment"))
    scope: Mapped[str | None] = column(Text, label=_lp("R-070", "Scope"), required=True)
    exclusions: Mapped[str | None] = column(Text, label=_lp("R-070", "Exclusions"))
    visit_interval_months: Mapped[int | None] = column(Integer, label=_lp("R-070", "Visit interval (months)"))
    sla_profile_id: Mapped[int | None] = column(ForeignKey("sla_profile.id"), label=_lp("R-070", "SLA profile"))
    notice_due: Mapped[dt.date | None] = column(Date, label=_lp("R-070", "Notice date"))
    renewal_state: Mapped[RenewalState] = column(EnumCode(RenewalState), nullable=False, default=RenewalState.NOT_DUE,
                                                 label=_lp("R-070", "Renewal"))

    customer: Mapped[Customer | None] = link(label=_lp("R-070", "Customer"), required=True)
    units: Mapped[list[Equipment]] = link(label=_lp("R-070", "Units covered"), required=True, secondary=covered)
    sla_profile: Mapped[SlaProfile | None] = link(label=_lp("R-070", "SLA profile"))

    @property
    def term(self) -> str:
        """From when to when it is in force."""
        days = [f"{day:%Y年%m月%d日}" for day in (self.start_on, self.end_on) if day is not None]
        return str(_l("%(first)s to %(last)s", first=days[0], last=days[1])) if len(days) == 2 else "".join(days)

    def __str__(self) -> str:
        return self.contract_no or super().__str__()


PAPER = on(ServiceContract, Paper(
    record="R-070", code="service_contract", title=_lp("R-070", "Maintenance contract"), sheet=A4_PORTRAIT, series="service_contract",
    area=_lp("R-070", "Contracts"), purpose=_lp("R-070", "Summary of a signed contract; the scan hangs on it"),
    who=_lp("R-070", "Sales or service clerk; the service manager approves"), when=_lp("R-070", "At signing"),
    listed=("number", "status", "customer", "contract_type", "start_on", "end_on", "notice_due", "renewal_state"),
    filtered=("status", "customer", "contract_type", "renewal_state"),
    words={"date": _lp("R-070", "Date")},
    foot=_lp("R-070", "Summary of the contract; the signed text is attached as a scan."),
    blocks=(
        told(10, "contract_no"), told(10, "?contract_type"), told(10, "customer"),
        told(10, ("{!signed_on}/{!start_on}/{!end_on}", "{signed_on}　{start_on}　{end_on}"), left=6),
        told(10, ("{!amount}/{!payment_terms}", "{amount}　{payment_terms}"), left=6),
        told(44, "scope"), told(30, "exclusions"), told(36, "units"), told(10, "visit_interval_months", "sla_profile"),
        told(10, "notice_due"), told(10, "?renewal_state"),
        Row(12, (Cell(24, (">{#approver}：{@approver}　{#date}：{@approver.date}",)),)),
    ),
    slots=(Slot("approver", _lp("R-070", "Approved by the service manager"), "ours", _lp("R-070", "The contract is as entered"),
                rights=(("approve", "contract"),), approves=True),)))
