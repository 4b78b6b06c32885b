"""Return visits by telephone: the list by due time, the call (R-077; WF-11)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from extensions import _l
from extensions import gettext as _
from models.enums import Solved
from models.follow_up import FollowUp
from services import clock, follow_ups, waiting
from services.counters import Figures
from views import file_parts, shown
from views.base import AppModelView, Section
from views.listing import Saved
from views.steps import Stepping

VIEWS = (
    Saved("open", _l("To be called"), lambda _now: waiting.is_open(FollowUp)),
    Saved("late", _l("Late"), lambda now: waiting.is_late(FollowUp, now), late=True, to_the_minute=True),
    Saved("today", _l("Due today"), lambda now: waiting.is_open(FollowUp)
          & FollowUp.due_at.between(clock.day_start(now), clock.day_end(now))),
    Saved("unsolved", _l("Not solved"), lambda _now: FollowUp.solved == Solved.NO, counted=False),
)


def views() -> list[Any]:
    """The pages of follow-ups."""

    class FollowUpView(Stepping, AppModelView):
        """Follow-up calls."""

        model = FollowUp
        machine = follow_ups.MACHINE
        route_base = "/follow-ups"
        heading, adding = _l("Follow-up calls"), _l("Plan a call")
        empty_text = _l("No calls yet. They are planned when a job is finished.")
        badge = "status"
        strict = False
        listed = ("due_at", "followup_no", "customer", "kind", "contact_phone", "solved", "satisfaction", "status", "done_at")
        saved_views = VIEWS
        clock = "due_at"
        filtered = ("status", "kind", "customer", "solved", "satisfaction")
        order = ("due_at",)
        sections = (
            Section("call", _l("Call"), ("customer", "contact_name", "contact_phone", "respondent_role", "request", "equipment")),
            Section("answers", _l("What the customer said"), ("usage_state", "mastery", "satisfaction", "engineer_check", "opinion",
                                                              "needs_visit")),
        )
        exclude_route_methods = AppModelView.exclude_route_methods | {"add"}

        def adds(self, user: Any) -> bool:
            """Calls are planned by what happens."""
            return False

        def step(self, record: Any, name: str, **data: Any) -> None:
            follow_ups.take_step(record, name, **data)

        def at_hand(self, record: Any, name: str) -> list[tuple[Any, str]]:
            return [(call, f"{call.followup_no} {call.kind}") for call in follow_ups.mergeable(record)]

        def banners(self, record: Any) -> list[dict[str, Any]]:
            if record.is_open and record.due_at < clock.now():
                text = _("This call was due %(at)s.", at=shown.moment(record.due_at))
                return [{"level": "late", "text": text, "href": None, "label": None}]
            return []

        def loads(self) -> tuple[Any, ...]:
            """The customer, the unit, and the request behind the call."""
            return (*file_parts.with_customer(FollowUp), joinedload(FollowUp.equipment),
                    joinedload(FollowUp.request).options(*file_parts.with_unit()))

        def figures(self, user: Any) -> Figures:
            return file_parts.figures(FollowUp, user)

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            page = super().show_page(record, user, counts)
            page["title"] = record.customer.name
            page["transitions"] = self.transitions(record, user)
            if record.request is not None and page["tab"] == "facts":
                page["panels"] = [file_parts.report_panel(record.request, record.request.symptom, user, counts)]
            page["rail"] = [file_parts.call_card(record, full=shown.sees_phones(user, FollowUp)),
                            {"title": _("Records"), "act": {"label": _("Follow-up record (R-077)"),
                                                            "href": f"/records/follow_up_record/{record.id}"}}]
            return page

    return [FollowUpView]
