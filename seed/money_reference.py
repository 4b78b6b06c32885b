"""The fee table every installation begins with; run at each release, made only where there is none yet (R-066)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import yaml
from sqlalchemy import select

from extensions import db
from models.fee_rate import FeeRate
from models.money_enums import FeeCategory, RateKind

DATA = Path(__file__).with_name("data") / "fee_rates.yaml"
FIRST = dt.date(2024, 1, 1)


def load() -> None:
    """The seven rates; a table that somebody adjusted stays as it is."""
    if db.session.scalar(select(FeeRate.id).limit(1)) is not None:
        return
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    kinds, categories = {kind.value: kind for kind in RateKind}, {category.value: category for category in FeeCategory}
    db.session.add_all(FeeRate(version=f"{FIRST:%Y}", category=categories[code], rate_kind=kinds[kind],
                               rate_value=Decimal(value) if value is not None else None, note=note or None, customer_may_provide=provide,
                               may_lower=lower, valid_from=FIRST) for code, (kind, value, note, provide, lower) in rows.items())
