"""Calls, letters and visits: the list by time, the form, what becomes of one (R-003)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from extensions import _l
from extensions import gettext as _
from models.contact_log import ContactLog
from models.onsite_enums import ContactKind
from services import access, clock
from views.base import AppModelView, Section
from views.listing import Saved

VIEWS = (
    Saved("today", _l("Today’s contacts"), lambda now: ContactLog.contacted_at >= clock.day_start(now)),
    Saved("urgent", _l("Emergencies"), lambda _now: ContactLog.is_urgent, counted=False),
    Saved("complaints", _l("Complaints, suggestions"),
          lambda _now: ContactLog.kind.in_((ContactKind.COMPLAINT, ContactKind.SUGGESTION)), counted=False),
)


def views() -> list[Any]:
    """The pages of contacts."""

    class ContactLogView(AppModelView):
        """Contacts."""

        model = ContactLog
        route_base = "/contact-logs"
        heading, adding = _l("Contact log"), _l("Write down a contact")
        empty_text = _l("No contacts yet. Write down each call, letter and visit.")
        listed = ("log_no", "contacted_at", "channel", "kind", "customer", "caller_name", "phone", "content", "taken_by", "is_urgent")
        saved_views = VIEWS
        filtered = ("channel", "kind", "customer", "taken_by", "forwarded_to", "is_urgent")
        order = ("-contacted_at",)
        sections = (
            Section("contact", _l("Who turned to us"), ("contacted_at", "channel", "customer", "caller_name", "phone", "taken_by")),
            Section("content", _l("What it was about"), ("kind", "content", "is_urgent")),
            Section("answer", _l("What was done"), ("answer", "told_wait_minutes", "forwarded_to", "request")),
        )

        def loads(self) -> tuple[Any, ...]:
            """Whose it is, who took it and who has it now."""
            return tuple(joinedload(link) for link in (
                ContactLog.customer, ContactLog.taken_by, ContactLog.forwarded_to, ContactLog.request))

        def _defaults(self, user: Any) -> dict[str, Any]:
            """Now, by whoever writes it down (B-003)."""
            return {"contacted_at": clock.now(), "taken_by": access.staff_of(user), **super()._defaults(user)}

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """An emergency stands above everything else (B-025)."""
            return [{"level": "late", "text": _("Emergency"), "href": None, "label": None}] if record.is_urgent else []

    return [ContactLogView]
