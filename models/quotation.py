"""R-067 售后服务报价单: what a paid service will cost, how it was reckoned, who decided, that the customer accepts (WF-14)."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, FixedDecimal, UTCDateTime, column, link, money, quantity
from models.customer_block import CustomerBlock
from models.equipment import Equipment
from models.money_enums import AcceptChannel, CostCategory, Decision, Level, PaidReason, PriceScheme, QuotationStage
from models.paper import PaperRecord, Rights
from models.service_request import ServiceRequest

FEN = Decimal("0.01")
FURTHER: dict[Level, Rights] = {Level.MANAGER: (), Level.VICE_PRESIDENT: (("approve", "major_price"),),
                                Level.GENERAL_MANAGER: (("approve", "major_price"), ("approve", "fee_rate"))}


class Quotation(CustomerBlock, PaperRecord):
    """A price for a service: drafted, costed, approved at the level of its amount, accepted (B-073 to B-080)."""

    __tablename__ = "quotation"
    __noun__ = "quotation"
    __table_args__ = (Index("ix_quotation_list", "stage", "quoted_on", "id"),)

    stage: Mapped[QuotationStage] = column(EnumCode(QuotationStage), nullable=False, default=QuotationStage.DRAFT,
                                           label=_lp("R-067", "Status"))
    quoted_on: Mapped[dt.date | None] = column(Date, label=_lp("R-067", "Quoted on"), required=True)
    valid_until: Mapped[dt.date | None] = column(Date, label=_lp("R-067", "Valid until"), required=True)
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-067", "Request no."))
    equipment_id: Mapped[int | None] = column(ForeignKey("equipment.id"), index=True, label=_lp("R-067", "Equipment"))
    paid_reason: Mapped[PaidReason | None] = column(EnumCode(PaidReason), label=_lp("R-067", "Why paid"), required=True)
    scheme: Mapped[PriceScheme | None] = column(EnumCode(PriceScheme), label=_lp("R-067", "Price scheme"), required=True)
    # what it was reckoned with, kept when the fee table changes (B-084)
    fee_version: Mapped[str | None] = column(String(20), label=_lp("R-066", "Version"))
    tax_rate: Mapped[Decimal | None] = column(FixedDecimal(12, 2), label=_l("Tax rate"))
    mgmt_rate: Mapped[Decimal | None] = column(FixedDecimal(12, 2), label=_l("Rate of the management fee"))
    # what follows from the lines
    material: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Material"))
    labor: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Labour"))
    travel: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Travel"))
    tax: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Tax"))
    cost: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Cost"))
    mgmt_fee: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Management fee"))
    price: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Price in words"))
    price_words: Mapped[str | None] = column(String(80), label=_l("Amount in words"))
    finance_cost: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Cost by finance"), required=True)
    finance_note: Mapped[str | None] = column(Text, label=_lp("R-067", "Opinion"), required=True)
    approval_level: Mapped[Level | None] = column(EnumCode(Level), label=_lp("R-067", "Approval level"))
    decision: Mapped[Decision | None] = column(EnumCode(Decision), label=_lp("R-067", "Opinion of the approver"))
    waiver_requested: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-067", "Waiver asked"))
    waiver_reason: Mapped[str | None] = column(Text, label=_lp("R-067", "Reason of the waiver"))
    waiver_level: Mapped[Level | None] = column(EnumCode(Level), label=_lp("R-067", "Waiver level"))
    agreed_price: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Agreed price"))
    concession: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Below the approved price by"))
    accepted_by: Mapped[str | None] = column(String(40), label=_lp("R-067", "Accepted by"), personal=True)
    accepted_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-067", "Accepted at"))
    accept_channel: Mapped[AcceptChannel | None] = column(EnumCode(AcceptChannel), label=_lp("R-067", "Way of acceptance"))

    sent_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-067", "Told to the customer at"))
    sent_by_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-067", "Told by"))
    rejected_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-067", "Rejected at"))
    reject_reason: Mapped[str | None] = column(String(200), label=_lp("R-067", "Why the customer rejects"))
    expired_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-067", "Expired at"))

    request: Mapped[ServiceRequest | None] = link(label=_lp("R-067", "Request no."))
    equipment: Mapped[Equipment | None] = link(label=_lp("R-067", "Equipment"))
    lines: Mapped[list[QuotationLine]] = relationship(order_by="QuotationLine.position", cascade="all, delete-orphan",
                                                      info={"label": _lp("R-067", "Cost lines")})

    @property
    def approval_rights(self) -> Rights:
        """What an approver needs beyond the right to approve, by the level of the price (B-078)."""
        return FURTHER[self.approval_level or Level.VICE_PRESIDENT]

    @property
    def waiver_rights(self) -> Rights:
        """The same for a waiver (B-079)."""
        return FURTHER[self.waiver_level or Level.GENERAL_MANAGER]


class QuotationLine(Audited, Base):
    """A cost: how many people, days or pieces at what price; nothing for what the customer provides (R-067)."""

    __tablename__ = "quotation_line"
    __table_args__ = (CheckConstraint("unit_price IS NULL OR unit_price >= 0", name="ck_quotation_line_price"),)

    quotation_id: Mapped[int] = column(ForeignKey("quotation.id"), nullable=False, index=True, label=_l("Record"))
    position: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Line"))
    category: Mapped[CostCategory | None] = column(EnumCode(CostCategory), label=_lp("R-067", "Category"))
    note: Mapped[str | None] = column(String(120), label=_lp("R-067", "Note"))
    persons: Mapped[Decimal | None] = column(quantity(), label=_lp("R-067", "People"))
    days: Mapped[Decimal | None] = column(quantity(), label=_lp("R-067", "Days"))
    qty: Mapped[Decimal | None] = column(quantity(), label=_lp("R-067", "Quantity"))
    unit_price: Mapped[Decimal | None] = column(money(), label=_lp("R-067", "Unit price"))
    provided_by_customer: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-067", "Provided by the customer"))

    typed_at: ClassVar[str | None] = None

    @property
    def provided(self) -> str:
        """As printed: nothing for what we provide."""
        return str(_l("Yes")) if self.provided_by_customer else ""

    @property
    def amount(self) -> Decimal | None:
        """People × days × pieces, as far as they are given, at the price, to the fen; none while the price is missing (B-075)."""
        if self.provided_by_customer:
            return Decimal(0)
        if self.unit_price is None:
            return None
        total = Decimal(self.unit_price)
        for factor in (self.persons, self.days, self.qty):
            total *= factor if factor is not None else 1
        return total.quantize(FEN, rounding=ROUND_HALF_UP)
