"""What waits for a user, from all kinds of records in one list: by how much time is left, then by age.

One question for each kind of record and one for the counts, whatever the number of lists (the work page asks at most 20).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import joinedload

from extensions import _l, db
from extensions import gettext as _
from models.customer import Customer
from models.enums import FollowUpStatus, OrderStatus
from models.equipment import Part
from models.follow_up import FollowUp
from models.paper_change import PaperChange
from models.returns import ReturnLine
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.stock import StockDoc
from models.work_order import WorkOrder
from services import access, clock, counters, waiting
from services.counters import Figure
from views import shown, timers

SHOWN = 40
FIRST = 12  # rows of a group before “the other …”


@dataclass(frozen=True)
class Look:
    """How a kind of thing to do is shown: what is to be done, on the button, which step it leads to, where, and what its age is."""

    act: object
    button: object
    step: str | None
    base: str
    age: str


LOOKS = {
    "draft": Look(_l("Finish the registration"), _l("Go on with it"), "edit", "/service-requests", "created_at"),
    "triage": Look(_l("Triage the request"), _l("Triage"), None, "/service-requests", "reported_at"),
    "dispatch": Look(_l("Send an engineer"), _l("Dispatch"), "dispatch", "/service-requests", "reported_at"),
    "again": Look(_l("Not solved, the customer says: send somebody again"), _l("Dispatch"), "dispatch", "/service-requests", "reported_at"),
    "pending": Look(_l("Order without engineer"), _l("Dispatch"), "assign", "/work-orders", "issued_at"),
    "support": Look(_l("Waits for parts, support or a decision"), _l("Look at it"), None, "/work-orders", "issued_at"),
    "strike_off": Look(_l("Take the record back, strike off"), _l("Strike off"), None, "/work-orders", "finished_at"),
    "calls": Look(_l("Call the customer back"), _l("Call and note"), "done", "/follow-ups", "due_at"),
    "close": Look(_l("Close the file"), _l("Close it"), None, "/service-requests", "resolved_at"),
    "survey": Look(_l("Ask whether the customer is satisfied"), _l("Survey held"), "survey", "/service-requests", "closed_at"),
    "owed": Look(_l("A replaced part is to come back"), _l("Receive"), None, "/defective-parts", "created_at"),
    "look": Look(_l("Inspect the part that came back"), _l("Inspect"), "look", "/defective-parts", "received_at"),
    "put_away": Look(_l("Put the inspected part away"), _l("Put away"), None, "/defective-parts", "received_at"),
    "return_audit": Look(_l("Decide on the return"), _l("Decide"), "audit", "/returns", "created_at"),
    "return_receive": Look(_l("A return is on its way"), _l("Look at it"), None, "/returns", "created_at"),
    "goods": Look(_l("Inspect the goods that came in"), _l("Inspect"), "inspect", "/stock-docs", "submitted_at"),
    "post": Look(_l("Post the inspected goods"), _l("Look at it"), None, "/stock-docs", "submitted_at"),
    "changes": Look(_l("Decide on the change of a signed paper"), _l("Decide"), None, "/paper-changes", "created_at"),
    "watch": Look(_l("Under way"), _l("Look at it"), None, "/service-requests", "reported_at"),
}

COLUMNS = {"all": _l("All that waits for me"), "late": _l("Late"), "soon": _l("Soon due"), "today": _l("Due today"),
           "later": _l("Later"), "open": _l("Paused or without a time")}


class Work:
    """The things that wait for one user; `watching` when there is nothing to do for him but to know how requests stand."""

    def __init__(self, user: Any, slips: list[Any], *, is_engineer: bool) -> None:
        self.user, self.now = user, clock.now()
        mine = waiting.shown_to(user, is_engineer=is_engineer)
        self.watching = mine in ([], [waiting.WATCHED]) and not slips
        self.has_tasks = bool(mine)  # an engineer without any has his day, and slips to sign
        self.rows = [self._slip(slip, paper, label) for slip, paper, label in slips]
        self.more = 0
        for model in dict.fromkeys(kind.model for kind in mine):
            self._ask(model, [kind for kind in mine if kind.model is model])
        self.rows.sort(key=lambda row: (row["due"] is None, row["due"] or row["since"] or self.now))

    def _ask(self, model: type[Any], kinds: list[waiting.Waiting]) -> None:
        age = model.issued_at if model is WorkOrder else model.created_at
        due = next((getattr(model, kind.due) for kind in kinds if kind.due is not None), None)
        order = (age, model.id) if due is None else (due.is_(None), due, age, model.id)
        keys = (select(model.id).where(or_(*(kind.clause() for kind in kinds)), access.visible(self.user, model)).order_by(*order)
                .limit(SHOWN + 1))
        beside = [getattr(model, name) for name in ("customer", "request", "part", "owed_by") if name in inspect(model).relationships
                  and (name != "request" or model is WorkOrder)]
        loads = [*map(joinedload, beside), *timers.loads(model)]
        rows = db.session.scalars(select(model).where(model.id.in_(keys)).order_by(*order).options(*loads)).all()
        self.more += max(len(rows) - SHOWN, 0)
        of_state = {state: kind for kind in kinds for state in kind.states}
        self.rows += [self._row(of_state[row.status], row) for row in rows[:SHOWN]]

    def _row(self, kind: waiting.Waiting, record: Any) -> dict[str, Any]:
        look, due = LOOKS[kind.key], getattr(record, kind.due) if kind.due else None
        timer = getattr(record, "next_clock", None) if kind.due else None
        who = record.request if kind.model is WorkOrder else record
        full = shown.sees_phones(self.user, kind.model)
        href = f"{look.base}/show/{record.id}"
        step = {"edit": f"{look.base}/edit/{record.id}", None: href}.get(look.step, f"{look.base}/{record.id}/do/{look.step}")
        what = next((text for name in ("part_name", "symptom", "wanted", "kind") if (text := str(getattr(record, name, None) or ""))), "")
        customer, phone = getattr(record, "customer", None), getattr(who, "contact_phone", None)
        nobody = getattr(record, "party", None) or "" if kind.model in (StockDoc, PaperChange) else _("Without customer")
        return {"key": kind.key, "title": look.act, "href": href, "act": {"href": step, "label": look.button}, "number": _number(record),
                "what": what[:60], "customer": customer.name if customer is not None else nobody,
                "contact": getattr(who, "contact_name", None) or "", "phone": _phone(phone, full=full),
                "tel": phone if full else None, "due": due, "since": getattr(record, look.age),
                "group": self._group(due, timer), "clock": timers.chip(timer) or shown.clock_of(due, running=True),
                "age": shown.moment(getattr(record, look.age)),
                "badge": shown.badge(record.status) if kind.key in ("watch", "support") else None}

    def _slip(self, slip: Any, paper: Any, label: Any) -> dict[str, Any]:
        href, customer = f"/records/{paper.code}/{slip.id}", getattr(slip, "customer", None)
        return {"key": "slips", "title": _("Sign: %(label)s", label=label), "href": href, "act": {"href": href, "label": _("Sign")},
                "number": getattr(slip, paper.number), "what": (getattr(slip, "symptom", None) or str(paper.title))[:60],
                "customer": customer.name if customer is not None else "", "contact": "", "phone": "",
                "tel": None, "due": None, "since": slip.created_at, "group": "open", "clock": None, "age": shown.moment(slip.created_at),
                "badge": None}

    def _group(self, due: dt.datetime | None, timer: SlaClock | None) -> str:
        if due is None:
            return "open"
        if due < self.now:
            return "late"
        if timer.warn_at <= self.now if timer is not None else due < self.now + dt.timedelta(hours=1):
            return "soon"
        return "today" if due <= clock.day_end(self.now) else "later"

    def strip(self, chosen: str) -> list[dict[str, Any]]:
        """The counters over the list; each narrows it."""
        counts = {key: len(self.rows) if key == "all" else self._count(key) for key in COLUMNS}
        return [{"key": key, "label": label, "count": f"{counts[key]}+" if self.more and key in ("all", "open") else counts[key],
                 "href": "/" if key == "all" else f"/?show={key}", "here": key == chosen, "any": counts[key] > 0}
                for key, label in COLUMNS.items()]

    @property
    def late(self) -> int:
        """How many of them are late: the figure that the navigation shows beside the work page."""
        return counters.waiting(self.user)["mine"][1]

    def _count(self, key: str) -> int:
        """How many stand in a group; of the late ones the figure that the navigation shows, too."""
        return self.late if key == "late" else sum(row["group"] == key for row in self.rows)

    def groups(self, chosen: str) -> list[dict[str, Any]]:
        """The rows by how much time is left."""
        found = []
        for key, label in COLUMNS.items():
            rows = [row for row in self.rows if row["group"] == key]
            if rows and chosen in ("all", key):
                most = FIRST if chosen == "all" else len(rows)
                count = max(self._count(key), len(rows))
                found.append({"key": key, "label": label, "count": count, "rows": rows[:most],
                              "rest": max(count - most, 0) if chosen == "all" else 0})
        return found


def _number(record: Any) -> str:
    """What a thing is called by; a part still to come has no number yet, but somebody who owes it."""
    return str(record.line_no or record.owed_by or record) if isinstance(record, ReturnLine) else str(record)


def _phone(phone: str | None, *, full: bool) -> str:
    return "" if not phone else phone if full else shown.masked(phone)


Entry = tuple[str, str, str, type[Any], Any]


def counted(user: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lists a user looks into every day with how much is in them, and today's figures: of what he may see, by one statement."""
    lists, figures = ([entry for entry in wanted if access.can(user, "read", entry[0])] for wanted in (_lists(), _figures()))
    chosen = [*lists[:6], *figures]
    figures_of = {f"list {place}": Figure(partial(counters.figure, model, access.visible(user, model), clause))
                  for place, (_noun, _label, _href, model, clause) in enumerate(chosen)}
    counts = counters.with_waiting(user, figures_of, page=("work page", clock.today()))
    rows = [{"label": label, "href": href, "count": counts[f"list {place}"]} for place, (_n, label, href, _m, _c) in enumerate(chosen)]
    return rows[:len(lists[:6])], rows[len(lists[:6]):]


def _lists() -> tuple[Entry, ...]:
    now = clock.now()
    return (
        ("work_order", _("Open work orders"), "/work-orders/list/?view=open", WorkOrder, waiting.is_open(WorkOrder)),
        ("service_request", _("Open requests"), "/service-requests/list/?view=open", ServiceRequest,
         waiting.is_open(ServiceRequest)),
        ("work_order", _("Waiting for parts"), "/work-orders/list/?view=parts", WorkOrder, WorkOrder.status == OrderStatus.WAITING_PARTS),
        ("work_order", _("To be struck off"), "/work-orders/list/?view=strike_off", WorkOrder, WorkOrder.status == OrderStatus.FINISHED),
        ("follow_up", _("Calls due today"), "/follow-ups/list/?view=today", FollowUp, waiting.is_open(FollowUp)
         & FollowUp.due_at.between(clock.day_start(now), clock.day_end(now))),
        ("customer", _("Customers in arrears"), "/customers/list/?view=arrears", Customer, Customer.in_arrears),
        ("part", _("Parts in use"), "/parts/list/", Part, Part.active),
    )


def _figures() -> tuple[Entry, ...]:
    start = clock.day_start(clock.now())
    return (
        ("service_request", _("Calls taken"), "", ServiceRequest, ServiceRequest.reported_at >= start),
        ("work_order", _("Orders dispatched"), "", WorkOrder, WorkOrder.issued_at >= start),
        ("follow_up", _("Customers called back"), "", FollowUp, (FollowUp.status == FollowUpStatus.DONE)
         & (FollowUp.due_at >= start - dt.timedelta(days=7)) & (FollowUp.done_at >= start)),
    )
