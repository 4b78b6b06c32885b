"""R-002 叫修登记簿: every call of a day, from the telephone to the voucher that came back; R-003 来电来访记录: every contact of a month."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from extensions import _lp, db
from models.contact_log import ContactLog
from models.enums import OrderStatus, RequestStatus
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock
from services.phones import masked
from services.register import DAY, MONTH, Ask, Column, Line, Register, declare


def _clock(moment: Any, day: Any) -> str:
    """The time of day; with the day when it is another one."""
    if moment is None:
        return ""
    here = clock.local(moment)
    return f"{here:%H:%M}" if here.date() == day else f"{here:%m-%d %H:%M}"


def calls(user: Any, ask: Ask) -> list[Line]:
    """The requests reported in the span, in the order of the calls; cancelled ones are struck off (R-002; B-013, B-205)."""
    rows = db.session.scalars(select(ServiceRequest).where(
        ServiceRequest.reported_at >= ask.begin, ServiceRequest.reported_at < ask.end, ServiceRequest.request_no.is_not(None),
        access.visible(user, ServiceRequest)).order_by(ServiceRequest.reported_at, ServiceRequest.id).options(
            joinedload(ServiceRequest.customer), joinedload(ServiceRequest.site), joinedload(ServiceRequest.product_model),
            selectinload(ServiceRequest.orders).joinedload(WorkOrder.lead_engineer)))
    lines: list[Line] = []
    for place, request in enumerate(rows, start=1):
        day = clock.today(request.reported_at)
        orders = [order for order in request.orders if order.status != OrderStatus.CANCELLED]
        order = orders[-1] if orders else None
        lines.append(Line({
            "line_no": str(place), "reported_at": _clock(request.reported_at, ask.first if ask.first == ask.last else None),
            "customer_name": str(request.customer or ""), "address": str(request.site or ""), "contact_phone": request.contact_phone or "",
            "model_no": request.product_model.model_no if request.product_model else "", "symptom": request.symptom or "",
            "service_category": str(request.service_category or ""), "work_order_no": "、".join(str(it) for it in orders),
            "engineer": str(order.lead_engineer or "") if order else "",
            "dispatched_at": _clock(order.assigned_at, day) if order else "", "arrived_at": _clock(order.arrived_at, day) if order else "",
            "struck_off_at": _clock(request.struck_off_at or request.voided_at, day),
            "remark": request.void_reason or request.remark or ""},
            href=f"/service-requests/show/{request.id}", struck=request.status == RequestStatus.CANCELLED))
    return lines


CALLS = declare(Register(
    "R-002", "call_register", _lp("R-002", "Call-in repair register"), "service_request", _lp("R-004", "Intake"),
    _lp("R-002", "Every call of the day, struck off when its voucher is back"),
    (Column("line_no", _lp("R-002", "Line"), 4, "right"), Column("reported_at", _lp("R-002", "Call time"), 8, whole=True),
     Column("customer_name", _lp("R-002", "Customer name"), 9), Column("address", _lp("R-002", "Address"), 10),
     Column("contact_phone", _lp("R-002", "Phone"), 9, whole=True), Column("model_no", _lp("R-002", "Model"), 6),
     Column("symptom", _lp("R-002", "Fault"), 10), Column("service_category", _lp("R-002", "Service category"), 6),
     Column("work_order_no", _lp("R-002", "Voucher no."), 8, whole=True), Column("engineer", _lp("R-002", "Technician"), 6),
     Column("dispatched_at", _lp("R-002", "Dispatched at"), 6, whole=True), Column("arrived_at", _lp("R-002", "Arrived at"), 6, whole=True),
     Column("struck_off_at", _lp("R-002", "Struck off at"), 6, whole=True), Column("remark", _lp("R-002", "Remarks"), 5)),
    calls, DAY,
    who=_lp("R-002", "Kept by itself; the clerk strikes off"), when=_lp("R-002", "At the call; struck off when the voucher is back")))


def contacts(user: Any, ask: Ask) -> list[Line]:
    """The contacts of the span in the order of their time (R-003)."""
    rows = db.session.scalars(select(ContactLog).where(
        ContactLog.contacted_at >= ask.begin, ContactLog.contacted_at < ask.end, access.visible(user, ContactLog))
        .order_by(ContactLog.contacted_at, ContactLog.id).options(
            joinedload(ContactLog.customer), joinedload(ContactLog.taken_by), joinedload(ContactLog.forwarded_to),
            joinedload(ContactLog.request)))
    full, lines = access.can(user, "change", "contact_log"), []
    for contact in rows:
        phone = contact.phone or ""
        lines.append(Line({
            "log_no": contact.log_no, "contacted_at": _clock(contact.contacted_at, ask.first if ask.first == ask.last else None),
            "channel": str(contact.channel), "customer": str(contact.customer or ""), "caller_name": contact.caller_name or "",
            "phone": phone if full or not phone else masked(phone), "kind": str(contact.kind), "content": contact.content or "",
            "answer": contact.answer or "", "told_wait_minutes": str(contact.told_wait_minutes or ""),
            "taken_by": str(contact.taken_by or ""), "forwarded_to": str(contact.forwarded_to or ""),
            "request": str(contact.request or ""), "is_urgent": "√" if contact.is_urgent else ""},
            href=f"/contact-logs/show/{contact.id}"))
    return lines


CONTACTS = declare(Register(
    "R-003", "contact_register", _lp("R-003", "Contact log (calls, letters, visits)"), "contact_log", _lp("R-004", "Intake"),
    _lp("R-003", "Every call, letter and visit, with what was answered and who goes on with it"),
    (Column("log_no", _lp("R-003", "No."), 8, whole=True), Column("contacted_at", _lp("R-003", "Time"), 7, whole=True),
     Column("channel", _lp("R-003", "Form"), 4), Column("customer", _lp("R-003", "Customer"), 10),
     Column("caller_name", _lp("R-003", "Caller"), 6), Column("phone", _lp("R-003", "Phone"), 9, whole=True),
     Column("kind", _lp("R-003", "Kind"), 5), Column("content", _lp("R-003", "Content"), 14),
     Column("answer", _lp("R-003", "Answer and action"), 11), Column("told_wait_minutes", _lp("R-003", "Waiting time told"), 5, "right"),
     Column("taken_by", _lp("R-003", "Taken by"), 6), Column("forwarded_to", _lp("R-003", "Forwarded to"), 5),
     Column("request", _lp("R-003", "Linked record"), 7, whole=True), Column("is_urgent", _lp("R-003", "Emergency"), 3)),
    contacts, MONTH,
    who=_lp("R-003", "Whoever takes the contact"), when=_lp("R-003", "Immediately")))
