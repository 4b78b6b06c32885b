"""Long work for somebody who waits: done beside the web server, in steps, with how far it is; taken up again when a worker dies (R5).

The function of a kind runs outside any transaction and opens short ones of its own, so that nobody waits for its lock. It is called
with the key of the errand and must be able to begin again.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import or_, select, update

from extensions import db
from models.job import Errand
from services import access, clock, outbox
from services.errors import NotThere
from services.unit_of_work import unit_of_work

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
PAUSE = 1.0  # seconds between two looks for work
KINDS: dict[str, Callable[[int], None]] = {}


def kind(name: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Declare who does errands of a kind."""
    def keep(act: Callable[[int], None]) -> Callable[[int], None]:
        KINDS[name] = act
        return act
    return keep


def ask(name: str, title: str, payload: dict[str, Any], *, total: int, by: Any, now: dt.datetime) -> Errand:
    """Leave an errand in the transaction of who asks for it."""
    made = Errand(kind=name, title=title[:200], user_id=by.id, created_at=now, payload=payload, total=total, done=0, attempts=0, result={})
    db.session.add(made)
    db.session.flush()
    return made


def of(user: Any, key: int) -> Errand:
    """An errand for its owner; NotThere for anybody else's."""
    found = db.session.get(Errand, key)
    if found is None or (found.user_id != user.id and not access.can(user, "change", "account")):
        raise NotThere("")
    return found  # type: ignore[no-any-return]


def _free(now: dt.datetime) -> Any:
    return Errand.done_at.is_(None) & (Errand.attempts < MOST_ATTEMPTS) & or_(Errand.lease_until.is_(None), Errand.lease_until < now)


def claim(who: str, *, now: dt.datetime) -> int | None:
    """The key of an errand nobody is on, now held by `who`; None when there is none."""
    for key in db.session.scalars(select(Errand.id).where(_free(now)).order_by(Errand.id).limit(5)).all():
        taken = db.session.execute(update(Errand).where(Errand.id == key, _free(now)).values(
            lease_until=now + LEASE, claimed_by=who, attempts=Errand.attempts + 1))
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            return int(key)
    return None


def advance(key: int, done: int, *, total: int | None = None) -> None:
    """Say how far an errand is, and keep it; within the caller's unit."""
    found = db.session.get(Errand, key)
    if found is not None:
        found.done, found.lease_until = done, clock.now() + LEASE
        found.total = found.total if total is None else total


def finish(key: int, result: dict[str, Any]) -> None:
    """An errand is done; within the caller's unit."""
    found = db.session.get(Errand, key)
    if found is not None:
        found.result, found.done, found.done_at, found.error = result, found.total, clock.now(), None


def run_next() -> bool:
    """Do one errand; False when there was none. One that fails is tried again, three times in all."""
    who = outbox.worker_name()
    with unit_of_work(write=False):
        if db.session.scalar(select(Errand.id).where(_free(clock.now())).limit(1)) is None:
            return False
    with unit_of_work(reason="errand"):
        key = claim(who, now=clock.now())
        name = db.session.get(Errand, key).kind if key is not None else ""  # type: ignore[union-attr]
    if key is None:
        return False
    try:
        KINDS[name](key)
    except Exception as error:
        log.exception("errand %s", key)
        with unit_of_work(reason="errand"):
            found = db.session.get(Errand, key)
            if found is not None:
                found.error, found.lease_until = f"{type(error).__name__}: {error}"[:300], clock.now()
    return True


def serve(app: Flask) -> None:
    """Look for errands each second, for ever; the thread of the worker beside its timetable."""
    with app.app_context():
        while True:
            try:
                if not run_next():
                    time.sleep(PAUSE)
            except Exception:
                log.exception("errands")
                time.sleep(PAUSE * 5)
