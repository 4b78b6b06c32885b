"""The screen at the telephone: who calls, what is known of him, the form in the order of the call, the sentence to read (R-001)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from datetime import timedelta
from typing import Any

from flask import abort, jsonify, render_template, request
from sqlalchemy import select, union_all
from sqlalchemy.orm import joinedload

from extensions import _l, db
from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.steps import Pick
from models.customer import Customer
from models.enums import FaultLevel, RequestType
from models.equipment import Equipment
from models.organisation import Staff
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock, dispatch, parameters, search, service_requests
from views import shown

UNITS, CHIPS, LATEST = 8, 4, 200
DAY_BEGINS, DAY_ENDS = timedelta(hours=8, minutes=30), timedelta(hours=18)
# In the order of how often they are wanted; the first nine have a number key.
TYPES = (RequestType.REPAIR, RequestType.COMMISSIONING, RequestType.RETURN_REPAIR, RequestType.MAINTENANCE, RequestType.TECH_SUPPORT,
         RequestType.MAIL_PARTS, RequestType.RETURN_GOODS, RequestType.COMPLAINT, RequestType.CONSULT, RequestType.INSPECTION,
         RequestType.TRAINING, RequestType.RENEWAL, RequestType.SUGGESTION)
KEYED = 9
# What a level means, in the words of the table of levels (B-032).
MEANINGS = {FaultLevel.ONE: _l("Down, work is interrupted"), FaultLevel.TWO: _l("A main function fails"),
            FaultLevel.THREE: _l("An accessory is damaged"), FaultLevel.FOUR: _l("Use or operation")}
REST = ("reported_at", "channel", "informant", "info_type", "complexity", "department", "department_reason", "remark")


def key_of(name: str) -> int | None:
    """A key among the arguments; 400 for nonsense, None where there is none."""
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(400)
    return int(text) if text else None


def callers(user: Any) -> Any:
    """Customers by what a caller says: name, pinyin initials, telephone, or the serial number of a unit, which then comes along."""
    words = request.args.get("q", "").strip()[:64]
    query = select(Customer).where(access.visible(user, Customer), Customer.active)
    if not words:
        rows = db.session.scalars(query.order_by(Customer.id.desc()).limit(8)).all()
        return jsonify([_caller(row) for row in rows])
    units = db.session.scalars(select(Equipment).where(search.matching(Equipment, words), access.visible(user, Equipment))
                               .order_by(Equipment.id.desc()).limit(8)
                               .options(joinedload(Equipment.customer), joinedload(Equipment.product_model)))
    by_unit = [unit for unit in units if search.normal(words) in search.normal(f"{unit.serial_no or ''} {unit.equipment_no}")]
    rows = db.session.scalars(query.where(search.matching(Customer, words)).order_by(Customer.name).limit(12)).all()
    return jsonify([_caller(unit.customer, unit) for unit in by_unit] + [_caller(row) for row in rows])


def _caller(customer: Customer, unit: Equipment | None = None) -> dict[str, Any]:
    hint = f"{unit.serial_no or unit.equipment_no} {unit.product_model}" if unit else f"{customer.code} {customer.short_name or ''}"
    return {"id": customer.id, "text": customer.name, "hint": hint.strip(), "more": unit.id if unit else ""}


def context(user: Any) -> str:
    """The card of a customer: arrears, units, open jobs, last visits, house rules, and what the form may fill in from them."""
    key, unit_key, model_key = key_of("customer"), key_of("unit"), key_of("model")
    if key is None:
        abort(400)
    customer, now = access.get(user, Customer, key), clock.now()
    where = (Equipment.customer_id == customer.id, access.visible(user, Equipment))
    first = Equipment.id == (unit_key or 0)
    units = list(db.session.scalars(select(Equipment).where(*where).order_by(first.desc(), Equipment.id.desc()).limit(UNITS + 1)
                                    .options(joinedload(Equipment.product_model), joinedload(Equipment.site))))
    models = {unit.product_model_id for unit in units[:UNITS]} | ({model_key} if model_key else set())
    site = next((place for place in customer.sites if place.active), None)
    people = [person for person in customer.contacts if person.active]
    contact = next((person for person in people if person.is_primary), people[0] if people else None)
    engineer = dispatch.proposed((site.region_id if site else None) or customer.region_id, clock.today(now))
    fill = {"site": [site.id, str(site)] if site else None, "contact_name": contact.name if contact else None,
            "contact_phone": (contact.phone if contact else None) or customer.phone, "engineer": engineer.id if engineer else None}
    return render_template(
        "requests/context.html", customer=customer, fill=fill, told=_told(models, user), engineer=_engineer(engineer, now),
        units=[_unit(unit, now, chosen=unit.id == unit_key) for unit in units[:UNITS]], more=len(units) > UNITS,
        people=[{"name": person.name, "phone": person.phone, "note": "，".join(part for part in (
            person.post, parameters.dict_label("contact_role", person.role)) if part)} for person in people[:8]],
        jobs=_jobs(customer, user, now), visits=_visits(customer, user))


def _jobs(customer: Customer, user: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """Open requests; `recent` says that a call for the same model is perhaps the same call (B-002)."""
    rows = db.session.scalars(select(ServiceRequest).where(
        ServiceRequest.customer_id == customer.id, ServiceRequest.status.in_(service_requests.OPEN_STATES),
        access.visible(user, ServiceRequest)).order_by(ServiceRequest.id.desc()).limit(4)
        .options(joinedload(ServiceRequest.product_model)))
    return [{"href": f"/service-requests/show/{job.id}", "number": str(job), "badge": shown.badge(job.status),
             "model": job.product_model_id, "what": _short(job.product_model, job.symptom),
             "recent": job.reported_at is not None and job.reported_at > now - timedelta(hours=24)} for job in rows]


def _visits(customer: Customer, user: Any) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(WorkOrder).where(
        WorkOrder.customer_id == customer.id, WorkOrder.finished_at.is_not(None), access.visible(user, WorkOrder))
        .order_by(WorkOrder.finished_at.desc()).limit(3)
        .options(joinedload(WorkOrder.lead_engineer), joinedload(WorkOrder.request).joinedload(ServiceRequest.product_model)))
    return [{"href": f"/work-orders/show/{order.id}", "at": f"{clock.local(order.finished_at):%m-%d}" if order.finished_at else "",
             "who": str(order.lead_engineer or ""), "what": _short(order.request.product_model, order.solution or order.symptom)}
            for order in rows]


def _short(model: Any, words: str | None) -> str:
    return " ".join(part for part in (model.model_no if model else "", (words or "")[:40]) if part)


def _unit(unit: Equipment, now: dt.datetime, *, chosen: bool) -> dict[str, Any]:
    """A unit with its warranty; the answer at the telephone and the service category are proposed from its file."""
    covered = unit.warranty_end is not None and unit.warranty_end >= clock.today(now)
    until = _("until %(day)s", day=unit.warranty_end) if covered else _("ended %(day)s", day=unit.warranty_end) if unit.warranty_end else ""
    return {"id": unit.id, "serial": unit.serial_no or unit.equipment_no, "model": str(unit.product_model), "covered": covered,
            "place": str(unit.site.name or "") if unit.site else "", "until": until, "chosen": chosen, "key": unit.is_key,
            "fill": {"equipment": unit.id, "product_model": [unit.product_model_id, str(unit.product_model)],
                     "site": [unit.site_id, str(unit.site)] if unit.site else None, "in_warranty": "yes" if covered else "no",
                     "service_category": "C" if covered else "A", "handling_mode": "onsite"}}


def _told(models: set[int], user: Any) -> dict[int, dict[str, Any]]:
    """For each model what its callers say most often, and of which nature it mostly was: from its latest requests."""
    parts = []
    for key in sorted(models)[:UNITS + 1]:
        latest = select(ServiceRequest.product_model_id, ServiceRequest.symptom, ServiceRequest.problem_nature).where(
            ServiceRequest.product_model_id == key, ServiceRequest.symptom.is_not(None), access.visible(user, ServiceRequest)
        ).order_by(ServiceRequest.id.desc()).limit(LATEST).subquery()
        parts.append(select(latest))
    rows = db.session.execute(union_all(*parts)).all() if parts else []
    found: dict[int, dict[str, Any]] = {}
    for key in models:
        symptoms = Counter(" ".join(row.symptom.split())[:24] for row in rows if row.product_model_id == key)
        natures = Counter(str(getattr(row.problem_nature, "value", row.problem_nature)) for row in rows
                          if row.product_model_id == key and row.problem_nature)
        found[key] = {"chips": [text for text, _count in symptoms.most_common(CHIPS)],
                      "nature": natures.most_common(1)[0][0] if natures else None}
    return found


def _engineer(person: Staff | None, now: dt.datetime) -> str:
    """Why this engineer is proposed, and from when he has time today."""
    if person is None:
        return ""
    day = clock.day_start(now)
    free = dispatch.free_from(person.id, now, until=day + DAY_ENDS)
    if free is None:
        begin = day + timedelta(days=1) + DAY_BEGINS
        free = dispatch.free_from(person.id, begin, until=day + timedelta(days=1) + DAY_ENDS)
        when = _("free tomorrow from %(time)s", time=f"{clock.local(free):%H:%M}") if free else _("no time before the day after tomorrow")
    else:
        when = _("free now") if free <= now else _("free today from %(time)s", time=f"{clock.local(free):%H:%M}")
    return _("Resident of the region, %(when)s", when=when)


def with_engineer(made: type[Any]) -> type[Any]:
    """The form of a call: the fields of the request, and the engineer who is to have it."""
    return type("CallForm", (made,), {"engineer": Pick(_l("Engineer"), things=_engineers)})


def _engineers() -> list[tuple[Staff, str]]:
    return [(person, _("%(name)s · %(count)s open", name=person.name, count=load)) for person, load, _near in dispatch.engineers(None)]


def chosen_engineer() -> Staff | None:
    """The engineer chosen in the form of a call; the form has held him against the list."""
    text = request.form.get("engineer", "")
    return db.session.get(Staff, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None


def page(form: Any, *, title: Any, cancel: str, buttons: list[tuple[str, str, Any]], conflicts: dict[str, Any] | None) -> Any:
    """The screen, with its errors where they belong."""
    errors = [item for item in form.error_list() if item[0] not in HIDDEN]
    promise = {"all": service_requests.minutes_promised(None), "one": service_requests.minutes_promised(FaultLevel.ONE),
               "types": [kind.value for kind in service_requests.CALLED_BACK]}
    levels = [(level.value, str(level), MEANINGS[level]) for level in FaultLevel]
    return render_template("requests/call.html", form=form, title=title, cancel=cancel, buttons=buttons, conflicts=conflicts or {},
                           errors=errors, levels=levels, types=[(kind.value, str(kind)) for kind in TYPES], keyed=KEYED, rest=REST,
                           promise=promise, action=request.full_path.rstrip("?"),
                           begun=f"{clock.local(form.reported_at.data or clock.now()):%H:%M}"), 422 if errors else 200
