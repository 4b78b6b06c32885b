"""The day of a technician: begun from what he did, one for each person and day, read by the supervisor (R-091; B-020, B-171)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import or_, select

from extensions import _l, db
from models.care_enums import DayKind
from models.enums import CallResult, PaperState, ServiceCategory
from models.follow_up import FollowUp
from models.organisation import Staff
from models.records.daily_report import DailyReport, DailyReportLine
from models.service_record import ServiceRecord
from models.work_order import WorkOrder, WorkOrderEngineer
from services import access, clock, known, parameters, record_rules, two_persons
from services.errors import DomainError

HOUR = Decimal(3600)


@record_rules.begins(DailyReport)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> DailyReport:
    """Today's report of whoever begins it, with the work he left behind (B-171); the one of today if there is one."""
    staff, day = access.staff_of(by), clock.today(now)
    kept = _of(staff, day) if staff is not None else None
    if kept is not None:
        return kept
    record = DailyReport(staff=staff, day=day, department=staff.department if staff is not None else None)
    if staff is not None:
        visits, calls = _visits(staff, now), _calls(staff, now)
        for place, line in enumerate([*visits, *calls]):
            line.position = place
            record.lines.append(line)
        record.day_kind = _kind_of(visits, calls)
    return known.kept(record)


def _of(staff: Staff, day: dt.date) -> DailyReport | None:
    return db.session.scalar(select(DailyReport).where(  # type: ignore[no-any-return]
        DailyReport.staff_id == staff.id, DailyReport.day == day, DailyReport.status != PaperState.VOID).limit(1))


def _visits(staff: Staff, now: dt.datetime) -> list[DailyReportLine]:
    """A line for each slip of the day."""
    helped = select(WorkOrderEngineer.work_order_id).where(WorkOrderEngineer.staff_id == staff.id)
    slips = db.session.scalars(select(ServiceRecord).join(WorkOrder, WorkOrder.id == ServiceRecord.work_order_id).where(
        ServiceRecord.started_at.between(clock.day_start(now), clock.day_end(now)), ServiceRecord.finished_at.is_not(None),
        ServiceRecord.status != PaperState.VOID, or_(WorkOrder.lead_engineer_id == staff.id, WorkOrder.id.in_(helped)))
        .order_by(ServiceRecord.started_at))
    lines = []
    for slip in slips:
        start, end = slip.started_at, slip.finished_at
        assert start is not None and end is not None  # noqa: S101, PT018  asked for above
        lines.append(DailyReportLine(
            service_category=slip.order.service_category, customer=slip.customer, source=slip.order.work_order_no,
            work=(slip.treatment or slip.symptom or "")[:200] or None, start_at=clock.local(start).time().replace(second=0, microsecond=0),
            end_at=clock.local(end).time().replace(second=0, microsecond=0), hours=_hours(Decimal((end - start).total_seconds()))))
    return lines


def _calls(staff: Staff, now: dt.datetime) -> list[DailyReportLine]:
    """One line for the follow-up calls of the day."""
    calls = db.session.scalars(select(FollowUp).where(
        FollowUp.caller_id == staff.id, FollowUp.done_at.between(clock.day_start(now), clock.day_end(now)),
        FollowUp.call_result == CallResult.CONNECTED)).all()
    seconds = sum((call.duration_min or Decimal(0)) * 60 for call in calls)
    if not calls:
        return []
    return [DailyReportLine(service_category=ServiceCategory.C, work=str(_l("%(count)s follow-up calls", count=len(calls))),
                            hours=_hours(Decimal(seconds)))]


def _hours(seconds: Decimal) -> Decimal:
    return (seconds / HOUR).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _kind_of(visits: list[DailyReportLine], calls: list[DailyReportLine]) -> DayKind | None:
    """A day of calls when more than half of its hours were on the telephone (B-020)."""
    out, phone = (sum((line.hours or Decimal(0) for line in lines), Decimal(0)) for lines in (visits, calls))
    if phone > out:
        return DayKind.PHONE
    return DayKind.ON_SITE if visits else None


@record_rules.at("save", DailyReport)
def _holds(record: DailyReport, *, now: dt.datetime) -> None:
    """One for each person and day; each line says what was done and how long; the hours follow from the times (R-091)."""
    if record.staff is not None and record.department is None:
        record.department = record.staff.department
    other = _of(record.staff, record.day) if record.staff is not None and record.day is not None else None
    if other is not None and other is not record:
        raise DomainError(_l("There is a report of this person and day already."), "day", rule="R-091")
    for line in record.lines:
        where = line.typed_at or "line"
        if line.service_category is None:
            raise DomainError(_l("Choose the category of the work."), f"{where}-service_category", rule="R-091")
        if not line.work:
            raise DomainError(_l("Write what was done."), f"{where}-work", rule="R-091")
        if line.start_at is not None and line.end_at is not None:
            if line.end_at < line.start_at:
                raise DomainError(_l("The end lies before the beginning."), f"{where}-end_at", rule="R-091")
            if line.hours is None:
                line.hours = _hours(Decimal((dt.datetime.combine(now.date(), line.end_at)
                                             - dt.datetime.combine(now.date(), line.start_at)).total_seconds()))
        if line.hours is None or line.hours < 0:
            raise DomainError(_l("How many hours did it take?"), f"{where}-hours", rule="R-091")


def second_phone_day(record: DailyReport) -> bool:
    """Whether this day is one more of calls in its week, Monday to Sunday, than may be (B-020)."""
    if record.day_kind != DayKind.PHONE or record.day is None or record.staff is None:
        return False
    monday = record.day - timedelta(days=record.day.weekday())
    others = db.session.scalars(select(DailyReport.day).where(
        DailyReport.staff_id == record.staff.id, DailyReport.day_kind == DayKind.PHONE, DailyReport.status != PaperState.VOID,
        DailyReport.day.between(monday, monday + timedelta(days=6)), DailyReport.day != record.day)).all()
    return len(set(others)) >= parameters.number("engineer.max_phone_days_per_week")


@record_rules.warns(DailyReport)
def _told(record: DailyReport) -> list[Any]:
    """A long day (R-091) and a further day of calls in the week (B-020) are said when it is saved."""
    found = []
    if record.hours_total > parameters.number("daily.warn_hours"):
        found.append(_l("%(hours)s hours on one day: please check.", hours=f"{record.hours_total.normalize():f}"))
    if second_phone_day(record):
        found.append(_l("Another day of follow-up calls in this week: write the reason under special matters."))
    return found


@record_rules.at("sign", DailyReport)
def _signed(record: DailyReport, *, slot: str, by: Any, now: dt.datetime) -> None:
    """The technician signs his own day, another person reads it; a day has at most so many hours; a further day of calls has its reason."""
    if slot == "supervisor":
        two_persons.require(record.staff.user_id if record.staff is not None else None, by)
        return
    if record.staff is None or record.staff.user_id != by.id:
        raise DomainError(_l("A daily report is signed by the technician himself."), "staff", rule="R-091")
    if not record.lines:
        raise DomainError(_l("Write at least one line."), rule="R-091")
    if record.hours_total > parameters.number("daily.max_hours"):
        raise DomainError(_l("A day has no more than %(hours)s hours.", hours=parameters.number("daily.max_hours")), rule="R-091")
    if second_phone_day(record):
        if parameters.text("engineer.phone_day_enforcement") == "block":
            raise DomainError(_l("No further day of follow-up calls is allowed in this week."), "day_kind", rule="B-020")
        if not record.special_note:
            raise DomainError(_l("Another day of follow-up calls in this week: write the reason under special matters."), "special_note",
                              rule="B-020")
