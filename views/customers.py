"""Customers with their people, sites and machines (R-006)."""

from __future__ import annotations

from typing import Any

from extensions import _l
from extensions import gettext as _
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import ServiceControl
from models.equipment import Equipment
from views import file_parts, shown
from views.base import AppModelView, Related, Section
from views.listing import Saved

VIEWS = (
    Saved("key", _l("Key customers"), lambda _now: Customer.is_key),
    Saved("arrears", _l("In arrears"), lambda _now: Customer.in_arrears, late=True),
    Saved("hold", _l("Service restricted"), lambda _now: Customer.service_control != ServiceControl.NORMAL),
)


def views() -> list[Any]:
    """The generated pages of customers."""

    class CustomerView(AppModelView):
        """Customers."""

        model = Customer
        route_base = "/customers"
        heading, adding = _l("Customers"), _l("New customer")
        empty_text = _l("No customers yet. Add the first one.")
        listed = ("code", "name", "customer_class", "region", "phone", "service_control", "in_arrears", "active")
        about, saved_views = "name", VIEWS
        filtered = ("customer_class", "region", "service_control", "in_arrears", "is_key", "active")
        order = ("-active", "code")
        sections = (
            Section("who", _l("Customer"), ("code", "name", "short_name", "kind", "customer_class", "is_key", "is_military", "active")),
            Section("reach", _l("Address and telephone"), ("address", "phone", "fax", "email", "region", "sales")),
            Section("service", _l("Service"), ("service_control", "sla_profile", "weekend_open", "house_rules", "remark")),
            Section("arrears", _l("Arrears"), ("in_arrears", "arrears_amount", "arrears_since")),
        )
        related = (
            Related("contacts", _l("Contacts"), CustomerContact, "customer_id", ("name", "post", "phone", "is_primary", "active"),
                    "/customer-contacts"),
            Related("sites", _l("Sites"), CustomerSite, "customer_id", ("name", "address", "area_class", "active"), "/customer-sites"),
            Related("equipment", _l("Equipment"), Equipment, "customer_id",
                    ("equipment_no", "serial_no", "product_model", "status", "warranty_end"), "/equipment"),
        )

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """Arrears and house rules stand above everything else (B-022)."""
            found = []
            if record.in_arrears:
                owed = f" ¥{record.arrears_amount:,.2f}" if record.arrears_amount else ""
                found.append({"level": "late", "text": _("This customer is in arrears.%(owed)s", owed=owed), "href": None, "label": None})
            if record.house_rules:
                found.append({"level": "act", "text": _("House rules: %(text)s", text=record.house_rules), "href": None, "label": None})
            return found

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            """Code, class and region over the name; his people and sites beside it."""
            page = super().show_page(record, user, counts)
            page["number"] = record.code
            page["tags"] = [{"text": str(tag)} for tag in (record.customer_class, record.region) if tag]
            page["tags"] += [{"text": _("key customer")}] if record.is_key else []
            page["tags"] += [{"text": _("In arrears"), "late": True}] if record.in_arrears else []
            if page["tab"] == "facts":
                page["rail"] = [file_parts.contacts_card(record, full=shown.sees_phones(user, Customer),
                                                         others=file_parts.papers_of(record, user))]
            return page

    class ContactView(AppModelView):
        """People at customers."""

        model = CustomerContact
        route_base = "/customer-contacts"
        heading, adding = _l("Contacts"), _l("New contact")
        empty_text = _l("No contacts yet. Add the first one on the page of a customer.")
        listed = ("name", "customer", "post", "phone", "is_primary", "active")
        filtered = ("customer", "active")
        sections = (Section("person", _l("Contact"), ("customer", "name", "post", "role", "phone", "email", "im", "is_primary", "active")),)

    class SiteView(AppModelView):
        """Sites of customers."""

        model = CustomerSite
        route_base = "/customer-sites"
        heading, adding = _l("Sites"), _l("New site")
        empty_text = _l("No sites yet. Add the first one on the page of a customer.")
        listed = ("name", "customer", "address", "area_class", "region", "active")
        filtered = ("customer", "area_class", "region", "active")
        sections = (Section("site", _l("Site"), ("customer", "name", "address", "area_class", "region", "active")),)

    return [CustomerView, ContactView, SiteView]
