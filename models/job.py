"""What the worker has to do and has done: the memory that the queue is not (R5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Base, UTCDateTime, column


class Outbox(Base):
    """Something to be done after the transaction that wrote it: claimed with a lease, done once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done_at", "due_at", "id"),)

    key: Mapped[str] = column(String(120), unique=True, nullable=False, label=_l("Key"))
    kind: Mapped[str] = column(String(30), nullable=False, label=_l("Kind"))
    payload: Mapped[dict[str, Any]] = column(JSON, nullable=False, default=dict, label=_l("Content"))
    created_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Created at"))
    due_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Due"))
    lease_until: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Claimed until"))
    claimed_by: Mapped[str | None] = column(String(40), label=_l("Claimed by"))
    attempts: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Attempts"))
    done_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Done at"))
    error: Mapped[str | None] = column(String(300), label=_l("Last error"))


class JobRun(Base):
    """The last run of each job of the timetable; the row is also what two workers agree by."""

    __tablename__ = "job_run"

    name: Mapped[str] = column(String(40), unique=True, nullable=False, label=_l("Job"))
    started_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Started"))
    finished_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Finished"))
    result: Mapped[str | None] = column(String(300), label=_l("Result"))
    error: Mapped[str | None] = column(String(300), label=_l("Last error"))
    worker: Mapped[str | None] = column(String(40), label=_l("Worker"))


class Errand(Base):
    """Long work for somebody who waits for it: a batch to print, a pile of scans; with how far it is."""

    __tablename__ = "errand"
    __table_args__ = (Index("ix_errand_open", "done_at", "lease_until", "id"),)

    kind: Mapped[str] = column(String(30), nullable=False, label=_l("Kind"))
    title: Mapped[str] = column(String(200), nullable=False, default="", label=_l("What"))
    user_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), index=True, label=_l("For"))
    created_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Created at"))
    payload: Mapped[dict[str, Any]] = column(JSON, nullable=False, default=dict, label=_l("Content"))
    total: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Of"))
    done: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Done"))
    lease_until: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Claimed until"))
    claimed_by: Mapped[str | None] = column(String(40), label=_l("Claimed by"))
    attempts: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Attempts"))
    done_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Done at"))
    result: Mapped[dict[str, Any]] = column(JSON, nullable=False, default=dict, label=_l("Result"))
    error: Mapped[str | None] = column(String(300), label=_l("Last error"))
