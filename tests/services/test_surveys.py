"""Surveys: scores that can be compared, the reason asked for, cards sent the day after (R-078, R-080; B-150, B-153 to B-155)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.care_enums import FiveLevel, FourLevel
from models.paper import PAPERS
from models.records.survey import Survey
from services import clock, paper_records, surveys
from services.errors import DomainError
from tests.services.test_work_orders import on_site


def begun(story, layout, origin):
    model, paper = PAPERS[layout]
    return paper_records.begin(model, paper, origin, by=story.user("service_clerk"), now=clock.now())


def fill(story, record, **values):
    paper_records.fill(record, PAPERS[record.layout][1], values, by=story.user("service_clerk"), now=clock.now())


def card(*points):
    names = ("card_attitude", "card_skill", "card_arrival", "card_promise")
    return Survey(layout="opinion_card", **{name: FourLevel(str(point)) for name, point in zip(names, points, strict=True) if point})


@pytest.mark.parametrize(("points", "score"), [((4, 3, 4, 2), "81.25"), ((4, None, 4, 2), "83.33"), ((1, 1, 1, 1), "25.00")])
def test_b154_a_card_is_scored_by_what_was_answered(unit, points, score):
    assert surveys.score_of(card(*points)) == Decimal(score)


@pytest.mark.parametrize(("level", "score"), [(FiveLevel.GOOD, 75), (FiveLevel.VERY_GOOD, 100), (FiveLevel.POOR, 0)])
def test_b155_five_levels_are_set_between_nothing_and_a_hundred(unit, level, score):
    assert surveys.score_of(Survey(layout="after_sales_survey", q_attitude=level)) == score


def test_b155_what_was_not_answered_has_no_score(unit):
    assert surveys.score_of(Survey(layout="after_sales_survey")) is None


@pytest.mark.parametrize("level", [FiveLevel.FAIR, FiveLevel.POOR])
def test_b150_who_is_not_satisfied_is_asked_why(story, level):
    record = begun(story, "after_sales_survey", story.triaged())
    with pytest.raises(DomainError) as refusal:
        fill(story, record, q_overall=level)
    assert (refusal.value.rule, refusal.value.field) == ("B-150", "reason")
    fill(story, record, q_overall=level, reason="等了三天")


def test_r078_a_survey_begins_with_what_its_request_says_and_is_begun_once(story):
    request = story.triaged()
    record = begun(story, "after_sales_survey", request)
    assert (record.request, record.customer, record.site, record.contact_phone, record.surveyor) == (
        request, request.customer, request.site, request.contact_phone, story.staff("service_clerk"))
    assert begun(story, "after_sales_survey", request) is record


def test_r080_a_card_names_the_technician_and_the_day_of_the_service(story):
    order = on_site(story)
    record = begun(story, "opinion_card", order)
    assert (record.order, record.engineer, record.service_date) == (order, order.lead_engineer, clock.today(order.arrived_at))


def test_b153_the_card_of_a_friday_is_sent_on_monday(unit):
    assert surveys.send_day(dt.date(2025, 3, 7)) == dt.date(2025, 3, 10)


def test_r080_a_card_comes_back_after_it_was_sent(story):
    record = begun(story, "opinion_card", on_site(story))
    with pytest.raises(DomainError) as refusal:
        fill(story, record, sent_on=dt.date(2025, 3, 4), returned_on=dt.date(2025, 3, 3))
    assert refusal.value.field == "returned_on"
