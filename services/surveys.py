"""Surveys: begun from the request or order they ask about, scored alike whatever the sheet (R-078, R-080; B-150, B-153 to B-155)."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.care_enums import FiveLevel, SurveyChannel
from models.enums import PaperState
from models.records.survey import FIVE, FOUR, Survey
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, calendars, clock, known, parameters, record_rules, working_time
from services.errors import DomainError

CARD = "opinion_card"
LOW = (FiveLevel.FAIR, FiveLevel.POOR)
WHOLE = Decimal(100)


@record_rules.begins(Survey)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str = "after_sales_survey") -> Survey:
    """The survey of a request or order; the open one if there is one."""
    asked = {WorkOrder: Survey.work_order_id, ServiceRequest: Survey.request_id}.get(type(origin))
    if asked is not None:
        kept = db.session.scalar(select(Survey).where(asked == origin.id, Survey.layout == layout,
                                                      Survey.status == PaperState.DRAFT).limit(1))
        if kept is not None:
            return kept  # type: ignore[no-any-return]
    record = known.begun(Survey, origin)
    record.layout = layout
    if layout == CARD:
        record.service_date = _served_on(record.order)
        record.sent_on = send_day(clock.today(now))
    else:
        record.surveyed_at, record.channel, record.surveyor = now, SurveyChannel.PHONE, access.staff_of(by)
    return known.kept(record)


def _served_on(order: WorkOrder | None) -> dt.date | None:
    moment = (order.finished_at or order.arrived_at) if order is not None else None
    return clock.today(moment) if moment is not None else None


def send_day(day: dt.date) -> dt.date:
    """The working day on which the card of a call is sent: the next one (B-153)."""
    calendar, left = calendars.current(), parameters.number("survey.card_send_day")
    while left > 0:
        day = working_time.roll(calendar, day + dt.timedelta(days=1))
        left -= 1
    return day


def score_of(record: Survey) -> Decimal | None:
    """Between 0 and 100; unanswered items are left out (B-154); None when nothing was answered.

    Four levels: points by the most that could be had (B-154). Five levels: (points − 1) / 4, the mean of the items (B-155).
    """
    four, five = _points(record, FOUR, "survey.card_points"), _points(record, FIVE, "survey.five_points")
    if record.layout == CARD:
        return _rounded(WHOLE * sum(four) / (4 * len(four))) if four else None
    return _rounded(WHOLE * sum(point - 1 for point in five) / (4 * len(five))) if five else None


def _points(record: Survey, names: tuple[str, ...], key: str) -> list[Decimal]:
    """The points of what was answered; the parameter lists those of the levels."""
    points = sorted(Decimal(part.strip()) for part in parameters.text(key).replace("，", ",").split(","))
    return [points[int(getattr(record, name).value) - 1] for name in names if getattr(record, name) is not None]


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@record_rules.at("save", Survey)
def _answered(record: Survey, *, now: dt.datetime) -> None:
    """A customer who is not content is asked why (B-150); the score follows from the answers; a card returns after it was sent."""
    if record.q_overall in LOW and not record.reason:
        raise DomainError(_l("The customer is not satisfied: write why."), "reason", rule="B-150")
    if record.sent_on and record.returned_on and record.returned_on < record.sent_on:
        raise DomainError(_l("It cannot have come back before it was sent."), "returned_on", rule="R-080")
    record.score = score_of(record)
