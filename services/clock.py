"""The only place that asks what time it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> dt.datetime:
    """This instant, aware, UTC."""
    return _frozen.get() or dt.datetime.now(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """The same instant on the wall clock of the company."""
    return moment.astimezone(ZONE)


def today(moment: dt.datetime | None = None) -> dt.date:
    """The company's date at that instant (now when none is given)."""
    return local(moment or now()).date()


def day_start(moment: dt.datetime) -> dt.datetime:
    """The beginning of a moment's day in the company's zone."""
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def day_end(moment: dt.datetime) -> dt.datetime:
    """The last moment of that day."""
    return day_start(moment) + dt.timedelta(days=1, microseconds=-1)


def month_start(moment: dt.datetime) -> dt.datetime:
    """The beginning of a moment's month in the company's zone."""
    return local(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def at_local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """The instant at which the company's wall clock shows this."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)


@contextmanager
def frozen(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand at `moment` inside the block: tests and demo data tell their story at the right dates."""
    token = _frozen.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
