"""Inspections that are due: the list, and who goes (R-086; B-165)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from extensions import _l
from extensions import gettext as _
from models.base import field_info
from models.inspection_plan import InspectionTask
from services import access, clock, inspection_plan, parameters
from views import shown
from views.base import AppModelView, Section
from views.listing import Saved
from views.security import current_user


def _late(now: Any) -> Any:
    return InspectionTask.status.in_(inspection_plan.OPEN) & (
        InspectionTask.due_on < clock.today(now) - timedelta(days=parameters.number("inspect.window_days")))


def _soon(now: Any) -> Any:
    return InspectionTask.status.in_(inspection_plan.OPEN) & InspectionTask.due_on.between(
        clock.today(now), clock.today(now) + timedelta(days=31))


def _mine(_now: Any) -> Any:
    staff = access.staff_of(current_user())
    return InspectionTask.status.in_(inspection_plan.OPEN) & (InspectionTask.engineer_id == (staff.id if staff else 0))


TOLD = ("customer", "equipment", "accepted_on", "band", "inspect_every_months", "visit_every_months", "due_on", "record")
VIEWS = (Saved("soon", _l("Due within a month"), _soon), Saved("mine", _l("Mine"), _mine), Saved("late", _l("Late"), _late, late=True))


def views() -> list[Any]:
    """The pages of inspections that are due."""

    class InspectionTaskView(AppModelView):
        """Inspections that are due."""

        model = InspectionTask
        route_base = "/inspection-tasks"
        heading, adding = _l("Inspections due"), _l("Inspections due")
        empty_text = _l("None yet. They are planned a year ahead for units with a day of acceptance.")
        badge = "status"
        strict = False
        listed = ("due_on", "customer", "equipment", "phase", "band", "engineer", "status", "record")
        saved_views = VIEWS
        filtered = ("status", "customer", "engineer", "phase")
        order = ("due_on",)
        sections = (Section("task", _l("Who goes"), ("phase", "engineer")),)
        exclude_route_methods = AppModelView.exclude_route_methods | {"add"}

        def adds(self, user: Any) -> bool:
            """They are planned, not entered."""
            return False

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            page = super().show_page(record, user, counts)
            page["title"] = f"{record.customer} {record.equipment}"
            known = [(field_info(InspectionTask, name)["label"], shown.text(getattr(record, name))) for name in TOLD]
            told = {"title": _("Inspection"), "facts": [{"label": label, "text": text} for label, text in known]}
            page["rail"] = [told]
            if access.can(user, "create", "inspection_record") and record.status in inspection_plan.OPEN:
                begin = {"label": _("Begin the inspection record (R-087)"),
                         "href": f"/records/inspection_record/add?from=customer:{record.customer_id}"}
                told["act"] = begin
            return page

    return [InspectionTaskView]
