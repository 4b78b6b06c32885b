"""What many papers ask of their fields: order of times, amounts, lines that say what they are about, the unit of the customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from extensions import _l, db
from models.enums import PaperState
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services.errors import DomainError


def request_of(origin: Any) -> ServiceRequest | None:
    """The request behind an order, or the request itself; None for anything else."""
    return origin.request if isinstance(origin, WorkOrder) else origin if isinstance(origin, ServiceRequest) else None


def open_one(model: type[Any], clause: ColumnElement[bool], states: tuple[PaperState, ...] = (PaperState.DRAFT,)) -> Any:
    """The paper of something that is still being filled, if there is one."""
    return db.session.scalar(select(model).where(clause, model.status.in_(states)).limit(1))


def forward(record: Any, first: str, last: str, *, rule: str) -> None:
    """Raise DomainError at the later of two days or times that lies before the earlier."""
    begin, end = getattr(record, first), getattr(record, last)
    if begin is not None and end is not None and end < begin:
        raise DomainError(_l("The end lies before the beginning."), last, rule=rule)


def not_negative(record: Any, names: Iterable[str], *, rule: str) -> None:
    """Raise DomainError at an amount below nothing."""
    for name in names:
        if (getattr(record, name) or 0) < 0:
            raise DomainError(_l("An amount is not negative."), name, rule=rule)


def lines_filled(lines: Iterable[Any], *names: str, rule: str) -> None:
    """Raise DomainError at the cell of a line that lacks one of these."""
    for line in lines:
        for name in names:
            if getattr(line, name) in (None, ""):
                raise DomainError(_l("Please fill in."), f"{line.typed_at or 'line'}-{name}", rule=rule)


def unit_of_customer(record: Any, *, rule: str) -> None:
    """Raise DomainError when the unit on a paper is another customer's."""
    if record.equipment is not None and record.customer is not None and record.equipment.customer_id != record.customer.id:
        raise DomainError(_l("This belongs to another customer."), "equipment", rule=rule)
