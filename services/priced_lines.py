"""Lines of parts on papers: chosen from the list, with a quantity, and the price of the day where none was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from extensions import _l
from services.errors import DomainError
from services.service_records import sale_price


def hold_parts(lines: Iterable[Any], day: dt.date) -> None:
    """Fill the price of the day into lines without one; DomainError at the cell that misses something."""
    for line in lines:
        where = line.typed_at or "line"
        if line.part is None:
            raise DomainError(_l("Choose the part from the list."), f"{where}-part")
        if line.qty is None or line.qty <= 0:
            raise DomainError(_l("How many? The quantity is a must."), f"{where}-qty")
        if line.unit_price is None:
            line.unit_price = sale_price(line.part, day)
        if line.unit_price is not None and line.unit_price < 0:
            raise DomainError(_l("Enter a number."), f"{where}-unit_price")
