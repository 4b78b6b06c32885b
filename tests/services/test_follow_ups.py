"""Calls after the work (WF-11; B-030, B-152)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from extensions import db
from models.account import Notification
from models.enums import CallResult, FollowUpKind, FollowUpStatus, RequestStatus, Solved
from models.follow_up import FollowUp
from services import calendars, clock, follow_ups, schedule, service_requests
from services.errors import DomainError


def resolved(story):
    request, clerk = story.triaged(), story.user("service_clerk")
    service_requests.take_step(request, "remote", by=clerk, now=clock.now())
    service_requests.take_step(request, "solve", by=clerk, now=clock.now(), result="已远程复位")
    return request, db.session.scalar(select(FollowUp).order_by(FollowUp.id.desc()))


def call(story, item, name="done", **data):
    follow_ups.take_step(item, name, by=story.user("service_clerk"), now=clock.now(), **data)


def told(story, name, item):
    """How often somebody was told of a call."""
    return db.session.scalar(select(func.count(Notification.id)).where(Notification.user_id == story.user(name).id,
                                                                       Notification.href == f"/follow-ups/show/{item.id}"))


@pytest.mark.parametrize(("begun", "due"), [((2025, 3, 6, 10), (2025, 3, 10, 10)), ((2025, 3, 3, 9), (2025, 3, 5, 9)),
                                            ((2025, 3, 8, 15), (2025, 3, 12, 0)), ((2025, 3, 7, 10), (2025, 3, 11, 10))])
def test_b030_b152_48_hours_over_working_days(story, begun, due):
    assert calendars.advance(clock.at_local(*begun), 48 * 60, "workday") == clock.at_local(*due)


def test_b030_a_remote_result_is_verified_with_the_customer(story):
    request, item = resolved(story)
    assert (item.kind, item.due_at) == (FollowUpKind.VERIFY, clock.at_local(2025, 3, 5, 9))
    call(story, item, solved=Solved.YES)
    assert request.status == RequestStatus.VERIFIED


def test_b030_an_unsolved_one_goes_on_and_the_manager_is_told(story):
    request, item = resolved(story)
    with pytest.raises(DomainError) as refusal:
        call(story, item, solved=Solved.NO)
    assert refusal.value.field == "unsolved"
    assert told(story, "service_manager", item) == 0
    call(story, item, solved=Solved.NO, unsolved="仍漂移")
    assert (item.status, request.status) == (FollowUpStatus.ESCALATED, RequestStatus.IN_PROGRESS)
    assert told(story, "service_manager", item) == told(story, "dispatch_supervisor", item) == 1


def test_b152_one_call_closes_the_calls_of_three_days_around(story):
    request, item = resolved(story)
    near = FollowUp(kind=FollowUpKind.ROUTINE, due_at=item.due_at + timedelta(days=2), customer_id=request.customer_id, followup_no="FU-A")
    far = FollowUp(kind=FollowUpKind.ROUTINE, due_at=item.due_at + timedelta(days=4), customer_id=request.customer_id, followup_no="FU-B")
    db.session.add_all([near, far])
    db.session.flush()
    assert follow_ups.mergeable(item) == [near]
    call(story, item, solved=Solved.YES, also=[near.id, far.id])
    assert (near.status, far.status) == (FollowUpStatus.SKIPPED, FollowUpStatus.PLANNED)


def test_wf11_three_times_not_reached_is_reported(story):
    _request, item = resolved(story)
    for _ in range(3):
        call(story, item, "attempt", call_result=CallResult.NO_ANSWER)
    assert (item.attempts, item.status) == (3, FollowUpStatus.ESCALATED)
    assert told(story, "service_manager", item) == 1


def test_wf11_a_long_call_needs_its_tick(story):
    _request, item = resolved(story)
    with pytest.raises(DomainError) as refusal:
        call(story, item, solved=Solved.YES, duration_min=4)
    assert refusal.value.field == "extended"
    call(story, item, solved=Solved.YES, duration_min=4, extended=True)


# The table of WF-01 by hand: state → steps that leave it by a hand's act.
WAYS = {"draft": "register cancel", "registered": "triage cancel", "triaged": "remote dispatch cancel", "remote": "solve dispatch cancel",
        "dispatched": "dispatch cancel", "in_progress": "dispatch cancel", "waiting": "dispatch cancel", "verified": "close",
        "closed": "survey archive"}


def test_wf01_only_the_steps_of_the_table_leave_a_state():
    for state in RequestStatus:
        found = {step.name for step in service_requests.MACHINE.transitions.values() if state in step.sources}
        assert found == set(WAYS.get(state.value, "").split()), state.value


def test_wf11_what_is_not_solved_stands_on_the_board_again(story):
    request, item = resolved(story)
    call(story, item, solved=Solved.NO, unsolved="仍然报警")
    boss = story.user("dispatch_supervisor")
    assert request.status == RequestStatus.IN_PROGRESS
    assert [job.request for job in schedule.waiting(boss, clock.now())] == [request]
    service_requests.take_step(request, "dispatch", by=boss, now=clock.now(), engineer=story.staff("service_engineer"))
    assert schedule.waiting(boss, clock.now()) == []
