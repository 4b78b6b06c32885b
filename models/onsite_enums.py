"""The fixed lists of intake, acceptance, plans and trips (R-003, R-011, R-013, R-021, R-024, R-030)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum


class CollectMode(LabelledEnum):
    """How a charge is collected (R-011)."""

    AT_ONCE = "at_once", _lp("collect_mode", "Collected on the spot")
    INVOICED = "invoiced", _lp("collect_mode", "Collected against invoice")
