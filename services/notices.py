"""Notices on somebody's work page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.organisation import Staff
from services import outbox


def tell(people: Iterable[Staff | None], text: Any, *, href: str, now: dt.datetime, by: Any = None, urgent: bool = False) -> None:
    """A notice for each of these colleagues who has an account, but not for the one who caused it."""
    keys = {person.user_id for person in people if person is not None and person.user_id is not None}
    for key in sorted(keys - {by.id if by is not None else None}):
        db.session.add(Notification(user_id=key, at=now, text=str(text)[:300], href=href, urgent=urgent))


@outbox.handles("notice")
def _deliver(payload: dict[str, Any], now: dt.datetime) -> None:
    """A notice that a job left for some accounts."""
    for key in payload["users"]:
        db.session.add(Notification(user_id=key, at=now, text=payload["text"], href=payload["href"], urgent=payload.get("urgent", False)))


def waiting_for(user: User, *, limit: int = 20) -> list[Notification]:
    """What the user has not read yet, urgent first, then the newest."""
    query = select(Notification).where(Notification.user_id == user.id, Notification.read_at.is_(None))
    return list(db.session.scalars(query.order_by(Notification.urgent.desc(), Notification.id.desc()).limit(limit)))


def read_all(user: User, *, now: dt.datetime) -> None:
    """Mark everything the user has been told as read."""
    for notice in waiting_for(user, limit=500):
        notice.read_at = now


def read(user: User, key: int, *, now: dt.datetime) -> str:
    """Mark a notice of the user as read; the address it leads to."""
    notice = db.session.scalar(select(Notification).where(Notification.id == key, Notification.user_id == user.id))
    if notice is None:
        return "/"
    notice.read_at = notice.read_at or now
    return notice.href or "/"
