"""Pages of a list: by number, or from the row where the last page ended, so that the way on costs the same on every page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, false, or_

from extensions import db


def _beyond(column: Any, value: Any, *, down: bool) -> Any:
    """Rows that come after a value in the order of one column; where NULL stands is the database's own habit."""
    null_is_high = db.engine.dialect.name == "postgresql"
    null_is_last = null_is_high != down
    if value is None:
        return false() if null_is_last else column.is_not(None)
    further = column < value if down else column > value
    return or_(further, column.is_(None)) if null_is_last and column.nullable else further


def _same(column: Any, value: Any) -> Any:
    return column.is_(None) if value is None else column == value


def after(order: list[tuple[Any, bool]], row: Any) -> Any:
    """The rows that follow `row` in an order of (column, downwards) pairs that ends in the key."""
    ways, same = [], []
    for column, down in order:
        ways.append(and_(*same, _beyond(column, getattr(row, column.key), down=down)))
        same.append(_same(column, getattr(row, column.key)))
    clause = or_(*ways)
    first, down = order[0]
    value = getattr(row, first.key)
    if value is not None and not first.nullable:  # a bound the index can use; the rest only sorts out equals
        clause = and_(first <= value if down else first >= value, clause)
    return clause


def numbers(here: int, last: int) -> list[int | None]:
    """Page numbers for the foot of a list, None for a gap: the first, the last, and the neighbours of the one in hand."""
    wanted = sorted({0, last, *(number for number in range(here - 1, here + 2) if 0 <= number <= last)})
    if here <= 2:
        wanted = sorted({*wanted, *range(min(3, last + 1))})
    shown: list[int | None] = []
    for number in wanted:
        if shown and shown[-1] is not None and number > shown[-1] + 1:
            shown.append(None)
        shown.append(number)
    return shown
