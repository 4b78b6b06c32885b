"""What every page asks for and an administrator seldom changes (rights, parameters, lists of choices): remembered by each worker.

The database changes its mark in the transaction that changes any of it (services/nets.py), whoever makes the change. A request reads the
mark with its session; while it is the one of before, what was asked then still holds, so a change holds from the next request on, in
every worker. A unit that writes takes from the memory but never adds to it: what it has changed itself may yet be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models.setting import ReferenceMark
from services import nets
from services.unit_of_work import current

T = TypeVar("T")

# The column that a question for the session brings along.
MARK = select(ReferenceMark.word).limit(1).scalar_subquery()


class _Memory:
    """What this worker remembers, and under which mark; other threads see the one or the other, never a mixture."""

    def __init__(self) -> None:
        self.now: tuple[str | None, dict[Any, Any]] = (None, {})

    def of(self, mark: str | None) -> dict[Any, Any]:
        """What was remembered under a mark; under another than before, nothing yet. Without a mark nothing is remembered."""
        if mark is None:
            return {}
        known, answers = self.now
        if known != mark:
            answers = {}
            self.now = mark, answers
        return answers


_memory = _Memory()
MOST = 400  # answers a worker remembers before it begins anew


def mark_is(word: str | None) -> None:
    """Keep for this unit the mark that was read with its session."""
    unit = current()
    if unit is not None:
        unit.mark = word


def kept(key: Any, ask: Callable[[], T]) -> T:
    """The answer to a question about rights, parameters or lists: of this unit, of the worker's memory, or of the database."""
    unit = current()
    if unit is None:
        return ask()
    if key in unit.cache:
        return unit.cache[key]  # type: ignore[no-any-return]
    memory = _memory.of(unit.mark)
    found: T = memory[key] if key in memory else ask()
    if not unit.write:
        if len(memory) >= MOST:
            memory.clear()
        memory[key] = found
    unit.cache[key] = found
    return found


def built(key: Any, build: Callable[[], T]) -> T:
    """What is built from such answers and holds none of the data itself: statements, forms. A unit that writes adds it, too, unless it has
    changed by then what it was built from.
    """
    unit = current()
    if unit is None or not unit.write:
        return kept(key, build)
    memory = _memory.of(unit.mark)
    if key in memory:
        return memory[key]  # type: ignore[no-any-return]
    found = build()
    _memory.of(unit.mark)[key] = found
    return found


def anew(key: Any) -> None:
    """Let this unit ask again: it has just changed the answer."""
    unit = current()
    if unit is not None:
        unit.mark = None
        unit.cache.pop(key, None)


@event.listens_for(Session, "after_flush")
def _changed_here(session: Session, _context: Any) -> None:
    """A unit that changed any of it asks the database itself from then on."""
    unit = current()
    if unit is not None and unit.mark is not None:
        tables = {"ab_user", *(table.name for table in nets.remembered())}  # the roles of a user hang on him
        if any(thing.__tablename__ in tables for things in (session.new, session.dirty, session.deleted) for thing in things):
            unit.mark = None
