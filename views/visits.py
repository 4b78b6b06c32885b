"""The engineer on his phone: his day, and one visit with its next act at the thumb (WF-03; B-010, B-016)."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask_babel import format_date

from extensions import _l
from extensions import gettext as _
from forms.steps import asks
from models.enums import OrderStatus, PaperState
from models.organisation import Staff
from models.paper import PAPERS
from models.work_order import WorkOrder
from services import access, clock, dispatch, service_records, work_orders
from views import shown, timers

S = OrderStatus
DAYS = {"today": _l("Today"), "tomorrow": _l("Tomorrow"), "all": _l("All")}
MOVING = (S.ON_SITE, S.DEPARTED)
# What an engineer says when he takes a step with his thumb.
SAID = {"contact": _l("I have called the customer"), "depart": _l("I am leaving"), "arrive": _l("I have arrived")}
# The steps beside the next one that are wanted on the way, the most wanted first.
BESIDE = ("solve_remotely", "reappoint", "wait_parts", "need_support", "return_unresolved", "hold")
WAY = ((_l("Contacted"), S.CONTACTED), (_l("On the way"), S.DEPARTED), (_l("There"), S.ON_SITE), (_l("Finished"), S.FINISHED))
REACHED = {S.CONTACTED: 0, S.APPOINTED: 0, S.DEPARTED: 1, S.ON_SITE: 2, S.WAITING_PARTS: 2, S.NEED_SUPPORT: 2, S.FINISHED: 3,
           S.SIGNED_OFF: 3, S.FORM_RETURNED: 3, S.UNRESOLVED: 3}


def steps_of(order: WorkOrder, user: Any) -> list[dict[str, Any]]:
    """The steps open to the user, with the words for the thumb; the first is the next one, on site the paper before the end."""
    steps = [{"name": step.name, "label": step.label, "said": SAID.get(step.name, step.label),
              "href": f"/work-orders/{order.id}/do/{step.name}", "form": asks("work_order", step.name, reason=step.reason)}
             for step in work_orders.MACHINE.open_to(order, user) if step.name not in work_orders.closed_steps()]
    return [*_paper_first(order, steps), *steps]


def _paper_first(order: WorkOrder, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the job can be finished: its record is begun first, then signed (B-041)."""
    if not steps or steps[0]["name"] != "finish":
        return []
    slips = [slip for slip in order.records if slip.status != PaperState.VOID]
    if not slips:
        layout = service_records.layout_for(order)
        words, where = _("Begin: %(paper)s", paper=PAPERS[layout][1].title), f"/records/{layout}/add?from=work_order:{order.id}"
    elif slips[-1].status == PaperState.DRAFT and not service_records.slots_signed(slips[-1]) >= service_records.HANDED_OVER:
        words, where = _("Fill in and have it signed: %(paper)s", paper=PAPERS[slips[-1].layout][1].title), \
            f"/records/{slips[-1].layout}/{slips[-1].id}"
    else:
        return []
    return [{"name": "paper", "label": words, "said": words, "href": where, "form": bool(slips)}]


def place_of(order: WorkOrder) -> dict[str, Any]:
    """Address, and the link that opens it in the map of the phone."""
    service = order.request
    address = service.address or order.customer.address
    return {"address": address, "site": service.site.name if service.site and service.site.name != address else "",
            "map": f"geo:0,0?q={quote(address)}" if address else None}


def clock_of(order: WorkOrder) -> dict[str, Any] | None:
    """What runs against the engineer now: the promised call, then the arrival that was agreed, then the time required."""
    visit, request = order.appointment, order.request
    if order.status == S.ASSIGNED and request.contacted_at is None and request.promised_contact_at is not None:
        return _named(_("Call due"), shown.clock_of(request.promised_contact_at, running=True))
    if visit is not None and order.status in (S.APPOINTED, S.DEPARTED):
        return _named(_("Arrive"), shown.clock_of(visit.start_at, running=True))
    return timers.chip(order.next_clock) or shown.clock_of(order.next_due_at, running=order.is_open)


def _named(what: str, chip: dict[str, str] | None) -> dict[str, Any] | None:
    return {**chip, "text": f"{what} {chip['text']}"} if chip else None


def _card(order: WorkOrder, user: Any, *, full: bool) -> dict[str, Any]:
    visit, request = order.appointment, order.request
    model = request.product_model
    steps = steps_of(order, user)
    agreed = visit if visit is not None and order.status in (S.APPOINTED, *MOVING) else None
    return {"href": f"/work-orders/show/{order.id}", "number": order.work_order_no, "customer": order.customer.name,
            "badge": shown.badge(order.status), "clock": clock_of(order), "at": _when(agreed.start_at) if agreed else "",
            "when": shown.span(agreed.start_at, agreed.end_at) if agreed else "", "note": order.waiting_note,
            "what": " ".join(part for part in (model.model_no if model else "", order.symptom or "") if part), **place_of(order),
            "contact": request.contact_name, "tel": request.contact_phone if full else None, "next": steps[0] if steps else None,
            "moving": order.status in MOVING, "call": order.status == S.ASSIGNED}


def day_page(staff: Staff, user: Any, chosen: str) -> dict[str, Any]:
    """The jobs of an engineer: today (what moves, what is agreed for today or earlier, what must be called), tomorrow, all."""
    now, full = clock.now(), shown.sees_phones(user, WorkOrder)
    orders = dispatch.day_of(staff)
    end = clock.day_end(now)
    parts: dict[str, list[WorkOrder]] = {"today": [], "tomorrow": [], "all": orders}
    for order in orders:
        visit = order.appointment if order.status == S.APPOINTED else None
        if order.status in (*MOVING, S.ASSIGNED, S.CONTACTED) or (visit is not None and visit.start_at <= end):
            parts["today"].append(order)
        elif visit is not None and visit.start_at <= end + timedelta(days=1):
            parts["tomorrow"].append(order)
    shown_orders = parts[chosen]
    cards = [_card(order, user, full=full) for order in shown_orders]
    calls = [card for card in cards if card["call"]] if chosen == "today" else []
    rest = [card for card in cards if card not in calls]
    day = clock.today(now) + timedelta(days=1 if chosen == "tomorrow" else 0)
    return {"tabs": [{"key": key, "label": label, "count": len(parts[key]), "href": "/" if key == "today" else f"/?day={key}",
                      "here": key == chosen} for key, label in DAYS.items()],
            "date": format_date(day, _("MM-dd EEEE")), "calls": calls, "now": rest[0] if rest and chosen == "today" else None,
            "later": rest[1:] if rest and chosen == "today" else rest, "chosen": chosen, "any": bool(cards)}


def visit_page(order: WorkOrder, user: Any, *, full: bool) -> dict[str, Any]:
    """What one needs on the way and at the door: stepper, house rules, address, contact, unit, symptom, the next act."""
    request, visit, unit = order.request, order.appointment, order.request.equipment
    steps = steps_of(order, user)
    beside = sorted((step for step in steps[1:] if step["name"] in BESIDE), key=lambda step: BESIDE.index(step["name"]))
    planned = _when(visit.start_at) if visit is not None and order.is_open else ""
    times = (order.contacted_at, order.departed_at, order.arrived_at, order.finished_at)
    reached = REACHED.get(order.held_from or order.status if order.status == S.ON_HOLD else order.status, -1)
    way = [{"label": str(label), "state": "done" if place < reached or reached == 3 else "now" if place == reached else "open",
            "time": _hour(at) if at else _("about %(time)s", time=planned) if planned and place == 2 else ""}
           for place, ((label, _state), at) in enumerate(zip(WAY, times, strict=True))]
    covered = None if unit is None or unit.warranty_end is None else unit.warranty_end >= clock.today()
    phone = request.contact_phone
    return {"customer": order.customer.name, "way": way, "badge": shown.badge(order.status), "clock": clock_of(order), **place_of(order),
            "rules": order.customer.house_rules, "contact": request.contact_name,
            "phone": (phone if full else shown.masked(phone)) if phone else "", "tel": phone if full else None,
            "unit": str(request.product_model or request.product_name or ""), "serial": unit.serial_no if unit else "",
            "unit_href": f"/equipment/show/{unit.id}" if unit is not None and access.can(user, "read", "equipment") else None,
            "covered": covered, "symptom": order.symptom,
            "when": shown.span(visit.start_at, visit.end_at) if visit and order.is_open else "",
            "next": steps[0] if steps else None, "beside": beside[:3],
            "more": [step for step in steps[1:] if step not in beside[:3]]}


def _when(moment: dt.datetime) -> str:
    """The hour, with the day where it is not today."""
    here = clock.local(moment)
    return f"{here:%H:%M}" if here.date() == clock.today() else f"{here:%m-%d %H:%M}"


def _hour(moment: dt.datetime) -> str:
    here = clock.local(moment)
    return f"{here:%H:%M}" if here.date() == clock.today() else f"{here:%m-%d}"
