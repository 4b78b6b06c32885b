"""Contacts: numbered, off hours with the waiting time, emergencies told at once (R-003; B-003, B-023, B-025)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.contact_log import ContactLog
from models.onsite_enums import ContactChannel
from services import access, calendars, clock, saving
from services.errors import DomainError
from tests.services.conftest import BEGIN

SATURDAY = clock.at_local(2025, 3, 1, 21, 0)


def taken(story, by="service_clerk", **more):
    values = {"contacted_at": BEGIN, "caller_name": "王主任", "phone": "0571-5550100", "content": "仪器冒烟", "taken_by": story.staff(by)}
    return saving.create(ContactLog, values | more, by=story.user(by), now=clock.now())


def told(story, name):
    return list(db.session.scalars(select(Notification.text).where(Notification.user_id == story.user(name).id)))


def test_r003_a_contact_is_numbered_by_month(story):
    assert [taken(story).log_no, taken(story).log_no] == ["CL2503-00001", "CL2503-00002"]


def test_b001_an_unknown_caller_is_noted_without_a_customer(story):
    assert taken(story).customer_id is None


@pytest.mark.parametrize("field", ["contacted_at", "caller_name", "phone", "content", "taken_by"])
def test_r003_the_form_asks_for_what_the_definition_requires(field):
    from models.base import field_info

    assert field_info(ContactLog, field)["required"]


def test_b023_a_call_on_saturday_night_without_the_waiting_time_is_refused(story):
    with pytest.raises(DomainError) as refusal:
        taken(story, contacted_at=SATURDAY)
    assert (refusal.value.rule, refusal.value.field) == ("B-023", "told_wait_minutes")
    assert taken(story, contacted_at=SATURDAY, told_wait_minutes=60).told_wait_minutes == 60


def test_b023_a_letter_waits_without_being_told(story):
    assert taken(story, contacted_at=SATURDAY, channel=ContactChannel.LETTER).id


@pytest.mark.parametrize(("hour", "minute", "off"), [(8, 29, True), (8, 30, False), (12, 30, False), (17, 29, False), (17, 30, True)])
def test_b023_working_hours_run_from_opening_to_closing(unit, hour, minute, off):
    assert calendars.is_off_hours(clock.at_local(2025, 3, 3, hour, minute)) is off


def test_b025_an_emergency_is_told_to_the_service_manager_and_the_vice_president_at_once(story):
    taken(story, is_urgent=True)
    for name in ("service_manager", "vice_president"):
        assert told(story, name) == ["紧急事件：王主任：仪器冒烟"] or "仪器冒烟" in told(story, name)[0]
    assert told(story, "finance") == []


def test_b025_changing_something_else_does_not_tell_again(story):
    contact = taken(story, is_urgent=True)
    saving.change(contact, {"answer": "已派人"}, by=story.user("service_clerk"))
    assert len(told(story, "service_manager")) == 1


def test_b003_who_gets_it_passed_on_is_told_and_sees_it(story):
    contact = taken(story, forwarded_to=story.staff("service_engineer"))
    assert len(told(story, "service_engineer")) == 1
    seen = select(ContactLog.id).where(access.visible(story.user("service_engineer"), ContactLog))
    assert db.session.scalars(seen).all() == [contact.id]
    assert db.session.scalars(select(ContactLog.id).where(access.visible(story.user("engineer2"), ContactLog))).all() == []


@pytest.mark.parametrize(("values", "field"), [({"contacted_at": BEGIN + dt.timedelta(hours=1)}, "contacted_at"),
                                               ({"told_wait_minutes": -1}, "told_wait_minutes"), ({"phone": "12"}, "phone")])
def test_r003_what_cannot_be_is_refused_at_its_field(story, values, field):
    with pytest.raises(DomainError) as refusal:
        taken(story, **values)
    assert refusal.value.field == field
