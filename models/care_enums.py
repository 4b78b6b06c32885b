"""The fixed lists of customer care: complaints, surveys, contracts, inspections and the day of a technician."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class ComplaintKind(LabelledEnum):
    """What the customer brought forward (R-073)."""

    COMPLAINT = "complaint", _lp("complaint_kind", "Complaint")
    PROBLEM = "problem", _lp("complaint_kind", "Problem")
    GRIEVANCE = "grievance", _lp("complaint_kind", "Grievance")
    SUGGESTION = "suggestion", _lp("complaint_kind", "Suggestion")


class ComplaintChannel(LabelledEnum):
    """How it reached us (R-073)."""

    PHONE = "phone", _lp("complaint_channel", "Phone")
    ON_SITE = "on_site", _lp("complaint_channel", "On the spot")
    LETTER = "letter", _lp("complaint_channel", "Letter")
    EMAIL = "email", _lp("complaint_channel", "E-mail")
    WEB = "web", _lp("complaint_channel", "Web")
    FAX = "fax", _lp("complaint_channel", "Fax")
    SURVEY = "survey", _lp("complaint_channel", "Opinion survey")
    COURTESY = "courtesy_visit", _lp("complaint_channel", "Courtesy visit")
    FOLLOW_UP = "follow_up", _lp("complaint_channel", "Follow-up call")
    INSPECTION = "inspection", _lp("complaint_channel", "Inspection")


class Substantiated(LabelledEnum):
    """Whether a complaint is justified (R-073, B-140)."""

    YES = "yes", _lp("substantiated", "Justified")
    PARTLY = "partly", _lp("substantiated", "Partly justified")
    NO = "no", _lp("substantiated", "Not justified")
    OPEN = "open", _lp("substantiated", "To be found out"), Look.WAITING


class PenaltyChoice(LabelledEnum):
    """What it means for the person responsible (R-073, B-136)."""

    NONE = "none", _lp("penalty", "None")
    POINTS = "points", _lp("penalty", "3 points")
    OTHER = "other", _lp("penalty", "Handled otherwise")


class Contentment(LabelledEnum):
    """How content the customer is with the handling (R-073)."""

    SATISFIED = "satisfied", _lp("contentment", "Satisfied"), Look.DONE
    BASICALLY = "basically", _lp("contentment", "Basically satisfied")
    DISSATISFIED = "dissatisfied", _lp("contentment", "Dissatisfied"), Look.FAILED


class FiveLevel(LabelledEnum):
    """Five levels, best first; the code is the points (R-078, B-155)."""

    VERY_GOOD = "5", _lp("five_level", "Very good")
    GOOD = "4", _lp("five_level", "Good")
    SATISFYING = "3", _lp("five_level", "Satisfying")
    FAIR = "2", _lp("five_level", "Fair")
    POOR = "1", _lp("five_level", "Poor")


class FourLevel(LabelledEnum):
    """Four levels, best first; the code is the points (R-080, B-154)."""

    VERY_SATISFIED = "4", _lp("four_level", "Very satisfied")
    SATISFIED = "3", _lp("four_level", "Satisfied")
    PASSABLE = "2", _lp("four_level", "Passable")
    DISSATISFIED = "1", _lp("four_level", "Dissatisfied")


class SurveyChannel(LabelledEnum):
    """How the customer was asked (R-078)."""

    PHONE = "phone", _lp("survey_channel", "Phone")
    EMAIL = "email", _lp("survey_channel", "E-mail")
    PAPER = "paper", _lp("survey_channel", "In writing")


class DayKind(LabelledEnum):
    """What a technician mostly did on a day (R-091, B-020)."""

    ON_SITE = "on_site", _lp("day_kind", "On-site service")
    WORKSHOP = "workshop", _lp("day_kind", "Repair in the workshop")
    PHONE = "phone", _lp("day_kind", "Follow-up calls")
    COURTESY = "courtesy_visit", _lp("day_kind", "Courtesy visits")
    TRAINING = "training", _lp("day_kind", "Training")
    OFFICE = "office", _lp("day_kind", "Administration")
    TRIP = "trip", _lp("day_kind", "On a trip")


class InspectionPhase(LabelledEnum):
    """Which third of its cycle an inspection falls into (R-086, R-087; B-166)."""

    EARLY = "early", _lp("inspection_phase", "Early")
    MIDDLE = "middle", _lp("inspection_phase", "Middle")
    LATE = "late", _lp("inspection_phase", "Late")


class InspectionState(LabelledEnum):
    """What was found of an item (R-087)."""

    NORMAL = "normal", _lp("inspection_state", "Normal"), Look.DONE
    ABNORMAL = "abnormal", _lp("inspection_state", "Abnormal"), Look.FAILED
    HAZARD = "hazard", _lp("inspection_state", "Hazard"), Look.FAILED
    UPGRADE = "upgrade", _lp("inspection_state", "To be upgraded"), Look.WAITING
    REPLACE = "replace", _lp("inspection_state", "To be replaced"), Look.WAITING


class InspectionBand(LabelledEnum):
    """How long after its acceptance a unit is inspected (R-086, B-165)."""

    FIRST = "first", _lp("inspection_band", "First 12 months")
    SECOND = "second", _lp("inspection_band", "Months 13 to 24")
    LATER = "later", _lp("inspection_band", "After 24 months")


class TaskState(LabelledEnum):
    """Where an inspection that is due stands (R-086)."""

    DUE = "due", _lp("task_state", "To be arranged"), Look.OPEN
    ASSIGNED = "assigned", _lp("task_state", "Arranged"), Look.DOING
    DONE = "done", _lp("task_state", "Done"), Look.DONE
    OVERDUE = "overdue", _lp("task_state", "Overdue"), Look.FAILED
    CANCELLED = "cancelled", _lp("task_state", "Cancelled"), Look.CANCELLED


class ContractType(LabelledEnum):
    """What a contract is (R-070)."""

    MAINTENANCE = "maintenance", _lp("contract_type", "Maintenance contract")
    SUPPORT = "support", _lp("contract_type", "Support contract")
    SALES_WARRANTY = "sales_warranty", _lp("contract_type", "Warranty of a sale")
    PROJECT = "project", _lp("contract_type", "Project contract")


class RenewalState(LabelledEnum):
    """Whether a contract goes on (R-070, WF-16)."""

    NOT_DUE = "not_due", _lp("renewal_state", "Not due yet")
    NOTIFIED = "notified", _lp("renewal_state", "Notified")
    NEGOTIATING = "negotiating", _lp("renewal_state", "Under negotiation")
    RENEWED = "renewed", _lp("renewal_state", "Renewed")
    NOT_RENEWED = "not_renewed", _lp("renewal_state", "Not renewed")


class NoticeChannel(LabelledEnum):
    """How a notice was sent (R-071)."""

    POST = "post", _lp("notice_channel", "Post")
    EMAIL = "email", _lp("notice_channel", "E-mail")
    FAX = "fax", _lp("notice_channel", "Fax")
    HANDED = "handed", _lp("notice_channel", "Handed over")


class RenewalResult(LabelledEnum):
    """What came of the visit to win the renewal (R-071)."""

    RENEWS = "renews", _lp("renewal_result", "Renews")
    CONSIDERS = "considers", _lp("renewal_result", "Considers")
    DECLINES = "declines", _lp("renewal_result", "Does not renew")
