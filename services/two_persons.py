"""Who asks does not agree (R6, B-204)."""

from __future__ import annotations

from typing import Any

from extensions import _l
from services import parameters
from services.errors import DomainError


def require(asked_by_id: int | None, by: Any) -> None:
    """Raise DomainError when somebody would approve what he asked for or wrote himself, unless the company allows it (B-204)."""
    if asked_by_id == by.id and not parameters.switch("approval.self_approve"):
        raise DomainError(_l("Nobody approves what he asked for himself. Let another person decide."), rule="B-204")
