"""The search box of every page: all kinds of records at once, as far as the user may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.customer import Customer
from models.equipment import Equipment, Part, ProductModel
from models.follow_up import FollowUp
from models.organisation import Staff
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, search

SHOWN = 8


@dataclass(frozen=True)
class Kind:
    """One kind of record in the answer, and the fields shown beside its name."""

    model: type[Any]
    label: Any
    fields: tuple[str, ...]


KINDS = (
    Kind(Customer, _l("Customers"), ("customer_class", "region", "phone")),
    Kind(Equipment, _l("Equipment"), ("product_model", "customer", "status")),
    Kind(ServiceRequest, _l("Service requests"), ("status", "customer", "symptom")),
    Kind(WorkOrder, _l("Work orders"), ("status", "customer", "symptom")),
    Kind(ServiceRecord, _l("Slips"), ("status", "customer", "symptom")),
    Kind(FollowUp, _l("Follow-up calls"), ("status", "customer", "due_at")),
    Kind(Part, _l("Parts"), ("name", "spec", "unit")),
    Kind(ProductModel, _l("Product models"), ("name", "category")),
    Kind(Staff, _l("Staff"), ("department", "mobile")),
)


def find(user: Any, question: str) -> list[tuple[Kind, list[Any], bool]]:
    """(kind, its newest SHOWN records, whether there are more) for each kind with a hit; nothing for a blank question."""
    found = []
    if search.normal(question):
        for kind in KINDS:
            if not access.can(user, "read", kind.model.__noun__):
                continue
            query = select(kind.model).where(search.matching(kind.model, question), access.visible(user, kind.model))
            rows = list(db.session.scalars(query.order_by(kind.model.id.desc()).limit(SHOWN + 1)))
            if rows:
                found.append((kind, rows[:SHOWN], len(rows) > SHOWN))
    return found
