"""Which cells of a matrix are tried: all on SQLite and in the long run, else a draw on PostgreSQL, where each costs more."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import Any

DRAWN = 14  # for each role and test: more than 500 in all


def is_whole(app: Any) -> bool:
    """Whether a matrix is tried whole: `make test-long` sets WHOLE."""
    return bool(os.environ.get("WHOLE")) or app.config["DATABASE_URL"].startswith("sqlite")


def cells(app: Any, place: int, pairs: Iterable[Any]) -> list[Any]:
    """The cells of a role; the draw is the same at each run."""
    found = list(pairs)
    if is_whole(app):
        return found
    return random.Random(place).sample(found, min(len(found), DRAWN))
