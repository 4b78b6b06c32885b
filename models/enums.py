"""Fixed lists: code, label and look on one line.

A member is its code (stored), carries its label (shown, translated) and the group whose shape and colour it takes.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any, Self

from extensions import _lp


class Look(Enum):
    """The seven groups of states; each has one shape and one colour everywhere."""

    OPEN = "open"
    DOING = "doing"
    WAITING = "waiting"
    DONE = "done"
    SEALED = "sealed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    PLAIN = "plain"

    __hash__ = object.__hash__


class LabelledEnum(StrEnum):
    """An enumeration whose members know their label and look: `REPAIR = "repair", _lp("request_type", "Repair")`."""

    label: Any
    look: Look

    def __new__(cls, code: str, label: Any, look: Look = Look.PLAIN) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.look = look
        return member

    __hash__ = str.__hash__  # a member is its code; the library asks for the name's, in Python

    def __str__(self) -> str:
        return str(self.label)

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """(code, label) of every member, in the order of declaration."""
        return [(member.value, member.label) for member in cls]


class Channel(LabelledEnum):
    """How the demand reached us (R-001)."""

    PHONE = "phone", _lp("channel", "Phone")
    FAX = "fax", _lp("channel", "Fax")
    EMAIL = "email", _lp("channel", "E-mail")
    LETTER = "letter", _lp("channel", "Letter")
    VISIT = "visit", _lp("channel", "Visit")
    WEB = "web", _lp("channel", "Web")
    IM = "im", _lp("channel", "Messenger")
    SALES = "sales", _lp("channel", "Passed on by sales")
    INSPECTION = "inspection", _lp("channel", "Found on inspection")


class RequestType(LabelledEnum):
    """What the customer wants (R-001)."""

    COMMISSIONING = "commissioning", _lp("request_type", "Commissioning")
    REPAIR = "repair", _lp("request_type", "Repair")
    RETURN_REPAIR = "return_repair", _lp("request_type", "Return-to-base repair")
    MAINTENANCE = "maintenance", _lp("request_type", "Maintenance")
    INSPECTION = "inspection", _lp("request_type", "Inspection")
    TECH_SUPPORT = "tech_support", _lp("request_type", "Technical support")
    TRAINING = "training", _lp("request_type", "Training")
    MAIL_PARTS = "mail_parts", _lp("request_type", "Mail parts")
    RENEWAL = "renewal", _lp("request_type", "Renewal of cover")
    CONSULT = "consult", _lp("request_type", "Consultation")
    RETURN_GOODS = "return_goods", _lp("request_type", "Return or exchange")
    COMPLAINT = "complaint", _lp("request_type", "Complaint")
    SUGGESTION = "suggestion", _lp("request_type", "Suggestion")


class InfoType(LabelledEnum):
    """Support or quality information (B-027)."""

    TECH_SUPPORT = "tech_support", _lp("info_type", "Technical support")
    QUALITY = "quality_info", _lp("info_type", "Quality information")


class ServiceContent(LabelledEnum):
    """Service content of the information sheet (R-004)."""

    INSTALL_TRAINING = "install_training", _lp("service_content", "Installation training")
    ONSITE_SUPPORT = "onsite_support", _lp("service_content", "On-site technical support")
    ONSITE_REPAIR = "onsite_repair", _lp("service_content", "On-site repair")
    INFORMATION = "information", _lp("service_content", "Information service")
    MAIL = "mail", _lp("service_content", "Mail service")
    PAID = "paid", _lp("service_content", "Paid service")


class ProblemNature(LabelledEnum):
    """Which kind of problem; proposes the department (B-028)."""

    HARDWARE = "hardware", _lp("problem_nature", "Hardware")
    SOFTWARE = "software", _lp("problem_nature", "Software")
    DATA_PROJECT = "data_project", _lp("problem_nature", "Data project")
    INTEGRATION = "integration", _lp("problem_nature", "System integration")
    UNKNOWN = "unknown", _lp("problem_nature", "Undecidable")


class FaultLevel(LabelledEnum):
    """Fault levels (B-032)."""

    ONE = "1", _lp("fault_level", "Level 1 fault"), Look.FAILED
    TWO = "2", _lp("fault_level", "Level 2 fault")
    THREE = "3", _lp("fault_level", "Level 3 fault")
    FOUR = "4", _lp("fault_level", "Level 4 fault")


class Complexity(LabelledEnum):
    """Simple or complex (R-001)."""

    SIMPLE = "simple", _lp("complexity", "Simple")
    COMPLEX = "complex", _lp("complexity", "Complex")


class QualitySeverity(LabelledEnum):
    """How grave a quality problem is (R-001)."""

    NONE = "none", _lp("quality_severity", "No quality problem")
    MISUSE = "misuse", _lp("quality_severity", "Misuse")
    MINOR = "minor", _lp("quality_severity", "Minor quality problem")
    MAJOR = "major", _lp("quality_severity", "Major quality problem"), Look.FAILED


class ServiceCategory(LabelledEnum):
    """Who pays (B-071). Never shown as a bare letter (D-21)."""

    A = "A", _lp("service_category", "Paid service (A)")
    B = "B", _lp("service_category", "Contract service (B)")
    C = "C", _lp("service_category", "Free service (C)")
    D = "D", _lp("service_category", "Administrative work (D)")


class HandlingMode(LabelledEnum):
    """Where the work is done (R-001)."""

    REMOTE = "remote", _lp("handling_mode", "Remote handling")
    ONSITE = "onsite", _lp("handling_mode", "On-site service")
    MAIL_IN = "mail_in", _lp("handling_mode", "Mailed in by the customer")
    BRING_IN = "bring_in", _lp("handling_mode", "Brought in by the customer")
    TAKEN_BACK = "taken_back", _lp("handling_mode", "Taken back for repair")
    MAIL_PARTS = "mail_parts", _lp("handling_mode", "Parts by mail")
    INFO = "info", _lp("handling_mode", "Passing on information")


class InWarranty(LabelledEnum):
    """The answer at the telephone (R-001)."""

    YES = "yes", _lp("in_warranty", "Yes"), Look.DONE
    NO = "no", _lp("in_warranty", "No")
    OPEN = "open", _lp("in_warranty", "To be confirmed"), Look.OPEN


class WarrantyStatus(LabelledEnum):
    """Printed on the repair record (R-014, B-071)."""

    IN = "in_warranty", _lp("warranty_status", "In warranty"), Look.DONE
    OUT = "out_of_warranty", _lp("warranty_status", "Out of warranty")
    CONTRACT = "in_contract", _lp("warranty_status", "Under maintenance contract"), Look.DONE


class ResponsibleParty(LabelledEnum):
    """Who caused it (R-004)."""

    DESIGN = "design", _lp("responsible_party", "Our design")
    PROCESS = "process", _lp("responsible_party", "Our process or assembly")
    SOFTWARE_DATA = "software_data", _lp("responsible_party", "Our software or data")
    SUPPLIER = "supplier", _lp("responsible_party", "Supplier")
    CUSTOMER = "customer", _lp("responsible_party", "Use by the customer")
    OTHER = "other", _lp("responsible_party", "Other")


class ReviewResult(LabelledEnum):
    """Outcome of the review of a service plan (R-004)."""

    PASSED = "passed", _lp("review_result", "Passed"), Look.DONE
    AMENDED = "amended", _lp("review_result", "Passed after amendment"), Look.DONE
    REFUSED = "refused", _lp("review_result", "Not passed"), Look.FAILED


class VerifyResult(LabelledEnum):
    """What the customer says of the repair (R-004, B-030)."""

    SOLVED = "solved", _lp("verify_result", "Solved"), Look.DONE
    PARTLY = "partly", _lp("verify_result", "Partly solved"), Look.WAITING
    UNSOLVED = "unsolved", _lp("verify_result", "Unsolved"), Look.FAILED


class RequestStatus(LabelledEnum):
    """States of a service request (WF-01)."""

    DRAFT = "draft", _lp("request_status", "Draft"), Look.OPEN
    REGISTERED = "registered", _lp("request_status", "Registered"), Look.OPEN
    TRIAGED = "triaged", _lp("request_status", "Triaged"), Look.OPEN
    REMOTE = "remote", _lp("request_status", "Handled remotely"), Look.DOING
    DISPATCHED = "dispatched", _lp("request_status", "Dispatched"), Look.DOING
    IN_PROGRESS = "in_progress", _lp("request_status", "In progress"), Look.DOING
    WAITING = "waiting", _lp("request_status", "Paused"), Look.WAITING
    RESOLVED = "resolved", _lp("request_status", "Resolved"), Look.DONE
    VERIFIED = "verified", _lp("request_status", "Verified"), Look.DONE
    CLOSED = "closed", _lp("request_status", "Closed"), Look.SEALED
    ARCHIVED = "archived", _lp("request_status", "Archived"), Look.SEALED
    CANCELLED = "cancelled", _lp("request_status", "Cancelled"), Look.CANCELLED


class WorkType(LabelledEnum):
    """Kind of task (R-010)."""

    COMMISSIONING = "commissioning", _lp("work_type", "Commissioning")
    ONSITE_REPAIR = "onsite_repair", _lp("work_type", "On-site repair")
    RETURN_REPAIR = "return_repair", _lp("work_type", "Return repair")
    INSPECTION = "inspection", _lp("work_type", "Inspection")
    TRAINING = "training", _lp("work_type", "Training")
    TECH_GUARANTEE = "tech_guarantee", _lp("work_type", "Technical support by contract")
    EXCHANGE = "exchange", _lp("work_type", "Technical exchange")
    UPGRADE = "upgrade", _lp("work_type", "Upgrade")
    REINSTALL = "reinstall", _lp("work_type", "Reinstallation after repair")
    VISIT = "visit", _lp("work_type", "Courtesy visit")
    OTHER = "other", _lp("work_type", "Other")


class OrderStatus(LabelledEnum):
    """States of a work order (WF-03)."""

    PENDING = "pending", _lp("order_status", "To be dispatched"), Look.OPEN
    ASSIGNED = "assigned", _lp("order_status", "Dispatched"), Look.DOING
    CONTACTED = "contacted", _lp("order_status", "Customer contacted"), Look.DOING
    APPOINTED = "appointed", _lp("order_status", "Appointed"), Look.DOING
    DEPARTED = "departed", _lp("order_status", "Departed"), Look.DOING
    ON_SITE = "on_site", _lp("order_status", "On site"), Look.DOING
    WAITING_PARTS = "waiting_parts", _lp("order_status", "Waiting for parts"), Look.WAITING
    NEED_SUPPORT = "need_support", _lp("order_status", "Waiting for support"), Look.WAITING
    ON_HOLD = "on_hold", _lp("order_status", "Paused"), Look.WAITING
    FINISHED = "finished", _lp("order_status", "Finished"), Look.DONE
    SIGNED_OFF = "signed_off", _lp("order_status", "Struck off"), Look.DONE
    FORM_RETURNED = "form_returned", _lp("order_status", "Record returned"), Look.SEALED
    UNRESOLVED = "unresolved_returned", _lp("order_status", "Returned unresolved"), Look.FAILED
    CANCELLED = "cancelled", _lp("order_status", "Cancelled"), Look.CANCELLED


class HoldReason(LabelledEnum):
    """Why an order stands still (WF-03)."""

    ARREARS = "arrears", _lp("hold_reason", "Arrears")
    CUSTOMER = "customer", _lp("hold_reason", "Postponed by the customer")


class AppointmentStatus(LabelledEnum):
    """States of an appointment."""

    PLANNED = "planned", _lp("appointment_status", "Planned"), Look.OPEN
    CONFIRMED = "confirmed", _lp("appointment_status", "Customer informed"), Look.DOING
    DONE = "done", _lp("appointment_status", "Done"), Look.DONE
    CANCELLED = "cancelled", _lp("appointment_status", "Cancelled"), Look.CANCELLED


class RepairResult(LabelledEnum):
    """Outcome printed on the repair record (R-014)."""

    REPAIRED = "repaired", _lp("repair_result", "Repaired"), Look.DONE
    WAITING_PARTS = "waiting_parts", _lp("repair_result", "Waiting for parts"), Look.WAITING
    TO_WORKSHOP = "to_workshop", _lp("repair_result", "To be taken back for repair"), Look.WAITING
    NEED_SUPPORT = "need_support", _lp("repair_result", "Support needed"), Look.WAITING
    NOT_REPAIRED = "not_repaired", _lp("repair_result", "Not repaired"), Look.FAILED


class SupplyMode(LabelledEnum):
    """How a part is supplied (R-014, R-017)."""

    THREE_GUARANTEES = "three_guarantees", _lp("supply_mode", "Free under guarantee")
    CUSTOMER_PURCHASE = "customer_purchase", _lp("supply_mode", "Bought by the customer")
    FREE_EXCHANGE = "free_exchange", _lp("supply_mode", "Free exchange")
    GIFT = "gift", _lp("supply_mode", "Gift")


class PaperState(LabelledEnum):
    """The life of a paper record and of an issued number."""

    DRAFT = "draft", _lp("paper_state", "Draft"), Look.OPEN
    ISSUED = "issued", _lp("paper_state", "Issued"), Look.DOING
    SIGNED = "signed", _lp("paper_state", "Signed"), Look.SEALED
    VOID = "void", _lp("paper_state", "Void"), Look.CANCELLED


class SignerSide(LabelledEnum):
    """On whose behalf a signature stands."""

    OURS = "ours", _lp("signer_side", "Our side")
    CUSTOMER = "customer", _lp("signer_side", "Customer")


class SignMethod(LabelledEnum):
    """How it was signed (R10)."""

    PASSWORD = "password", _lp("sign_method", "Password")
    DRAWN = "drawn", _lp("sign_method", "Drawn on screen")
    SCAN = "scan", _lp("sign_method", "Scan of the signed paper")


class CustomerClass(LabelledEnum):
    """Customer class (B-162); never shown as a bare letter (D-21)."""

    A = "A", _lp("customer_class", "Class A")
    B = "B", _lp("customer_class", "Class B")
    C = "C", _lp("customer_class", "Class C")


class ServiceControl(LabelledEnum):
    """May the customer be served (B-022)."""

    NORMAL = "normal", _lp("service_control", "Normal")
    ARREARS_CONTINUE = "arrears_continue", _lp("service_control", "In arrears, service continues"), Look.FAILED
    ARREARS_STOP = "arrears_stop", _lp("service_control", "In arrears, service paused"), Look.FAILED


class AreaClass(LabelledEnum):
    """How far the site is (B-012, B-032)."""

    CORE_URBAN = "core_urban", _lp("area_class", "Main urban area")
    URBAN = "urban", _lp("area_class", "Urban area")
    SUBURB = "suburb", _lp("area_class", "Suburbs")
    REMOTE = "remote", _lp("area_class", "Other places")


class EquipmentStatus(LabelledEnum):
    """Where a unit stands in its life (R-007)."""

    IN_STOCK = "in_stock", _lp("equipment_status", "In stock"), Look.OPEN
    TO_INSTALL = "to_install", _lp("equipment_status", "To be installed"), Look.OPEN
    RUNNING = "running", _lp("equipment_status", "In operation"), Look.DONE
    FAULTY = "faulty", _lp("equipment_status", "Faulty"), Look.FAILED
    IN_REPAIR = "in_repair", _lp("equipment_status", "Under repair"), Look.DOING
    RETURNED = "returned", _lp("equipment_status", "Returned"), Look.CANCELLED
    EXCHANGED = "exchanged", _lp("equipment_status", "Exchanged"), Look.CANCELLED
    SCRAPPED = "scrapped", _lp("equipment_status", "Scrapped"), Look.CANCELLED


class DepartmentKind(LabelledEnum):
    """Kind of department."""

    HEADQUARTERS = "headquarters", _lp("department_kind", "Headquarters")
    DIVISION = "division", _lp("department_kind", "Division")
    BRANCH = "branch", _lp("department_kind", "Branch")
    SERVICE_CENTRE = "service_centre", _lp("department_kind", "Service centre")
    FUNCTIONAL = "functional", _lp("department_kind", "Functional department")


class FollowUpKind(LabelledEnum):
    """Why the customer is called (R-077)."""

    FIRST = "first", _lp("followup_kind", "First call")
    ROUTINE = "routine", _lp("followup_kind", "Routine call")
    VERIFY = "verify", _lp("followup_kind", "Verification of the result")
    INSTALL = "install", _lp("followup_kind", "After commissioning")
    REPAIR = "repair", _lp("followup_kind", "After repair")
    ATTENDANCE = "attendance", _lp("followup_kind", "Inspector's attendance")
    MONTHLY = "monthly", _lp("followup_kind", "Monthly task")
    ONSITE = "onsite", _lp("followup_kind", "On-site follow-up")
    COURTESY = "courtesy_visit", _lp("followup_kind", "Courtesy visit")


class FollowUpStatus(LabelledEnum):
    """States of a follow-up (WF-11)."""

    PLANNED = "planned", _lp("followup_status", "To be called"), Look.OPEN
    ATTEMPTED = "attempted", _lp("followup_status", "Not reached"), Look.WAITING
    DONE = "done", _lp("followup_status", "Done"), Look.DONE
    ESCALATED = "escalated", _lp("followup_status", "Reported to the manager"), Look.FAILED
    VISIT_NEEDED = "visit_needed", _lp("followup_status", "On-site follow-up needed"), Look.WAITING
    SKIPPED = "skipped", _lp("followup_status", "Merged with another call"), Look.CANCELLED


class CallResult(LabelledEnum):
    """How the call ended (R-077)."""

    CONNECTED = "connected", _lp("call_result", "Connected"), Look.DONE
    NO_ANSWER = "no_answer", _lp("call_result", "No answer"), Look.WAITING
    REFUSED = "refused", _lp("call_result", "Refused"), Look.FAILED
    WRONG_NUMBER = "wrong_number", _lp("call_result", "Wrong number"), Look.FAILED
    RESCHEDULED = "rescheduled", _lp("call_result", "Rescheduled"), Look.WAITING


class Mastery(LabelledEnum):
    """How well the customer masters the product (R-077)."""

    FULL = "full", _lp("mastery", "Mastered"), Look.DONE
    BASIC = "basic", _lp("mastery", "Basically mastered")
    NONE = "none", _lp("mastery", "Not mastered"), Look.FAILED


class Satisfaction(LabelledEnum):
    """Five levels of the routine call (R-077)."""

    VERY_SATISFIED = "very_satisfied", _lp("satisfaction", "Very satisfied"), Look.DONE
    SATISFIED = "satisfied", _lp("satisfaction", "Satisfied"), Look.DONE
    FAIR = "fair", _lp("satisfaction", "Fair")
    DISSATISFIED = "dissatisfied", _lp("satisfaction", "Dissatisfied"), Look.FAILED
    VERY_DISSATISFIED = "very_dissatisfied", _lp("satisfaction", "Very dissatisfied"), Look.FAILED


class Solved(LabelledEnum):
    """Was the problem solved (R-077)."""

    YES = "yes", _lp("solved", "Solved"), Look.DONE
    NO = "no", _lp("solved", "Unsolved"), Look.FAILED


class PartCategory(LabelledEnum):
    """Kind of part."""

    SPARE = "spare", _lp("part_category", "Spare part")
    STANDBY_LINE = "standby_line", _lp("part_category", "Standby line")
    TOOL = "tool", _lp("part_category", "Repair tool")
    CONSUMABLE = "consumable", _lp("part_category", "Consumable")


class AttachmentKind(LabelledEnum):
    """What a file is."""

    PHOTO = "photo", _lp("attachment_kind", "Photo")
    SIGNED_SCAN = "signed_scan", _lp("attachment_kind", "Signed scan")
    SEALED_SCAN = "sealed_scan", _lp("attachment_kind", "Sealed scan")
    DRAWING = "drawing", _lp("attachment_kind", "Drawing")
    PROGRAM = "program", _lp("attachment_kind", "Program")
    CONTRACT = "contract", _lp("attachment_kind", "Contract")
    REPORT = "report", _lp("attachment_kind", "Report")
    OTHER = "other", _lp("attachment_kind", "Other")
