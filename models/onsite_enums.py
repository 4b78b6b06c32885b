"""The fixed lists of intake, acceptance, plans and trips (R-003, R-011, R-013, R-021, R-024, R-030)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class CollectMode(LabelledEnum):
    """How a charge is collected (R-011)."""

    AT_ONCE = "at_once", _lp("collect_mode", "Collected on the spot")
    INVOICED = "invoiced", _lp("collect_mode", "Collected against invoice")


class AcceptanceKind(LabelledEnum):
    """What was accepted (R-013, R-020)."""

    INSTALLATION = "installation", _lp("acceptance_kind", "Installation and commissioning")
    REPAIR = "repair", _lp("acceptance_kind", "Repair")
    REINSTALLATION = "reinstallation", _lp("acceptance_kind", "Installation after repair")


class UnpackState(LabelledEnum):
    """How the goods came out of their box (R-013)."""

    SOUND = "sound", _lp("unpack_state", "Sound"), Look.DONE
    DAMAGED = "damaged", _lp("unpack_state", "Damaged outside"), Look.FAILED
    MISSING = "missing", _lp("unpack_state", "Parts missing"), Look.WAITING


class AccessoryState(LabelledEnum):
    """Whether an accessory is there (R-013)."""

    COMPLETE = "complete", _lp("accessory_state", "Complete")
    MISSING = "missing", _lp("accessory_state", "Missing")


class Measured(LabelledEnum):
    """Whether a figure was met (R-013)."""

    PASSED = "passed", _lp("test_result", "Passed")
    FAILED = "failed", _lp("test_result", "Failed")


class CanOperate(LabelledEnum):
    """Whether the user works with it alone (R-013)."""

    YES = "yes", _lp("can_operate", "Yes, alone")
    MOSTLY = "mostly", _lp("can_operate", "Mostly")
    NO = "no", _lp("can_operate", "Not yet")


class AcceptanceResult(LabelledEnum):
    """The conclusion of an acceptance (R-013)."""

    PASSED = "passed", _lp("acceptance_result", "Accepted"), Look.DONE
    CONDITIONAL = "conditional", _lp("acceptance_result", "Accepted with conditions"), Look.WAITING
    FAILED = "failed", _lp("acceptance_result", "Not accepted"), Look.FAILED


class ContactChannel(LabelledEnum):
    """How somebody turned to us (R-003)."""

    CALL = "call", _lp("contact_channel", "Call")
    LETTER = "letter", _lp("contact_channel", "Letter")
    VISIT = "visit", _lp("contact_channel", "Visit")
    EMAIL = "email", _lp("contact_channel", "E-mail")
    FAX = "fax", _lp("contact_channel", "Fax")
    WEB = "web", _lp("contact_channel", "Web")


class ContactKind(LabelledEnum):
    """What it was about (R-003)."""

    INQUIRY = "inquiry", _lp("contact_kind", "Inquiry")
    REPAIR = "repair", _lp("contact_kind", "Repair")
    COMPLAINT = "complaint", _lp("contact_kind", "Complaint")
    SUGGESTION = "suggestion", _lp("contact_kind", "Suggestion")
    TECHNICAL = "technical", _lp("contact_kind", "Technical question")
    OTHER = "other", _lp("contact_kind", "Other")


class PlanSeverity(LabelledEnum):
    """How grave the problem of a plan is (R-021)."""

    MINOR = "minor", _lp("plan_severity", "Minor")
    MAJOR = "major", _lp("plan_severity", "Major"), Look.FAILED


class Transport(LabelledEnum):
    """How one travels (R-024)."""

    COMPANY_CAR = "company_car", _lp("transport", "Company car")
    TRAIN = "train", _lp("transport", "Train")
    PLANE = "plane", _lp("transport", "Plane")
    COACH = "coach", _lp("transport", "Coach")
    CUSTOMER = "customer", _lp("transport", "Provided by the customer")


class LoanState(LabelledEnum):
    """What became of borrowed material (R-030)."""

    NONE = "none", _lp("loan_state", "Nothing borrowed")
    RETURNED = "returned", _lp("loan_state", "Returned"), Look.DONE
    USED = "used", _lp("loan_state", "Partly used, booked out")
    OPEN = "open", _lp("loan_state", "Not returned"), Look.WAITING


class TripRating(LabelledEnum):
    """The service manager's evaluation of a trip (R-030, B-097)."""

    EXCELLENT = "excellent", _lp("trip_rating", "Excellent"), Look.DONE
    GOOD = "good", _lp("trip_rating", "Good"), Look.DONE
    FAIR = "fair", _lp("trip_rating", "Acceptable")
    POOR = "poor", _lp("trip_rating", "Not acceptable"), Look.FAILED


class TripItemKind(LabelledEnum):
    """Whether a matter of a trip is settled (R-030)."""

    DONE = "done", _lp("trip_item", "Done"), Look.DONE
    OPEN = "open", _lp("trip_item", "Open"), Look.WAITING
