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


def apart(handed_by_id: int | None, keeper: Any, *, field: str) -> None:
    """Raise DomainError at the field when the storekeeper (`keeper`, of our staff) would take over what he handed in himself, unless
    the company allows it (R-043, B-204).
    """
    if keeper is not None and handed_by_id == keeper.id and not parameters.switch("approval.self_approve"):
        raise DomainError(_l("Who hands goods in does not take them over as storekeeper, too. Another storekeeper counts them."), field,
                          rule="B-204")
