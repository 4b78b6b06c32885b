"""Inserts that meet a row already there: asked and written by one statement, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from extensions import db


def insert(model: type[Any]) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`; both databases say them in the same words."""
    return (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(model)
