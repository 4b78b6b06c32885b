"""Which cells of the access map are tried: all on SQLite, a draw on PostgreSQL, where each costs more and the code is the same."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

DRAWN = 14  # for each role and test: more than 500 in all


def cells(app: Any, place: int, pairs: Iterable[Any]) -> list[Any]:
    """The cells of a role; the draw is the same at each run."""
    found = list(pairs)
    if app.config["DATABASE_URL"].startswith("sqlite"):
        return found
    return random.Random(place).sample(found, min(len(found), DRAWN))
