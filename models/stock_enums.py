"""Fixed lists of the store: kinds of zones, documents, results and ways out (WF-06, WF-07)."""

from __future__ import annotations

from extensions import _lp
from models.enums import LabelledEnum, Look


class ZoneKind(LabelledEnum):
    """What lies in a zone; the last three are ends outside of our own store, so that every move has two ends."""

    QUALIFIED = "qualified", _lp("zone_kind", "Qualified goods")
    NONCONFORMING = "nonconforming", _lp("zone_kind", "Nonconforming goods")
    RETURNED = "returned", _lp("zone_kind", "Returned goods")
    TO_INSPECT = "to_inspect", _lp("zone_kind", "To be inspected")
    DISPATCH = "dispatch", _lp("zone_kind", "Dispatch")
    CUSTODY = "custody", _lp("zone_kind", "In custody")
    ENGINEER = "engineer", _lp("zone_kind", "With the engineer")
    SCRAPPED = "scrapped", _lp("zone_kind", "Scrapped")
    SUPPLIER = "supplier", _lp("zone_kind", "Supplier (outside)")
    CUSTOMER = "customer", _lp("zone_kind", "Customer (outside)")
    ADJUSTMENT = "adjustment", _lp("zone_kind", "Count difference")


VIRTUAL = (ZoneKind.SUPPLIER, ZoneKind.CUSTOMER, ZoneKind.ADJUSTMENT)


class Track(LabelledEnum):
    """How a part is told from others of its kind."""

    NONE = "none", _lp("track", "By number of pieces")
    BATCH = "batch", _lp("track", "By batch")
    SERIAL = "serial", _lp("track", "By serial number")


class StockKind(LabelledEnum):
    """What a stock document is for (R-043, R-044, R-045)."""

    PURCHASE_IN = "purchase_in", _lp("stock_kind", "Purchase in")
    DEFECT_REPAIR = "defect_repair", _lp("stock_kind", "Defective part in, to be repaired")
    DEFECT_SCRAP = "defect_scrap", _lp("stock_kind", "Defective part in, to be scrapped")
    SALES_RETURN = "sales_return", _lp("stock_kind", "Sales return in")
    LOAN_RETURN = "loan_return", _lp("stock_kind", "Loan returned")
    DOA_IN = "doa_in", _lp("stock_kind", "Damaged on arrival in")
    DATA_IN = "data_in", _lp("stock_kind", "Data set in")
    SURPLUS = "surplus", _lp("stock_kind", "Surplus found")
    REPAIRED = "repaired", _lp("stock_kind", "Repaired, good again")
    REPAIR_USE = "repair_use", _lp("stock_kind", "Issued for repair")
    LOAN_USED = "loan_used", _lp("stock_kind", "Loan used up")
    MAIL_PARTS = "mail_parts", _lp("stock_kind", "Parts mailed")
    DOA_SWAP = "doa_swap", _lp("stock_kind", "Exchange for damage on arrival")
    SALE = "sale", _lp("stock_kind", "Sale")
    GIVE_BACK = "give_back", _lp("stock_kind", "Back to the customer")
    SCRAP = "scrap", _lp("stock_kind", "Scrap")
    SUPPLIER_RETURN = "supplier_return", _lp("stock_kind", "Return to supplier")
    SHORTAGE = "shortage", _lp("stock_kind", "Shortage found")
    TRANSFER = "transfer", _lp("stock_kind", "Move between zones")


class StockState(LabelledEnum):
    """The life of a stock document (WF-07)."""

    DRAFT = "draft", _lp("stock_state", "Draft"), Look.OPEN
    SUBMITTED = "submitted", _lp("stock_state", "Waits for inspection"), Look.WAITING
    INSPECTED = "inspected", _lp("stock_state", "Inspected"), Look.DOING
    POSTED = "posted", _lp("stock_state", "Posted"), Look.SEALED
    REVERSED = "reversed", _lp("stock_state", "Reversed"), Look.CANCELLED
    VOIDED = "voided", _lp("stock_state", "Void"), Look.CANCELLED


class InspectResult(LabelledEnum):
    """What quality found (R-043, R-055)."""

    PENDING = "pending", _lp("inspect_result", "Not inspected"), Look.OPEN
    OK = "ok", _lp("inspect_result", "Passed"), Look.DONE
    BAD = "bad", _lp("inspect_result", "Failed"), Look.FAILED
    DOUBTFUL = "doubtful", _lp("inspect_result", "In doubt, to be re-checked"), Look.WAITING
    EXEMPT = "exempt", _lp("inspect_result", "Exempt from inspection"), Look.DONE


class OldPart(LabelledEnum):
    """Whether the old part came back (R-045)."""

    YES = "yes", _lp("old_part", "Yes")
    NO = "no", _lp("old_part", "No")
    NONE = "none", _lp("old_part", "No old part")


class Disposition(LabelledEnum):
    """What becomes of nonconforming goods (R-051, R-052)."""

    REWORK = "rework", _lp("disposition", "Rework")
    SCRAP = "scrap", _lp("disposition", "Scrap")
    TO_SUPPLIER = "to_supplier", _lp("disposition", "Back to the supplier")
    CONCESSION = "concession", _lp("disposition", "Use as it is")
    DOWNGRADE = "downgrade", _lp("disposition", "Use for less")
    RECOLLECT = "recollect", _lp("disposition", "Collect the data anew")


class DefectDisposition(LabelledEnum):
    """What becomes of a defective part that came back (R-051)."""

    TO_GOOD = "to_good", _lp("defect_disposition", "Repaired into good stock")
    TO_MAKER = "to_maker", _lp("defect_disposition", "To the maker")
    SCRAP = "scrap", _lp("defect_disposition", "Scrap")
    TO_SUPPLIER = "to_supplier", _lp("defect_disposition", "Back to the supplier")
    KEEP = "keep", _lp("defect_disposition", "Kept for analysis")


class Conclusion(LabelledEnum):
    """How an inspection ends; the codes are those of the result of a line (R-055, R-056)."""

    OK = "ok", _lp("inspect_result", "Passed"), Look.DONE
    BAD = "bad", _lp("inspect_result", "Failed"), Look.FAILED
    DOUBTFUL = "doubtful", _lp("inspect_result", "In doubt, to be re-checked"), Look.WAITING


class ShipMode(LabelledEnum):
    """How a part of a shipment is supplied (R-060)."""

    CUSTOMER_PURCHASE = "customer_purchase", _lp("supply_mode", "Bought by the customer")
    FREE_EXCHANGE = "free_exchange", _lp("supply_mode", "Free exchange")
    GIFT = "gift", _lp("supply_mode", "Gift")
    MAIL_PAID = "mail_paid", _lp("supply_mode", "Mailed, paid")
    MAIL_FREE = "mail_free", _lp("supply_mode", "Mailed, free")


class Repairability(LabelledEnum):
    """What a look at a defective part says (R-051)."""

    REPAIRABLE = "repairable", _lp("repairability", "Repairable")
    IRREPARABLE = "irreparable", _lp("repairability", "Irreparable")
    NO_FAULT = "no_fault", _lp("repairability", "No fault")


class NcrSource(LabelledEnum):
    """Where nonconforming goods were found (R-052)."""

    SCRAP_IN = "scrap_in", _lp("ncr_source", "Stock-in for repair or scrap")
    DATA_IN = "data_in", _lp("ncr_source", "Data stock-in")
    SALES_RETURN = "sales_return", _lp("ncr_source", "Sales return")
    PURCHASE = "purchase", _lp("ncr_source", "Purchase")
    REPAIR = "repair", _lp("ncr_source", "Workshop repair")
    OTHER = "other", _lp("ncr_source", "Other")


class ReturnType(LabelledEnum):
    """Why goods come back (R-053)."""

    SALES_RETURN = "sales_return", _lp("return_type", "Sales return")
    EXCHANGE = "exchange", _lp("return_type", "Exchange")
    DOA = "doa", _lp("return_type", "Damaged on arrival")
    RECALL = "recall", _lp("return_type", "Recall")


class LineType(LabelledEnum):
    """What a line of goods coming back is (data model §5)."""

    SALES_RETURN = "sales_return", _lp("line_type", "Sales return")
    REPLACED = "replaced", _lp("line_type", "Replaced defective part")
    FOR_REPAIR = "for_repair", _lp("line_type", "Defective part for repair")
    FOR_SCRAP = "for_scrap", _lp("line_type", "Defective part for scrap")


class AuditResult(LabelledEnum):
    """The team leader's word on a return (B-123)."""

    RETURN = "return", _lp("audit_result", "Return agreed")
    EXCHANGE = "exchange", _lp("audit_result", "Exchange agreed")
    REPAIR = "repair", _lp("audit_result", "To be repaired")
    REFUSED = "refused", _lp("audit_result", "Not agreed")


class Outcome(LabelledEnum):
    """How a return ended (R-053)."""

    REFUND = "refund", _lp("outcome", "Refund")
    EXCHANGE = "exchange", _lp("outcome", "Exchange")
    REPAIRED = "repaired", _lp("outcome", "Repaired and given back")
    GIVEN_BACK = "given_back", _lp("outcome", "Given back to the customer")
    NONCONFORMING = "nonconforming", _lp("outcome", "Taken as nonconforming")


class ReturnState(LabelledEnum):
    """The life of a return order (WF-06)."""

    DRAFT = "draft", _lp("return_state", "Draft"), Look.OPEN
    APPLIED = "applied", _lp("return_state", "To be audited"), Look.OPEN
    APPROVED = "approved", _lp("return_state", "Agreed"), Look.WAITING
    REFUSED = "refused", _lp("return_state", "Not agreed"), Look.FAILED
    TO_REPAIR = "to_repair", _lp("return_state", "Goes to repair"), Look.DOING
    IN_TRANSIT = "in_transit", _lp("return_state", "On its way back"), Look.WAITING
    RECEIVED = "received", _lp("return_state", "Received (return zone)"), Look.DOING
    INSPECTING = "inspecting", _lp("return_state", "Being inspected"), Look.DOING
    DISPOSED = "disposed", _lp("return_state", "Disposed of"), Look.DONE
    INFORMED = "informed", _lp("return_state", "Customer told"), Look.DONE
    CLOSED = "closed", _lp("return_state", "Closed"), Look.SEALED
    VOIDED = "voided", _lp("return_state", "Void"), Look.CANCELLED


class LineState(LabelledEnum):
    """Where goods coming back are (WF-06, WF-07)."""

    EXPECTED = "expected", _lp("line_state", "Expected"), Look.OPEN
    IN_ZONE = "in_return_zone", _lp("line_state", "In the return zone"), Look.WAITING
    OK = "inspected_ok", _lp("line_state", "Passed"), Look.DOING
    BAD = "inspected_bad", _lp("line_state", "Failed, to be confirmed"), Look.FAILED
    DOUBTFUL = "doubtful", _lp("line_state", "In doubt"), Look.WAITING
    EXTERNAL = "external_test", _lp("line_state", "At the laboratory"), Look.WAITING
    QUALIFIED = "qualified", _lp("line_state", "Qualified zone"), Look.DONE
    NONCONFORMING = "nonconforming", _lp("line_state", "Nonconforming zone"), Look.FAILED
    GIVEN_BACK = "given_back", _lp("line_state", "Given back"), Look.SEALED
    CLOSED = "closed", _lp("line_state", "Closed"), Look.SEALED
    CANCELLED = "cancelled", _lp("line_state", "Not owed any more"), Look.CANCELLED


class InspectStage(LabelledEnum):
    """Which look it was (R-055, R-056)."""

    ACCEPTANCE = "acceptance", _lp("inspect_stage", "Acceptance")
    RECHECK = "recheck", _lp("inspect_stage", "Re-check by quality")
    EXTERNAL = "external", _lp("inspect_stage", "Statutory laboratory")


class Check(LabelledEnum):
    """One item looked at (R-055)."""

    OK = "ok", _lp("check", "Passed")
    BAD = "bad", _lp("check", "Failed")
    NONE = "none", _lp("check", "Not applicable")


class ShipState(LabelledEnum):
    """The life of a parts shipment (R-060; WF-18)."""

    TO_BUY = "to_buy", _lp("ship_state", "Customer buys"), Look.WAITING
    TO_SHIP = "to_ship", _lp("ship_state", "To be shipped"), Look.OPEN
    SHIPPED = "shipped", _lp("ship_state", "Shipped"), Look.DOING
    ARRIVED = "arrived", _lp("ship_state", "Arrived"), Look.DOING
    CHASE = "chase", _lp("ship_state", "To be chased"), Look.FAILED
    REPLACED = "replaced", _lp("ship_state", "Replaced"), Look.SEALED
    CANCELLED = "cancelled", _lp("ship_state", "Cancelled"), Look.CANCELLED


class IssueMode(LabelledEnum):
    """On what terms goods leave the store (R-044)."""

    THREE_GUARANTEES = "three_guarantees", _lp("supply_mode", "Free under guarantee")
    CUSTOMER_PURCHASE = "customer_purchase", _lp("supply_mode", "Bought by the customer")
    FREE_EXCHANGE = "free_exchange", _lp("supply_mode", "Free exchange")
    GIFT = "gift", _lp("supply_mode", "Gift")
    INTERNAL = "internal", _lp("supply_mode", "Internal")
