"""The ways a service says no."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A business rule refuses. The message is a sentence for the user, in his language; `field` is where it belongs.

    The form is shown again with what he typed, the API answers 422, nothing is changed.
    """

    def __init__(self, message: Any, field: str | None = None, *, rule: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The user's rights do not cover the act (403)."""


class NotThere(DomainError):
    """There is no such record, or the user may not know of it (404, the same answer for both)."""


class Conflict(DomainError):
    """Somebody else changed the record meanwhile (409). `theirs` maps field → (who, when, value)."""

    def __init__(self, message: Any, field: str | None = None, *, theirs: dict[str, Any] | None = None) -> None:
        super().__init__(message, field)
        self.theirs = theirs or {}
