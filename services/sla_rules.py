"""Which clocks there should be, as pure functions: policies, facts and events in, clocks with their due moments out (B-203, §15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services import working_time
from services.working_time import Calendar, Pause, Target, Wish

STANDARD = "STD"
# No pause and no wish excuses these: they are about telling, calling and reporting (§15).
NEVER_PAUSED = frozenset({"notify", "contact", "escalate"})
# While an approval is awaited only the work itself stands (D-42).
ONLY_FINISH = "approval"


@dataclass(frozen=True)
class Policy:
    """A row of §15 as a plain value; `amount` None says that the profile has no such clock."""

    key: int
    profile: str
    clock: str
    place: int
    start: str
    stop: str
    kind: str
    amount: int | None
    warn_percent: int | None = None
    warn_amount: int | None = None
    types: frozenset[str] = frozenset()
    level: str | None = None
    area: str | None = None
    complexity: str | None = None
    in_warranty: bool | None = None
    near_site: bool | None = None
    paid: bool | None = None
    at_most_general: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of the job when a policy is chosen."""

    profile: str = STANDARD
    request_type: str = ""
    level: str | None = None
    area: str | None = None
    complexity: str | None = None
    in_warranty: bool | None = None
    near_site: bool = False
    paid: bool = False


@dataclass(frozen=True)
class Events:
    """What happened: moments by their names, pauses and wishes, and when everything was called off.

    `called_off` names, by clock, the moment from which it is not needed any more; "" stands for all.
    """

    at: Mapping[str, dt.datetime]
    pauses: tuple[Pause, ...] = ()
    wishes: tuple[Wish, ...] = ()
    called_off: Mapping[str, dt.datetime] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kept:
    """The target a clock began with and, when it has stopped, what it ended as: a later change of policy or calendar leaves them."""

    policy: int
    kind: str
    amount: int
    reserve: int
    stopped: dt.datetime | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Clock:
    """A clock as it should be."""

    clock: str
    policy: int
    kind: str
    amount: int
    reserve: int
    version: int
    started: dt.datetime
    warn: dt.datetime
    due: dt.datetime
    stopped: dt.datetime | None
    paused: dt.datetime | None
    paused_minutes: int
    result: str
    pauses: tuple[Pause, ...] = ()


def fits(policy: Policy, facts: Facts) -> bool:
    """Whether a row is meant for such a job; an empty condition fits all."""
    pairs = ((policy.level, facts.level), (policy.area, facts.area), (policy.complexity, facts.complexity),
             (policy.in_warranty, facts.in_warranty), (policy.near_site, facts.near_site), (policy.paid, facts.paid))
    return (not policy.types or facts.request_type in policy.types) and all(want is None or want == have for want, have in pairs)


def choose(policies: Sequence[Policy], clock: str, facts: Facts) -> Policy | None:
    """The first row of the profile that fits, else of the standard profile; None when there is none or it says “none” (B-203)."""
    for profile in dict.fromkeys((facts.profile, STANDARD)):
        rows = sorted((row for row in policies if row.profile == profile and row.clock == clock and fits(row, facts)),
                      key=lambda row: row.place)
        if rows:
            return _shorter(rows) if rows[0].amount is not None else None
    return None


def _shorter(rows: Sequence[Policy]) -> Policy:
    """In the standard profile the answer is due by the level's time or the general one, whichever is shorter (B-032)."""
    first = rows[0]
    general = next((row for row in rows if row.level is None and row.amount is not None), None)
    if first.at_most_general and general is not None and general.amount is not None and general.amount < (first.amount or 0):
        return general
    return first


def reserve_of(policy: Policy, percent: int) -> int:
    """How many minutes before the end the warning comes (none for counted days: they warn by the share of the span)."""
    if policy.kind not in working_time.RUNNING or policy.amount is None:
        return 0
    if policy.warn_amount is not None:
        return max(policy.amount - policy.warn_amount, 0)
    return policy.amount - policy.amount * (policy.warn_percent or percent) // 100


def expected(events: Events, facts: Facts, policies: Sequence[Policy], calendar: Calendar, *, percent: int = 75,
             kept: Mapping[str, Kept] | None = None) -> dict[str, Clock]:
    """Clock → how it should stand. A clock whose start has not come is not there; one that stopped stays as it ended (B-202)."""
    found: dict[str, Clock] = {}
    for name in dict.fromkeys(row.clock for row in policies):
        before = (kept or {}).get(name)
        policy = choose(policies, name, facts)
        stopped = _stop(events, name, policy, before, policies)
        if before is not None and before.clock is not None and before.stopped is not None and before.stopped == stopped[0]:
            found[name] = before.clock
        elif policy is not None and policy.start in events.at and policy.stop in events.known:
            target = before if before is not None and before.policy == policy.key else Kept(
                policy.key, policy.kind, policy.amount or 0, reserve_of(policy, percent))
            found[name] = _clock(name, events.at[policy.start], target, (events, calendar), stopped)
    return found


def _stop(events: Events, name: str, policy: Policy | None, before: Kept | None,
          policies: Sequence[Policy]) -> tuple[dt.datetime | None, bool]:
    """(when it stopped, whether by being called off); the earlier of the two counts."""
    row = policy or next((row for row in policies if before is not None and row.key == before.policy), None)
    stop = events.at.get(row.stop) if row is not None else None
    off = min((moment for key, moment in events.called_off.items() if key in ("", name)), default=None)
    if stop is not None and (off is None or stop <= off):
        return stop, False
    return off, off is not None


def _clock(name: str, start: dt.datetime, target: Kept, world: tuple[Events, Calendar], stopped: tuple[dt.datetime | None, bool]) -> Clock:
    (events, calendar), (end, called_off) = world, stopped
    pauses, wishes = _counting(name, events, start, end)
    aim = Target(target.kind, target.amount)
    due = working_time.due_at(start, aim, calendar, pauses=pauses, wishes=wishes)
    if target.kind in working_time.RUNNING:
        warn = working_time.due_at(start, aim, calendar, pauses=pauses, wishes=wishes, reserve=target.reserve) if target.reserve else due
    else:
        warn = start + (due - start) * 3 / 4
    open_pause = next((pause for pause in pauses if pause.ended is None and pause.begun < due), None)
    stood = sum((working_time.measure(calendar, pause.begun, pause.ended, target.kind if target.kind in working_time.RUNNING else "wall")
                 for pause in pauses if pause.ended is not None), dt.timedelta())
    result = "running" if end is None else "cancelled" if called_off else "met" if end <= due else "breached"
    return Clock(name, target.policy, target.kind, target.amount, target.reserve, calendar.version, start, warn, due, end,
                 open_pause.begun if open_pause is not None and end is None else None, int(stood.total_seconds()) // 60, result,
                 tuple(pauses))


def _counting(name: str, events: Events, start: dt.datetime, end: dt.datetime | None) -> tuple[list[Pause], list[Wish]]:
    """The pauses and wishes that count for a clock, up to its end."""
    if name in NEVER_PAUSED:
        return [], []
    pauses = [pause for pause in events.pauses if (name == "finish" or pause.reason != ONLY_FINISH) and (end is None or pause.begun < end)]
    if end is not None:
        pauses = [replace(pause, ended=end) if pause.ended is None or pause.ended > end else pause for pause in pauses]
    wishes = [wish for wish in events.wishes if wish.said >= start and (end is None or wish.said <= end)] if name == "arrive" else []
    return working_time.merged(pauses, start), wishes


@dataclass(frozen=True)
class Span:
    """The life of a work order with its pauses, to say when a request as a whole stands still."""

    begun: dt.datetime
    ended: dt.datetime | None
    pauses: tuple[Pause, ...]


def common_pauses(orders: Iterable[Span]) -> tuple[Pause, ...]:
    """When every order that lives at the moment stands still: a request is excused only then (WF-01)."""
    spans = list(orders)
    edges = {moment for span in spans for moment in (span.begun, span.ended) if moment is not None}
    edges |= {moment for span in spans for pause in span.pauses for moment in (pause.begun, pause.ended) if moment is not None}
    moments = sorted(edges)
    found: list[Pause] = []
    for place, begun in enumerate(moments):
        ended = moments[place + 1] if place + 1 < len(moments) else None
        alive = [span for span in spans if span.begun <= begun and (span.ended is None or span.ended > begun)]
        still = [next((pause for pause in span.pauses if pause.begun <= begun and (pause.ended is None or pause.ended > begun)), None)
                 for span in alive]
        if alive and all(still):
            reason = next(pause.reason for pause in still if pause is not None)
            if found and found[-1].ended == begun and found[-1].reason == reason:
                found[-1] = replace(found[-1], ended=ended)
            else:
                found.append(Pause(begun, ended, reason))
    return tuple(found)
