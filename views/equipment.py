"""Products and the units at the customers (R-007, R-008)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import joinedload

from extensions import _l
from extensions import gettext as _
from models.equipment import Equipment, Part, ProductCategory, ProductModel
from models.service_request import ServiceRequest
from services import clock
from views import file_parts, shown
from views.base import AppModelView, Related, Section
from views.listing import Saved

VIEWS = (
    Saved("covered", _l("In warranty"), lambda now: Equipment.warranty_end >= clock.today(now), counted=False),
    Saved("ending", _l("Warranty ends within 30 days"),
          lambda now: Equipment.warranty_end.between(clock.today(now), clock.today(now) + timedelta(days=30)), counted=False),
    Saved("key", _l("Key equipment"), lambda _now: Equipment.is_key, counted=False),
)


def views() -> list[Any]:
    """The generated pages of equipment."""

    class EquipmentView(AppModelView):
        """Units at customers."""

        model = Equipment
        route_base = "/equipment"
        heading, adding = _l("Equipment"), _l("New equipment")
        empty_text = _l("No equipment yet. Add the first unit.")
        badge = "status"
        listed = ("equipment_no", "serial_no", "product_model", "customer", "status", "warranty_end", "is_key")
        filtered = ("customer", "product_model", "status", "is_key")
        saved_views = VIEWS
        sections = (
            Section("unit", _l("Unit"), ("equipment_no", "serial_no", "batch_no", "product_model", "type_and_size", "supplier", "status",
                                         "is_key", "software_version")),
            Section("place", _l("Place"), ("customer", "site", "project_no")),
            Section("dates", _l("Purchase and warranty"), ("sold_on", "invoice_no", "delivered_on", "installed_on", "accepted_on",
                                                          "commissioned_on", "warranty_months", "expiry_date")),
            Section("more", _l("More"), ("remark",)),
        )
        related = (Related("requests", _l("Service history"), ServiceRequest, "equipment_id",
                           ("request_no", "status", "reported_at", "symptom"), "/service-requests", add=False),)

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """Whether the warranty still runs today."""
            if record.warranty_end is None:
                return []
            days = (record.warranty_end - clock.today()).days
            words = _("In warranty until %(day)s.", day=record.warranty_end) if days >= 0 else _(
                "The warranty ended on %(day)s.", day=record.warranty_end)
            return [{"level": "done" if days >= 0 else "soon", "text": words, "href": None, "label": None}]

        def loads(self) -> tuple[Any, ...]:
            """Whose it is, where it stands, who made it."""
            return (*file_parts.with_customer(Equipment), joinedload(Equipment.product_model), joinedload(Equipment.site),
                    joinedload(Equipment.supplier))

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            """Number and state over model and serial number; whose it is beside it."""
            page = super().show_page(record, user, counts)
            page["number"], page["title"] = record.equipment_no, f"{record.product_model} {record.serial_no or ''}"
            page["tags"] = [{"text": _("Key equipment")}] if record.is_key else []
            if page["tab"] == "facts":
                page["rail"] = [file_parts.customer_half(record.customer, user),
                                file_parts.contacts_card(record.customer, full=shown.sees_phones(user, Equipment),
                                                         others=file_parts.papers_of(record, user))]
            return page

    class ProductModelView(AppModelView):
        """Models we sell and serve."""

        model = ProductModel
        route_base = "/product-models"
        heading, adding = _l("Product models"), _l("New product model")
        empty_text = _l("No product models yet. Add the first one.")
        listed = ("model_no", "name", "category", "supplier", "warranty_months", "is_software", "is_medical", "active")
        filtered = ("category", "supplier", "is_software", "is_medical", "active")
        order = ("model_no",)
        sections = (Section("model", _l("Product model"), ("model_no", "name", "category", "supplier", "warranty_months", "is_software",
                                                           "is_medical", "registration_no", "active")),)
        related = (
            Related("units", _l("Equipment"), Equipment, "product_model_id", ("equipment_no", "serial_no", "customer", "status"),
                    "/equipment"),
            Related("parts", _l("Parts"), Part, "product_model_id", ("part_no", "name", "spec", "unit"), "/parts"),
        )

    class CategoryView(AppModelView):
        """Lines of products."""

        model = ProductCategory
        route_base = "/product-categories"
        heading, adding = _l("Product categories"), _l("New product category")
        empty_text = _l("No product categories yet. Add the first one.")
        listed = ("name", "responsible_department", "sla_profile")
        order = ("name",)
        sections = (Section("category", _l("Product category"), ("name", "responsible_department", "sla_profile")),)
        related = (Related("models", _l("Product models"), ProductModel, "category_id", ("model_no", "name", "active"),
                           "/product-models"),)

    return [EquipmentView, ProductModelView, CategoryView]
