"""The fixed lists of the records filled in outside (R-015, R-016)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class Charging(LabelledEnum):
    """Whether the customer pays for the service (R-015)."""

    PAID = "paid", _lp("charging", "Paid")
    FREE = "free", _lp("charging", "Free of charge")


class DefectDisposal(LabelledEnum):
    """What becomes of the parts that failed (R-015, B-052)."""

    NONE = "none", _lp("defect_disposal", "None")
    REPAIR = "repair", _lp("defect_disposal", "For repair")
    SCRAP = "scrap", _lp("defect_disposal", "For scrap")
    LEFT = "left", _lp("defect_disposal", "Left with the customer")


class Attitude(LabelledEnum):
    """How the customer found the people who came (R-016)."""

    POOR = "poor", _lp("attitude", "Poor"), Look.FAILED
    FAIR = "fair", _lp("attitude", "Fair")
    SATISFYING = "satisfying", _lp("attitude", "Satisfying")
    GOOD = "good", _lp("attitude", "Good")
    VERY_GOOD = "very_good", _lp("attitude", "Very good"), Look.DONE


class Damage(LabelledEnum):
    """Whether the product was damaged (R-016)."""

    SOME = "some", _lp("damage", "Damaged")
    NONE = "none", _lp("damage", "Not damaged"), Look.DONE
    SEVERE = "severe", _lp("damage", "Severely damaged"), Look.FAILED


class Cleanliness(LabelledEnum):
    """How the place was left (R-016)."""

    GOOD = "good", _lp("cleanliness", "Clean"), Look.DONE
    BAD = "bad", _lp("cleanliness", "Not clean"), Look.FAILED


class Contentment(LabelledEnum):
    """Whether the customer is satisfied (R-016)."""

    SATISFIED = "satisfied", _lp("contentment", "Satisfied"), Look.DONE
    DISSATISFIED = "dissatisfied", _lp("contentment", "Dissatisfied"), Look.FAILED
    VERY_DISSATISFIED = "very_dissatisfied", _lp("contentment", "Very dissatisfied"), Look.FAILED


class DoneState(LabelledEnum):
    """Whether the work is finished (R-016)."""

    DONE = "done", _lp("done_state", "Done"), Look.DONE
    OPEN = "open", _lp("done_state", "Not done"), Look.WAITING
