"""Time that counts, as pure functions on plain values: five ways of counting, pauses, wishes of the customer (B-202).

`wall` runs day and night; `business` runs inside office hours; `workday` runs 24 hours on working days and stands still on others;
`days` counts calendar days, due at the end of office hours, rolled forward to a working day; `workdays` counts working days, the day of
the event being day 0, due at the end of office hours. The zone of the calendar has no summer time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

WALL, BUSINESS, WORKDAY, DAYS, WORKDAYS = "wall", "business", "workday", "days", "workdays"
RUNNING = (WALL, BUSINESS, WORKDAY)
KINDS = (*RUNNING, DAYS, WORKDAYS)
Interval = tuple[int, int]
Hours = tuple[Interval, ...]
WHOLE_DAY: Hours = ((0, 1440),)
_FARTHEST = 4000
_NOTHING = dt.timedelta()


@dataclass(frozen=True)
class Calendar:
    """Office hours of each day of the week (Monday first) as minutes of the day; an exception replaces the day whole."""

    week: tuple[Hours, ...]
    exceptions: Mapping[dt.date, Hours] = field(default_factory=dict)
    version: int = 1
    zone: ZoneInfo = field(default=ZoneInfo("Asia/Shanghai"))

    def hours(self, day: dt.date) -> Hours:
        """Office hours of a day; none on a day off."""
        return self.exceptions.get(day, self.week[day.weekday()])


@dataclass(frozen=True)
class Target:
    """How long something may take: minutes for the kinds that run, days for those that are counted."""

    kind: str
    amount: int


@dataclass(frozen=True)
class Pause:
    """A time in which a clock stands still; without an end it does so now."""

    begun: dt.datetime
    ended: dt.datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Wish:
    """The customer asked, at that moment, for a later time (B-011, B-033)."""

    said: dt.datetime
    wanted: dt.datetime


def parse_hours(text: str | None) -> Hours:
    """`08:30-12:00,13:00-17:30` as minutes of the day. Raises ValueError on anything else, and when two meet or run backwards."""
    found: list[Interval] = []
    for part in (text or "").replace("，", ",").replace("—", "-").split(","):
        if not part.strip():
            continue
        begin, dash, end = part.strip().partition("-")
        interval = (_minute(begin), _minute(end))
        if not dash or interval[0] >= interval[1] or (found and interval[0] < found[-1][1]):
            raise ValueError(part)
        found.append(interval)
    return tuple(found)


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not colon or not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()) or len(minute) != 2 or len(hour) > 2:
        raise ValueError(text)
    value = int(hour) * 60 + int(minute)
    if int(minute) > 59 or value > 1440:
        raise ValueError(text)
    return value


def is_working(calendar: Calendar, day: dt.date) -> bool:
    """Whether anybody works on that day."""
    return bool(calendar.hours(day))


def _spans(calendar: Calendar, start: dt.datetime, kind: str) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The stretches that count, from `start` on, in order."""
    here = start.astimezone(calendar.zone)
    for offset in range(_FARTHEST):
        day = here.date() + dt.timedelta(days=offset)
        hours = calendar.hours(day)
        midnight = dt.datetime.combine(day, dt.time(), calendar.zone)
        for begin, end in (WHOLE_DAY if hours else ()) if kind == WORKDAY else hours:
            first, last = midnight + dt.timedelta(minutes=begin), midnight + dt.timedelta(minutes=end)
            if last > here:
                yield max(first, here), last
    raise ValueError("the calendar has no working time")


def run(calendar: Calendar, start: dt.datetime, span: dt.timedelta, kind: str) -> dt.datetime:
    """The instant at which so much counted time has passed since `start`; a stretch that ends exactly then ends it."""
    if span <= _NOTHING:
        return start.astimezone(dt.UTC)
    if kind == WALL:
        return (start + span).astimezone(dt.UTC)
    for begin, end in _spans(calendar, start, kind):
        if span <= end - begin:
            return (begin + span).astimezone(dt.UTC)
        span -= end - begin
    raise AssertionError("unreachable")


def measure(calendar: Calendar, start: dt.datetime, end: dt.datetime, kind: str) -> dt.timedelta:
    """How much counted time lies between two instants, for the kinds that run; nothing when `end` is not later."""
    if end <= start:
        return _NOTHING
    if kind == WALL:
        return end - start
    total = _NOTHING
    for begin, finish in _spans(calendar, start, kind):
        if begin >= end:
            break
        total += min(finish, end) - begin
    return total


def advance(calendar: Calendar, start: dt.datetime, amount: int, kind: str) -> dt.datetime:
    """When so many minutes (wall, business, workday) or days (days, workdays) after `start` are over (B-202)."""
    if kind in RUNNING:
        return run(calendar, start, dt.timedelta(minutes=amount), kind)
    return _end_of_day(calendar, _count(calendar, start.astimezone(calendar.zone).date(), amount, kind))


def _count(calendar: Calendar, day: dt.date, amount: int, kind: str) -> dt.date:
    if kind == DAYS:
        return roll(calendar, day + dt.timedelta(days=amount))
    for _step in range(_FARTHEST):
        if amount <= 0:
            return roll(calendar, day)
        day += dt.timedelta(days=1)
        amount -= is_working(calendar, day)
    raise ValueError("the calendar has no working time")


def roll(calendar: Calendar, day: dt.date) -> dt.date:
    """The day itself when somebody works, else the next on which somebody does (B-051)."""
    for offset in range(_FARTHEST):
        if is_working(calendar, day + dt.timedelta(days=offset)):
            return day + dt.timedelta(days=offset)
    raise ValueError("the calendar has no working time")


def _end_of_day(calendar: Calendar, day: dt.date) -> dt.datetime:
    last = calendar.hours(day)[-1][1]
    return (dt.datetime.combine(day, dt.time(), calendar.zone) + dt.timedelta(minutes=last)).astimezone(dt.UTC)


def merged(pauses: Iterable[Pause], start: dt.datetime) -> list[Pause]:
    """Pauses from `start` on, in order and without overlaps."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda item: item.begun):
        begun = max(pause.begun, start)
        if pause.ended is not None and pause.ended <= begun:
            continue
        if found and (found[-1].ended is None or begun <= found[-1].ended):
            former = found[-1]
            ended = None if former.ended is None or pause.ended is None else max(former.ended, pause.ended)
            found[-1] = Pause(former.begun, ended, former.reason)
        else:
            found.append(Pause(begun, pause.ended, pause.reason))
    return found


def due_at(start: dt.datetime, target: Target, calendar: Calendar, *, pauses: Iterable[Pause] = (), wishes: Iterable[Wish] = (),
           reserve: int = 0) -> dt.datetime:
    """When the target is used up: pauses do not count, a wish of the customer uttered in time moves it (B-011, B-034, B-202).

    In a pause that has no end yet the moment is the one that held when it began. What happens after the due moment no longer moves it:
    neither a pause nor a wish undoes a lateness. `reserve` asks for the moment so many minutes (of the kind) before, for warnings.
    """
    if target.kind not in RUNNING:
        return _counted(start, target, calendar, pauses)
    left, kept = dt.timedelta(minutes=target.amount), dt.timedelta(minutes=reserve)
    moments: list[tuple[dt.datetime, Pause | Wish]] = [(pause.begun, pause) for pause in merged(pauses, start)]
    moments += [(wish.said, wish) for wish in wishes]
    cursor, wanted, stretches = start, None, [(start, left)]
    for moment, what in sorted(moments, key=lambda item: item[0]):
        due = _later(run(calendar, cursor, left, target.kind), wanted)
        if due < moment or (due == moment and isinstance(what, Pause)):
            break
        if isinstance(what, Wish):
            if what.wanted > due:
                cursor = max(moment, cursor)  # said while it stood still, it counts from then on
                left, wanted = measure(calendar, cursor, what.wanted, target.kind), what.wanted
                stretches = [(cursor, left)]
        elif what.ended is None:
            break
        else:
            left, cursor = left - measure(calendar, cursor, moment, target.kind), what.ended
            stretches.append((cursor, left))
    if not reserve:
        return _later(run(calendar, cursor, left, target.kind), wanted)
    for begun, rest in reversed(stretches):
        if rest >= kept:
            return run(calendar, begun, rest - kept, target.kind)
    return stretches[0][0].astimezone(dt.UTC)


def _later(due: dt.datetime, wanted: dt.datetime | None) -> dt.datetime:
    return due if wanted is None else max(due, wanted.astimezone(dt.UTC))


def _counted(start: dt.datetime, target: Target, calendar: Calendar, pauses: Iterable[Pause]) -> dt.datetime:
    """Days lost in pauses are added: those that begin before the moment that would else hold."""
    amount, due = target.amount, advance(calendar, start, target.amount, target.kind)
    for pause in merged(pauses, start):
        if pause.ended is None or pause.begun >= due:
            break
        first, last = (moment.astimezone(calendar.zone).date() for moment in (pause.begun, pause.ended))
        days = [first + dt.timedelta(days=offset + 1) for offset in range((last - first).days)]
        amount += len(days) if target.kind == DAYS else sum(is_working(calendar, day) for day in days)
        due = advance(calendar, start, amount, target.kind)
    return due
