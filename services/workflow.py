"""State machines as tables: what may follow what, whose right it needs, what guards it and what it does (R6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from extensions import _l
from services import access, audit
from services.errors import DomainError, NotThere

Guard = Callable[..., None]


@dataclass(frozen=True)
class Transition:
    """One step: from any of `sources` to `target`. `right` is an act of access on the record's noun.

    `guard` and `effect` are called with the record, `by`, `now` and the data of the step; a guard raises DomainError.
    `reason` says that the step needs a sentence.
    """

    name: str
    sources: tuple[Any, ...]
    target: Any
    label: Any
    right: str = "change"
    guard: Guard | None = None
    effect: Guard | None = None
    reason: bool = False


class Machine:
    """The steps of one kind of record."""

    def __init__(self, *transitions: Transition) -> None:
        self.transitions = {transition.name: transition for transition in transitions}

    def right(self, name: str) -> str:
        """The act of access a step needs; NotThere for an unknown step."""
        if name not in self.transitions:
            raise NotThere("")
        return self.transitions[name].right

    def open_to(self, record: Any, user: Any) -> list[Transition]:
        """The steps a user may take from where the record stands."""
        return [step for step in self.transitions.values()
                if record.status in step.sources and access.can(user, step.right, record.__noun__)]

    def fire(self, record: Any, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
        """Take a step. Raises NotThere for an unknown one, NotAllowed without the right, DomainError when it may not be taken now."""
        access.require(by, self.right(name), record.__noun__)
        step = self.transitions[name]
        if record.status not in step.sources:
            raise DomainError(_l("This step is not possible in the state “%(state)s”.", state=record.status), rule="WF")
        if step.reason and not (reason or "").strip():
            raise DomainError(_l("Give the reason."), "reason")
        if step.guard is not None:
            step.guard(record, by=by, now=now, **data)
        audit.because((reason or "").strip() or None)
        record.status = step.target
        if step.effect is not None:
            step.effect(record, by=by, now=now, reason=reason, **data)
