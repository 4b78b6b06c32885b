"""Rows that come as one value of a larger statement are the rows as they are stored, on both databases."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, select

from extensions import db
from models.service_request import ServiceRequest
from models.sla import SlaClock
from services import audit, clock, saving
from services.one_statement import Rows


def latest(record, most=4):
    """The latest changes of a record as a page asks for them."""
    value = audit.entries_of(type(record), bindparam("record"), limit=most)
    return audit.LATEST.read(db.session.scalar(select(value), {"record": record.id}))


def test_the_latest_changes_are_those_of_the_history(story):
    request = story.triaged()
    for minute, words in enumerate(("示值“漂移”", "零点\\漂移", "无"), 1):
        with clock.frozen(clock.at_local(2025, 3, 3, 9, minute) + dt.timedelta(microseconds=minute)):
            saving.change(request, {"symptom": words}, by=story.user("service_clerk"))
    stored = audit.entries(request)
    assert len(stored) > 4
    assert [row._asdict() for row in latest(request)] == [dict(row._mapping) for row in stored[:4]]
    assert [row.after["symptom"] for row in latest(request, 3)] == ["无", "零点\\漂移", "示值“漂移”"]
    assert all(row.at.tzinfo is not None for row in latest(request))


def test_a_record_without_rows_has_none(story):
    value = audit.entries_of(ServiceRequest, bindparam("record"), limit=4)
    assert audit.LATEST.read(db.session.scalar(select(value), {"record": 0})) == []


def test_codes_figures_and_empty_values_come_back_as_they_are_stored(story):
    story.triaged()
    db.session.flush()
    rows, stored = Rows(*SlaClock.__table__.columns), list(db.session.execute(select(*SlaClock.__table__.columns).order_by(SlaClock.id)))
    assert stored
    found = rows.read(db.session.scalar(select(rows.value(lambda query: query.order_by(SlaClock.id)))))
    assert [row._asdict() for row in found] == [dict(row._mapping) for row in stored]
