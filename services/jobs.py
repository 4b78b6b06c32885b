"""The timetable: what runs each minute and each night, by whichever worker comes first (R5).

Huey only rings the bell each minute. Which job is due is reckoned from `JobRun`, so that a worker that was away catches up, and of
several workers one takes a job by a conditional UPDATE.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, or_, select, update

from extensions import _l, db, huey
from models.account import FormKey, LoginFailure, OneTimeLink, UserSession
from models.clock_enums import ClockResult
from models.job import JobRun, Outbox
from models.service_request import ServiceRequest
from models.sla import SlaClock
from services import (  # noqa: F401  batches, scans: kinds
    access,
    batches,
    calendars,
    clock,
    errands,
    escalation,
    inspection_plan,
    outbox,
    parts_shipments,
    quotations,
    scans,
    sla,
)
from services.unit_of_work import unit_of_work

log = logging.getLogger(__name__)
ALIVE = timedelta(minutes=3)
KEPT = timedelta(days=90)
BATCH = 100
Found = tuple[str, bool]


@dataclass(frozen=True)
class Job:
    """A job: what it is called, what it does, and when (`hour` None: each minute)."""

    name: str
    label: Any
    act: Callable[[], Found]
    hour: int | None = None
    minute: int = 0

    def slot(self, now: dt.datetime) -> dt.datetime:
        """The last moment up to now at which it should have begun."""
        here = clock.local(now).replace(second=0, microsecond=0)
        if self.hour is None:
            return here
        planned = here.replace(hour=self.hour, minute=self.minute)
        return planned if planned <= here else planned - timedelta(days=1)


def _missed() -> Found:
    with unit_of_work(reason="job clocks"):
        return str(_l("%(count)s notices left to deliver", count=escalation.scan(clock.now()))), True


def _outbox() -> Found:
    return str(_l("%(count)s done", count=outbox.deliver())), True


def recompute() -> Found:
    """Reckon all open clocks anew and say how many were not as they should be; those are put right."""
    with unit_of_work(write=False):
        wanted = db.session.scalars(select(ServiceRequest.id).where(ServiceRequest.request_no.is_not(None), or_(
            ServiceRequest.status.in_(sla.LIVE), ServiceRequest.id.in_(
                select(SlaClock.request_id).where(SlaClock.result == ClockResult.RUNNING)))).order_by(ServiceRequest.id)).all()
    found = 0
    for place in range(0, len(wanted), BATCH):
        with unit_of_work(reason="job sla-recompute"):
            for request in db.session.scalars(select(ServiceRequest).where(ServiceRequest.id.in_(wanted[place:place + BATCH])).options(
                    *sla.loads())):
                found += sla.sync(request, now=clock.now())
    return str(_l("%(count)s requests reckoned, %(found)s differences", count=len(wanted), found=found)), not found


@outbox.handles("clocks.recompute")
def _recompute_later(_payload: dict[str, Any], now: dt.datetime) -> None:
    """The calendar or a profile changed: open clocks follow, within the transaction of the row."""
    for request in db.session.scalars(select(ServiceRequest).where(ServiceRequest.request_no.is_not(None), ServiceRequest.status.in_(
            sla.LIVE)).order_by(ServiceRequest.id).options(*sla.loads())):
        sla.sync(request, now=now)


def _clean() -> Found:
    """Sessions, marks and links that nobody needs any more."""
    with unit_of_work(reason="job clean-up"):
        now, count = clock.now(), 0
        for statement in (delete(UserSession).where(UserSession.seen_at < now - KEPT),
                          delete(FormKey).where(FormKey.at < now - KEPT),
                          delete(OneTimeLink).where(OneTimeLink.expires_at < now - KEPT),
                          delete(LoginFailure).where(LoginFailure.first_at < now - KEPT),
                          delete(Outbox).where(Outbox.done_at < now - KEPT)):
            count += db.session.execute(statement).rowcount  # type: ignore[attr-defined]
    return str(_l("%(count)s removed", count=count)), True


def _years() -> Found:
    """The administrators are told once of each year whose holidays the calendar does not know (B-202)."""
    with unit_of_work(reason="job calendar-years"):
        now = clock.now()
        missing = calendars.missing_years(now)
        users = [person.user_id for person in access.holders("change", "reference") if person.user_id is not None]
        for year in missing:
            text = _l("The calendar does not know the holidays of %(year)s yet; that year counts by the week alone.", year=year)
            outbox.put("notice", f"calendar-year:{year}", {"users": users, "text": str(text), "href": "/admin/calendar-days/",
                                                           "urgent": True}, now=now)
    return str(_l("unknown years: %(years)s", years=" ".join(map(str, missing)) or _l("none"))), True


def _inspections() -> Found:
    """The plan of inspections, a year ahead (B-165)."""
    with unit_of_work(reason="job inspection-plan"):
        return str(_l("%(count)s tasks made or cancelled", count=inspection_plan.generate(now=clock.now()))), True


def _quotations() -> Found:
    """Quotations whose last day is over (WF-14)."""
    with unit_of_work(reason="job quotations"):
        return str(_l("%(count)s quotations expired", count=quotations.expire(now=clock.now()))), True


def _parts() -> Found:
    """Parts that did not arrive within ten days are asked after (B-051)."""
    with unit_of_work(reason="job parts-chase"):
        return str(_l("%(count)s notices left to deliver", count=parts_shipments.chase(now=clock.now()))), True


JOBS = {job.name: job for job in (
    Job("clocks", _l("Clocks that ran out"), _missed),
    Job("outbox", _l("Deliver what waits"), _outbox),
    Job("sla-recompute", _l("Reckon open clocks anew"), recompute, 2, 10),
    Job("inspection-plan", _l("Plan the inspections of a year"), _inspections, 2, 40),
    Job("quotations", _l("Quotations that are no longer valid"), _quotations, 0, 20),
    Job("clean-up", _l("Clear old sessions and marks"), _clean, 3, 10),
    Job("calendar-years", _l("Years the calendar knows"), _years, 6, 0),
    Job("parts-chase", _l("Ask after parts that did not arrive"), _parts, 7, 0),
)}


def run(name: str) -> Found:
    """Run a job now, whatever the timetable says, and write down what came of it."""
    with unit_of_work(reason="job"):
        row = _row(name)
        row.started_at, row.worker = clock.now(), outbox.worker_name()
    return _act(name)


def _act(name: str) -> Found:
    try:
        result, good = JOBS[name].act()
    except Exception as error:
        with unit_of_work(reason="job"):
            _row(name).error = f"{type(error).__name__}: {error}"[:300]
        raise
    with unit_of_work(reason="job"):
        row = _row(name)
        row.finished_at, row.result, row.error = clock.now(), result[:300], None
    return result, good


def _row(name: str) -> JobRun:
    outbox.insert_new(JobRun, "name", name=name)
    row: JobRun = db.session.scalars(select(JobRun).where(JobRun.name == name)).one()
    return row


def _take(job: Job, who: str) -> bool:
    """Whether the job is due and this worker is the one that takes it."""
    slot = job.slot(clock.now())
    with unit_of_work(reason="job"):
        _row(job.name)
    with unit_of_work(reason="job"):
        free = or_(JobRun.started_at.is_(None), JobRun.started_at < slot)
        taken = db.session.execute(update(JobRun).where(JobRun.name == job.name, free).values(started_at=clock.now(), worker=who))
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def tick() -> list[str]:
    """Run what is due and not taken by another worker; a job that fails does not hold up the others."""
    done, who = [], outbox.worker_name()
    for job in JOBS.values():
        try:
            if _take(job, who):
                _act(job.name)
                done.append(job.name)
        except Exception:
            log.exception("job %s", job.name)
    return done


def work(app: Flask) -> None:
    """Run the timetable in this process until it is told to stop."""
    from huey import crontab

    bell = huey(Path(app.config["DATA_DIR"]), app.config["REDIS_URL"])

    @bell.periodic_task(crontab())
    def _each_minute() -> None:
        with app.app_context():
            tick()

    with app.app_context():
        tick()
    threading.Thread(target=errands.serve, args=(app,), name="errands", daemon=True).start()
    bell.create_consumer(workers=1, periodic=True).run()


def runs() -> dict[str, JobRun]:
    """The last run of each job."""
    return {row.name: row for row in db.session.scalars(select(JobRun))}


def is_alive(now: dt.datetime, rows: dict[str, JobRun]) -> bool:
    """Whether a worker was at work in the last minutes."""
    beat = rows["outbox"].started_at if "outbox" in rows else None
    return beat is not None and beat > now - ALIVE


def lines() -> list[str]:
    """The timetable in words."""
    rows = runs()
    found = []
    for job in JOBS.values():
        row, when = rows.get(job.name), "each minute" if job.hour is None else f"{job.hour:02d}:{job.minute:02d}"
        last = f"{clock.local(row.started_at):%Y-%m-%d %H:%M:%S}" if row is not None and row.started_at else "-"
        found.append("\t".join((job.name, when, last, (row.error or row.result or "-") if row is not None else "-")))
    return found
