"""Every figure of the rules about time, and what holds for all calendars (B-202 and the rules that count by it)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.clock import at_local
from services.working_time import (
    KINDS,
    RUNNING,
    Calendar,
    Pause,
    Target,
    Wish,
    advance,
    due_at,
    is_working,
    measure,
    parse_hours,
    run,
)

OFFICE = parse_hours("08:30-12:00,13:00-17:30")
HOLIDAYS = {dt.date(2025, 5, day): () for day in range(1, 6)}
EXAMPLES = Calendar((OFFICE,) * 5 + ((), ()), {**HOLIDAYS, dt.date(2025, 4, 27): OFFICE})
HOUR = 60


def at(month, day, hour=0, minute=0):
    return at_local(2025, month, day, hour, minute)


# rule: (start, amount, kind, due)
FIGURES = {
    "b009_notified_within_ten_minutes": (at(3, 3, 9, 12), 10, "wall", at(3, 3, 9, 22)),
    "b010_contact_within_half_an_hour": (at(3, 3, 9, 12), 30, "wall", at(3, 3, 9, 42)),
    "b011_on_site_within_48_hours": (at(3, 3, 9), 48 * HOUR, "wall", at(3, 5, 9)),
    "b012a_urban_called_on_monday": (at(3, 3, 15, 30), 6 * HOUR, "business", at(3, 4, 13, 30)),
    "b012b_suburb_called_on_monday": (at(3, 3, 15, 30), 7 * HOUR, "business", at(3, 4, 14, 30)),
    "b012c_urban_called_on_friday": (at(3, 7, 16), 6 * HOUR, "business", at(3, 10, 14)),
    "b030_verified_over_the_weekend": (at(3, 6, 10), 48 * HOUR, "workday", at(3, 10, 10)),
    "b030_the_same_by_the_wall": (at(3, 6, 10), 48 * HOUR, "wall", at(3, 8, 10)),
    "b032a_level_1_responds_in_ten_minutes": (at(3, 3, 22, 15), 10, "wall", at(3, 3, 22, 25)),
    "b032a_level_1_arrives_in_two_hours": (at(3, 3, 22, 15), 2 * HOUR, "wall", at(3, 4, 0, 15)),
    "b032b_level_2_amber": (at(3, 3, 9), 12 * HOUR, "wall", at(3, 3, 21)),
    "b032b_level_2_due": (at(3, 3, 9), 48 * HOUR, "wall", at(3, 5, 9)),
    "b032c_level_3_due": (at(3, 3, 9), 72 * HOUR, "wall", at(3, 6, 9)),
    "b034_complex_finished_in_48_hours": (at(3, 5, 9), 48 * HOUR, "wall", at(3, 7, 9)),
    "b035_medical_respond": (at(3, 9, 8), 2 * HOUR, "wall", at(3, 9, 10)),
    "b035_medical_arrive": (at(3, 9, 8), 24 * HOUR, "wall", at(3, 10, 8)),
    "b035_medical_finish": (at(3, 9, 20), 24 * HOUR, "wall", at(3, 10, 20)),
    "b036_medical_departs_in_an_hour": (at(3, 3, 9), 60, "wall", at(3, 3, 10)),
    "b036_urgent_departs_at_once": (at(3, 3, 9), 0, "wall", at(3, 3, 9)),
    "b039_trip_applied_over_noon": (at(3, 3, 11, 30), 2 * HOUR, "business", at(3, 3, 14, 30)),
    "b051a_chase_after_ten_days": (at(3, 7, 11), 10, "days", at(3, 17, 17, 30)),
    "b051b_rolled_over_the_holidays": (at(4, 21, 11), 10, "days", at(5, 6, 17, 30)),
    "b110_stock_in_over_the_weekend": (at(3, 7, 15, 30), 16 * HOUR, "business", at(3, 11, 15, 30)),
    "b110_stock_in_over_the_holidays": (at(4, 30, 10), 16 * HOUR, "business", at(5, 7, 10)),
    "b150_survey_16_hours_after_closing": (at(3, 7, 15, 30), 16 * HOUR, "business", at(3, 11, 15, 30)),
    "b152_call_48_hours_over_working_days": (at(3, 7, 10), 48 * HOUR, "workday", at(3, 11, 10)),
    "b152_begun_on_a_saturday": (at(3, 8, 15), 48 * HOUR, "workday", at(3, 12)),
    "b202_two_hours_from_monday_afternoon": (at(3, 3, 16, 30), 2 * HOUR, "business", at(3, 4, 9, 30)),
    "b202_a_make_up_sunday_counts": (at(4, 26, 12), 2 * HOUR, "business", at(4, 27, 10, 30)),
    "b202_a_make_up_sunday_is_a_working_day": (at(4, 26, 12), 24 * HOUR, "workday", at(4, 28)),
    "e02_survey_of_the_second_story": (at(3, 13, 10), 16 * HOUR, "business", at(3, 17, 10)),
    "e02_old_part_back_in_stock": (at(3, 12, 15), 16 * HOUR, "business", at(3, 14, 15)),
    "e02_parts_chased_after_the_weekend": (at(3, 5, 10), 10, "days", at(3, 17, 17, 30)),
    "e06_first_contact_over_night": (at(3, 6, 15), 4 * HOUR, "business", at(3, 7, 10)),
    "e06_complaint_closed_in_five_working_days": (at(3, 6, 15), 5, "workdays", at(3, 13, 17, 30)),
}


@pytest.mark.parametrize("rule", FIGURES)
def test_the_figures_of_the_rules(rule):
    start, amount, kind, due = FIGURES[rule]
    assert advance(EXAMPLES, start, amount, kind) == due
    assert due_at(start, Target(kind, amount), EXAMPLES) == due


def test_b034_ten_hours_without_the_part_move_the_end_by_ten_hours():
    pause = Pause(at(3, 5, 12), at(3, 5, 22), "parts")
    assert due_at(at(3, 5, 9), Target("wall", 48 * HOUR), EXAMPLES, pauses=[pause]) == at(3, 7, 19)


def test_e02_while_the_part_is_missing_the_clock_stands_where_it_stood():
    target, start = Target("wall", 48 * HOUR), at(3, 5, 9)
    assert due_at(start, target, EXAMPLES, pauses=[Pause(at(3, 5, 12), None)]) == at(3, 7, 9)
    assert due_at(start, target, EXAMPLES, pauses=[Pause(at(3, 5, 12), at(3, 11, 10))]) == at(3, 13, 7)


def test_a_pause_in_business_time_counts_only_its_office_hours():
    pause = Pause(at(3, 7, 16), at(3, 10, 9), "parts")
    assert due_at(at(3, 7, 15, 30), Target("business", 2 * HOUR), EXAMPLES, pauses=[pause]) == at(3, 10, 10, 30)


def test_b011_the_wish_of_the_customer_moves_the_due_moment():
    wish = Wish(at(3, 3, 9, 30), at(3, 6, 10))
    target = Target("wall", 48 * HOUR)
    assert due_at(at(3, 3, 9), target, EXAMPLES, wishes=[wish]) == at(3, 6, 10)
    assert due_at(at(3, 3, 9), target, EXAMPLES, wishes=[Wish(at(3, 3, 9, 30), at(3, 4, 10))]) == at(3, 5, 9)
    assert due_at(at(3, 3, 9), target, EXAMPLES, wishes=[wish], pauses=[Pause(at(3, 4, 9), at(3, 4, 12))]) == at(3, 6, 13)


def test_b033_the_customer_asks_for_friday():
    assert due_at(at(3, 4, 14), Target("wall", 24 * HOUR), EXAMPLES, wishes=[Wish(at(3, 4, 15), at(3, 7, 9))]) == at(3, 7, 9)


def test_neither_a_wish_nor_a_pause_undoes_a_lateness():
    late = at(3, 5, 9, 1)
    target = Target("wall", 48 * HOUR)
    assert due_at(at(3, 3, 9), target, EXAMPLES, wishes=[Wish(late, at(3, 7, 9))]) == at(3, 5, 9)
    assert due_at(at(3, 3, 9), target, EXAMPLES, pauses=[Pause(late, at(3, 7, 9))]) == at(3, 5, 9)
    assert due_at(at(3, 3, 9), target, EXAMPLES, pauses=[Pause(at(3, 5, 9), at(3, 7, 9))]) == at(3, 5, 9)


def test_the_warning_keeps_its_distance_but_a_pause_after_it_does_not_move_it():
    target = Target("wall", 48 * HOUR)
    assert due_at(at(3, 3, 9), target, EXAMPLES, reserve=36 * HOUR) == at(3, 3, 21)
    early, late = Pause(at(3, 3, 10), at(3, 3, 13)), Pause(at(3, 4, 9), at(3, 4, 12))
    assert due_at(at(3, 3, 9), target, EXAMPLES, reserve=36 * HOUR, pauses=[early]) == at(3, 4)
    assert due_at(at(3, 3, 9), target, EXAMPLES, reserve=36 * HOUR, pauses=[late]) == at(3, 3, 21)
    assert due_at(at(3, 3, 9), target, EXAMPLES, reserve=12 * HOUR, wishes=[Wish(at(3, 3, 10), at(3, 6, 9))]) == at(3, 5, 21)


def test_days_lost_in_a_pause_are_added():
    pause = Pause(at(3, 6, 16), at(3, 11, 9))
    assert due_at(at(3, 6, 15), Target("workdays", 5), EXAMPLES, pauses=[pause]) == at(3, 18, 17, 30)
    assert due_at(at(3, 7, 9), Target("days", 10), EXAMPLES, pauses=[Pause(at(3, 8), at(3, 10))]) == at(3, 19, 17, 30)


@pytest.mark.parametrize("text", ["8-12", "12:00-08:00", "08:30-12:00,11:00-13:00", "08:30", "08:61-09:00", "25:00-26:00", "早-晚"])
def test_b202_hours_that_cannot_be_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_hours(text)


def test_b202_a_day_may_have_several_intervals_and_an_exception_replaces_it():
    assert parse_hours(" 08:30-12:00，13:00-17:30 ") == ((510, 720), (780, 1050))
    assert not is_working(EXAMPLES, dt.date(2025, 5, 1))
    assert is_working(EXAMPLES, dt.date(2025, 4, 27))


# --- what holds for every calendar

hours = st.sampled_from([(), OFFICE, ((0, 1440),), ((540, 600), (620, 621)), ((1200, 1440),)])
days = st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31))
calendars = st.builds(Calendar, st.tuples(*[hours] * 6, st.just(OFFICE)), st.dictionaries(days, hours, max_size=12))
instants = st.integers(0, 730 * 86400).map(lambda seconds: at_local(2025, 1, 1) + dt.timedelta(seconds=seconds))
minutes = st.integers(0, 6000)


@settings(max_examples=200, deadline=None)
@given(calendars, instants, minutes, st.sampled_from(RUNNING))
def test_advance_then_measure_is_the_identity(calendar, start, amount, kind):
    assert measure(calendar, start, advance(calendar, start, amount, kind), kind) == dt.timedelta(minutes=amount)


@settings(max_examples=200, deadline=None)
@given(calendars, instants, st.tuples(st.integers(0, 40), st.integers(0, 40)), st.integers(0, 100_000), st.sampled_from(KINDS))
def test_more_time_and_a_later_start_never_end_earlier(calendar, start, amounts, later, kind):
    amount, more = amounts
    assert advance(calendar, start, amount, kind) <= advance(calendar, start, amount + more, kind)
    assert advance(calendar, start, amount, kind) <= advance(calendar, start + dt.timedelta(minutes=later), amount, kind)


@settings(max_examples=200, deadline=None)
@given(calendars, instants, minutes, minutes, st.sampled_from(RUNNING))
def test_two_parts_are_as_long_as_the_whole(calendar, start, first, second, kind):
    between = advance(calendar, start, first, kind)
    assert advance(calendar, between, second, kind) == advance(calendar, start, first + second, kind)


@settings(max_examples=200, deadline=None)
@given(calendars, instants, minutes, st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 3000)), max_size=5), st.sampled_from(RUNNING))
def test_the_time_run_outside_of_pauses_is_the_target(calendar, start, amount, given_pauses, kind):
    pauses = [Pause(start + dt.timedelta(minutes=begun), start + dt.timedelta(minutes=begun + length)) for begun, length in given_pauses]
    due = due_at(start, Target(kind, amount), calendar, pauses=pauses)
    stood = dt.timedelta()
    for pause in _apart(pauses):
        stood += measure(calendar, pause.begun, min(pause.ended, max(due, pause.begun)), kind)
    assert measure(calendar, start, due, kind) - stood == dt.timedelta(minutes=amount)


def _apart(pauses):
    """Pauses without their overlaps, by hand."""
    found = []
    for pause in sorted(pauses, key=lambda item: item.begun):
        if found and pause.begun <= found[-1].ended:
            found[-1] = Pause(found[-1].begun, max(found[-1].ended, pause.ended))
        else:
            found.append(pause)
    return found


@given(instants, minutes)
def test_the_zone_has_no_summer_time(start, amount):
    assert start.astimezone(EXAMPLES.zone).utcoffset() == dt.timedelta(hours=8)
    assert run(EXAMPLES, start, dt.timedelta(minutes=amount), "wall") - start == dt.timedelta(minutes=amount)
