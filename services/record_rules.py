"""What a kind of paper record does beyond the life all of them share, declared on its model.

Events: `save` (record, now) before what was filled in is kept; `sign` (record, slot, by, now) before a cell is signed, `stamped`
(the same) when it was; `signed` (record, by, now) when the last cell was; `number` (record, by, now) when the number was drawn;
`void` (record, by, now); `returned` (record, now) when an original came back to the office. A rule raises
DomainError at the field. `begins` replaces the way a record is begun, `numbers` the way it gets its number, `steps` adds a machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
EVENTS = ("save", "sign", "stamped", "signed", "number", "void", "returned")
_rules: dict[tuple[str, type[Any]], list[Callable[..., Any]]] = {}
_beginners: dict[type[Any], Callable[..., Any]] = {}
_numberers: dict[type[Any], Callable[..., str]] = {}
_warnings: dict[type[Any], Callable[..., list[Any]]] = {}
_limits: dict[type[Any], Callable[..., set[str]]] = {}
_steps: dict[type[Any], tuple[Any, Callable[..., Any]]] = {}


def at(event: str, model: type[Any]) -> Callable[[F], F]:
    """Declare a rule of an event on a kind of record."""
    if event not in EVENTS:
        raise ValueError(event)

    def keep(declared: F) -> F:
        _rules.setdefault((event, model), []).append(declared)
        return declared
    return keep


def begins(model: type[Any]) -> Callable[[F], F]:
    """Declare how records of a kind are begun: `(origin, by, now, layout) -> record`."""
    def keep(declared: F) -> F:
        _beginners[model] = declared
        return declared
    return keep


def beginner(model: type[Any]) -> Callable[..., Any] | None:
    """The declared way to begin a record of this kind, if it has one of its own."""
    return _beginners.get(model)


def numbers(model: type[Any]) -> Callable[[F], F]:
    """Declare that records of a kind go by the number of another: `(record, by, now) -> number`."""
    def keep(declared: F) -> F:
        _numberers[model] = declared
        return declared
    return keep


def numberer(model: type[Any]) -> Callable[..., str] | None:
    """How records of this kind get a number that is not drawn from a series, if so."""
    return _numberers.get(model)


def limits(model: type[Any]) -> Callable[[F], F]:
    """Declare what may be written of a kind of record now: `(record, fields, user) -> fields`."""
    def keep(declared: F) -> F:
        _limits[model] = declared
        return declared
    return keep


def limited(record: Any, fields: set[str], user: Any) -> set[str]:
    """Of these fields, those that may be written as the record stands."""
    declared = _limits.get(type(record))
    return fields if declared is None else declared(record, fields, user)


def steps(model: type[Any], machine: Any) -> Callable[[F], F]:
    """Declare that papers of a kind take steps, too: the machine, and what takes one: `(record, name, by, now, reason, …)`."""
    def keep(declared: F) -> F:
        _steps[model] = machine, declared
        return declared
    return keep


def steps_of(model: type[Any]) -> tuple[Any, Callable[..., Any]] | None:
    """The machine of a kind of papers and what takes its steps, if it has one."""
    return _steps.get(model)


def warns(model: type[Any]) -> Callable[[F], F]:
    """Declare what is said, but not refused, when a kind of record was saved: `(record) -> sentences`."""
    def keep(declared: F) -> F:
        _warnings[model] = declared
        return declared
    return keep


def warnings(record: Any) -> list[Any]:
    """What is to be said of a record as it stands."""
    declared = _warnings.get(type(record))
    return declared(record) if declared is not None else []


def run(event: str, record: Any, **data: Any) -> None:
    """Hold a record against the rules of an event."""
    for declared in _rules.get((event, type(record)), ()):
        declared(record, **data)
