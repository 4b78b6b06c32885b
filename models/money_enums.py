"""Fixed lists of prices and charges (R-050, R-066, R-067)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class PriceState(LabelledEnum):
    """Whether somebody stands for a price of the list (R-050)."""

    PROPOSED = "proposed", _lp("price_state", "Waits for approval"), Look.WAITING
    APPROVED = "approved", _lp("price_state", "Approved"), Look.SEALED


class FeeCategory(LabelledEnum):
    """The seven kinds of charges of the fee table, in its order (R-066)."""

    TRAFFIC = "traffic", _lp("fee_category", "Traffic")
    LODGING = "lodging", _lp("fee_category", "Lodging")
    MEALS = "meals", _lp("fee_category", "Meals")
    LABOUR = "labour", _lp("fee_category", "Labour")
    MATERIAL = "material", _lp("fee_category", "Material")
    TAX = "tax", _lp("fee_category", "Tax")
    MANAGEMENT = "management", _lp("fee_category", "Management fee")


class RateKind(LabelledEnum):
    """How a charge is reckoned (R-066)."""

    ACTUAL = "actual", _lp("rate_kind", "As spent")
    PER_DAY = "per_day", _lp("rate_kind", "Yuan a day")
    PERCENT = "percent", _lp("rate_kind", "Percent")
