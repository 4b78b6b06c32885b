"""How often units are inspected, in the back office (R-086)."""

from __future__ import annotations

from extensions import _l
from models.inspection_plan import InspectionPolicy
from views.backoffice import Reference


class InspectionPolicies(Reference):
    """Frequencies of inspection."""

    key, heading = "inspection-policies", _l("Inspection frequency")
    hint = _l("For all models, and for single ones; the plan follows in the night")
    model, listed = InspectionPolicy, ("bands", "product_model", "visit_months", "active")
    fields, adds = ("bands", "visit_months", "active"), True

    def new_fields(self) -> tuple[str, ...]:
        """The model stays what it was."""
        return ("product_model",)


PAGES = (InspectionPolicies,)
