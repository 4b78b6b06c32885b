"""A form sent twice makes one record: the first sending claims its key, a repeat is told the result (R5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from extensions import db
from models.account import FormKey
from services.one_statement import insert

Keys = str | bytes | Sequence[str]  # several: the former ones first, the present one last


def sealed(secret: Keys, value: Any) -> str:
    """A value a browser may carry but not change."""
    return str(URLSafeSerializer(secret, salt="form").dumps(value))


def opened(secret: Keys, text: str | None) -> Any:
    """The value of a seal made with any of the keys; None when it was tampered with or is missing."""
    try:
        return URLSafeSerializer(secret, salt="form").loads(text or "")
    except BadData:
        return None


def claim(user: Any, key: str, *, now: dt.datetime, result: str | None = None) -> FormKey | str:
    """The claimed key, or what the first sending of it led to (an address; empty while that is not known).

    `result` is where it will lead, when that is known already. The second of two sent at once waits here until the first is done.
    """
    row = db.session.scalar(insert(FormKey).values(user_id=user.id, key=key[:80], at=now, result=result)
                            .on_conflict_do_nothing().returning(FormKey))
    if row is None:
        return db.session.scalar(select(FormKey.result).where(FormKey.user_id == user.id, FormKey.key == key[:80])) or ""
    return row  # type: ignore[no-any-return]
