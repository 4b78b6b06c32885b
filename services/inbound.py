"""When what came back from a site must be in the store: 16 business hours after the return to headquarters (B-052, B-110)."""

from __future__ import annotations

import datetime as dt

from services import parameters, working_hours

HOURS_OF_A_DAY = 8


def due_at(back_at: dt.datetime) -> dt.datetime:
    """The instant until which goods brought back at `back_at` are handed in. Sixteen hours of eight a day are two working days."""
    return working_hours.after(back_at, parameters.number("sla.inbound_hours") * 24 // HOURS_OF_A_DAY)
