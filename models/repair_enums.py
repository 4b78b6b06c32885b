"""Fixed lists of workshop repair (R-035 to R-040; WF-05)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class RepairRoute(LabelledEnum):
    """How the customer's goods came to us, and how they go back (R-036, R-040; B-107)."""

    TAKEN_BACK = "taken_back", _lp("repair_route", "Taken back by the technician")
    MAILED = "mailed", _lp("repair_route", "Mailed by the customer")
    BROUGHT = "brought", _lp("repair_route", "Brought by the customer")
    SALESMAN = "salesman", _lp("repair_route", "Brought by the salesman")
    DELIVERY = "delivery", _lp("repair_route", "Brought by the delivery man")


class ReturnRoute(LabelledEnum):
    """By whom the goods go back: the same way they came (R-040, B-107)."""

    TAKEN_BACK = "taken_back", _lp("return_route", "By the technician")
    MAILED = "mailed", _lp("return_route", "By mail")
    BROUGHT = "brought", _lp("return_route", "Fetched by the customer")
    SALESMAN = "salesman", _lp("return_route", "By the salesman")
    DELIVERY = "delivery", _lp("return_route", "By the delivery man")


class RepairHandling(LabelledEnum):
    """What is done with the goods (R-040)."""

    OWN = "own", _lp("repair_handling", "Own repair")
    MAKER = "maker", _lp("repair_handling", "Repair by the manufacturer")
    SWAP = "swap", _lp("repair_handling", "Exchange for new")
    REFUSED = "refused", _lp("repair_handling", "Returned unrepaired")


class RepairStage(LabelledEnum):
    """Where goods in repair stand; it follows from what was written, nobody sets it (WF-05)."""

    RECEIVED = "received", _lp("repair_stage", "Received"), Look.OPEN
    CUSTODY = "custody", _lp("repair_stage", "In custody"), Look.WAITING
    QUEUED = "queued", _lp("repair_stage", "Waits for repair"), Look.WAITING
    REPAIRING = "repairing", _lp("repair_stage", "In repair"), Look.DOING
    AT_MAKER = "at_maker", _lp("repair_stage", "At the manufacturer"), Look.WAITING
    POST_TEST = "post_test", _lp("repair_stage", "Waits for inspection"), Look.WAITING
    READY = "ready", _lp("repair_stage", "Ready to go back"), Look.DOING
    RETURNED = "returned", _lp("repair_stage", "Returned"), Look.DONE


class PassResult(LabelledEnum):
    """What the supervisor found after the repair (R-037, B-102)."""

    PASSED = "passed", _lp("pass_result", "Passed"), Look.DONE
    REWORK = "rework", _lp("pass_result", "Rework"), Look.FAILED
