"""Working time in the back office: the calendar, its exceptions, the policies of clocks, and the health of the worker."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_admin import BaseView, expose

from extensions import _l
from extensions import gettext as _
from models.sla import SlaPolicy
from models.working_calendar import DAYS, CalendarException, WorkCalendar
from services import calendars, clock, jobs, outbox
from services.jobs import JOBS
from views import shown
from views.backoffice import Guarded, Reference
from views.shell import crumbs


def unknown_years() -> list[dict[str, Any]]:
    """A sentence when a year counts by the week alone, because nobody entered its holidays (B-202)."""
    years = calendars.missing_years(clock.now())
    if not years:
        return []
    return [{"level": "soon", "href": "/admin/calendar-days/", "label": _("Holidays and make-up days"),
             "text": _("The calendar does not know the holidays of %(years)s yet: that time counts by the week alone.",
                       years="、".join(map(str, years)))}]


class Calendars(Reference):
    """Office hours of the week."""

    key, heading = "calendars", _l("Working calendar")
    hint = _l("Office hours of each day of the week, in several parts where there is a break")
    model, listed, fields = WorkCalendar, ("name", *DAYS, "version"), ("name", *DAYS)

    def banners(self) -> list[dict[str, Any]]:
        return unknown_years()


class CalendarDays(Reference):
    """Holidays and make-up days."""

    key, heading = "calendar-days", _l("Holidays and make-up days")
    hint = _l("Each replaces the hours of its day; open clocks follow within a minute")
    model, listed, fields = CalendarException, ("day", "is_working", "hours", "name", "active"), ("is_working", "hours", "name", "active")
    grouped, adds = "year", True

    def new_fields(self) -> tuple[str, ...]:
        """Calendar and day stay what they were."""
        return ("calendar", "day")

    def banners(self) -> list[dict[str, Any]]:
        return unknown_years()


class Policies(Reference):
    """How soon what must happen."""

    key, heading = "sla-policies", _l("Response times")
    hint = _l("Targets of each profile; a change holds for clocks that begin from now on")
    model, listed = SlaPolicy, ("name", "amount", "kind", "fault_level", "area", "complexity", "warn_amount", "rule", "code")
    fields, grouped = ("amount", "kind", "warn_percent", "warn_amount"), "profile_name"


class Health(Guarded, BaseView):
    """`/admin/health/`: whether the worker works, what it did last, and what waits for it."""

    key, heading, hint = "health", _l("Health"), _l("The worker, its last runs, what waits, and the years the calendar knows")

    def __init__(self) -> None:
        super().__init__(name="health", endpoint="backoffice_health", url="/admin/health")

    @expose("/")
    def index(self) -> Any:
        """All on one page."""
        crumbs((_("Back office"), "/admin/"), (self.heading, None))
        now, runs = clock.now(), jobs.runs()
        waiting = outbox.backlog(now)
        alive = jobs.is_alive(now, runs)
        facts = [
            {"label": _("Worker"), "good": alive, "text": _("at work") if alive else _("not seen in the last minutes")},
            {"label": _("Work that waits"), "good": waiting["oldest"] is None or now - waiting["oldest"] < jobs.ALIVE,
             "text": _("%(count)s, the oldest since %(moment)s", count=waiting["count"], moment=shown.moment(waiting["oldest"]))
             if waiting["count"] else _("nothing")},
            {"label": _("Given up"), "good": not waiting["lost"], "text": str(waiting["lost"])},
            {"label": _("Years the calendar knows"), "good": not calendars.missing_years(now),
             "text": "、".join(map(str, calendars.known_years())) or _("none")}]
        rows = [{"label": job.label, "name": job.name, "when": _("each minute") if job.hour is None else f"{job.hour:02d}:{job.minute:02d}",
                 "started": shown.moment(runs[job.name].started_at) if job.name in runs else "",
                 "finished": shown.moment(runs[job.name].finished_at) if job.name in runs else "",
                 "result": runs[job.name].result if job.name in runs else "", "error": runs[job.name].error if job.name in runs else None}
                for job in JOBS.values()]
        return render_template("backoffice/health.html", facts=facts, rows=rows, banners=unknown_years(), heading=self.heading)


PAGES = (Calendars, CalendarDays, Policies, Health)
