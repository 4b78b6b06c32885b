"""Hours over working days, by the company's calendar (B-030, B-152)."""

from __future__ import annotations

import datetime as dt

from services import calendars


def after(start: dt.datetime, hours: int) -> dt.datetime:
    """The instant that lies so many hours after `start` when only working days count, each with its 24 hours (B-202)."""
    return calendars.advance(start, hours * 60, "workday")
