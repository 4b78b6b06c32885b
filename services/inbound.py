"""When what came back from a site must be in the store: 16 business hours after the return to headquarters (B-052, B-110)."""

from __future__ import annotations

import datetime as dt

from services import calendars, parameters


def due_at(back_at: dt.datetime) -> dt.datetime:
    """The instant until which goods brought back at `back_at` are handed in, in office hours of the company's calendar."""
    return calendars.advance(back_at, parameters.number("sla.inbound_hours") * 60, "business")
