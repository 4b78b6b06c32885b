"""Fixed lists of quality information (R-061)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class FoundIn(LabelledEnum):
    """When a quality problem was found (R-061)."""

    COMMISSIONING = "commissioning", _lp("found_in", "Commissioning")
    REPAIR = "repair", _lp("found_in", "Repair")
    INSPECTION = "inspection", _lp("found_in", "Inspection round")
    USE = "use", _lp("found_in", "Use")
    TRANSPORT = "transport", _lp("found_in", "Transport, storage")
    TEST = "test", _lp("found_in", "Test")
    COMPLAINT = "complaint", _lp("found_in", "Complaint")


class Gravity(LabelledEnum):
    """How grave it is (B-060)."""

    MINOR = "minor", _lp("quality_severity", "Minor quality problem")
    MAJOR = "major", _lp("quality_severity", "Major quality problem"), Look.FAILED


class DoubleFive(LabelledEnum):
    """The military close-out (B-066)."""

    NONE = "none", _lp("double_five", "Not applicable")
    RUNNING = "running", _lp("double_five", "Running"), Look.DOING
    DONE = "done", _lp("double_five", "Done"), Look.DONE


class CaseStage(LabelledEnum):
    """Where a case stands; it follows from what was written and signed (WF-04)."""

    REPORTED = "reported", _lp("case_stage", "Reported"), Look.OPEN
    WAITING = "waiting", _lp("case_stage", "Waits for approval"), Look.WAITING
    ANALYSED = "analysed", _lp("case_stage", "Analysed"), Look.DOING
    CONCLUDED = "concluded", _lp("case_stage", "Concluded"), Look.DOING
    CLOSED = "closed", _lp("case_stage", "Loop closed"), Look.SEALED
