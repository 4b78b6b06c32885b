"""When the clocks of a request are reckoned anew beside the steps: what they depend on was changed (B-032, B-203)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect as sa_inspect
from sqlalchemy import select

from extensions import _l, db
from models.customer import Customer, CustomerSite
from models.enums import FaultLevel, RequestStatus
from models.equipment import ProductCategory
from models.service_request import ServiceRequest
from models.setting import Setting
from services import access, clock, kept, notices, outbox, saving, sla

_DECIDES = frozenset({"fault_level", "complexity", "site_id", "customer_id", "product_model_id", "in_warranty", "handling_mode",
                      "request_type", "reported_at", "requested_at"})


@saving.rule(ServiceRequest)
def _raised(request: ServiceRequest) -> None:
    """Raising a registered fault to level 1 tells the service manager (B-032)."""
    history: Any = sa_inspect(request).attrs.fault_level.history
    if request.id is None or request.status == RequestStatus.DRAFT or request.fault_level != FaultLevel.ONE or not history.deleted:
        return
    notices.tell(access.managers(), _l("%(number)s was raised to a level 1 fault: %(customer)s", number=request.request_no,
                                       customer=str(request.customer or "")),
                 href=f"/service-requests/show/{request.id}", now=clock.now(), urgent=True)


@saving.after(ServiceRequest)
def _request(request: ServiceRequest, changed: set[str]) -> None:
    if request.request_no and changed & _DECIDES:
        sla.sync(request, now=clock.now())


@saving.after(Customer)
def _customer(customer: Customer, changed: set[str]) -> None:
    if "sla_profile_id" in changed:
        _all(ServiceRequest.customer_id == customer.id)


@saving.after(CustomerSite)
def _site(site: CustomerSite, changed: set[str]) -> None:
    if "area_class" in changed:
        _all(ServiceRequest.site_id == site.id)


def _all(clause: Any) -> None:
    db.session.flush()
    for request in db.session.scalars(select(ServiceRequest).where(clause, ServiceRequest.status.in_(sla.LIVE)).limit(500)):
        sla.sync(request, now=clock.now())


@saving.after(ProductCategory)
def _category(category: ProductCategory, changed: set[str]) -> None:
    if "sla_profile_id" in changed:
        later(f"category:{category.id}:{category.lock_version}")


@saving.after(Setting)
def _setting(setting: Setting, changed: set[str]) -> None:
    if setting.key == "sla.default_profile":
        kept.anew("settings")
        later(f"setting:{setting.id}:{clock.now().isoformat()}")


def later(key: str) -> None:
    """Let the worker reckon all open clocks anew."""
    outbox.put("clocks.recompute", f"recompute:{key}", {}, now=clock.now())
