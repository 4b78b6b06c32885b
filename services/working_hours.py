"""Time that counts: hours over Monday to Friday, until the company's calendar takes over."""

from __future__ import annotations

import datetime as dt

from services import clock, parameters


def working_days() -> set[int]:
    """The working days of the week, 1 for Monday (B-202)."""
    return {int(day) for day in parameters.text("calendar.week").split(",") if day.strip()}


def after(start: dt.datetime, hours: int) -> dt.datetime:
    """The instant that lies so many hours after `start` when only working days count, each with its 24 hours (B-030, B-152)."""
    days = working_days()
    here = clock.local(start)
    left = dt.timedelta(hours=hours)
    while True:
        midnight = (here + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if here.isoweekday() in days:
            if here + left <= midnight:
                break
            left -= midnight - here
        here = midnight
    return (here + left).astimezone(dt.UTC)
