"""What waits for whom: each kind of thing to do, whose right it needs, in which states it is found, and which of it is late.

The work page lists it, the navigation counts it; both ask here, so that they say the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from models.enums import FollowUpStatus, OrderStatus, RequestStatus
from models.follow_up import FollowUp
from models.paper_change import ChangeState, PaperChange
from models.returns import ReturnLine, ReturnOrder
from models.service_request import ServiceRequest
from models.stock import StockDoc
from models.stock_enums import LineState, ReturnState, StockState
from models.work_order import UNDER_WAY, WorkOrder
from services import access
from services.defective import DEFECTIVE
from services.service_requests import OPEN_STATES, left_alone

R, S, F, L, D, RO = RequestStatus, OrderStatus, FollowUpStatus, LineState, StockState, ReturnState
OPEN_CALLS = (F.PLANNED, F.ATTEMPTED)
# What is still to be done, and the column that says until when.
_OPEN: dict[type[Any], tuple[tuple[Any, ...], str]] = {
    ServiceRequest: (tuple(OPEN_STATES), "next_due_at"), WorkOrder: (UNDER_WAY, "next_due_at"), FollowUp: (OPEN_CALLS, "due_at"),
    ReturnLine: ((L.EXPECTED,), "due_at")}


def is_open(model: type[Any]) -> ColumnElement[bool]:
    """That a record is still to be done; of lines coming back, those of defective parts."""
    states = model.status.in_(_OPEN[model][0])
    return and_(states, ReturnLine.line_type.in_(DEFECTIVE)) if model is ReturnLine else states


def is_late(model: type[Any], now: Any) -> ColumnElement[bool]:
    """The one meaning of “late” of lists, counters and work page: still to be done, and the moment it is due has passed."""
    return and_(is_open(model), getattr(model, _OPEN[model][1]) < now)


@dataclass(frozen=True)
class Waiting:
    """One kind of thing to do: the records, the states it is found in, the rights of whose it is, the column that says until when."""

    key: str
    model: type[Any]
    states: tuple[Any, ...]
    rights: tuple[tuple[str, str], ...]
    due: str | None = None
    only: Any = None

    def clause(self) -> ColumnElement[bool]:
        """The records that wait so."""
        states = self.model.status.in_(self.states)
        return states if self.only is None else and_(states, self.only)


_OFFICE = (("create", "work_order"),)
_STORE, _LEADER = (("change", "stock_doc"),), (("approve", "return_order"), ("create", "work_order"))
_REPLACED = ReturnLine.line_type.in_(DEFECTIVE)
KINDS = (
    Waiting("draft", ServiceRequest, (R.DRAFT,), _OFFICE),
    Waiting("triage", ServiceRequest, (R.REGISTERED,), _OFFICE, "next_due_at"),
    Waiting("dispatch", ServiceRequest, (R.TRIAGED,), _OFFICE, "next_due_at"),
    Waiting("again", ServiceRequest, (R.IN_PROGRESS,), _OFFICE, "next_due_at", left_alone()),
    Waiting("pending", WorkOrder, (S.PENDING,), _OFFICE, "next_due_at"),
    Waiting("support", WorkOrder, (S.NEED_SUPPORT, S.WAITING_PARTS, S.ON_HOLD), (("approve", "work_order"),), "next_due_at"),
    Waiting("strike_off", WorkOrder, (S.FINISHED,), _OFFICE),
    Waiting("calls", FollowUp, OPEN_CALLS, (*_OFFICE, ("change", "follow_up")), "due_at"),
    Waiting("close", ServiceRequest, (R.VERIFIED,), _OFFICE),
    Waiting("survey", ServiceRequest, (R.CLOSED,), _OFFICE, "next_due_at", ServiceRequest.next_due_at.is_not(None)),
    Waiting("owed", ReturnLine, (L.EXPECTED,), _STORE, "due_at", _REPLACED),
    Waiting("look", ReturnLine, (L.IN_ZONE,), (("approve", "defective_part"),), None, _REPLACED),
    Waiting("put_away", ReturnLine, (L.OK, L.BAD), _STORE, None, _REPLACED),
    Waiting("return_audit", ReturnOrder, (RO.APPLIED,), _LEADER),
    Waiting("return_receive", ReturnOrder, (RO.APPROVED, RO.IN_TRANSIT), _STORE),
    Waiting("goods", StockDoc, (D.SUBMITTED,), (("create", "nonconformity"),)),
    Waiting("post", StockDoc, (D.INSPECTED,), _STORE),
    Waiting("changes", PaperChange, (ChangeState.ASKED,), (("approve", "paper_change"),)),
)
# For those who send nobody themselves: how their requests stand.
WATCHED = Waiting("watch", ServiceRequest, tuple(OPEN_STATES), (("read", "service_request"),), "next_due_at")


def kinds_of(user: Any) -> list[Waiting]:
    """What waits for a user himself."""
    return [kind for kind in KINDS if all(access.can(user, act, noun) for act, noun in kind.rights)]


def shown_to(user: Any, *, is_engineer: bool) -> list[Waiting]:
    """What the work page of a user lists: his own things to do; without any, how requests stand, but for an engineer, who has his day."""
    mine = kinds_of(user)
    return mine if mine or is_engineer or not access.can(user, "read", "service_request") else [WATCHED]


def late_by_model(user: Any, now: Any) -> dict[type[Any], ColumnElement[bool]]:
    """Model → what is late of what the work page of a user lists; an engineer’s day lists his own open orders."""
    staff = access.staff_of(user)
    is_engineer = staff is not None and staff.is_engineer
    kinds = [kind for kind in shown_to(user, is_engineer=is_engineer) if kind.due is not None]
    found = {model: or_(*(and_(kind.clause(), getattr(model, str(kind.due)) < now) for kind in kinds if kind.model is model))
             for model in dict.fromkeys(kind.model for kind in kinds)}
    if not found and staff is not None and is_engineer:
        found[WorkOrder] = and_(WorkOrder.lead_engineer_id == staff.id, is_late(WorkOrder, now))
    return found
