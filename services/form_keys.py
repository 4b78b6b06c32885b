"""A form sent twice makes one record: the first sending claims its key, a repeat is told the result (R5)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import bindparam, select, update

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


class Claim:
    """A key that this sending holds, and where it leads."""

    def __init__(self, row: int, result: str | None) -> None:
        self.row, self.result = row, result

    def leads_to(self, result: str) -> None:
        """Say where a repeat is led; in the same unit as what was done."""
        if result != self.result:
            db.session.connection().execute(_RESULT, {"row": self.row, "result": result})
            self.result = result


# Made once: each form sent asks them.
_RESULT = update(FormKey).where(FormKey.id == bindparam("row"))
_FIRST = select(FormKey.result).where(FormKey.user_id == bindparam("user"), FormKey.key == bindparam("of_form"))


@functools.cache
def _claim(_dialect: str) -> Any:
    return insert(FormKey).on_conflict_do_nothing().returning(FormKey.id)


def claim(user: Any, key: str, *, now: dt.datetime, result: str | None = None) -> Claim | str:
    """The claimed key, or what the first sending of it led to (an address; empty while that is not known).

    `result` is where it will lead, when that is known already. The second of two sent at once waits here until the first is done.
    """
    connection, key = db.session.connection(), key[:80]
    row = connection.scalar(_claim(connection.dialect.name), {"user_id": user.id, "key": key, "at": now, "result": result})
    return connection.scalar(_FIRST, {"user": user.id, "of_form": key}) or "" if row is None else Claim(row, result)
