"""What is known when a paper is begun: nothing the request, order, unit or customer already says is asked for again."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import inspect

from extensions import db
from models.customer import Customer
from models.enums import WarrantyStatus
from models.equipment import Equipment
from models.records.service_contract import ServiceContract
from models.records.trip import Trip
from models.repair import RepairItem
from models.returns import ReturnLine
from models.service_request import ServiceRequest
from models.work_order import WorkOrder

T = TypeVar("T")
ORIGINS: dict[str, type[Any]] = {"work_order": WorkOrder, "service_request": ServiceRequest, "equipment": Equipment, "customer": Customer,
                                "return_line": ReturnLine, "service_contract": ServiceContract, "trip": Trip, "repair_item": RepairItem}


def known(origin: Any) -> dict[str, Any]:
    """Field → value of everything a record's origin and what stands behind it says; the nearest source wins."""
    if isinstance(origin, WorkOrder):
        return _of_customer(origin.customer) | _of_request(origin.request) | _of_order(origin)
    if isinstance(origin, ServiceRequest):
        return _of_customer(origin.customer) | _of_request(origin)
    if isinstance(origin, Equipment):
        return _of_customer(origin.customer) | _first_contact(origin.customer) | _of_equipment(origin)
    return _of_customer(origin) | _first_contact(origin) if isinstance(origin, Customer) else {}


def pour(record: Any, origin: Any) -> None:
    """Write what is known into a new record, as far as it has fields of these names."""
    mapper = inspect(type(record))
    for name, value in known(origin).items():
        if name in mapper.relationships:
            if isinstance(value, mapper.relationships[name].mapper.class_):
                setattr(record, name, value)
        elif name in mapper.columns:
            setattr(record, name, value)


def begun(model: type[T], origin: Any) -> T:
    """A new record of customer care with what is known: where nobody said whom to ask, the customer's first contact is asked."""
    record: Any = model()
    pour(record, origin)
    customer = getattr(record, "customer", None)
    people = sorted((person for person in customer.contacts if person.active), key=lambda one: not one.is_primary) if customer else []
    if people and not record.contact_name and not record.contact_phone:
        record.contact_name, record.contact_phone = people[0].name, people[0].phone
    return record  # type: ignore[no-any-return]


def kept(record: T) -> T:
    """The record, with its key."""
    db.session.add(record)
    db.session.flush()
    return record


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _of_customer(customer: Customer | None) -> dict[str, Any]:
    if customer is None:
        return {}
    site = customer.sites[0] if customer.sites else None
    address = site.address if site is not None and site.address else customer.address
    return _filled(customer=customer, address=address, region=customer.region, site=site)


def _first_contact(customer: Customer) -> dict[str, Any]:
    """Whom to call when no request names anybody."""
    people = sorted((person for person in customer.contacts if person.active), key=lambda person: not person.is_primary)
    return _filled(contact_name=people[0].name, contact_phone=people[0].phone or customer.phone) if people else {}


def _of_equipment(unit: Equipment | None) -> dict[str, Any]:
    if unit is None:
        return {}
    model = unit.product_model
    return _filled(equipment=unit, serial_no=unit.serial_no, product_model=model, product_name=model.name if model else None,
                   product_category=model.category if model else None, sold_on=unit.sold_on, batch_no=getattr(unit, "batch_no", None))


def _of_request(request: ServiceRequest) -> dict[str, Any]:
    covered = {"yes": WarrantyStatus.IN, "no": WarrantyStatus.OUT}.get(request.in_warranty.value) if request.in_warranty else None
    return _of_equipment(request.equipment) | _filled(
        request=request, customer=request.customer, site=request.site, address=request.address, contact=request.contact,
        contact_name=request.contact_name, contact_phone=request.contact_phone, requested_at=request.requested_at,
        product_model=request.product_model, product_name=request.product_name, warranty_status=covered, reported_at=request.reported_at,
        product_category=request.product_model.category if request.product_model else None, symptom=request.symptom,
        sheet_no=request.sheet_no, received_by=request.received_by, engineer=request.engineer, department=request.department,
        fault_level=request.fault_level, region=request.region)


def _of_order(order: WorkOrder) -> dict[str, Any]:
    staff, visit = order.lead_engineer, order.appointment
    department = staff.department if staff is not None and staff.department is not None else order.department
    # the order keeps its first arrival: of a second visit, whose way there began later, the hour is not known here
    came = order.arrived_at
    arrived = None if came is not None and order.departed_at is not None and came < order.departed_at else came
    return _filled(order=order, symptom=order.symptom, engineer=staff, department=order.department,
                   repair_unit=department.name_zh if department is not None else None,
                   appointment_at=visit.start_at if visit is not None else None, departed_at=order.departed_at,
                   arrived_at=arrived, started_at=arrived,
                   issued_at=order.issued_at, due_at=order.due_at)
