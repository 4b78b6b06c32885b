"""The company's calendar: office hours of the week, holidays and make-up days; a change raises its version (B-202)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy import inspect as sa_inspect

from extensions import _l, db
from models.working_calendar import DAYS, CalendarException, WorkCalendar
from services import clock, outbox, saving, working_time
from services.errors import DomainError
from services.unit_of_work import cache
from services.working_time import Calendar, Hours

DEFAULT = "default"
NEXT_YEAR_FROM = 12  # by then the State Council has published the holidays of the next year


def current() -> Calendar:
    """The calendar as a plain value; the same within a unit of work."""
    found = cache().get("calendar")
    if found is None:
        row = db.session.scalar(select(WorkCalendar).where(WorkCalendar.code == DEFAULT))
        found = cache()["calendar"] = _plain(row) if row is not None else Calendar((((510, 720), (780, 1050)),) * 5 + ((), ()))
    return found  # type: ignore[no-any-return]


def _plain(row: WorkCalendar) -> Calendar:
    week = tuple(working_time.parse_hours(getattr(row, day)) for day in DAYS)
    rows = db.session.execute(select(CalendarException.day, CalendarException.is_working, CalendarException.hours).where(
        CalendarException.calendar_id == row.id, CalendarException.active))
    return Calendar(week, {day: _hours(working, hours, week) for day, working, hours in rows}, row.version)


def _hours(working: bool, hours: str | None, week: tuple[Hours, ...]) -> Hours:
    """Of a make-up day without hours of its own: those of the first working day of the week."""
    if not working:
        return ()
    return working_time.parse_hours(hours) or next((day for day in week if day), ())


def advance(start: dt.datetime, amount: int, kind: str) -> dt.datetime:
    """When so many minutes or days after `start` are over by the company's calendar (B-202)."""
    return working_time.advance(current(), start, amount, kind)


def is_off_hours(moment: dt.datetime) -> bool:
    """Whether the company has not opened yet or has closed at a moment; the break at noon is no such time (B-023)."""
    calendar = current()
    here = moment.astimezone(calendar.zone)
    hours, minute = calendar.hours(here.date()), here.hour * 60 + here.minute
    return not hours or not hours[0][0] <= minute < hours[-1][1]


def known_years() -> list[int]:
    """The years whose holidays stand in the calendar."""
    days = db.session.execute(select(func.min(CalendarException.day), func.max(CalendarException.day)).join(WorkCalendar).where(
        WorkCalendar.code == DEFAULT, CalendarException.active)).one()
    if days[0] is None:
        return []
    first, last = days[0].year, days[1].year
    have = {day.year for day in current().exceptions}
    return [year for year in range(first, last + 1) if year in have]


def missing_years(now: dt.datetime) -> list[int]:
    """The years that count by the week alone though they have begun or are about to: the administrator is told (B-202)."""
    today = clock.today(now)
    wanted = [today.year] + ([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])
    have = set(known_years())
    return [year for year in wanted if year not in have]


def raise_version(calendar: WorkCalendar) -> None:
    """Something of the calendar changed: open clocks are reckoned anew by the worker (B-202)."""
    calendar.version += 1
    cache().pop("calendar", None)
    outbox.put("clocks.recompute", f"calendar:{calendar.id}:{calendar.version}", {}, now=clock.now())


def _parsed(record: Any, name: str) -> Hours:
    try:
        return working_time.parse_hours(getattr(record, name))
    except ValueError as error:
        raise DomainError(_l("Write hours such as 08:30-12:00,13:00-17:30, in order and without overlaps."), name, rule="B-202") from error


@saving.rule(WorkCalendar)
def _calendar(calendar: WorkCalendar) -> None:
    """Hours that can be read, and somebody works on some day."""
    week = [_parsed(calendar, day) for day in DAYS]
    if not any(week):
        raise DomainError(_l("Somebody works on one day of the week at least."), "monday", rule="B-202")
    if sa_inspect(calendar).modified:
        raise_version(calendar)


@saving.rule(CalendarException)
def _exception(exception: CalendarException) -> None:
    """A working day has hours, a day off has none."""
    _parsed(exception, "hours")
    if not exception.is_working and exception.hours:
        raise DomainError(_l("On a day off nobody works: leave the hours empty."), "hours", rule="B-202")
    if sa_inspect(exception).modified or exception.id is None:
        calendar = exception.calendar or db.session.get(WorkCalendar, exception.calendar_id)
        if calendar is not None:
            raise_version(calendar)
