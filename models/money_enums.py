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


class CostCategory(LabelledEnum):
    """What a line of a quotation is for: the first five of the fee table; tax and management fee follow from them (R-067)."""

    TRAFFIC = "traffic", _lp("fee_category", "Traffic")
    LODGING = "lodging", _lp("fee_category", "Lodging")
    MEALS = "meals", _lp("fee_category", "Meals")
    LABOUR = "labour", _lp("fee_category", "Labour")
    MATERIAL = "material", _lp("fee_category", "Material")


class PaidReason(LabelledEnum):
    """Why a service is paid (R-067, B-072)."""

    EXPIRED = "expired", _lp("paid_reason", "Warranty is over")
    BEYOND = "beyond", _lp("paid_reason", "Beyond the maintenance contract")
    LIABLE = "liable", _lp("paid_reason", "Customer's liability")
    LOST = "lost", _lp("paid_reason", "Lost or damaged things replaced")
    OTHER = "other", _lp("paid_reason", "Other")


class PriceScheme(LabelledEnum):
    """How the price is made (R-067, B-075, B-085)."""

    STANDARD = "standard", _lp("price_scheme", "Standard mark-up")
    AT_COST = "at_cost", _lp("price_scheme", "Parts at cost")


class Level(LabelledEnum):
    """Who decides a price or a waiver (R-067, B-078, B-079)."""

    MANAGER = "manager", _lp("level", "After-sales manager")
    VICE_PRESIDENT = "vice_president", _lp("level", "Sales vice president")
    GENERAL_MANAGER = "general_manager", _lp("level", "General manager")


class Decision(LabelledEnum):
    """What was decided (R-067)."""

    AGREED = "agreed", _lp("decision", "Agreed"), Look.DONE
    REFUSED = "refused", _lp("decision", "Not agreed"), Look.FAILED


class AcceptChannel(LabelledEnum):
    """How the customer accepted (R-067)."""

    SIGNATURE = "signature", _lp("accept_channel", "Signature")
    EMAIL = "email", _lp("accept_channel", "E-mail")
    FAX = "fax", _lp("accept_channel", "Fax")
    PHONE = "phone", _lp("accept_channel", "Telephone")


class QuotationStage(LabelledEnum):
    """Where a quotation stands; it follows from what was written and signed (R-067; WF-14)."""

    DRAFT = "draft", _lp("quotation_stage", "Draft"), Look.OPEN
    COSTING = "costing", _lp("quotation_stage", "Costing by finance"), Look.WAITING
    APPROVING = "approving", _lp("quotation_stage", "Waits for approval"), Look.WAITING
    APPROVED = "approved", _lp("quotation_stage", "Approved"), Look.DOING
    WAIVED = "waived", _lp("quotation_stage", "Waived"), Look.DOING
    SENT = "sent", _lp("quotation_stage", "Told to the customer"), Look.WAITING
    ACCEPTED = "accepted", _lp("quotation_stage", "Accepted by the customer"), Look.DONE
    REJECTED = "rejected", _lp("quotation_stage", "Rejected by the customer"), Look.FAILED
    EXPIRED = "expired", _lp("quotation_stage", "Expired"), Look.CANCELLED
    VOIDED = "voided", _lp("quotation_stage", "Void"), Look.CANCELLED
