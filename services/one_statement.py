"""What takes one statement instead of several, on both databases: inserts that meet a row already there, rows as a value among others."""

from __future__ import annotations

import datetime as dt
import json
from collections import namedtuple
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, func, select
from sqlalchemy.dialects import postgresql, sqlite

from extensions import db
from models.base import EnumCode, UTCDateTime


def insert(model: type[Any]) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`; both databases say them in the same words."""
    return (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(model)


class Rows:
    """A few rows as one value of a larger statement: an array of arrays, which both databases write as JSON. For texts, whole numbers,
    codes, instants and JSON itself.
    """

    def __init__(self, *columns: Any) -> None:
        self.columns = columns
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._readers = [_reader(column.type) for column in columns]

    def value(self, narrow: Callable[[Any], Any]) -> Any:
        """The value as a part of a statement; `narrow` says of SELECT which rows, in which order."""
        rows = narrow(select(*self.columns)).subquery()
        if db.engine.dialect.name == "sqlite":
            cells = [func.json(cell) if isinstance(cell.type, JSON) else cell for cell in rows.c]
            found = func.json_group_array(func.json_array(*cells))
        else:
            found = func.json_agg(func.json_build_array(*rows.c))
        return select(found).select_from(rows).scalar_subquery()

    def read(self, value: Any) -> list[Any]:
        """The rows of such a value."""
        found = json.loads(value) if isinstance(value, str) else value or []
        return [self._row(*(read(cell) if cell is not None else None for read, cell in zip(self._readers, row, strict=True)))
                for row in found]


def _reader(type_: Any) -> Callable[[Any], Any]:
    if isinstance(type_, UTCDateTime):
        return _instant
    return type_.enum if isinstance(type_, EnumCode) else _itself  # type: ignore[return-value]


def _instant(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _itself(value: Any) -> Any:
    return value
