"""When somebody works: the hours of the week, and the days that are otherwise (B-202)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from extensions import _l
from models.base import Audited, Base, Versioned, column

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = _l("Such as 08:30-12:00,13:00-17:30; empty: nobody works")


class WorkCalendar(Audited, Versioned, Base):
    """Office hours of each day of the week; `version` rises with each change of it or of one of its exceptions."""

    __tablename__ = "work_calendar"
    __noun__ = "reference"

    code: Mapped[str] = column(String(20), unique=True, nullable=False, label=_l("Code"))
    name: Mapped[str] = column(String(60), nullable=False, label=_l("Name"), required=True)
    monday: Mapped[str | None] = column(String(80), label=_l("Monday"), hint=_HOURS)
    tuesday: Mapped[str | None] = column(String(80), label=_l("Tuesday"))
    wednesday: Mapped[str | None] = column(String(80), label=_l("Wednesday"))
    thursday: Mapped[str | None] = column(String(80), label=_l("Thursday"))
    friday: Mapped[str | None] = column(String(80), label=_l("Friday"))
    saturday: Mapped[str | None] = column(String(80), label=_l("Saturday"))
    sunday: Mapped[str | None] = column(String(80), label=_l("Sunday"))
    version: Mapped[int] = column(Integer, nullable=False, default=1, label=_l("Version of the calendar"))

    exceptions: Mapped[list[CalendarException]] = relationship(back_populates="calendar", order_by="CalendarException.day")

    def __str__(self) -> str:
        return self.name


class CalendarException(Audited, Versioned, Base):
    """A holiday or a make-up day: it replaces the hours of its day whole."""

    __tablename__ = "calendar_exception"
    __noun__ = "reference"
    __table_args__ = (UniqueConstraint("calendar_id", "day"),)

    calendar_id: Mapped[int] = column(ForeignKey("work_calendar.id"), nullable=False, label=_l("Calendar"))
    day: Mapped[dt.date] = column(Date, nullable=False, label=_l("Day"), required=True)
    is_working: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Somebody works"))
    hours: Mapped[str | None] = column(String(80), label=_l("Hours"), hint=_l("Empty on a working day: the hours of a Monday"))
    name: Mapped[str | None] = column(String(60), label=_l("Occasion"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Holds"))

    calendar: Mapped[WorkCalendar] = relationship(back_populates="exceptions", info={"label": _l("Calendar"), "required": True})

    @property
    def year(self) -> str:
        """The year it belongs to."""
        return str(self.day.year)

    def __str__(self) -> str:
        return self.day.isoformat()
