"""R-066 收费标准: what service costs, by category and version (B-074, B-084)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from extensions import _lp
from models.base import Audited, Base, EnumCode, FixedDecimal, Versioned, column
from models.money_enums import FeeCategory, RateKind


class FeeRate(Audited, Versioned, Base):
    """The rate of a category in a version of the fee table; a quotation keeps the version it was made with (B-084)."""

    __tablename__ = "fee_rate"
    __noun__ = "fee_rate"
    __table_args__ = (
        UniqueConstraint("version", "category", name="uq_fee_rate_version"),
        CheckConstraint("rate_value IS NULL OR rate_value >= 0", name="ck_fee_rate_value"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ck_fee_rate_days"),
    )

    version: Mapped[str] = column(String(20), nullable=False, label=_lp("R-066", "Version"), required=True)
    category: Mapped[FeeCategory] = column(EnumCode(FeeCategory), nullable=False, label=_lp("R-066", "Category"), required=True)
    rate_kind: Mapped[RateKind] = column(EnumCode(RateKind), nullable=False, label=_lp("R-066", "Way of reckoning"), required=True)
    rate_value: Mapped[Decimal | None] = column(FixedDecimal(12, 2), label=_lp("R-066", "Rate (yuan or percent)"))
    note: Mapped[str | None] = column(String(120), label=_lp("R-066", "Remarks"))
    customer_may_provide: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-066", "Customer may provide"))
    may_lower: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-066", "May be lowered"))
    valid_from: Mapped[dt.date] = column(Date, nullable=False, index=True, label=_lp("R-066", "Valid from"), required=True)
    valid_to: Mapped[dt.date | None] = column(Date, label=_lp("R-066", "Valid until"))

    @property
    def rate_value_is_percent(self) -> bool:
        """Whether the rate is a share, not an amount of money."""
        return self.rate_kind == RateKind.PERCENT

    def __str__(self) -> str:
        return f"{self.category} {self.version}"
