"""What a user may do and see: one answer for pages, API, print, export and search."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, inspect, or_, select, true
from sqlalchemy.orm import aliased

from extensions import db
from models.base import foreign_key_of
from models.contact_log import ContactLog
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import DepartmentKind
from models.equipment import Equipment
from models.follow_up import FollowUp
from models.inspection_plan import InspectionTask
from models.organisation import Department, Region, RegionEngineer, Staff
from models.paper import PaperRecord
from models.paper_change import PaperChange
from models.records.daily_report import DailyReport
from models.repair import RepairCard, RepairItem
from models.returns import ReturnLine, ReturnOrder, SalesShipment, SalesShipmentLine
from models.service_record import PartUsage, ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import Appointment, WorkOrder, WorkOrderEngineer
from services import parameters
from services.errors import NotAllowed, NotThere
from services.kept import built, kept
from services.rights import NO_RIGHT, SCOPE_NOUN, SCOPES
from services.unit_of_work import cache, current

_KEY = bindparam("key", type_=Integer)
ACTS = {"create": "can_add", "read": "can_list", "change": "can_edit", "approve": "can_approve", "print": "can_print",
        "export": "can_export", "void": "can_void"}


def rights_of(user: Any) -> frozenset[tuple[str, str]]:
    """(permission, noun) of all roles of a user; a page that reads asks some thirty times."""
    unit = current()
    if unit is None or unit.write:
        return _roles_and_rights(user)[1]
    if ("rights of", user.id) not in unit.cache:
        unit.cache["rights of", user.id] = _roles_and_rights(user)[1]
    return unit.cache["rights of", user.id]  # type: ignore[no-any-return]


def _roles_and_rights(user: Any) -> tuple[tuple[str, ...], frozenset[tuple[str, str]]]:
    """Names of the roles of a user and all they may do; users of the same roles share the answer."""
    roles = kept(("roles", user.id), lambda: tuple(tuple(row) for row in db.session.execute(
        select(Role.id, Role.name).join(assoc_user_role, assoc_user_role.c.role_id == Role.id)
        .where(assoc_user_role.c.user_id == user.id).order_by(Role.id))))
    keys = tuple(key for key, _name in roles)
    held = kept(("rights", keys), lambda: frozenset((row[0], row[1]) for row in db.session.execute(
        select(Permission.name, ViewMenu.name)
        .join(PermissionView, PermissionView.permission_id == Permission.id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(assoc_permissionview_role, assoc_permissionview_role.c.permission_view_id == PermissionView.id)
        .where(assoc_permissionview_role.c.role_id.in_(keys))))) if user.is_active else frozenset()
    return tuple(name for _key, name in roles), held


def can(user: Any, act: str, noun: str) -> bool:
    """Whether a user may `create`, `read`, `change`, `approve`, `print`, `export` or `void` a kind of record."""
    return (ACTS[act], noun) in rights_of(user)


def require(user: Any, act: str, noun: str) -> None:
    """Raise NotAllowed when a user may not."""
    if not can(user, act, noun):
        raise NotAllowed(NO_RIGHT)


def sees_cost_prices(user: Any) -> bool:
    """Cost prices are for service manager, finance, buyer and management."""
    return ("can_list", "cost_price") in rights_of(user)


def holders(act: str, noun: str) -> list[Staff]:
    """The colleagues in service whose account holds a right."""
    users = (select(assoc_user_role.c.user_id)
             .join(assoc_permissionview_role, assoc_permissionview_role.c.role_id == assoc_user_role.c.role_id)
             .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
             .join(Permission, Permission.id == PermissionView.permission_id)
             .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
             .where(Permission.name == ACTS[act], ViewMenu.name == noun))
    return list(db.session.scalars(select(Staff).where(Staff.active, Staff.user_id.in_(users)).order_by(Staff.id)))


def in_roles(names: set[str]) -> list[Staff]:
    """The colleagues in service whose account has one of these roles: those a parameter names to be told."""
    users = select(assoc_user_role.c.user_id).join(Role, Role.id == assoc_user_role.c.role_id).where(Role.name.in_(names))
    return list(db.session.scalars(select(Staff).where(Staff.active, Staff.user_id.in_(users)).order_by(Staff.id)))


def managers() -> list[Staff]:
    """The service managers: who may both take calls and void requests."""
    may_take = {person.id for person in holders("create", "service_request")}
    return [person for person in holders("void", "service_request") if person.id in may_take]


def role_names(user: Any) -> list[str]:
    """Names of a user's roles, for the head of the page."""
    return list(_roles_and_rights(user)[0])


def staff_of(user: Any) -> Staff | None:
    """The colleague behind an account."""
    key = ("staff", user.id)
    if key not in cache():
        cache()[key] = db.session.scalar(select(Staff).where(Staff.user_id == user.id))
    return cache()[key]  # type: ignore[no-any-return]


def staff_is(user: Any, staff: Staff | None) -> None:
    """Keep for this unit who the colleague behind an account is: the question for the session has brought him along."""
    cache()["staff", user.id] = staff


def scopes_of(user: Any) -> set[str]:
    """The widths of sight a user's roles give him."""
    held = rights_of(user)
    return {permission for permission in SCOPES if (permission, SCOPE_NOUN) in held}


def sees_all(user: Any) -> bool:
    """Whether a user knows of every record of the kinds he may read."""
    return "can_see_all" in scopes_of(user) or not _row_scope_is_on()


def sight(user: Any) -> Hashable:
    """What statements about the rows of a user hang on besides his rights, which the mark of `kept` covers: himself and his post."""
    staff = staff_of(user)
    return user.id, staff and (staff.id, staff.is_engineer, staff.department_id)


def visible(user: Any, model: type[Any]) -> ColumnElement[bool]:
    """The rows of a model a user may know of, as a where-clause; what he may do with them is `can`."""
    if user is None:
        return false()
    build = _ROWS.get(model) or _by_links(model)
    if build is None:
        return true()
    if sees_all(user):
        return true()
    scopes, staff = scopes_of(user), staff_of(user)
    if staff is None:
        return false()
    if "can_see_branch" in scopes and not in_branch(staff):
        return true()
    clauses = [clause for scope in sorted(scopes) for clause in build(scope, staff)]
    return or_(*clauses) if clauses else false()


def get(user: Any, model: type[Any], key: int) -> Any:
    """The record, or NotThere when there is none or he may not know of it: the same answer for both."""
    found = db.session.scalar(select(model).where(model.id == key, visible(user, model)))
    if found is None:
        raise NotThere("")
    return found


def finder(user: Any, record: Any = None) -> Callable[[type[Any], int], Any]:
    """Finds what a form refers to: what the user may know of, and what the record refers to already, or it could not be saved as it is."""
    def find(model: type[Any], key: int) -> Any:
        query = built(("find", model, sight(user)), lambda: select(model).where(model.id == _KEY, visible(user, model)))
        found = db.session.scalar(query, {"key": key})
        if found is not None or record is None:
            return found
        mapper = inspect(type(record))
        kept = {getattr(record, mapper.get_property_by_column(column).key) for relation in mapper.relationships
                if relation.mapper.class_ is model and not relation.uselist for column in relation.local_columns}
        return db.session.get(model, key) if key in kept else None
    return find


def _row_scope_is_on() -> bool:
    return parameters.text("security.row_scope") != "off"


def in_branch(staff: Staff) -> bool:
    """Whether a colleague belongs to a branch."""
    branches = kept("branches", lambda: frozenset(db.session.scalars(
        select(Department.id).where(Department.kind == DepartmentKind.BRANCH))))
    return staff.department_id in branches


def _regions(staff: Staff) -> Any:
    return select(RegionEngineer.region_id).where(RegionEngineer.staff_id == staff.id)


def _managed(staff: Staff) -> Any:
    return select(Region.id).where(Region.account_manager_id == staff.id)


def _orders_of(staff: Staff, order: Any = WorkOrder) -> ColumnElement[bool]:
    """Work orders a colleague leads, helps with or has an appointment for."""
    return or_(
        order.lead_engineer_id == staff.id,
        order.id.in_(select(WorkOrderEngineer.work_order_id).where(WorkOrderEngineer.staff_id == staff.id)),
        order.id.in_(select(Appointment.work_order_id).where(Appointment.engineer_id == staff.id)))


def _has_order_of(staff: Staff) -> ColumnElement[bool]:
    """Requests with such an order, asked row by row: of the few open ones it need not know all he ever worked on."""
    order = aliased(WorkOrder)
    return select(order.id).where(order.request_id == ServiceRequest.id, _orders_of(staff, order)).exists()


def _customers(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    if scope == "can_see_region":
        return [Customer.region_id.in_(_managed(staff)), _served_by(staff)]
    if scope == "can_see_branch":
        return [_served_by(staff)]
    if scope == "can_see_assigned":
        return [Customer.region_id.in_(_regions(staff)),
                Customer.id.in_(select(WorkOrder.customer_id).where(_orders_of(staff)))]
    if scope == "can_see_own_customers":
        return [Customer.sales_id == staff.id]
    if scope == "can_see_department":
        return [true()]
    if scope == "can_see_by_document":
        return [Customer.id.in_(select(WorkOrder.customer_id).where(_with_parts()))]
    return []


def _served_by(staff: Staff) -> ColumnElement[bool]:
    """Customers whose requests the branch of a colleague handles."""
    return Customer.id.in_(select(ServiceRequest.customer_id).where(ServiceRequest.branch_id == staff.department_id))


def _with_parts() -> ColumnElement[bool]:
    return WorkOrder.id.in_(select(ServiceRecord.work_order_id).join(PartUsage, PartUsage.record_id == ServiceRecord.id))


def _equipment(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    return [Equipment.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff)]


def _sites(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    return [CustomerSite.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff)]


def _contacts(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    return [CustomerContact.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff)]


def _requests(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    if scope == "can_see_region":
        return [ServiceRequest.region_id.in_(_managed(staff)), ServiceRequest.branch_id == staff.department_id]
    if scope == "can_see_branch":
        return [ServiceRequest.branch_id == staff.department_id]
    if scope == "can_see_assigned":
        return [ServiceRequest.engineer_id == staff.id, ServiceRequest.informant_id == staff.id,
                _has_order_of(staff),
                ServiceRequest.region_id.in_(_regions(staff).where(RegionEngineer.is_resident))]
    if scope == "can_see_department":
        return [ServiceRequest.department_id == staff.department_id]
    if scope == "can_see_own_customers":
        return [ServiceRequest.customer_id.in_(select(Customer.id).where(Customer.sales_id == staff.id)),
                ServiceRequest.informant_id == staff.id]
    if scope == "can_see_by_document":
        return [ServiceRequest.id.in_(select(WorkOrder.request_id).where(_with_parts()))]
    return []


def _orders(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    if scope == "can_see_region":
        return [WorkOrder.region_id.in_(_managed(staff)), WorkOrder.branch_id == staff.department_id]
    if scope == "can_see_branch":
        return [WorkOrder.branch_id == staff.department_id]
    if scope == "can_see_assigned":
        return [_orders_of(staff)]
    if scope == "can_see_department":
        return [WorkOrder.department_id == staff.department_id]
    if scope == "can_see_own_customers":
        return [WorkOrder.customer_id.in_(select(Customer.id).where(Customer.sales_id == staff.id))]
    if scope == "can_see_by_document":
        return [_with_parts()]
    return []


def _records(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    if scope == "can_see_by_document":
        return [ServiceRecord.id.in_(select(PartUsage.record_id))]
    return [ServiceRecord.work_order_id.in_(select(WorkOrder.id).where(clause)) for clause in _orders(scope, staff)]


def _follow_ups(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    if scope == "can_see_assigned":
        return [FollowUp.request_id.in_(select(WorkOrder.request_id).where(_orders_of(staff))), FollowUp.caller_id == staff.id]
    if scope == "can_see_by_document":
        return []
    return [FollowUp.customer_id.in_(select(Customer.id).where(and_(clause))) for clause in _customers(scope, staff)]


def _contacts_taken(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """Contacts with his customers, and those he took or was given; of unknown callers for who sees a region or more."""
    own = [ContactLog.taken_by_id == staff.id, ContactLog.forwarded_to_id == staff.id]
    wide = [ContactLog.customer_id.is_(None)] if scope in ("can_see_region", "can_see_branch", "can_see_department") else []
    return [*own, *wide, *(ContactLog.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff))]


def _daily_reports(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """His own; of his branch or department; of who works in his regions."""
    found: list[ColumnElement[bool]] = [DailyReport.staff_id == staff.id]
    if scope in ("can_see_region", "can_see_branch", "can_see_department") and staff.department_id is not None:
        found.append(DailyReport.department_id == staff.department_id)
    if scope == "can_see_region":
        found.append(DailyReport.staff_id.in_(select(RegionEngineer.staff_id).where(RegionEngineer.region_id.in_(_managed(staff)))))
    return found


def _tasks(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """Inspections due at the customers he sees, and his own."""
    return [InspectionTask.engineer_id == staff.id,
            *(InspectionTask.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff))]


def _of_customers(model: Any) -> Callable[[str, Staff], list[ColumnElement[bool]]]:
    """Rows that name a customer: those of the customers one sees, and one's own; the store and who buys see all (roles §2)."""
    def build(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
        if scope == "can_see_by_document":
            return [true()]
        return [model.created_by_id == staff.user_id,
                *(model.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff))]
    return build


def _sold(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """Lines of the shipments one sees."""
    return [SalesShipmentLine.shipment_id.in_(select(SalesShipment.id).where(clause))
            for clause in _of_customers(SalesShipment)(scope, staff)]


def _coming_back(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """Goods of the customers one sees or of one's orders, and what one owes oneself."""
    orders = [] if scope == "can_see_by_document" else _orders(scope, staff)
    return [ReturnLine.owed_by_id == staff.id, *_of_customers(ReturnLine)(scope, staff),
            *(ReturnLine.work_order_id.in_(select(WorkOrder.id).where(clause)) for clause in orders)]


def _repairs(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """Goods of the customers one sees or of one's orders, and those one took in oneself; the store sees all (roles §2)."""
    if scope == "can_see_by_document":
        return [true()]
    return [*(RepairItem.customer_id.in_(select(Customer.id).where(clause)) for clause in _customers(scope, staff)),
            *(RepairItem.work_order_id.in_(select(WorkOrder.id).where(clause)) for clause in _orders(scope, staff)),
            RepairItem.created_by_id == staff.user_id]


def _repair_cards(scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    return [*(RepairCard.item_id.in_(select(RepairItem.id).where(clause)) for clause in _repairs(scope, staff)),
            RepairCard.created_by_id == staff.user_id]


def _changes(_scope: str, staff: Staff) -> list[ColumnElement[bool]]:
    """Requests to change a signed paper are seen by who asked, and by who sees everything."""
    return [PaperChange.asked_by_id == staff.user_id]


def _by_links(model: type[Any]) -> Any:
    """A paper record without a line of its own is seen with the order, trip, request or customer it belongs to, or the one it names
    (`__follows__`), and by who is on it."""
    if not issubclass(model, PaperRecord):
        return None
    relations = inspect(model).relationships
    for relation in ("order", "trip", "request", "equipment", "customer"):
        if relation in relations and getattr(model, "__follows__", relation) == relation:
            key, target = foreign_key_of(model, relation), relations[relation].mapper.class_
            rows: Any = _ROWS.get(target) or _by_links(target)

            def build(scope: str, staff: Staff, key: Any = key, target: Any = target, rows: Any = rows) -> list[ColumnElement[bool]]:
                found = [key.in_(select(target.id).where(clause)) for clause in rows(scope, staff)]
                if scope == "can_see_assigned" and "members" in relations:  # those who travel
                    found.append(model.members.any(Staff.id == staff.id))
                if scope == "can_see_by_document" and "has_loan" in inspect(model).columns:  # the store lends
                    found.append(model.has_loan)
                return [*found, and_(key.is_(None), model.created_by_id == staff.user_id)] if scope != "can_see_by_document" else found
            return build
    return None


_ROWS = {Customer: _customers, CustomerSite: _sites, CustomerContact: _contacts,
         Equipment: _equipment, ServiceRequest: _requests, WorkOrder: _orders,
         ServiceRecord: _records, FollowUp: _follow_ups, ContactLog: _contacts_taken, DailyReport: _daily_reports,
         InspectionTask: _tasks, RepairItem: _repairs, RepairCard: _repair_cards, PaperChange: _changes,
         SalesShipment: _of_customers(SalesShipment), SalesShipmentLine: _sold, ReturnOrder: _of_customers(ReturnOrder),
         ReturnLine: _coming_back}
