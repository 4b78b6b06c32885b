"""The parts of a file's page: facts of unit and customer, parts used, papers and their signatures, the people and the place."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from extensions import gettext as _
from models.base import UTCDateTime
from models.customer import Customer
from models.enums import PaperState, RequestStatus
from models.equipment import Equipment
from models.paper import PAPERS, OnPaper, Paper
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, clock, fault_analyses, paper_records, service_records, signing
from services.counters import RECORD, Figure, Figures
from views import shown, timers


def _fact(label: Any, text: Any, *, late: bool = False, done: bool = False) -> dict[str, Any]:
    return {"label": label, "text": str(text or ""), "late": late, "done": done}


def with_customer(model: Any) -> tuple[Any, ...]:
    """What `customer_half` reads, loaded with a record of the model."""
    return (joinedload(model.customer).joinedload(Customer.region), joinedload(model.customer).joinedload(Customer.sales))


def with_unit() -> tuple[Any, ...]:
    """What `report_panel` reads of a request, loaded with it; model and site of the unit are mostly those of the request."""
    return (joinedload(ServiceRequest.equipment), joinedload(ServiceRequest.product_model), joinedload(ServiceRequest.site),
            joinedload(ServiceRequest.received_by))


def figures(model: type[Any], user: Any) -> Figures:
    """What `report_panel` and `analysis_card` count on the page of a request, or of what belongs to one: the repairs of the unit in a year,
    the analyses.
    """
    asked = {"repairs": Figure(lambda: _repairs(_request_of(model), user), {"since": clock.now() - timedelta(days=365)})}
    if access.can(user, "read", "fault_analysis"):
        asked["analyses"] = Figure(lambda: fault_analyses.figure(_request_of(model)))
    return asked


def clocks(model: type[Any]) -> Figures:
    """The clocks of a request on its page, or on that of what belongs to it."""
    return {"clocks": timers.of_request(lambda: _request_of(model))}


def _request_of(model: type[Any]) -> Any:
    """The key of the request of the page, as a part of a statement."""
    return RECORD if model is ServiceRequest else select(model.request_id).where(model.id == RECORD).scalar_subquery()


def _repairs(request: Any, user: Any) -> Any:
    this = aliased(ServiceRequest)
    unit, since = select(this.equipment_id).where(this.id == request), select(bindparam("since", type_=UTCDateTime()))
    return select(func.count(ServiceRequest.id)).where(
        ServiceRequest.equipment_id == unit.scalar_subquery(), ServiceRequest.reported_at >= since.scalar_subquery(),
        access.visible(user, ServiceRequest)).scalar_subquery()


def unit_half(request: ServiceRequest, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
    """The machine: serial number, warranty, place, and how often it was out of order."""
    unit: Equipment | None = request.equipment
    facts = [_fact(_("Model"), request.product_model), _fact(_("Serial no."), unit.serial_no if unit else None)]
    if unit is not None:
        if unit.warranty_end is not None:
            covered = unit.warranty_end >= clock.today()
            words = _("In warranty until %(day)s", day=unit.warranty_end) if covered else _("Out of warranty since %(day)s",
                                                                                             day=unit.warranty_end)
            facts.append(_fact(_("Warranty"), words, done=covered, late=not covered))
        facts.append(_fact(_("Where it stands"), unit.site))
        facts.append(_fact(_("Repairs"), _("%(count)s in the last year", count=counts["repairs"])))
    elif request.in_warranty:
        facts.append(_fact(_("Warranty"), request.in_warranty))
    href = f"/equipment/show/{unit.id}" if unit is not None and access.can(user, "read", "equipment") else None
    return {"title": _("Equipment"), "facts": facts, "href": href, "label": _("Its file")}


def customer_half(customer: Customer | None, user: Any) -> dict[str, Any]:
    """The customer: class, arrears, house rules, who sells to him."""
    if customer is None:
        return {"title": _("Customer"), "facts": [_fact(_("Customer"), _("Without customer"))], "href": None, "label": None}
    owed = f" ¥{customer.arrears_amount:,.2f}" if customer.arrears_amount else ""
    facts = [
        _fact(_("Class"), "，".join(str(part) for part in (customer.customer_class, _("key customer") if customer.is_key else "") if part)),
        _fact(_("Debts"), _("In arrears") + owed if customer.in_arrears else _("Nothing owed"), late=customer.in_arrears),
        _fact(_("Region"), customer.region), _fact(_("Sales"), customer.sales),
        _fact(_("House rules"), customer.house_rules),
    ]
    href = f"/customers/show/{customer.id}" if access.can(user, "read", "customer") else None
    return {"title": _("Customer"), "facts": [fact for fact in facts if fact["text"]], "href": href, "label": _("His file")}


def report_panel(request: ServiceRequest, symptom: str | None, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
    """What was reported, by whom and when, over the machine and the customer; `counts` answers `figures`."""
    note = " ".join(str(part) for part in (request.received_by, shown.moment(request.reported_at), request.channel) if part)
    return {"title": _("Report"), "note": note, "text": symptom or _("Nothing written down yet."),
            "halves": [unit_half(request, user, counts), customer_half(request.customer, user)]}


def parts_panel(order: WorkOrder) -> dict[str, Any] | None:
    """The parts of all slips of an order; None when there are none."""
    lines = [line for slip in order.records for line in slip.part_lines]
    if not lines:
        return None
    rows = [[line.part_name or "", line.part.part_no if line.part else "", line.spec or "", f"{line.qty.normalize():f}" if line.qty else "",
             str(line.kind), line.new_serial_no or ""] for line in lines]
    return {"title": _("Parts used"), "note": _("%(count)s lines", count=len(lines)), "columns": [
        _("Name"), _("Part no."), _("Specification"), _("Quantity"), _("Supply mode"), _("New serial no.")], "rows": rows}


def papers_card(order: WorkOrder, user: Any) -> dict[str, Any]:
    """The slips of an order: what is signed, what is missing; the one to begin."""
    items = []
    for slip in order.records:
        _model, paper = paper_records.paper_of(slip.layout)
        signed, needed = signing.signatures(slip, paper), signing.needed(slip, paper)
        missing = [slot for slot in needed if slot.name not in signed]
        where = f"/records/{slip.layout}/{slip.id}"
        items.append({"title": str(paper.title), "number": slip.number or _("Draft"), "href": where, "facts": [
            _fact(_("State"), slip.status),
            _fact(_("Signatures"), _("%(have)s given, %(missing)s missing", have=len(needed) - len(missing), missing=len(missing))
                  if missing else _("complete"), done=not missing),
            _fact(_("Original"), _("returned %(day)s", day=slip.paper_returned_on) if slip.paper_returned_on else _("not returned yet"))]})
    begin, begun = None, any(record.status != PaperState.VOID for record in order.records)
    if not begun and order.is_open and access.can(user, "create", "service_record"):
        layout = service_records.layout_for(order)
        begin = {"label": _("Begin: %(paper)s", paper=PAPERS[layout][1].title), "href": f"/records/{layout}/add?from=work_order:{order.id}"}
    return {"title": _("Papers to sign and return"), "papers": items, "act": begin, "empty": _("No slip yet."),
            "others": [*views_of(order, user), *(other_papers(order, user) if order.is_open else [])]}


def papers_of(record: Any, user: Any) -> list[dict[str, Any]]:
    """The papers that show a file and those that may be begun from it."""
    return [*views_of(record, user), *other_papers(record, user)]


def other_papers(origin: Any, user: Any) -> list[dict[str, Any]]:
    """The papers a user may begin from an order, request, unit or customer; an order has one service record at a time."""
    found = []
    for code, model, paper in _papers(len(PAPERS)):
        if not issubclass(model, OnPaper) or origin.__tablename__ not in paper_records.origins(model):
            continue
        if model is ServiceRecord and (not isinstance(origin, WorkOrder)
                                       or any(record.status == PaperState.DRAFT for record in origin.records)):
            continue
        if access.can(user, "create", paper.noun):
            found.append({"label": str(paper.title), "href": f"/records/{code}/add?from={origin.__tablename__}:{origin.id}"})
    return found


@functools.cache
def _papers(_count: int) -> list[tuple[str, type[Any], Paper]]:
    """(code, model, paper) of all papers in the order of their numbers in the catalogue."""
    return sorted(((code, model, paper) for code, (model, paper) in PAPERS.items()), key=lambda item: item[2].record)


def views_of(record: Any, user: Any) -> list[dict[str, Any]]:
    """The papers that show a file as it stands, for who may read them."""
    return [{"label": str(paper.title), "href": f"/records/{code}/{record.id}"}
            for code, model, paper in _papers(len(PAPERS)) if model is type(record) and access.can(user, "read", paper.noun)]


def people_card(request: ServiceRequest, order: WorkOrder | None, *, full: bool) -> dict[str, Any]:
    """Who is called and where to go."""
    people = []
    if request.contact_name or request.contact_phone:
        people.append(_person(request.contact_name or _("Contact"), _("Contact"), request.contact_phone, full=full))
    engineer = order.lead_engineer if order is not None else request.engineer
    if engineer is not None:
        people.append(_person(engineer.name, engineer.post or _("Engineer"), engineer.mobile or engineer.phone, full=True))
    address = request.address or (request.customer.address if request.customer else None)
    return {"title": _("People and address"), "people": people, "address": address, "place": str(request.site or "")}


def contacts_card(customer: Customer, *, full: bool, others: list[dict[str, Any]]) -> dict[str, Any]:
    """The people of a customer, the first ones, where he is, and the papers of the file it stands on."""
    people = [_person(person.name, person.post or _("Contact"), person.phone, full=full) for person in customer.contacts if person.active]
    return {"title": _("People and address"), "people": people[:4], "address": customer.address, "place": str(customer.region or ""),
            "note": None if people else _("No contact yet."), "others": others}


def call_card(call: Any, *, full: bool) -> dict[str, Any]:
    """Whom to call back."""
    person = _person(call.contact_name or str(call.customer), call.kind, call.contact_phone, full=full)
    return {"title": _("Whom to call"), "people": [person], "address": None, "place": ""}


def _person(name: str, role: Any, phone: str | None, *, full: bool) -> dict[str, Any]:
    return {"name": name, "role": role, "phone": (phone if full else shown.masked(phone)) if phone else None,
            "tel": phone if full else None}


def orders_card(request: ServiceRequest, user: Any) -> dict[str, Any]:
    """The work orders of a request and its information sheet."""
    items = []
    for order in request.orders:
        visit = order.appointment
        facts = [_fact(_("State"), order.status), *([_fact(_("Appointment"), shown.span(visit.start_at, visit.end_at))] if visit else [])]
        items.append({"title": str(order.lead_engineer or _("Without engineer")), "number": order.work_order_no,
                      "href": f"/work-orders/show/{order.id}", "facts": facts})
    return {"title": _("Work orders"), "papers": items, "empty": _("Nobody has been sent yet."),
            "act": {"label": _("Information sheet (R-004)"), "href": f"/records/service_info_sheet/{request.id}"},
            "others": [*views_of(request, user),
                       *(other_papers(request, user) if request.status not in (RequestStatus.DRAFT, RequestStatus.CANCELLED) else [])]}


def _may_be_analysed(request: ServiceRequest, user: Any) -> bool:
    return request.status not in (RequestStatus.DRAFT, RequestStatus.CANCELLED) and access.can(user, "read", "fault_analysis")


def analysis_card(request: ServiceRequest, user: Any, counts: dict[str, Any]) -> list[dict[str, Any]]:
    """The fault analyses of a request and the one to begin, for who may read them (B-057); `counts` answers `figures`."""
    if not _may_be_analysed(request, user):
        return []
    found = fault_analyses.of_request(request) if counts["analyses"] else []
    items = [{"title": str(record.number or _("Draft")), "number": "", "href": f"/records/fault_analysis/{record.id}",
              "facts": [_fact(_("State"), record.status, done=record.status == PaperState.SIGNED)]} for record in found]
    begin = None
    if not found and access.can(user, "create", "fault_analysis"):
        begin = {"label": _("Begin the fault analysis form"), "href": f"/records/fault_analysis/add?from=service_request:{request.id}"}
    every = {"label": _("All fault analysis forms"), "href": "/records/fault_analysis/"}
    missing = _("Still missing: without it the file is not closed.") if fault_analyses.is_required(request) else _("None; not required.")
    return [{"title": _("Fault analysis form (R-062)"), "papers": items, "act": begin or every, "empty": missing}]
