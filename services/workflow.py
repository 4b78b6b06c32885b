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
    """One step: from any of `sources` to `target` (None: the effect says where). `right` is an act of access on `noun`, the
    record's own unless another is named.

    `guard` and `effect` are called with the record, `by`, `now` and the data of the step; a guard raises DomainError.
    `reason` says that the step needs a sentence; a step that is not `direct` happens as the effect of another; one that is `adverse`
    undoes or gives up and is never offered as the next one.
    """

    name: str
    sources: tuple[Any, ...]
    target: Any
    label: Any
    right: str = "change"
    guard: Guard | None = None
    effect: Guard | None = None
    reason: bool = False
    noun: str | None = None
    direct: bool = True
    adverse: bool = False

    def subject(self, record: Any) -> str:
        """The noun whose right the step needs."""
        return self.noun or str(record.__noun__)


class Machine:
    """The steps of one kind of record."""

    def __init__(self, *transitions: Transition, field: str = "status") -> None:
        self.transitions = {transition.name: transition for transition in transitions}
        self.field = field

    def state_of(self, record: Any) -> Any:
        """Where the record stands in this machine."""
        return getattr(record, self.field)

    def right(self, name: str) -> tuple[str, str | None]:
        """The act of access a step needs and the noun when it is not the record's own; NotThere for an unknown step."""
        if name not in self.transitions or not self.transitions[name].direct:
            raise NotThere("")
        return self.transitions[name].right, self.transitions[name].noun

    def open_to(self, record: Any, user: Any) -> list[Transition]:
        """The steps a user may take from where the record stands."""
        return [step for step in self.transitions.values()
                if step.direct and self.state_of(record) in step.sources and access.can(user, step.right, step.subject(record))]

    def fire(self, record: Any, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
        """Take a step. Raises NotThere for an unknown one, NotAllowed without the right, DomainError when it may not be taken now."""
        if name not in self.transitions:
            raise NotThere("")
        step = self.transitions[name]
        access.require(by, step.right, step.subject(record))
        if self.state_of(record) not in step.sources:
            raise DomainError(_l("This step is not possible in the state “%(state)s”.", state=self.state_of(record)), rule="WF")
        if step.reason and not (reason or "").strip():
            raise DomainError(_l("Give the reason."), "reason")
        audit.acts(by)
        if step.guard is not None:
            step.guard(record, by=by, now=now, **data)
        audit.because((reason or "").strip() or None)
        if step.target is not None:
            setattr(record, self.field, step.target)
        if step.effect is not None:
            step.effect(record, by=by, now=now, reason=(reason or "").strip() or None, **data)
